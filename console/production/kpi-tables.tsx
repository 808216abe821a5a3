import type { ReactNode } from "react";
import { Link } from "@tanstack/react-router";
import type { KpiRow } from "../../src/api/contract.ts";
import { naturalOrder, plainOrder } from "../../src/domain/natural-order.ts";
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
  isOfSomething,
  OEE,
  QUALITY_RATIO,
  REWORK_RATIO,
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
  REWORK_RATIO,
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
    ...(group === "none"
      ? []
      : [
          {
            id: "group",
            header: capital(GROUP_NAMES[group]),
            value: (row: KpiRow) => groupName(row, group),
            cell: (row: KpiRow) => wayTo(row, group, search),
          },
        ]),
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
      cell: (row) => shown(value(row), format.text),
    })),
  ];
  const shownRows = rows.filter((row) => isOfSomething(row, group));
  return <DataTable caption={caption} columns={columns} rows={shownRows} rowKey={keyOf} />;
}

function column(header: string, cell: (row: KpiRow) => string): Column<KpiRow> {
  return { id: header, header, align: "right", cell };
}

/** Leads to the item's or the work center's own figures, where rows are of several. */
function wayTo(row: KpiRow, group: Group, search: ProductionSearch): ReactNode {
  const name = groupName(row, group);
  const isWay = group === "item" || group === "workCenter" || group === "operation";
  if (!isWay || row[group] === null) return <span className="id">{name}</span>;
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

const DAY: GridColumn<KpiRow> = {
  id: "day",
  header: "Day",
  width: "100px",
  cell: ({ day }) => <span className="number">{day ?? "not told"}</span>,
};

/** The rows that the charts are drawn from, the newest first. */
export function DaysTable({ rows, group }: { rows: readonly KpiRow[]; group: Group }) {
  const newest = rows
    .filter((row) => isOfSomething(row, group))
    .toSorted((a, b) => plainOrder(b.day ?? "", a.day ?? "") || naturalOrder(groupName(a, group), groupName(b, group)));
  const columns: readonly GridColumn<KpiRow>[] = [
    DAY,
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
    ...(new Set(rows.map(({ plant }) => plant)).size < 2
      ? []
      : [{ id: "plant", header: "Plant", width: "80px", cell: ({ plant }: KpiRow) => plant }]),
    number("Orders", "64px", ({ orders }) => orders.toLocaleString("en")),
    number("Good", "80px", ({ elements, unit }) => [amountText(elements.good), unit].filter(Boolean).join(" ")),
    number("Scrapped", "92px", ({ elements }) => amountText(elements.scrap)),
    ...told(rows).flatMap((metric) => {
      const { short, value, format } = metric;
      const own = number(short, "minmax(96px, 1fr)", (row) => shown(value(row), format.text));
      return metric === CYCLE_TIME ? [quantile("p10"), own, quantile("p90")] : [own];
    }),
  ];
  return (
    <VirtualTable
      caption="Figures by day"
      columns={columns}
      rows={newest}
      rowKey={keyOf}
      minWidth={78 * columns.length}
    />
  );
}

function quantile(name: "p10" | "p90"): GridColumn<KpiRow> {
  return number(`Cycle ${name}`, "minmax(84px, 1fr)", ({ cycleTime }) =>
    shown(cycleTime[name], CYCLE_TIME.format.text),
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
