import { useMemo } from "react";
import type { KpiReport } from "../../src/api/contract.ts";
import { LineChart, type Marker } from "../charts/line-chart.tsx";
import { ChangeLink } from "../parts/change-link.tsx";
import { SHARE } from "./figure-format.ts";
import {
  AVAILABILITY,
  CYCLE_TIME,
  EFFECTIVENESS,
  FIRST_PASS_YIELD,
  OEE,
  partsOf,
  QUALITY_RATIO,
  REWORK_RATIO,
  SCRAP_RATIO,
  seriesOf,
  THROUGHPUT,
  type Group,
  type Metric,
} from "./metrics.ts";

const ALWAYS = [CYCLE_TIME, SCRAP_RATIO, FIRST_PASS_YIELD, THROUGHPUT] as const;
const PARTS_OF_OEE = [OEE, AVAILABILITY, EFFECTIVENESS, QUALITY_RATIO] as const;

/** Figures from day to day, with the changes that came into force. */
export function FigureCharts({ report, group, hasItem }: { report: KpiReport; group: Group; hasItem: boolean }) {
  const markers = useMemo(() => markersOf(report), [report]);
  const { left } = seriesOf(report, group, CYCLE_TIME);
  return (
    <>
      <div className="charts">
        {ALWAYS.map((metric) => (
          <MetricChart key={metric.id} {...{ metric, report, group, markers }} />
        ))}
        {group === "none" ? (
          <>
            <MetricChart {...{ metric: REWORK_RATIO, report, group, markers }} />
            <LineChart
              title="OEE and its parts"
              meaning={oeeMeaning(report, hasItem)}
              series={partsOf(report, PARTS_OF_OEE)}
              format={SHARE}
              markers={markers}
            />
          </>
        ) : (
          [EFFECTIVENESS, QUALITY_RATIO].map((metric) => (
            <MetricChart key={metric.id} {...{ metric, report, group, markers }} />
          ))
        )}
      </div>
      {left === 0 ? null : (
        <p className="soft">
          {left} more stand only in the tables below: a chart tells six apart. Choose one of them to see it drawn.
        </p>
      )}
    </>
  );
}

type MetricProps = { metric: Metric; report: KpiReport; group: Group; markers: readonly Marker[] };

function MetricChart({ metric, report, group, markers }: MetricProps) {
  const series = useMemo(() => seriesOf(report, group, metric).series, [report, group, metric]);
  const { name, meaning, format, fromZero } = metric;
  return <LineChart title={name} {...{ meaning, series, format, fromZero, markers }} />;
}

/** Of one item or operation nobody can say how long its work center was to be busy. */
function oeeMeaning({ rows }: KpiReport, hasItem: boolean): string {
  if (hasItem) return "Availability, and so OEE, is of a work center as a whole: choose one without an item to see it.";
  return rows.some(({ kpis }) => kpis.availability !== null)
    ? "Availability × effectiveness × quality ratio, of the work center’s planned shifts."
    : "Availability, and so OEE, needs the plant’s shifts: name them in heddle.yaml.";
}

function markersOf({ changeMarkers }: KpiReport): readonly Marker[] {
  return changeMarkers.map(({ plant, change, day }) => ({
    day,
    name: change,
    link: <ChangeLink change={change} plant={plant} />,
  }));
}
