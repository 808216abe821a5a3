import type { ReactNode } from "react";
import {
  createColumnHelper,
  createSortedRowModel,
  rowSortingFeature,
  sortFn_alphanumeric,
  sortFn_basic,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { useMemo } from "react";
import { useFirst } from "./first-rows.tsx";

const features = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns: { alphanumeric: sortFn_alphanumeric, basic: sortFn_basic },
});

export type Column<Row> = {
  readonly id: string;
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  /** What the column is sorted by; a column without it is not sorted. */
  readonly value?: (row: Row) => string | number;
  readonly align?: "right";
  /** Pixels that the column keeps, however long the others are. */
  readonly minWidth?: number;
};

type Props<Row> = {
  /** What the table holds, for those who listen. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
};

/** A table of some pages' length, sorted by a click on a heading. Longer ones are a `VirtualTable`. */
export function DataTable<Row extends object>({ caption, columns, rows, rowKey }: Props<Row>) {
  const defined = useMemo(() => {
    const helper = createColumnHelper<typeof features, Row>();
    return helper.columns(
      columns.map(({ id, header, value }) =>
        helper.accessor((row) => value?.(row) ?? "", {
          id,
          header,
          enableSorting: value !== undefined,
          sortFn: "alphanumeric",
        }),
      ),
    );
  }, [columns]);
  const data = useMemo(() => [...rows], [rows]);
  const table = useTable({ features, columns: defined, data, getRowId: rowKey });
  const byId = new Map(columns.map((column) => [column.id, column]));
  const [shown, others] = useFirst(table.getRowModel().rows, ROWS_MAX);

  return (
    <>
      <div className="scroll" tabIndex={0} role="region" aria-label={caption}>
        <table className="table">
          <caption className="heard">{caption}</caption>
          <thead>
            <tr>
              {table.getFlatHeaders().map(({ id, column }) => (
                <th
                  key={id}
                  scope="col"
                  data-align={byId.get(id)?.align}
                  style={{ minWidth: byId.get(id)?.minWidth }}
                  aria-sort={SORTED[column.getIsSorted() || "none"]}
                >
                  {column.getCanSort() ? (
                    <button type="button" onClick={column.getToggleSortingHandler()}>
                      {byId.get(id)?.header}
                      {column.getIsSorted() === false ? null : (
                        <span aria-hidden>{column.getIsSorted() === "asc" ? "↑" : "↓"}</span>
                      )}
                    </button>
                  ) : (
                    byId.get(id)?.header
                  )}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <tr key={row.id}>
                {columns.map(({ id, align, cell }) => (
                  <td key={id} data-align={align}>
                    {cell(row.original)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {others}
    </>
  );
}

/** Rows that are shown at once, in the order that is chosen. */
const ROWS_MAX = 200;

const SORTED = { asc: "ascending", desc: "descending", none: undefined } as const;
