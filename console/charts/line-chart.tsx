import { useId, useMemo, useState, type PointerEvent, type ReactNode } from "react";
import { useElementSize } from "@mantine/hooks";
import type { Format } from "../production/figure-format.ts";
import { axisOf, dayNumber, dayTicks, labelRows, place, type Axis } from "./axis.ts";
import { colourOf, LegendMark, Mark } from "./mark.tsx";
import { drawnOf, extent, inWords, type Drawn, type Series } from "./series.ts";

/** Something that came into force on a day, with the way to it. */
export type Marker = { readonly day: string; readonly name: string; readonly link: ReactNode };

type Props = {
  readonly title: string;
  /** What the figure is, in a few words. */
  readonly meaning: string;
  readonly series: readonly Series[];
  readonly format: Format;
  /** Whether the axis begins at zero; else it begins near the least value. */
  readonly fromZero?: boolean;
  readonly markers?: readonly Marker[];
};

const HEIGHT = 200;
const LEFT = 58;
const RIGHT = 14;
const TOP = 8;
const BOTTOM = 24;
const LABEL_ROW = 20;
/** Beyond so many days, marks would hide the line. */
const MARKED_MOST = 62;
/** Where nothing was lost at all, the axis still has some height. */
const ALL_ZERO_HIGH = 0.1;

/** A figure from day to day. The rows it is drawn from stand in a table of the page, for those who do not see it. */
export function LineChart({ title, meaning, series, format, fromZero = false, markers = [] }: Props) {
  const { ref, width } = useElementSize();
  const [pointed, setPointed] = useState<string | null>(null);
  const heading = useId();
  const days = useMemo(() => daysOf(series), [series]);
  const range = extent(series);
  const [first, last] = [days[0], days.at(-1)];
  const read = pointed ?? last ?? null;
  return (
    <figure className="chart" aria-labelledby={heading}>
      <figcaption>
        <h3 id={heading}>{title}</h3>
        <p className="soft small">{meaning}</p>
      </figcaption>
      {range === null || first === undefined || last === undefined ? (
        <p className="soft chart-nothing">Nothing was told that this follows from.</p>
      ) : (
        <>
          <Legend series={series} day={read} isPointed={pointed !== null} format={format} />
          <div ref={ref} className="chart-plot">
            {width < 120 ? null : (
              <Plot
                {...scaleOf(range, fromZero, format)}
                label={`${title}. ${inWords(series, format.text)}`}
                {...{ series, days, first, last, width, markers, pointed, setPointed }}
              />
            )}
          </div>
        </>
      )}
    </figure>
  );
}

function scaleOf({ low, high }: { low: number; high: number }, fromZero: boolean, format: Format) {
  const { unit, text } = format.ticks(high);
  return { axis: fromZero ? axisOf(0, high || ALL_ZERO_HIGH, { unit }) : axisOf(low, high, { unit }), tickText: text };
}

type LegendProps = Pick<Props, "series" | "format"> & { readonly day: string | null; readonly isPointed: boolean };

/** Names, and their values on the day that is pointed at, else on the last one. */
function Legend({ series, day, isPointed, format }: LegendProps) {
  return (
    <ul className="legend" aria-hidden={series.length === 1 && series[0]?.name === "" ? true : undefined}>
      {series.map((one, index) => {
        const value = one.points.find((point) => point.day === day)?.value ?? null;
        return (
          <li key={one.name}>
            <LegendMark index={index} />
            {one.name === "" ? null : <span>{one.name}</span>}
            <span className="number">{value === null ? "–" : format.text(value)}</span>
          </li>
        );
      })}
      <li className="soft">{isPointed ? day : `on ${day ?? "–"}`}</li>
    </ul>
  );
}

type PlotProps = {
  readonly axis: Axis;
  readonly label: string;
  readonly series: readonly Series[];
  readonly days: readonly string[];
  readonly first: string;
  readonly last: string;
  readonly width: number;
  readonly markers: readonly Marker[];
  readonly tickText: (value: number) => string;
  readonly pointed: string | null;
  readonly setPointed: (day: string | null) => void;
};

