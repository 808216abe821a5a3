/** A change, a conflict, an order, its production or a proposal that something happened to; null is anything at all. */
export type Touched = { readonly kind: string; readonly key: string; readonly plant: string } | null;

/** What a subject's id says: `order:MO-5001@1000`, or `orders@1000` for many of a plant; null for what is none. */
export function subjectIn(id: string): Touched {
  const many = /^orders@([^@]+)$/.exec(id)?.[1];
  if (many !== undefined) return { kind: "orders", key: "", plant: many };
  const [, kind, key, plant] = /^([^:]+):(.+)@([^@]+)$/.exec(id) ?? [];
  return kind === undefined || key === undefined || plant === undefined ? null : { kind, key, plant };
}

const ALWAYS = [["status"], ["audit"]];
const LISTS: Readonly<Record<string, readonly string[][]>> = {
  // A conflict's page shows where the changes stand that ask it.
  change: [["changes"], ["sandbox"], ["conflicts"], ["conflict"]],
  conflict: [["conflicts"], ["conflict"]],
  order: [["orders"], ["shifts"], ["deviations"]],
  orders: [["orders"], ["shifts"], ["deviations"], ["order"]],
  production: [["bookings"]],
  proposal: [["proposals"], ["proposal"]],
};
const EVERYTHING = [
  ["changes"],
  ["change"],
  ["sandbox"],
  ["conflicts"],
  ["conflict"],
  ["orders"],
  ["order"],
  ["shifts"],
  ["deviations"],
  ["bookings"],
  ["production"],
  ["proposals"],
  ["proposal"],
  ["figures"],
  ["apart"],
  ...ALWAYS,
];

/**
 * Keys of the queries to read again, each once: a batch of 10,000 orders sends thousands of events, and
 * every reading cancels the one before it.
 */
export function touchedKeys(touched: readonly Touched[]): readonly (readonly string[])[] {
  const known = touched.flatMap((one) => (one !== null && one.kind in LISTS ? [one] : []));
  const keys =
    known.length < touched.length
      ? EVERYTHING
      : [
          ...known.flatMap(({ kind, key, plant }) => [
            ...(LISTS[kind] ?? []),
            ...(key === "" ? [] : [[kind, key, plant]]),
          ]),
          ...ALWAYS,
        ];
  return [...new Map(keys.map((key) => [key.join("\n"), key])).values()];
}
