import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { freePort } from "../../store/free-port.ts";

const SCRIPT = fileURLToPath(new URL("../../../tools/tryton-up.sh", import.meta.url));
export const DATABASE = "erp";
export const PASSWORD = "hub-admin-1";
const run = promisify(execFile);

/** A Tryton, or what stands in for one, with an empty database. */
export type TrytonServer = { readonly url: string; readonly close: () => Promise<void> };

/**
 * Starts a real Tryton by `tools/tryton-up.sh`, in a folder and at a port of its own, on SQLite or on what
 * `HEDDLE_TRYTON_DATABASE` names (`postgresql`). For tests.
 * @throws Error with the script's own words where Tryton cannot be started.
 */
export async function startTryton(): Promise<TrytonServer> {
  const backend = process.env["HEDDLE_TRYTON_DATABASE"] ?? "sqlite";
  const folder = await mkdtemp(join(tmpdir(), "heddle-tryton-"));
  const environment = {
    ...process.env,
    TRYTON_DIR: folder,
    TRYTON_PORT: String(await freePort()),
    TRYTON_PGPORT: String(await freePort()),
    TRYTON_DB: DATABASE,
    TRYTON_PASSWORD: PASSWORD,
    TRYTON_TEMPLATES: process.env["TRYTON_TEMPLATES"] ?? join(tmpdir(), "heddle-tryton-templates"),
  };
  const script = (...words: readonly string[]) => run("bash", [SCRIPT, ...words], { env: environment });
  const { stdout } = await script("up", backend).catch((error: unknown) => {
    const words = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : String(error);
    throw new Error(`Tryton did not start: ${words}`, { cause: error });
  });
  return {
    url: stdout.trim(),
    async close() {
      await script("down");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Talks to Tryton past the connector, as another user's client would. */
export type BackDoor = <T>(method: string, ...params: readonly unknown[]) => Promise<T>;

/** Signs in; calls are made in the company once one is given. */
async function openBackDoor(url: string, context: () => object): Promise<(more: object) => BackDoor> {
  async function send(headers: object, method: string, params: readonly unknown[]): Promise<unknown> {
    const response = await fetch(`${url}/${DATABASE}/?${method}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify({ id: 1, method, params }),
    });
    const text = await response.text();
    const answer = (response.ok ? JSON.parse(text) : { error: text }) as { result?: unknown; error?: unknown };
    if (answer.error !== undefined) throw new Error(`${method}: ${JSON.stringify(answer.error).slice(0, 600)}`);
    return answer.result;
  }
  const [user, session] = (await send({}, "common.db.login", ["admin", { password: PASSWORD }, "en"])) as [
    number,
    string,
  ];
  const authorization = `Session ${Buffer.from(`admin:${user}:${session}`).toString("base64")}`;
  return (more) =>
    async <T>(method: string, ...params: readonly unknown[]) =>
      (await send({ authorization }, method, [...params, { language: "en", ...context(), ...more }])) as T;
}

/** A company with a warehouse, ready to buy and to make, and makers of what is in it. */
export type TrytonWorld = Awaited<ReturnType<typeof furnish>>;

type Component = readonly [item: string, quantity: number, unit?: string];

/** Puts a company into an empty database: units, places, two suppliers. */
export async function furnish(url: string) {
  const context: { company?: number } = {};
  const rpcAt = await openBackDoor(url, () => context);
  const rpc = rpcAt({});
  const create = async (model: string, values: object): Promise<number> =>
    (await rpc<number[]>(`model.${model}.create`, [values]))[0] ?? 0;
  const search = <T>(model: string, domain: readonly unknown[], fields: readonly string[]) =>
    rpc<T[]>(`model.${model}.search_read`, domain, 0, null, [["id", "ASC"]], fields);

  const currency = await create("currency.currency", {
    name: "Euro",
    code: "EUR",
    symbol: "€",
    digits: 2,
    rounding: decimal("0.01"),
  });
  const party = await create("party.party", { name: "Fan Works" });
  const company = await create("company.company", { party, currency });
  await rpc("model.res.user.write", [1], { companies: [["add", [company]]], company });
  context.company = company;
  const units = new Map(
    (await search<{ id: number; symbol: string }>("product.uom", [], ["symbol"])).map(({ id, symbol }) => [symbol, id]),
  );
  const places = new Map(
    (await search<{ id: number; code: string | null }>("stock.location", [], ["code"])).map(({ id, code }) => [
      code,
      id,
    ]),
  );
  const products = new Map<string, { readonly id: number; readonly template: number }>();
  const suppliers = new Map<string, { readonly id: number; readonly address: number }>();

  const unit = (symbol: string) => units.get(symbol) ?? 0;
  const place = (code: string) => places.get(code) ?? 0;

  async function product(code: string): Promise<{ readonly id: number; readonly template: number }> {
    const known = products.get(code);
    if (known !== undefined) return known;
    const [found] = await search<{ id: number; template: number }>(
      "product.product",
      [["code", "=", code]],
      ["template"],
    );
    if (found === undefined) throw new Error(`there is no item ${code}`);
    products.set(code, found);
    return found;
  }

  let shopFloor: Promise<number> | null = null;
  /** The work center that has all others below it. */
  function wholeShopFloor(): Promise<number> {
    shopFloor ??= create("production.work.center", { name: "Shop floor", company, warehouse: place("WH") });
    return shopFloor;
  }

  /** The category of a work center; both are made where they are not there. */
  async function workCenterCategory(name: string, category: string): Promise<number> {
    const [known] = await search<{ id: number }>("production.work.center.category", [["name", "=", category]], []);
    const own = known?.id ?? (await create("production.work.center.category", { name: category }));
    const [center] = await search<{ id: number }>("production.work.center", [["name", "=", name]], []);
    if (center === undefined) {
      const parent = await wholeShopFloor();
      await create("production.work.center", { name, parent, category: own, company, warehouse: place("WH") });
    }
    return own;
  }

  const world = {
    rpc,
    /** With more in the context, such as the record that a wizard is opened at. */
    rpcAt,
    create,
    search,
    unit,
    place,
    product,
    company,
    currency,

    async supplier(code: string): Promise<number> {
      const id = await create("party.party", { name: `Supplier ${code}`, code, addresses: [["create", [{}]]] });
      const [made] = await search<{ id: number; addresses: number[] }>("party.party", [["id", "=", id]], ["addresses"]);
      suppliers.set(code, { id, address: made?.addresses[0] ?? 0 });
      return id;
    },

    async item(
      code: string,
      more: {
        readonly made?: boolean;
        readonly both?: boolean;
        readonly unit?: string;
        readonly cost?: string;
        readonly revision?: string;
        readonly name?: string;
      } = {},
    ): Promise<number> {
      const uom = unit(more.unit ?? "u");
      const identifiers = more.revision === undefined ? [] : [{ code: `${code} rev ${more.revision}` }];
      return await create("product.template", {
        name: more.name ?? `Item ${code}`,
        code,
        type: "goods",
        default_uom: uom,
        purchase_uom: uom,
        purchasable: more.made !== true,
        producible: more.made === true || more.both === true,
        list_price: decimal("0"),
        cost_price_method: "fixed",
        products: [["create", [{ cost_price: decimal(more.cost ?? "0"), identifiers: [["create", identifiers]] }]]],
      });
    },

    /** Makes a BOM and has the item built by it. */
    async bom(item: string, components: readonly Component[]): Promise<number> {
      const inputs = await Promise.all(
        components.map(async ([code, quantity, symbol]) => ({
          product: (await product(code)).id,
          quantity,
          uom: unit(symbol ?? "u"),
        })),
      );
      const { id } = await product(item);
      const bom = await create("production.bom", {
        name: `${item} by hand`,
        inputs: [["create", inputs]],
        outputs: [["create", [{ product: id, quantity: 1, uom: unit("u") }]]],
      });
      await rpc("model.product.product.write", [id], { boms: [["create", [{ bom }]]] });
      return bom;
    },

    /**
     * Makes a routing for the BOM that an item is built by, and links both. A step's work center is the only
     * one of its category, so that Tryton, which picks any of them, has no choice; a step without one is done
     * at whatever the production names.
     */
    async routing(
      item: string,
      steps: readonly (readonly [operation: string, workCenter: string | null, category?: string])[],
    ): Promise<number> {
      const made: object[] = [];
      for (const [index, [operation, workCenter, category]] of steps.entries()) {
        const work_center_category =
          workCenter === null ? null : await workCenterCategory(workCenter, category ?? workCenter);
        const id = await create("production.routing.operation", { name: operation, work_center_category });
        made.push({ operation: id, sequence: index + 1 });
      }
      const { id } = await product(item);
      const [link] = await search<{ id: number; bom: number }>(
        "product.product-production.bom",
        [["product", "=", id]],
        ["bom"],
      );
      const values = { name: item, steps: [["create", made]], boms: [["add", [link?.bom]]] };
      const routing = await create("production.routing", values);
      await rpc("model.product.product-production.bom.write", [link?.id], { routing });
      return routing;
    },

    /** Places an order; gives its number and the ids of its lines. */
    async purchase(
      supplier: string,
      lines: readonly {
        readonly item: string;
        readonly quantity: number;
        readonly price: string;
        readonly unit?: string;
      }[],
    ) {
      const { id: from, address } = suppliers.get(supplier) ?? { id: 0, address: 0 };
      const made = await Promise.all(
        lines.map(async (line) => ({
          type: "line",
          product: (await product(line.item)).id,
          quantity: line.quantity,
          unit: unit(line.unit ?? "u"),
          unit_price: decimal(line.price),
        })),
      );
      const id = await create("purchase.purchase", {
        party: from,
        invoice_address: address,
        currency,
        warehouse: place("WH"),
        invoice_method: "manual",
        lines: [["create", made]],
      });
      await rpc("model.purchase.purchase.quote", [id]);
      const [purchase] = await search<{ number: string; lines: number[] }>(
        "purchase.purchase",
        [["id", "=", id]],
        ["number", "lines"],
      );
      const sorted = (purchase?.lines ?? []).toSorted((a, b) => a - b);
      return {
        id,
        number: purchase?.number ?? "",
        lines: sorted,
        ids: sorted.map((line) => `PO-${purchase?.number}/${line}`),
      };
    },

    confirm: (purchase: number) => rpc("model.purchase.purchase.confirm", [purchase]),

    /** Goods of a line come in: all of them, or some. */
    async receive(supplier: string, line: number, quantity: number): Promise<void> {
      const [found] = await search<{ moves: number[] }>("purchase.line", [["id", "=", line]], ["moves"]);
      const move = Math.max(...(found?.moves ?? []));
      const shipment = await create("stock.shipment.in", {
        supplier: suppliers.get(supplier)?.id,
        warehouse: place("WH"),
        incoming_moves: [["add", [move]]],
      });
      await rpc("model.stock.move.write", [move], { quantity });
      await rpc("model.stock.shipment.in.receive", [shipment]);
    },

    /** What Tryton's client shows as the moves of a production, ready to be written. */
    async explosion(
      production: object,
    ): Promise<{ readonly inputs: readonly object[]; readonly outputs: readonly object[] }> {
      const exploded = await rpc<{ inputs?: Added; outputs?: Added }>("model.production.reset_bom", production);
      return { inputs: movesIn(exploded.inputs), outputs: movesIn(exploded.outputs) };
    },

    /** A production in state request or draft, with its BOM exploded as Tryton's client does it. */
    async production(item: string, quantity: number, state: "request" | "draft" | "waiting" = "draft") {
      const { id: made } = await product(item);
      const [own] = await search<{ "boms.": { bom: number; routing: number | null }[] }>(
        "product.product",
        [["id", "=", made]],
        ["boms", "boms.bom", "boms.routing"],
      );
      const values = {
        product: made,
        bom: own?.["boms."][0]?.bom ?? null,
        uom: unit("u"),
        quantity,
        warehouse: place("WH"),
        location: place("PROD"),
        company,
      };
      const routing = own?.["boms."][0]?.routing ?? null;
      const exploded = await world.explosion(values);
      const id = await create("production", {
        ...values,
        ...(routing === null ? {} : { routing, work_center: await wholeShopFloor() }),
        state: state === "request" ? "request" : "draft",
        inputs: [["create", exploded.inputs]],
        outputs: [["create", exploded.outputs]],
      });
      if (state === "waiting") await rpc("model.production.wait", [id]);
      const [production] = await search<{ number: string }>("production", [["id", "=", id]], ["number"]);
      return { id, number: production?.number ?? "", order: `MO-${production?.number}` };
    },
  };
  return world;
}

type Added = { readonly add: readonly (readonly [number, Record<string, unknown>])[] };

/** What an explosion shows, as it is written: names that are there for display only are left out. */
function movesIn(added: Added | undefined): readonly object[] {
  const hidden = new Set(["id", "state", "unit_price_required"]);
  return (added?.add ?? []).map(([, values]) =>
    Object.fromEntries(Object.entries(values).filter(([name]) => !name.endsWith(".") && !hidden.has(name))),
  );
}

export function decimal(text: string): object {
  return { __class__: "Decimal", decimal: text };
}
