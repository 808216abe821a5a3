/** Each circle of a table once, as the items along it with the first again at the end: `A, B, A`. */
export function loopsIn(table: ReadonlyMap<string, { readonly with: string }>): readonly (readonly string[])[] {
  const done = new Set<string>();
  const loops: string[][] = [];
  for (const start of table.keys()) {
    const path: string[] = [];
    const places = new Map<string, number>();
    let at: string | undefined = start;
    while (at !== undefined && !done.has(at) && !places.has(at)) {
      places.set(at, path.length);
      path.push(at);
      at = table.get(at)?.with;
    }
    const again = at === undefined ? undefined : places.get(at);
    if (at !== undefined && again !== undefined) loops.push([...path.slice(again), at]);
    for (const item of path) done.add(item);
  }
  return loops;
}
