import { keepPreviousData, useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { KpiReport } from "../../src/api/contract.ts";
import { kpisPath } from "../api.ts";
import { EffectPanel } from "../change/effect-panel.tsx";
import { Empty } from "../parts/empty.tsx";
import { ProblemNote, problemOf } from "../parts/problem.tsx";
import { useTitle } from "../parts/title.ts";
import { ExportLinks } from "../production/export-links.tsx";
import { FigureCharts } from "../production/figure-charts.tsx";
import { FiguresFilter } from "../production/figures-filter.tsx";
import { DaysTable, TotalsTable } from "../production/kpi-tables.tsx";
import { LossPanel } from "../production/loss-panel.tsx";
import { GROUP_NAMES } from "../production/metrics.ts";
import { ProductionNav } from "../production/production-nav.tsx";
import { kpisQuery } from "../production/production-queries.ts";
import { filterOf, groupOf, kpiParts, type ProductionSearch } from "../production/production-search.ts";

const route = getRouteApi("/inside/production");

/** What production came to: of everything, of a work center, or of an item from day to day. */
export function ProductionPage() {
  const search = route.useSearch();
  const { item, revision, operation, workCenter } = search;
  const { data: all } = useSuspenseQuery(kpisQuery({}, ["item"]));
  const chosen = [item, revision === undefined ? undefined : `rev ${revision}`, operation, workCenter].filter(
    (part) => part !== undefined,
  );
  useTitle(chosen.length === 0 ? "Production" : `Production of ${chosen.join(", ")}`);
  return (
    <main className="page stack">
      <div className="page-head" style={{ marginBottom: 0 }}>
        <h1>{chosen.length === 0 ? "Production" : chosen.join(" · ")}</h1>
        <p className="soft">What the shop floor made, in the figures of ISO 22400.</p>
        <div className="end">
          <ProductionNav />
        </div>
      </div>
      {all.rows.length === 0 ? (
        <section className="panel">
          <Empty title="The shop floor has told nothing yet">
            Send events to /api/shop-events, or connect an MES that tells of them: figures stand here a few seconds
            later. Events that cannot be counted are <Link to="/production/kept-apart">kept apart</Link>.
          </Empty>
        </section>
      ) : (
        <>
          <FiguresFilter search={search} all={all} />
          {item === undefined && workCenter === undefined ? (
            <Overview search={search} />
          ) : (
            <FromDayToDay search={search} />
          )}
        </>
      )}
    </main>
  );
}

/** Everything at a glance, with the way to each item and work center. */
function Overview({ search }: { search: ProductionSearch }) {
  return (
    <>
      <TotalsPanel title="Items" search={search} group="item" />
      <TotalsPanel title="Work centers" search={search} group="workCenter" />
      <LossPanel search={search} />
    </>
  );
}

function FromDayToDay({ search }: { search: ProductionSearch }) {
  const group = groupOf(search);
  const filter = filterOf(search);
  const by = kpiParts(group, "day");
  const { data: report, error } = useQuery({ ...kpisQuery(filter, by), placeholderData: keepPreviousData });
  if (error !== null) return <ProblemNote problem={problemOf(error)} />;
  if (report === undefined) return <p className="soft">Reading…</p>;
  if (report.rows.length === 0) {
    return (
      <section className="panel">
        <Empty title="Nothing was made of what is chosen">
          Widen the days, or choose less. <Link to="/production">Show everything</Link>
        </Empty>
      </section>
    );
  }
  const change = changeShown(report, search);
  return (
    <>
      <TotalsPanel
        title={group === "none" ? "All days together" : `All days together, by ${GROUP_NAMES[group]}`}
        search={search}
        group={group}
      />
      <FigureCharts report={report} group={group} hasItem={search.item !== undefined} />
      {change === null ? null : (
        <EffectPanel change={change.change} plant={change.plant} item={search.item} operation={search.operation} />
      )}
      <LossPanel search={search} />
      <section className="panel" aria-labelledby="days">
        <div className="panel-head">
          <h2 id="days">Day by day</h2>
          <ExportLinks of="figures by day" path={(format) => kpisPath(filter, by, format)} />
        </div>
        <DaysTable rows={report.rows} group={group} />
      </section>
    </>
  );
}

/** The change that the address names, else the one that came last. */
function changeShown({ changeMarkers }: KpiReport, { change }: ProductionSearch) {
  return changeMarkers.find((marker) => marker.change === change) ?? changeMarkers.at(-1) ?? null;
}

type TotalsProps = { title: string; search: ProductionSearch; group: ReturnType<typeof groupOf> };

function TotalsPanel({ title, search, group }: TotalsProps) {
  const filter = filterOf(search);
  const by = kpiParts(group);
  const { data, error } = useQuery({ ...kpisQuery(filter, by), placeholderData: keepPreviousData });
  return (
    <section className="panel">
      <div className="panel-head">
        <h2>{title}</h2>
        <ExportLinks of={title} path={(format) => kpisPath(filter, by, format)} />
      </div>
      {error === null ? null : <ProblemNote problem={problemOf(error)} />}
      {data === undefined ? (
        error === null ? (
          <p className="panel-body soft">Reading…</p>
        ) : null
      ) : (
        <TotalsTable caption={title} rows={data.rows} group={group} search={search} />
      )}
    </section>
  );
}
