import type { Bar } from "./pareto.ts";

const ROW = 34;
const WIDTH = 300;

type Props = {
  readonly caption: string;
  /** Heading of the quantities: `Pieces (EA)`. */
  readonly of: string;
  readonly bars: readonly Bar[];
  readonly format: (share: number) => string;
};

/**
 * A Pareto chart lying on its side, so that long reasons can be read: bars of what each reason lost, the most first, and
 * the line of what they come to together. It is a table, so the figures beside the drawing are its text.
 */
export function ParetoChart({ caption, of, bars, format }: Props) {
  const line = bars.map(({ cumulative }, index) => `${(cumulative * WIDTH).toFixed(1)} ${index * ROW + ROW / 2}`);
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={caption}>
      <table className="table pareto">
        <caption className="heard">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">Reason</th>
            <th scope="col" data-align="right">
              {of}
            </th>
            <th scope="col" data-align="right">
              Share
            </th>
            <th scope="col" data-align="right">
              Together
            </th>
            <th scope="col" className="pareto-head">
              <span>Bars: share. Line: together.</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {bars.map(({ reason, place, quantity, share, cumulative }, index) => (
            <tr key={`${reason} ${place}`} style={{ height: ROW }}>
              <td>
                <span className="id">{reason}</span> <span className="soft">{place}</span>
              </td>
              <td data-align="right">{quantity}</td>
              <td data-align="right">{format(share)}</td>
              <td data-align="right">{format(cumulative)}</td>
              {index > 0 ? null : (
                <td rowSpan={bars.length} className="pareto-drawing">
                  <svg
                    viewBox={`0 0 ${WIDTH} ${bars.length * ROW}`}
                    height={bars.length * ROW}
                    preserveAspectRatio="none"
                    aria-hidden
                    focusable={false}
                  >
                    {bars.map((bar, at) => (
                      <rect
                        key={at}
                        x={0}
                        y={at * ROW + 6}
                        width={bar.share * WIDTH}
                        height={ROW - 12}
                        fill="var(--series-1)"
                        opacity={0.75}
                      />
                    ))}
                    <path
                      d={`M${line.join("L")}`}
                      fill="none"
                      stroke="var(--series-2)"
                      strokeWidth={2}
                      vectorEffect="non-scaling-stroke"
                    />
                  </svg>
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
