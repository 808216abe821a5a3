import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { lossesPath, type LossKind, type LossPart } from "../api.ts";
import { Empty } from "../parts/empty.tsx";
import { ProblemNote, problemOf } from "../parts/problem.tsx";
import { ExportLinks } from "./export-links.tsx";
import { shareText } from "./figure-format.ts";
import { paretosOf, type Pareto } from "./pareto.ts";
import { ParetoChart } from "./pareto-chart.tsx";
import { lossesQuery } from "./production-queries.ts";
import { filterOf, LOSS_KINDS, type ProductionSearch } from "./production-search.ts";

const NAMES: Readonly<Record<LossKind, string>> = {
  scrap: "Scrap",
  rework: "Rework",
  nonconformance: "Nonconformances",
  downtime: "Downtime",
};

const route = getRouteApi("/inside/production");

/** Why it was lost: the few reasons that most of it comes from. */
export function LossPanel({ search }: { search: ProductionSearch }) {
  const { kind = "scrap" } = search;
  const chosen = route.useSearch();
  const filter = filterOf(search);
  const by = placesOf(search);
  const { data, error } = useQuery({ ...lossesQuery(filter, kind, by), placeholderData: keepPreviousData });
  const charts = data === undefined ? [] : paretosOf(data.rows);
  return (
    <section className="panel" aria-labelledby="losses">
      <div className="panel-head">
        <h2 id="losses">Losses by reason</h2>
        <nav className="chips" aria-label="Kind of loss">
          {LOSS_KINDS.map((each) => (
            <Link
              key={each}
              to="/production"
              search={{ ...chosen, kind: each === "scrap" ? undefined : each }}
              resetScroll={false}
              activeOptions={{ exact: true }}
              className="chip"
              aria-current={each === kind}
            >
              {NAMES[each]}
            </Link>
          ))}
        </nav>
        <ExportLinks of="losses" path={(format) => lossesPath(filter, kind, by, format)} />
      </div>
      {error === null ? null : <ProblemNote problem={problemOf(error)} />}
      {data === undefined ? (
        error === null ? (
          <p className="panel-body soft">Reading…</p>
        ) : null
      ) : charts.length === 0 ? (
        <Empty title={`No ${NAMES[kind].toLowerCase()} was told`}>
          Nothing of this kind has come in from the shop floor for what is chosen.
        </Empty>
      ) : (
        charts.map((chart) => (
          <ParetoChart
            key={`${chart.plant} ${chart.unit ?? ""}`}
            caption={captionOf(chart, kind, charts.length > 1)}
            of={headingOf(chart, kind)}
            bars={chart.bars}
            format={shareText}
          />
        ))
      )}
    </section>
  );
}

/** What is chosen already needs not be told apart. */
function placesOf({ item, operation }: ProductionSearch): readonly LossPart[] {
  if (item === undefined) return ["item"];
  return operation === undefined ? ["operation"] : [];
}

function captionOf({ plant, unit }: Pareto, kind: LossKind, isOneOfMany: boolean): string {
  const of = isOneOfMany ? `, plant ${plant}${unit === null ? "" : ` in ${unit}`}` : "";
  return `${NAMES[kind]} by reason${of}`;
}

function headingOf({ plant, unit }: Pareto, kind: LossKind): string {
  if (kind === "downtime") return `Time, plant ${plant}`;
  if (kind === "nonconformance") return `Times, plant ${plant}`;
  return `${unit ?? "Pieces"}, plant ${plant}`;
}
