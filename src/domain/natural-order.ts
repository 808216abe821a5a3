/**
 * Compares as people number things: `9` before `10`, `L2` before `L10`. A total order: different texts
 * never compare equal, so what is sorted by it has one order only.
 */
export function naturalOrder(a: string, b: string): number {
  if (a === b) return 0;
  let [left, right] = [0, 0];
  while (left < a.length && right < b.length) {
    const [leftEnd, rightEnd] = [chunkEnd(a, left), chunkEnd(b, right)];
    const order =
      isDigit(a, left) && isDigit(b, right)
        ? numberOrder(a, left, leftEnd, b, right, rightEnd)
        : textOrder(a, left, leftEnd, b, right, rightEnd);
    if (order !== 0) return order;
    left = leftEnd;
    right = rightEnd;
  }
  return a.length - left - (b.length - right) || plainOrder(a, b);
}

/** Compares by code units, the same on every machine and in every language. */
export function plainOrder(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Where the digits, or what stands between digits, end that begin at `start`. Nothing is cut out: plans sort a lot. */
function chunkEnd(text: string, start: number): number {
  const digits = isDigit(text, start);
  let end = start + 1;
  while (end < text.length && isDigit(text, end) === digits) end++;
  return end;
}

/** By value: of as many digits after leading zeros, the first that differs decides. */
function numberOrder(a: string, start: number, end: number, b: string, from: number, until: number): number {
  let [left, right] = [start, from];
  while (left < end && a.charCodeAt(left) === ZERO_DIGIT) left++;
  while (right < until && b.charCodeAt(right) === ZERO_DIGIT) right++;
  return end - left - (until - right) || textOrder(a, left, end, b, right, until);
}

function textOrder(a: string, start: number, end: number, b: string, from: number, until: number): number {
  for (let left = start, right = from; left < end && right < until; left++, right++) {
    const order = a.charCodeAt(left) - b.charCodeAt(right);
    if (order !== 0) return order;
  }
  return end - start - (until - from);
}

const ZERO_DIGIT = 48;

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= ZERO_DIGIT && code <= 57;
}
