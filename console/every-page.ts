/** One page of a list, and where the next begins; null at its end. */
type Paged = { readonly next: string | null };

/** All pages of a list, one after the other, where a table needs the whole of it. */
export async function everyPage<Page extends Paged>(
  read: (after: string | null) => Promise<Page>,
): Promise<readonly Page[]> {
  const pages: Page[] = [];
  for (let after: string | null | undefined = null; after !== undefined; after = pages.at(-1)?.next ?? undefined) {
    // oxlint-disable-next-line no-await-in-loop -- where a page begins is known from the one before
    pages.push(await read(after));
  }
  return pages;
}
