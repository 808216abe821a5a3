/**
 * Whether two values of plain data (objects, lists, maps and what they hold) say the same. Whatever is no data,
 * such as a function, is the same only as itself. Parts that both share are not looked into.
 */
export function sameData(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a)) return Array.isArray(b) && sameItems(a, b);
  if (a instanceof Map) return b instanceof Map && sameEntries(a, b);
  return isPlain(a) && isPlain(b) && sameFields(a, b);
}

function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, at) => sameData(item, b[at]));
}

function sameEntries(a: ReadonlyMap<unknown, unknown>, b: ReadonlyMap<unknown, unknown>): boolean {
  if (a.size !== b.size) return false;
  for (const [key, held] of a) if (!b.has(key) || !sameData(held, b.get(key))) return false;
  return true;
}

type Fields = Readonly<Record<string, unknown>>;

function sameFields(a: Fields, b: Fields): boolean {
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && sameData(a[name], b[name]))
  );
}

function isPlain(value: object): value is Fields {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** The keys that one of two maps lacks, or under which they hold different data. */
export function changedKeys<Key>(before: ReadonlyMap<Key, unknown>, after: ReadonlyMap<Key, unknown>): Set<Key> {
  const changed = new Set<Key>();
  if (before === after) return changed;
  let kept = 0;
  for (const [key, held] of after) {
    const had = before.get(key);
    if (had !== undefined) kept += 1;
    if (had !== held && !sameData(had, held)) changed.add(key);
  }
  if (kept < before.size) for (const key of before.keys()) if (!after.has(key)) changed.add(key);
  return changed;
}
