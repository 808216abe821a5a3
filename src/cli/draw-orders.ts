import type { OrderRow } from "../api/contract.ts";
import { grouped } from "../domain/grouped.ts";
import { instantText } from "./instant.ts";
import { table } from "./table.ts";

/** Orders as ERP, hub and MES see them, a line for each. */
export function drawOrders(orders: readonly OrderRow[], indent = ""): string {
  const manyPlants = new Set(orders.map(({ plant }) => plant)).size > 1;
  const rows = orders.map((row) => [
    row.order,
    manyPlants ? row.plant : "",
    itemText(row),
    grouped(row.quantity),
    erpText(row),
    row.state,
    mesText(row),
    goesText(row),
    row.reason ?? "",
  ]);
  const head = ["Order", manyPlants ? "Plant" : "", "Item", "Quantity", "ERP", "Heddle", "MES", "Goes", "Why"];
  const used = head.map((title, column) => (rows.some((row) => row[column] !== "") ? title : ""));
  return table([used, ...rows], { indent, right: [QUANTITY_COLUMN] });
}

const QUANTITY_COLUMN = 3;

export function itemText({ item, revision }: OrderRow): string {
  return revision === null ? item : `${item} rev ${revision}`;
}

/** `released, on hold` */
export function erpText({ erp }: OrderRow): string {
  return erp.onHold ? `${erp.state}, on hold` : erp.state;
}

/** `running JOB-77` */
export function mesText({ mes }: OrderRow): string {
  return mes === null ? "" : `${mes.state} ${mes.number}`;
}

/** With which shift's start, or when by itself; empty when it has gone or will not go. */
export function goesText({ dispatchAt, shift }: OrderRow): string {
  if (dispatchAt === null) return "";
  return shift === null || shift.at !== dispatchAt
    ? instantText(dispatchAt)
    : `${shift.name} ${instantText(dispatchAt)}`;
}
