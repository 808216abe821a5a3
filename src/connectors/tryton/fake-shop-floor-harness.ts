import { FakeError, idsOf, type FakeTables } from "./fake-tables-harness.ts";

/** Presses a button of the stand-in for Tryton by which goods move and work is done; where it does not fit, nothing happens. */
export function pressOnShopFloor(tables: FakeTables, button: string, ids: readonly number[]): void {
  for (const id of ids) BUTTONS[button]?.(tables, id);
}

const BUTTONS: Readonly<Record<string, (tables: FakeTables, id: number) => void>> = {
  "production.assign_force"(tables, id) {
    if (!isIn(tables, "production", id, ["waiting"])) return;
    pressOnShopFloor(tables, "stock.move.assign", inputsOf(tables, id));
    tables.write("production", id, { state: "assigned" });
  },
  "production.run"(tables, id) {
    if (!isIn(tables, "production", id, ["assigned"])) return;
    pressOnShopFloor(tables, "stock.move.do", inputsOf(tables, id));
    tables.write("production", id, { state: "running" });
    for (const work of worksOf(tables, id)) setState(tables, work);
  },
  "production.done"(tables, id) {
    if (!isIn(tables, "production", id, ["running"])) return;
    const works = worksOf(tables, id);
    const open = works.find((work) => tables.tables.row("production.work", work)?.["state"] !== "finished");
    if (open !== undefined) {
      throw new FakeError("UserError", `To complete production "${id}", work "${open}" must be finished.`);
    }
    pressOnShopFloor(tables, "stock.move.do", idsOf(tables, "stock.move", ["production_output", "=", id]));
    tables.write("production", id, { state: "done" });
    for (const work of works) setState(tables, work);
  },
  "stock.move.draft"(tables, id) {
    if (isIn(tables, "stock.move", id, ["assigned"])) tables.write("stock.move", id, { state: "draft" });
  },
  "stock.move.assign"(tables, id) {
    if (isIn(tables, "stock.move", id, ["draft"])) tables.write("stock.move", id, { state: "assigned" });
  },
  "stock.move.do"(tables, id) {
    if (!isIn(tables, "stock.move", id, ["draft", "assigned"])) return;
    checkLot(tables, id);
    tables.write("stock.move", id, { state: "done" });
  },
  "production.work.start"(tables, id) {
    tables.create("production.work.cycle", { work: id, state: "running" });
    setState(tables, id);
  },
  "production.work.cycle.do"(tables, id) {
    if (!isIn(tables, "production.work.cycle", id, ["running"])) return;
    tables.write("production.work.cycle", id, { state: "done" });
    setState(tables, Number(tables.tables.row("production.work.cycle", id)?.["work"]));
  },
};

function isIn(tables: FakeTables, model: string, id: number, states: readonly string[]): boolean {
  return states.includes(String(tables.tables.row(model, id)?.["state"]));
}

function inputsOf(tables: FakeTables, production: number): readonly number[] {
  return idsOf(tables, "stock.move", ["production_input", "=", production]);
}

function worksOf(tables: FakeTables, production: number): readonly number[] {
  return idsOf(tables, "production.work", ["production", "=", production]);
}

/** Some items must not move in or out of a production without a lot. */
function checkLot(tables: FakeTables, id: number): void {
  const move = tables.tables.row("stock.move", id);
  const product = tables.tables.row("product.product", move?.["product"]);
  const required = tables.tables.row("product.template", product?.["template"])?.["lot_required"];
  const isNeeded = Array.isArray(required) && required.includes("production");
  if (isNeeded && move?.["lot"] == null && Number(move?.["quantity"]) > 0) {
    throw new FakeError("UserError", `To move product "${String(product?.id)}" you must provide a stock lot.`);
  }
}

/** A work's state follows from its cycles. */
function setState(tables: FakeTables, work: number): void {
  const row = tables.tables.row("production.work", work);
  const production = tables.tables.row("production", row?.["production"])?.["state"];
  const cycles = tables.search("production.work.cycle", [["work", "=", work]], null).map(({ state }) => state);
  const state = stateOf(production, cycles);
  if (state !== "request" && state !== "draft" && row?.["work_center"] == null) {
    throw new FakeError("UserError", `A value is required for field "Work Center" in "Production Work".`);
  }
  tables.write("production.work", work, { state });
}

function stateOf(production: unknown, cycles: readonly unknown[]): string {
  if (production === "waiting" && cycles.length === 0) return "request";
  if (production === "done") return "done";
  if (cycles.every((state) => state === "cancelled")) return "draft";
  if (cycles.every((state) => state === "done" || state === "cancelled")) return "finished";
  return cycles.includes("running") ? "running" : "waiting";
}
