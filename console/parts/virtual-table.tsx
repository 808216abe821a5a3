import { useRef, type CSSProperties, type ReactNode } from "react";
import { useVirtualizer } from "@tanstack/react-virtual";

export type GridColumn<Row> = {
  readonly id: string;
  readonly header: ReactNode;
  /** A width of CSS grid, for instance `120px` or `minmax(160px, 1fr)`. */
  readonly width: string;
  readonly cell: (row: Row) => ReactNode;
  /** Further attributes of a row's cell: classes, data for the stylesheet. */
  readonly attributes?: (row: Row) => CellAttributes;
  readonly headClass?: string;
  readonly align?: "right";
};

type CellAttributes = {
  readonly className?: string;
  readonly title?: string;
  readonly "data-side"?: string;
  readonly "data-differs"?: boolean;
};

type Props<Row> = {
  readonly caption: string;
  readonly columns: readonly GridColumn<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  /** Pixels below which the columns scroll sideways instead of shrinking. */
  readonly minWidth: number;
  readonly kind?: (row: Row) => string;
  /** Whether cells of class `wraps` may make their row higher; in long tables rows are of one height anyway. */
  readonly wraps?: boolean;
  /** A row that is one cell across, as a heading of those below it; null for an ordinary row. */
  readonly renderAcross?: (row: Row) => ReactNode | null;
};

const ROW_HEIGHT = 33;

/** Up to here a table is as high as its rows and the page scrolls; a longer one scrolls by itself. */
const FULL_HEIGHT_ROWS_MAX = 60;

/** Measuring a row moves all below it: beyond this number a jump through the table would be felt. */
const MEASURED_ROWS_MAX = 5_000;

/** A table of any length: only the rows in sight are in the page, so 100,000 scroll like 100. */
export function VirtualTable<Row>({
  caption,
  columns,
  rows,
  rowKey,
  minWidth,
  kind,
  wraps = false,
  renderAcross,
}: Props<Row>) {
  const scroller = useRef<HTMLDivElement>(null);
  const measured = wraps && rows.length <= MEASURED_ROWS_MAX;
  // oxlint-disable-next-line react/incompatible-library -- only the React compiler, which is not used, would trip on it
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
    getItemKey: (index) => keyAt(rows, rowKey, index),
  });
  const height = virtual.getTotalSize() + ROW_HEIGHT;
  const widths = {
    "--grid-columns": columns.map(({ width }) => width).join(" "),
    "--grid-min": `${minWidth}px`,
  } as CSSProperties;

  return (
    <div
      className="grid"
      ref={scroller}
      style={{ ...widths, height: rows.length > FULL_HEIGHT_ROWS_MAX ? `min(68vh, ${height}px)` : "auto" }}
      role="table"
      aria-label={caption}
      aria-rowcount={rows.length + 1}
      tabIndex={0}
    >
      <div className="grid-head" role="row" aria-rowindex={1}>
        {columns.map(({ id, header, align, headClass }) => (
          <div key={id} role="columnheader" data-align={align} className={headClass}>
            {header}
          </div>
        ))}
      </div>
      <div className="grid-rows" role="rowgroup" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, key, start }) => {
          const row = rows[index];
          if (row === undefined) return null;
          const heading = renderAcross?.(row) ?? null;
          return (
            <div
              key={key}
              ref={measured ? virtual.measureElement : undefined}
              data-index={index}
              className="grid-row"
              role="row"
              aria-rowindex={index + 2}
              data-kind={kind?.(row)}
              data-measured={measured}
              style={{ transform: `translateY(${start}px)` }}
            >
              {heading === null ? (
                columns.map(({ id, align, cell, attributes }) => (
                  <div key={id} role="cell" data-align={align} {...attributes?.(row)}>
                    {cell(row)}
                  </div>
                ))
              ) : (
                <div role="cell" aria-colspan={columns.length} style={{ gridColumn: "1 / -1" }}>
                  {heading}
                </div>
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function keyAt<Row>(rows: readonly Row[], rowKey: (row: Row) => string, index: number): string {
  const row = rows[index];
  return row === undefined ? String(index) : rowKey(row);
}
