import { useElementSize } from "@mantine/hooks";
import type { ChangeEffect } from "../../src/api/contract.ts";
import type { Format } from "../production/figure-format.ts";
import { axisOf, place } from "./axis.ts";

type Measure = ChangeEffect["measures"][number];

const HEIGHT = 130;
const LEFT = 56;
const RIGHT = 8;
const TOP = 8;
const BOTTOM = 20;
const RADIUS = 3.2;
/** Where nothing was lost at all, the axis still has some height. */
const ALL_ZERO_HIGH = 0.1;

type Props = {
  readonly measure: Pick<Measure, "points" | "effect">;
  readonly label: string;
  readonly format: Format;
};

/** A point for each order, in the order in which they were finished: hollow before the change, filled after. */
export function BeforeAfterChart({ measure: { points, effect }, label, format }: Props) {
  const { ref, width } = useElementSize();
  const values = [...points.map(({ value }) => value), ...(effect === null ? [] : [effect.before, effect.after])];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const { unit, text } = format.ticks(high);
  const axis = axisOf(low, high === 0 ? ALL_ZERO_HIGH : high, { count: 3, unit });
  const x = (at: number) => place(at, { low: -0.5, high: points.length - 0.5 }, LEFT, width - RIGHT);
  const y = (value: number) => place(value, axis, HEIGHT - BOTTOM, TOP);
  const before = points.filter(({ side }) => side === "before").length;
  const cut = x(before - 0.5);
  return (
    <div ref={ref} className="chart-plot">
      {width < 120 ? null : (
        <svg width={width} height={HEIGHT} role="img" aria-label={label}>
          {axis.ticks.map((tick) => (
            <g key={tick}>
              <line x1={LEFT} x2={width - RIGHT} y1={y(tick)} y2={y(tick)} className="chart-grid" />
              <text x={LEFT - 7} y={y(tick) + 4} textAnchor="end" className="chart-text">
                {text(tick)}
              </text>
            </g>
          ))}
          <line x1={cut} x2={cut} y1={0} y2={HEIGHT - BOTTOM} className="chart-marker" />
          {before === 0 ? null : (
            <text x={cut - 6} y={HEIGHT - 5} textAnchor="end" className="chart-text">
              before
            </text>
          )}
          {before === points.length ? null : (
            <text x={cut + 6} y={HEIGHT - 5} className="chart-text">
              after
            </text>
          )}
          {effect === null ? null : (
            <>
              <line x1={LEFT} x2={cut} y1={y(effect.before)} y2={y(effect.before)} className="chart-level" />
              <line x1={cut} x2={width - RIGHT} y1={y(effect.after)} y2={y(effect.after)} className="chart-level" />
            </>
          )}
          {points.map(({ order, side, value }, at) => (
            <circle key={order} cx={x(at)} cy={y(value)} r={RADIUS} className="chart-order" data-side={side} />
          ))}
        </svg>
      )}
    </div>
  );
}
