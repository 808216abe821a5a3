/**
 * Corrects p-values for having asked several times: twenty metrics without any effect would give one below 0.05. Holm's
 * step-down method keeps the chance of any false alarm at the level, whatever the metrics have to do with each other, and
 * finds more than Bonferroni's (S. Holm, "A Simple Sequentially Rejective Multiple Test Procedure", Scandinavian Journal
 * of Statistics 6, 1979). Each comes out as the level at which it would just count, in the order given.
 */
export function holmAdjusted(ps: readonly number[]): readonly number[] {
  const adjusted = ps.map(() => 1);
  let reached = 0;
  const ascending = ps.map((p, at) => ({ p, at })).toSorted((a, b) => a.p - b.p);
  for (const [rank, { p, at }] of ascending.entries()) {
    reached = Math.max(reached, Math.min(1, p * (ps.length - rank)));
    adjusted[at] = reached;
  }
  return adjusted;
}