function Plot({ axis, label, series, days, first, last, width, markers, tickText, pointed, setPointed }: PlotProps) {
  const across = { low: dayNumber(first), high: dayNumber(last) };
  const x = (day: string) => place(dayNumber(day), across, LEFT + 6, width - RIGHT);
  const y = (value: number) => place(value, axis, HEIGHT - BOTTOM, TOP);
  const shown = markers.filter(({ day }) => day >= first && day <= last);
  const point = ({ nativeEvent: { offsetX } }: PointerEvent) => setPointed(nearest(days, (day) => x(day), offsetX));
  return (
    <>
      <MarkerLabels markers={shown} x={x} width={width} />
      <svg
        width={width}
        height={HEIGHT}
        role="img"
        aria-label={label}
        onPointerMove={point}
        onPointerLeave={() => setPointed(null)}
      >
        <Grid axis={axis} width={width} y={y} tickText={tickText} />
        {dayTicks(first, last, Math.floor(width / 90)).map((day) => (
          <text key={day} x={x(day)} y={HEIGHT - 7} textAnchor="middle" className="chart-text">
            {day}
          </text>
        ))}
        {shown.map(({ day, name }) => (
          <line key={`${day} ${name}`} x1={x(day)} x2={x(day)} y1={0} y2={HEIGHT - BOTTOM} className="chart-marker" />
        ))}
        {pointed === null ? null : (
          <line x1={x(pointed)} x2={x(pointed)} y1={TOP} y2={HEIGHT - BOTTOM} className="chart-pointed" />
        )}
        {series.map((one, index) => (
          <Line key={one.name} index={index} drawn={drawnOf(one)} x={x} y={y} />
        ))}
      </svg>
    </>
  );
}

type GridProps = Pick<PlotProps, "axis" | "width" | "tickText"> & { readonly y: (value: number) => number };

function Grid({ axis, width, y, tickText }: GridProps) {
  return axis.ticks.map((tick) => (
    <g key={tick}>
      <line x1={LEFT} x2={width - RIGHT} y1={y(tick)} y2={y(tick)} className="chart-grid" />
      <text x={LEFT - 7} y={y(tick) + 4} textAnchor="end" className="chart-text">
        {tickText(tick)}
      </text>
    </g>
  ));
}

type LineProps = {
  readonly index: number;
  readonly drawn: readonly Drawn[];
  readonly x: (day: string) => number;
  readonly y: (value: number) => number;
};

function Line({ index, drawn, x, y }: LineProps) {
  const banded = drawn.flatMap(({ day, band }) => (band === null ? [] : [{ day, band }]));
  const at = (day: string, value: number) => `${x(day).toFixed(1)} ${y(value).toFixed(1)}`;
  const upper = banded.map(({ day, band }) => at(day, band.high));
  const lower = banded.toReversed().map(({ day, band }) => at(day, band.low));
  return (
    <g>
      {banded.length === 0 ? null : (
        <path d={`${pathOf([...upper, ...lower])}z`} fill={colourOf(index)} className="chart-band" />
      )}
      <path
        d={pathOf(drawn.map(({ day, value }) => at(day, value)))}
        stroke={colourOf(index)}
        fill="none"
        strokeWidth={1.8}
        strokeLinejoin="round"
      />
      {drawn.length > MARKED_MOST
        ? null
        : drawn.map(({ day, value }) => <Mark key={day} index={index} x={x(day)} y={y(value)} />)}
    </g>
  );
}

function pathOf(points: readonly string[]): string {
  return points.length === 0 ? "" : `M${points.join("L")}`;
}

type LabelProps = { readonly markers: readonly Marker[]; readonly x: (day: string) => number; readonly width: number };

/** Links stand above the drawing, which is one picture to those who listen. */
function MarkerLabels({ markers, x, width }: LabelProps) {
  if (markers.length === 0) return null;
  const labels = markers
    .toSorted((a, b) => x(a.day) - x(b.day))
    .map((marker) => {
      const room = marker.name.length * 7.5 + 16;
      return { ...marker, start: Math.max(0, Math.min(x(marker.day) - room / 2, width - room)), width: room };
    })
    .toSorted((a, b) => a.start - b.start);
  const rows = labelRows(labels);
  return (
    <ul
      className="chart-changes"
      aria-label="Changes that came into force"
      style={{ height: (Math.max(...rows) + 1) * LABEL_ROW }}
    >
      {labels.map(({ day, name, link, start }, index) => (
        <li
          key={`${day} ${name}`}
          style={{ left: start, top: (rows[index] ?? 0) * LABEL_ROW }}
          title={`from ${day} on`}
        >
          {link}
          <span className="heard"> from {day} on</span>
        </li>
      ))}
    </ul>
  );
}

function daysOf(series: readonly Series[]): readonly string[] {
  return [...new Set(series.flatMap((one) => drawnOf(one).map(({ day }) => day)))].toSorted();
}

function nearest(days: readonly string[], x: (day: string) => number, at: number): string | null {
  let found: string | null = null;
  for (const day of days) if (found === null || Math.abs(x(day) - at) < Math.abs(x(found) - at)) found = day;
  return found;
}
