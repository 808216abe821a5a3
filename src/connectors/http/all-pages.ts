/** Everything on a paged list: `ask` is given the token of each next page. */
export async function allPages<T>(
  ask: (page: string | undefined) => Promise<{ readonly value: readonly T[]; readonly next: string | null }>,
): Promise<readonly T[]> {
  const all: T[] = [];
  for (let page: string | undefined; ;) {
    const { value, next } = await ask(page);
    all.push(...value);
    if (next === null) return all;
    page = next;
  }
}
