/** Time from one millisecond until another, the second not included. */
export type Span = { readonly from: number; readonly until: number };

/** What is left of a span without others, which may overlap; in order. */
export function without(span: Span, others: readonly Span[]): readonly Span[] {
  const left: Span[] = [];
  let { from } = span;
  for (const other of others.toSorted((a, b) => a.from - b.from)) {
    if (other.until <= from || other.from >= span.until) continue;
    if (other.from > from) left.push({ from, until: other.from });
    from = other.until;
  }
  if (from < span.until) left.push({ from, until: span.until });
  return left;
}

/** All together, in milliseconds. */
export function lengthOf(spans: readonly Span[]): number {
  return spans.reduce((sum, { from, until }) => sum + until - from, 0);
}

/**
 * Cuts a span where something else begins to hold: `partAt` names what holds at a moment and until when; null when it
 * holds for good.
 */
export function cut<Part extends { readonly until: number | null }>(
  { from, until }: Span,
  partAt: (moment: number) => Part,
): readonly (Span & { readonly part: Part })[] {
  const pieces: (Span & { readonly part: Part })[] = [];
  for (let at = from; at < until;) {
    const part = partAt(at);
    const end = part.until === null ? until : Math.min(part.until, until);
    if (end <= at) throw new RangeError(`what holds at ${at} ended at ${end}`);
    pieces.push({ from: at, until: end, part });
    at = end;
  }
  return pieces;
}
