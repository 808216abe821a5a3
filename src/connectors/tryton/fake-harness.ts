import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { MODELS, type Row } from "./fake-models-harness.ts";
import { pressOnShopFloor } from "./fake-shop-floor-harness.ts";
import { FakeError, fakeTables, idsOf, type FakeTables } from "./fake-tables-harness.ts";
import { bringsField, type TrytonModule } from "./modules.ts";
import { DATABASE, PASSWORD, type TrytonServer } from "./server-harness.ts";

type Params = readonly unknown[];
type Values = Readonly<Record<string, unknown>>;

/**
 * Stands in for Tryton where its packages are not installed: a record layer, and of its models as much as the
 * conformance suite needs. What it does was seen at the real server, against which the same suite runs by
 * `npm run test:tryton`.
 *
 * @param missing modules that are not installed.
 */
export async function startFakeTryton(missing: readonly TrytonModule[] = []): Promise<TrytonServer> {
  const tables = fakeTables();
  tables.transaction({}, () => install(tables));
  const sessions = new Set<string>();
  const server = createServer((request, response) => void serve(request, response));

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { id, method, params } = JSON.parse(await text(request)) as { id: number; method: string; params: Params };
    const answer = (status: number, body: string, type = "application/json") =>
      response.writeHead(status, { "content-type": type }).end(body);
    if (!request.url?.startsWith(`/${DATABASE}/`)) {
      return void answer(200, JSON.stringify({ id, error: ["Database '/db/other.sqlite' doesn't exist!", ""] }));
    }
    if (method === "common.db.login") {
      const [, { password }] = params as [string, { password: string }];
      if (password !== PASSWORD) return void answer(401, "<h1>Unauthorized</h1>", "text/html");
      const session = randomUUID();
      sessions.add(session);
      return void answer(200, JSON.stringify({ id, result: [1, session] }));
    }
    const [, , session = ""] = Buffer.from(request.headers.authorization?.split(" ")[1] ?? "", "base64")
      .toString()
      .split(":");
    if (!sessions.has(session)) return void answer(401, "<h1>Unauthorized</h1>", "text/html");
    try {
      refuseMissing(missing, method, params);
      const result = call(tables, missing, method, params) ?? null;
      answer(200, JSON.stringify({ id, result }));
    } catch (error) {
      if (!(error instanceof FakeError)) throw error;
      answer(200, JSON.stringify({ id, error: errorOf(error) }));
    }
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A module that is not there has brought no fields. */
function refuseMissing(missing: readonly TrytonModule[], method: string, params: Params): void {
  if (!method.endsWith(".search_read")) return;
  const asked = (params[4] as string[]).find((path) => missing.some((module) => bringsField(module, path)));
  if (asked !== undefined) throw new FakeError(`'${asked}'`, "");
}

function errorOf({ name, message }: FakeError): readonly unknown[] {
  if (name === "UserError") return [name, [message, "", null]];
  if (name === "UserWarning") return [name, [message, "The purchase prices are based on the purchase uom.", ""]];
  // A bare error of Python's has its words for a name, and a trace that is empty in production.
  return name === "ConcurrencyException" ? [name, message] : [name, ""];
}

/** What a fresh database brings. */
function install(tables: FakeTables): void {
  tables.create("res.user", { name: "Administrator" });
  const uoms = [
    ["Unit", "u", 0, 1],
    ["Kilogram", "kg", 2, 2],
    ["Gram", "g", 2, 2],
    ["Carat", "c", 2, 2],
    ["Meter", "m", 2, 3],
  ] as const;
  for (const [name, symbol, digits, category] of uoms) tables.create("product.uom", { name, symbol, digits, category });
  const storage = tables.create("stock.location", { name: "Storage Zone", code: "STO" });
  tables.create("stock.location", { name: "Warehouse", code: "WH", storage_location: storage });
  tables.create("stock.location", { name: "Production", code: "PROD" });
}

function call(tables: FakeTables, missing: readonly TrytonModule[], method: string, params: Params): unknown {
  const context = (params.at(-1) ?? {}) as Values;
  const states = (context["_timestamp"] ?? {}) as Record<string, string>;
  const own = params.slice(0, -1);
  const [kind = "", ...rest] = method.split(".");
  const action = rest.at(-1) ?? "";
  const model = rest.slice(0, -1).join(".");
  if (kind === "wizard") return modifyCostPrice(tables, action, own, context, states);
  if (model === "ir.date") return today();
  if (action === "get_preferences") return { company: 1 };
  if (action === "default_get") return { code_readonly: false };
  if (action === "fields_get") return fieldsOf(model, own[0] as string[], missing);
  const [first, offset = 0, limit = null, order = null, fields = []] = own as [
    unknown[],
    number?,
    (number | null)?,
    never?,
    string[]?,
  ];
  switch (action) {
    case "search_read": {
      const found = tables.search(model, first, order).slice(offset);
      return (limit === null ? found : found.slice(0, limit)).map((row) => tables.read(model, row, fields));
    }
    case "search_count":
      return tables.search(model, first, null).length;
    case "create":
      return tables.transaction(states, () => (first as Values[]).map((values) => createOne(tables, model, values)));
    case "write":
      return tables.transaction(states, () => writePairs(tables, model, own));
    case "delete":
      return tables.transaction(states, () => {
        for (const id of first as number[]) tables.remove(model, id);
      });
    default:
      return actOn(tables, model, action, first, states);
  }
}

function createOne(tables: FakeTables, model: string, values: Values): number {
  const numbered = model === "production" ? { number: nextNumber(tables, model), ...values } : values;
  const id = tables.create(model, numbered);
  check(tables);
  return id;
}

/** `[ids], values, [ids], values …` */
function writePairs(tables: FakeTables, model: string, pairs: Params): void {
  for (let i = 0; i + 1 < pairs.length; i += 2) {
    const values = pairs[i + 1] as Values;
    for (const id of pairs[i] as number[]) {
      if (model === "product.template") warnOfUnit(tables, id, values);
      tables.write(model, id, values);
    }
  }
  check(tables);
}

/** Asks, unless a record says that the user has answered; the answer holds once. */
function warnOfUnit(tables: FakeTables, template: number, { purchase_uom: uom }: Values): void {
  const held = tables.tables.row("product.template", template)?.["purchase_uom"];
  if (uom === undefined || held === null || held === uom) return;
  if (tables.search("purchase.product_supplier", [["template", "=", template]], null).length === 0) return;
  const name = `${template}@product_template`;
  const [answered] = tables.search("res.user.warning", [["name", "=", name]], null);
  if (answered === undefined) throw new FakeError("UserWarning", name);
  tables.remove("res.user.warning", answered.id);
}

/** What Tryton refuses whoever asks. */
function check(tables: FakeTables): void {
  for (const model of ["production.bom.input", "production.bom.output"]) {
    const seen = new Set<string>();
    for (const line of tables.tables.rows(model)) {
      const key = `${String(line["bom"])} ${String(line["product"])}`;
      if (seen.has(key)) throw new FakeError("UserError", "Products can only appear once on each BOM.");
      seen.add(key);
      const digits = Number(tables.tables.row("product.uom", line["uom"])?.["digits"]);
      const places = String(line["quantity"]).split(".")[1]?.length ?? 0;
      if (places > digits) {
        const what = `The number of digits in the value "${String(line["quantity"])}" for field "Quantity" in "Bill of Material Input" exceeds the limit of "${digits}".`;
        throw new FakeError("UserError", what);
      }
    }
  }
}

function actOn(
  tables: FakeTables,
  model: string,
  action: string,
  first: unknown,
  states: Record<string, string>,
): unknown {
  if (`${model}.${action}` === "production.reset_bom") return exploded(tables, first as Values);
  const ids = first as number[];
  const move = (from: readonly string[], to: string, more: (row: Row) => Values = () => ({})) =>
    tables.transaction(states, () => {
      for (const id of ids) {
        const row = tables.tables.row(model, id);
        // Asked again, a state stays as it is.
        if (row === undefined || !from.includes(String(row["state"]))) continue;
        tables.write(model, id, { state: to, ...more(row) });
      }
    });
  switch (`${model}.${action}`) {
    case "purchase.purchase.quote":
      return move(["draft"], "quotation", ({ number }) => ({ number: number ?? nextNumber(tables, model) }));
    case "purchase.purchase.draft":
      return move(["quotation", "cancelled"], "draft");
    case "production.draft":
      return tables.transaction(states, () =>
        ids.forEach((id) => takeBack(tables, id, ["request", "waiting"], "draft")),
      );
    case "production.cancel":
      return tables.transaction(states, () =>
        ids.forEach((id) => takeBack(tables, id, ["request", "draft", "waiting", "assigned"], "cancelled")),
      );
    case "production.wait":
      return tables.transaction(states, () => ids.forEach((id) => release(tables, id)));
    case "production.assign_force":
    case "production.run":
    case "production.done":
    case "stock.move.draft":
    case "stock.move.assign":
    case "stock.move.do":
    case "production.work.start":
    case "production.work.cycle.do":
      return tables.transaction(states, () => pressOnShopFloor(tables, `${model}.${action}`, ids));
    default:
      throw new FakeError(`'${action}'`, "");
  }
}

/** Steps of the routing become works; stock that was reserved is given back. */
function release(tables: FakeTables, id: number): void {
  const row = tables.tables.row("production", id);
  const before = row?.["state"];
  if (row === undefined || (before !== "draft" && before !== "assigned")) return;
  tables.write("production", id, { state: "waiting" });
  if (before === "assigned") {
    pressOnShopFloor(tables, "stock.move.draft", idsOf(tables, "stock.move", ["production_input", "=", id]));
    return;
  }
  for (const step of tables.search("production.routing.step", [["routing", "=", row["routing"] ?? -1]], BY_SEQUENCE)) {
    const category = tables.tables.row("production.routing.operation", step["operation"])?.["work_center_category"];
    const [picked] = tables.search("production.work.center", [["category", "=", category ?? -1]], null);
    const workCenter = picked?.id ?? row["work_center"];
    const { operation, sequence } = step;
    tables.create("production.work", { production: id, operation, sequence, work_center: workCenter });
  }
}

const BY_SEQUENCE = [["sequence", "ASC"]] as const;

/** Works go, and what was to be moved with them when the order is cancelled. */
function takeBack(tables: FakeTables, id: number, from: readonly string[], to: "draft" | "cancelled"): void {
  const row = tables.tables.row("production", id);
  if (row === undefined || !from.includes(String(row["state"]))) return;
  tables.write("production", id, { state: to });
  for (const { id: work } of tables.search("production.work", [["production", "=", id]], null)) {
    tables.remove("production.work", work);
  }
  const moves = ["OR", ["production_input", "=", id], ["production_output", "=", id]];
  for (const { id: move } of tables.search("stock.move", [moves], null))
    tables.write("stock.move", move, { state: to });
}

/** Definitions of those of the fields that there are. */
function fieldsOf(model: string, names: readonly string[], missing: readonly TrytonModule[]): object {
  const there = names.filter(
    (name) => name in (MODELS[model] ?? {}) && !missing.some((module) => bringsField(module, name)),
  );
  return Object.fromEntries(there.map((name) => [name, { name }]));
}

function nextNumber(tables: FakeTables, model: string): string {
  const numbers = [...tables.tables.rows(model)].map(({ number }) => Number(number ?? 0));
  return String(Math.max(0, ...numbers) + 1);
}

/** What the client shows when it explodes a BOM; nothing is written. */
function exploded(tables: FakeTables, { bom, quantity, location, company }: Values): object {
  const storage = [...tables.tables.rows("stock.location")].find(({ code }) => code === "STO")?.id;
  const lines = (model: string) => [...tables.tables.rows(model)].filter((line) => line["bom"] === bom);
  const added = (model: string, inward: boolean) => ({
    add: lines(model).map((line, at) => [
      at,
      {
        id: null,
        state: "draft",
        product: line["product"],
        "product.": { rec_name: "" },
        uom: line["uom"],
        quantity: Number(line["quantity"]) * Number(quantity),
        from_location: inward ? storage : location,
        to_location: inward ? location : storage,
        company,
      },
    ]),
  });
  return { inputs: added("production.bom.input", true), outputs: added("production.bom.output", false) };
}

function modifyCostPrice(
  tables: FakeTables,
  action: string,
  params: Params,
  context: Values,
  states: Record<string, string>,
): unknown {
  if (action === "create") return [1, "start", "end"];
  if (action === "delete") return null;
  const { start } = params[1] as { start: { cost_price: string; date: unknown } };
  const product = Number(context["active_id"]);
  return tables.transaction(states, () => {
    tables.create("product.cost_price.revision", { product, cost_price: start.cost_price, date: start.date });
    tables.write("product.product", product, { cost_price: { __class__: "Decimal", decimal: start.cost_price } });
    return {};
  });
}

function today(): object {
  const now = new Date();
  return { __class__: "date", year: now.getUTCFullYear(), month: now.getUTCMonth() + 1, day: now.getUTCDate() };
}
