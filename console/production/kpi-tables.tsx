import { Link } from "@tanstack/react-router";
import type { KpiRow } from "../../src/api/contract.ts";
import { DataTable, type Column } from "../parts/data-table.tsx";
import { VirtualTable, type GridColumn } from "../parts/virtual-table.tsx";
import { amountText } from "./figure-format.ts";
import {
  AVAILABILITY,
  CYCLE_TIME,
  EFFECTIVENESS,
  FIRST_PASS_YIELD,
  GROUP_NAMES,
  groupName,
  OEE,
  QUALITY_RATIO,
  SCRAP_RATIO,
  THROUGHPUT,
  type Group,
  type Metric,
} from "./metrics.ts";
import type { ProductionSearch } from "./production-search.ts";

const METRICS = [
  CYCLE_TIME,
  SCRAP_RATIO,
  FIRST_PASS_YIELD,
  THROUGHPUT,
  AVAILABILITY,
  EFFECTIVENESS,
  QUALITY_RATIO,
  OEE,
] as const;

type TotalsProps = {
  readonly caption: string;
  readonly rows: readonly KpiRow[];
  readonly group: Group;
  readonly search: ProductionSearch;
};

/** One row for each group, over all days; figures that no row has are left out. */
export function TotalsTable({ caption, rows, group, search }: TotalsProps) {
  const columns: readonly Column<KpiRow>[] = [
    {
      id: "group",
      header: group === "none" ? "All of it" : capital(GROUP_NAMES[group]),
      value: (row) => groupName(row, group),
      cell: (row) => <GroupName row={row} group={group} search={search} />,
    },
    { id: "plant", header: "Plant", value: ({ plant }) => plant, cell: ({ plant }) => plant },
    column("Orders", ({ orders }) => orders.toLocaleString("en")),
    column("Good", ({ elements, unit }) => [amountText(elements.good), unit].filter(Boolean).join(" ")),
    column("Scrap", ({ elements }) => amountText(elements.scrap)),
    column("Rework", ({ elements }) => amountText(elements.rework)),
    ...told(rows).map(({ id, name, value, format }): Column<KpiRow> => ({
      id,
      header: name,
      align: "right",
      value: (row) => value(row) ?? -1,
      cell: (row) => shown(value(row), format),
    })),
  ];
  return <DataTable caption={caption} columns={columns} rows={rows} rowKey={keyOf} />;
}

function column(header: string, cell: (row: KpiRow) => string): Column<KpiRow> {
  return { id: header, header, align: "right", cell };
}

/** Leads to the item's or the work center's own figures, where rows are of several. */
function GroupName({ row, group, search }: { row: KpiRow; group: Group; search: ProductionSearch }) {
  const name = groupName(row, group);
  const isWay = group === "item" || group === "workCenter" || group === "operation";
  if (!isWay || row[group] === null) return <span className="id">{name === "" ? "all" : name}</span>;
  return (
    <Link
      to="/production"
      search={{ ...search, plant: row.plant, [group]: row[group], by: undefined }}
      className="row-link"
    >
      <span className="id">{name}</span>
    </Link>
  );
}

/** The rows that the charts are drawn from, the newest first. */
export function DaysTable({ rows, group }: { rows: readonly KpiRow[]; group: Group }) {
  const newest = rows.toSorted((a, b) => ((a.day ?? "") > (b.day ?? "") ? -1 : 1));
  const columns: readonly GridColumn<KpiRow>[] = [
    {
      id: "day",
      header: "Day",
      width: "100px",
      cell: ({ day }) => <span className="number">{day ?? "not told"}</span>,
    },
    ...(group === "none"
      ? []
      : [
          {
            id: "group",
            header: capital(GROUP_NAMES[group]),
            width: "minmax(110px, 1fr)",
            cell: (row: KpiRow) => groupName(row, group),
          },
        ]),
    { id: "plant", header: "Plant", width: "80px", cell: ({ plant }) => plant },
    number("Orders", "70px", ({ orders }) => orders.toLocaleString("en")),
    number("Good", "90px", ({ elements, unit }) => [amountText(elements.good), unit].filter(Boolean).join(" ")),
    number("Scrap", "70px", ({ elements }) => amountText(elements.scrap)),
    number("p10", "80px", ({ cycleTime: { p10 } }) => shown(p10, CYCLE_TIME.format)),
    ...told(rows).map(({ name, value, format }) =>
      number(name, "minmax(110px, 1fr)", (row) => shown(value(row), format)),
    ),
    number("p90", "80px", ({ cycleTime: { p90 } }) => shown(p90, CYCLE_TIME.format)),
  ];
  return (
    <VirtualTable
      caption="Figures by day"
      columns={columns}
      rows={newest}
      rowKey={keyOf}
      minWidth={500 + 115 * columns.length - 300}
    />
  );
}

function number(header: string, width: string, cell: (row: KpiRow) => string): GridColumn<KpiRow> {
  return { id: header, header, width, align: "right", cell };
}

function told(rows: readonly KpiRow[]): readonly Metric[] {
  return METRICS.filter(({ value }) => rows.some((row) => value(row) !== null));
}

function shown(value: number | null, format: (value: number) => string): string {
  return value === null ? "–" : format(value);
}

function keyOf({ plant, item, revision, operation, workCenter, changes, day, shift, unit }: KpiRow): string {
  return JSON.stringify([plant, item, revision, operation, workCenter, changes, day, shift, unit]);
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
