/**
 * Compares as people number things: `9` before `10`, `L2` before `L10`. A total order: different texts
 * never compare equal, so what is sorted by it has one order only.
 */
export function naturalOrder(a: string, b: string): number {
  if (a === b) return 0;
  const [left, right] = [chunks(a), chunks(b)];
  for (let at = 0; at < left.length && at < right.length; at++) {
    const order = chunkOrder(left[at] ?? "", right[at] ?? "");
    if (order !== 0) return order;
  }
  return left.length - right.length || plainOrder(a, b);
}

/** Compares by code units, the same on every machine and in every language. */
export function plainOrder(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Digits and what stands between them, in turn. */
function chunks(text: string): readonly string[] {
  return text.match(/\d+|\D+/g) ?? [];
}

function chunkOrder(a: string, b: string): number {
  if (!isDigits(a) || !isDigits(b)) return plainOrder(a, b);
  const [left, right] = [a.replace(/^0+/, ""), b.replace(/^0+/, "")];
  return left.length - right.length || plainOrder(left, right);
}

function isDigits(chunk: string): boolean {
  const first = chunk.charCodeAt(0);
  return first >= 48 && first <= 57;
}
