/** Series are told apart by shape as well as by colour. */
const SHAPES = [
  "M-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0z",
  "M-3.2 -3.2h6.4v6.4h-6.4z",
  "M0 -4.2L4 3.2H-4z",
  "M0 -4.4L4.4 0L0 4.4L-4.4 0z",
  "M0 4.2L4 -3.2H-4z",
  "M-4 -1.3H-1.3V-4H1.3V-1.3H4V1.3H1.3V4H-1.3V1.3H-4z",
] as const;

/** How many series one chart can tell apart. */
export const SERIES_MOST = SHAPES.length;

export function colourOf(index: number): string {
  return `var(--series-${(index % SERIES_MOST) + 1})`;
}

/** The mark of the `index`th series at a place of a drawing. */
export function Mark({ index, x, y }: { index: number; x: number; y: number }) {
  return (
    <path
      d={SHAPES[index % SERIES_MOST]}
      transform={`translate(${x.toFixed(1)} ${y.toFixed(1)})`}
      fill={colourOf(index)}
      stroke="var(--surface)"
      strokeWidth={1}
    />
  );
}

/** The same mark for a legend. */
export function LegendMark({ index }: { index: number }) {
  return (
    <svg width={11} height={11} viewBox="-5.5 -5.5 11 11" aria-hidden focusable={false}>
      <Mark index={index} x={0} y={0} />
    </svg>
  );
}
