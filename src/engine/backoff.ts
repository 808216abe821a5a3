const FIRST_MS = 1_000;
const LONGEST_MS = 5 * 60_000;

/**
 * How long to wait before the next try, in milliseconds: any time up to 2, 4, 8 … seconds, at most five
 * minutes. All of it is jitter, so that many that failed together do not come back together.
 *
 * @param attempt tries so far, 1 or more
 * @param random from 0 up to but not including 1
 * @param atLeastMs what the system asked for (Retry-After); jitter then comes on top of it
 */
export function backoffMs({
  attempt,
  random,
  atLeastMs = 0,
}: {
  attempt: number;
  random: number;
  atLeastMs?: number | undefined;
}): number {
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 30));
  const jitter = random * longest;
  return Math.round(atLeastMs === 0 ? jitter : Math.min(atLeastMs + jitter, Math.max(atLeastMs, LONGEST_MS)));
}
