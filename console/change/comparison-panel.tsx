import { useMemo } from "react";
import { NativeSelect, Switch } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { BomDiff } from "../../src/api/contract.ts";
import { fieldWords } from "../../src/domain/bom/bom-sheets.ts";
import { bomDiffPath } from "../api.ts";
import { counted } from "../format.ts";
import { Empty } from "../parts/empty.tsx";
import { ProblemNote, problemOf } from "../parts/problem.tsx";
import { VirtualTable, type GridColumn } from "../parts/virtual-table.tsx";
import { bomDiffQuery } from "../queries.ts";

const route = getRouteApi("/inside/changes/$change/$plant");

/** What can be compared: any two of these. */
function versionsOf(revision: string, change: string) {
  return [
    { value: `ebom:${revision}`, label: `eBOM rev ${revision}` },
    { value: `planned:${change}`, label: `planned by ${change}` },
    { value: "published", label: "published last" },
    { value: "erp", label: "in the ERP now" },
  ];
}

type Compared = {
  readonly plant: string;
  readonly item: string;
  readonly revision: string;
  readonly change: string;
  readonly isApplied: boolean;
};

/** Any two bills of material of an item: of a change that is not applied, first what it will change. */
export function ComparisonPanel({ plant, item, revision, change, isApplied }: Compared) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const versions = versionsOf(revision, change);
  const planned = `planned:${change}`;
  const [older, newer] = isApplied ? [planned, "erp"] : ["erp", planned];
  const { from = older, to = newer, all = false } = search;
  const { data: diff, error } = useQuery(bomDiffQuery(plant, item, from, to, isApplied));
  const shown = useMemo(() => diff?.lines.filter(({ what }) => all || what !== "same") ?? [], [diff, all]);
  const choose = (side: "from" | "to", value: string) =>
    void navigate({ search: (known) => ({ ...known, [side]: value }), replace: true });
  return (
    <section className="panel" aria-labelledby="comparison">
      <div className="panel-head">
        <h2 id="comparison">Compare</h2>
        <div className="end" style={{ display: "flex", flexWrap: "wrap", gap: 12, alignItems: "center" }}>
          <NativeSelect
            size="xs"
            aria-label="From"
            value={from}
            data={versions}
            onChange={({ currentTarget: { value } }) => choose("from", value)}
          />
          <NativeSelect
            size="xs"
            aria-label="To"
            value={to}
            data={versions}
            onChange={({ currentTarget: { value } }) => choose("to", value)}
          />
          <Switch
            size="xs"
            label="Equal lines too"
            checked={all}
            onChange={({ currentTarget: { checked } }) =>
              void navigate({ search: (known) => ({ ...known, all: checked || undefined }), replace: true })
            }
          />
          <a className="small" href={bomDiffPath(plant, item, from, to, "xlsx")} download>
            Excel
          </a>
        </div>
      </div>
      {error === null ? null : <ProblemNote problem={problemOf(error)} />}
      {diff === undefined ? (
        error === null && <p className="panel-body soft">Reading…</p>
      ) : shown.length === 0 ? (
        <Empty title="No difference">{counted(diff.lines.length, "line")} on both sides.</Empty>
      ) : (
        <VirtualTable
          caption="Lines that differ"
          columns={DIFF_COLUMNS}
          rows={shown}
          rowKey={({ what, line }) => `${what} ${line}`}
          minWidth={920}
          kind={({ what }) => what}
          wraps
        />
      )}
    </section>
  );
}

const WRAPS = () => ({ className: "wraps" });

type DiffLine = BomDiff["lines"][number];

const SIGNS = { added: "+", removed: "−", changed: "~", same: "" } as const;

const DIFF_COLUMNS: readonly GridColumn<DiffLine>[] = [
  {
    id: "sign",
    header: <span className="heard">Difference</span>,
    width: "32px",
    attributes: () => ({ className: "sign" }),
    cell: ({ what }) => (
      <>
        <span aria-hidden>{SIGNS[what]}</span>
        <span className="heard">{what}</span>
      </>
    ),
  },
  { id: "line", header: "Line", width: "minmax(110px, 0.6fr)", attributes: WRAPS, cell: ({ line }) => line },
  { id: "from", header: "From", width: "minmax(160px, 1fr)", attributes: WRAPS, cell: ({ from }) => from ?? "" },
  { id: "to", header: "To", width: "minmax(160px, 1fr)", attributes: WRAPS, cell: ({ to }) => to ?? "" },
  {
    id: "why",
    header: "What differs, and why",
    width: "minmax(220px, 1.6fr)",
    attributes: WRAPS,
    cell: ({ fields, why }) => [...fields.map(fieldWords), ...(why === null ? [] : [why])].join("; "),
  },
];
