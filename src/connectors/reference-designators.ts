const RANGE_MAX = 10_000;

/**
 * Reference designators as engineers type them, `R1, R3-R7`, each by itself; or what was wrong. The range
 * may leave out its second prefix (`R3-7`).
 */
export function readDesignators(
  texts: readonly string[],
): { readonly designators: readonly string[] } | { readonly problem: string } {
  const tokens = texts.flatMap((text) => text.replaceAll(/\s*[-–]\s*/g, "-").split(/[,;\s]+/));
  const designators: string[] = [];
  const seen = new Set<string>();
  for (const token of tokens.filter((one) => one !== "")) {
    const expanded = expand(token);
    if (expanded === null) return { problem: `"${token}" is neither a designator nor a range of them` };
    for (const one of expanded) {
      if (seen.has(one)) return { problem: `${one} stands there twice` };
      seen.add(one);
      designators.push(one);
    }
  }
  return { designators };
}

/** Null when the token is not readable. */
function expand(token: string): readonly string[] | null {
  if (/^[\p{L}\p{N}_][\p{L}\p{N}_.+/#:]*$/u.test(token)) return [token];
  const range = /^(\D*)(\d{1,9})-(\D*)(\d{1,9})$/u.exec(token);
  if (range === null) return null;
  const [, prefix = "", first = "", again = "", last = ""] = range;
  const [from, to] = [Number(first), Number(last)];
  if (prefix === "" || (again !== "" && again !== prefix) || to < from || to - from >= RANGE_MAX) return null;
  return Array.from({ length: to - from + 1 }, (_, i) => `${prefix}${String(from + i).padStart(first.length, "0")}`);
}
