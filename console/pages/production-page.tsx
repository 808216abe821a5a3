import { useState } from "react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
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
import {
  choicesOf,
  filterOf,
  groupOf,
  kpiParts,
  withDays,
  type ProductionSearch,
} from "../production/production-search.ts";

const route = getRouteApi("/inside/production");

/** What production came to: of everything, of a work center, or of an item from day to day. */
export function ProductionPage() {
  const chosen = route.useSearch();
  const [now] = useState(() => Date.now());
  const search = withDays(chosen, now);
  const { item, revision, operation, workCenter } = chosen;
  const { data: choices, error } = useQuery({
    ...kpisQuery(choicesOf(chosen, now), ["item"]),
    placeholderData: keepPreviousData,
  });
  const names = [item, revision === undefined ? undefined : `rev ${revision}`, operation, workCenter].filter(
    (part) => part !== undefined,
  );
  useTitle(names.length === 0 ? "Production" : `Production of ${names.join(", ")}`);
  const isOfAll = item === undefined && workCenter === undefined;
  return (
    <main className="page stack">
      <div className="page-head" style={{ marginBottom: 0 }}>
        <h1>{names.length === 0 ? "Production" : names.join(" · ")}</h1>
        <p className="soft">What the shop floor made, in the figures of ISO 22400.</p>
        <div className="end">
          <ProductionNav />
        </div>
      </div>
      <FiguresFilter search={search} choices={choices?.rows ?? []} />
      {error !== null && isOfAll ? <ProblemNote problem={problemOf(error)} /> : null}
      {isOfAll ? (
        choices === undefined ? null : (
          <Overview search={search} isEmpty={choices.rows.length === 0} />
        )
      ) : (
        <FromDayToDay search={search} />
      )}
    </main>
  );
}

/** Everything at a glance, with the way to each item and work center. */
function Overview({ search, isEmpty }: { search: ProductionSearch; isEmpty: boolean }) {
  if (isEmpty) {
    return (
      <section className="panel">
        <Empty title={`The shop floor has told nothing since ${search.from ?? "ever"}`}>
          Choose an earlier day to look further back. To have figures here, send events to /api/shop-events or connect
          an MES that tells of them; those that cannot be counted are{" "}
          <Link to="/production/kept-apart">kept apart</Link>.
        </Empty>
      </section>
    );
  }
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
        <>
          <ChangeChoice report={report} search={search} shown={change.change} />
          <EffectPanel change={change.change} plant={change.plant} item={search.item} operation={search.operation} />
        </>
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

/** Of several changes, which one's effect is shown below. */
function ChangeChoice({ report, search, shown }: { report: KpiReport; search: ProductionSearch; shown: string }) {
  const changes = [...new Set(report.changeMarkers.map(({ change }) => change))];
  if (changes.length < 2) return null;
  return (
    <nav className="chips" aria-label="Effect of">
      {changes.map((change) => (
        <Link
          key={change}
          to="/production"
          search={{ ...search, change }}
          resetScroll={false}
          activeOptions={{ exact: true }}
          className="chip"
          aria-current={change === shown}
        >
          {change}
        </Link>
      ))}
    </nav>
  );
}

type TotalsProps = { title: string; search: ProductionSearch; group: ReturnType<typeof groupOf> };

function TotalsPanel({ title, search, group }: TotalsProps) {
  const chosen = route.useSearch();
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
        <TotalsTable caption={title} rows={data.rows} group={group} search={chosen} />
      )}
    </section>
  );
}
