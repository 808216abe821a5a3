import type { Connector, IdempotencyKey } from "../../src/connectors/port.ts";
import type { Day } from "../../src/domain/calendar.ts";
import type {
  ChangeId,
  ItemId,
  LineId,
  MbomLineKey,
  OperationId,
  ProductionOrderId,
  Revision,
} from "../../src/domain/ids.ts";
import { NO_SCRAP, type MbomLine } from "../../src/domain/mbom.ts";
import { rational } from "../../src/domain/rational.ts";
import { PLANT, type TrytonPlant } from "./tryton-plant.ts";

/** What a planner does with production orders in Tryton's own client, for tests of the order leg. */
type Place = Pick<TrytonPlant, "world" | "connector">;

export type TrialProduct = {
  readonly item: string;
  readonly revision: string;
  /** Pieces of each component for one of the item, and the operation that needs them: `["SCREW", 4, "0010"]`. */
  readonly components: readonly (readonly [item: string, quantity: number, operation: string])[];
  /** In sequence: `["0010 Assemble", "ASM-1"]`. The first word of an operation's name is its number. */
  readonly operations: readonly (readonly [operation: string, workCenter: string])[];
};

/** Two operations at two work centers. */
export const FRAME = {
  item: "FRAME",
  revision: "A",
  components: [
    ["SHEET", 1, "0010"],
    ["SCREW", 4, "0020"],
  ],
  operations: [
    ["0010 Cut", "LAS-1"],
    ["0020 Assemble", "ASM-1"],
  ],
} as const satisfies TrialProduct;

/** A production as Tryton knows it, and the id that Heddle gives it: `MO-7`. */
export type PlacedOrder = { readonly id: number; readonly order: ProductionOrderId };

/**
 * Makes an item that is built here, with components, an mBOM that Heddle published, and a routing whose work
 * centers are the only ones of their categories. Components that Tryton does not know are made.
 */
export async function makeProduct({ world, connector }: Place, product: TrialProduct): Promise<void> {
  const { item, operations } = product;
  for (const [component] of product.components) {
    const known = await world.search<object>("product.product", [["code", "=", component]], []);
    if (known.length === 0) await world.item(component);
  }
  await world.item(item, { made: true, revision: product.revision });
  await publishBom({ world, connector }, product);
  await world.routing(item, operations);
}

/** Puts a next mBOM revision of a product in force; orders that were planned from the one before keep that. */
export async function publishBom(
  { connector }: Place,
  { item, revision, components }: Pick<TrialProduct, "item" | "revision" | "components">,
): Promise<void> {
  const { mbom } = connector as Required<Connector>;
  const before = (await mbom.read([item as ItemId], PLANT)).get(item as ItemId);
  const value = {
    plant: PLANT,
    item: item as ItemId,
    revision: revision as Revision,
    lines: components.map(toLine),
  };
  const change = `ECO-${item}-${revision}`;
  await mbom.publish.write(
    { value, expected: before?.version ?? null, change: change as ChangeId },
    `trial:${change}` as IdempotencyKey,
  );
}

/** Has all orders of an item that are planned from now on follow another routing. */
export async function changeRouting({ world }: Place, { item, operations }: Pick<TrialProduct, "item" | "operations">) {
  await world.routing(item, operations);
}

/** Plans a production from the item's mBOM and routing: state draft, `planned` in Heddle. */
export async function planOrder(
  { world }: Place,
  item: string,
  quantity: number,
  start: Day | null = null,
): Promise<PlacedOrder> {
  const { id, order } = await world.production(item, quantity);
  if (start !== null) {
    const [year, month, day] = start.split("-").map(Number);
    const date = { __class__: "date", year, month, day };
    await world.rpc("model.production.write", [id], { planned_start_date: date, planned_date: date });
  }
  return { id, order: order as ProductionOrderId };
}

/** Releases a planned order: state waiting. Its routing's steps become works. */
export async function releaseOrder(place: Place, { id }: PlacedOrder): Promise<void> {
  await act(place, id, (await stateOf(place, id)) === "request" ? ["draft", "wait"] : ["wait"]);
}

/** Takes a release back, which is how an order is edited in Tryton's client: state draft. Its works are gone. */
export async function takeBack(place: Place, { id }: PlacedOrder): Promise<void> {
  await act(place, id, TO_DRAFT[await stateOf(place, id)] ?? []);
}

/** Reserves the stock of a released order, forced, and starts it: state running. */
export async function startOrder(place: Place, { id }: PlacedOrder): Promise<void> {
  await act(place, id, ["assign_force", "run"]);
}

/**
 * Changes the quantity of an order that has not begun. As in the client, a released order goes back to draft
 * first, which throws its works away, and is released again.
 */
export async function changeQuantity(place: Place, { id }: PlacedOrder, quantity: number): Promise<void> {
  const state = await stateOf(place, id);
  await act(place, id, TO_DRAFT[state] ?? []);
  const { world } = place;
  const [held] = await world.search<Exploding>("production", [["id", "=", id]], EXPLODING);
  if (held === undefined) throw new Error(`there is no production ${id}`);
  const { inputs, outputs, id: _id, ...values } = held;
  const exploded = await world.explosion({ ...values, quantity });
  await world.rpc("model.production.write", [id], {
    quantity,
    inputs: [
      ["delete", inputs],
      ["create", exploded.inputs],
    ],
    outputs: [
      ["delete", outputs],
      ["create", exploded.outputs],
    ],
  });
  if (state in TO_DRAFT) await act(place, id, ["wait"]);
}

/** Cancels an order that has not begun. Tryton's client has no button for it while an order waits: it goes back first. */
export async function cancelOrder(place: Place, { id }: PlacedOrder): Promise<void> {
  await act(place, id, (await stateOf(place, id)) === "waiting" ? ["draft", "cancel"] : ["cancel"]);
}

/** What the planner reads of the MES at an order; null while nothing was reported. */
export async function reportAt({ world }: Place, { id }: PlacedOrder): Promise<string | null> {
  const notes = await world.search<{ message: string }>(
    "ir.note",
    [
      ["resource", "=", `production,${id}`],
      ["message", "like", "In the MES: %"],
    ],
    ["message"],
  );
  // A new report is added before the one that it replaces is taken away.
  return notes.at(-1)?.message ?? null;
}

const TO_DRAFT: Readonly<Record<string, readonly string[]>> = { waiting: ["draft"], assigned: ["wait", "draft"] };
const EXPLODING = ["product", "bom", "uom", "warehouse", "location", "company", "inputs", "outputs"];
type Exploding = { readonly id: number; readonly inputs: readonly number[]; readonly outputs: readonly number[] };

async function stateOf({ world }: Place, id: number): Promise<string> {
  const [found] = await world.search<{ state: string }>("production", [["id", "=", id]], ["state"]);
  if (found === undefined) throw new Error(`there is no production ${id}`);
  return found.state;
}

/** Presses buttons of the client, one after the other. */
async function act({ world }: Place, id: number, buttons: readonly string[]): Promise<void> {
  for (const button of buttons) await world.rpc(`model.production.${button}`, [id]);
}

function toLine([item, amount, operation]: TrialProduct["components"][number], index: number): MbomLine {
  const key = `U${index + 1}`;
  const quantity = { amount: rational(BigInt(amount)), unit: "EA" } as const;
  return {
    key: key as MbomLineKey,
    item: item as ItemId,
    quantity,
    basis: "per assembly",
    operation: operation as OperationId,
    supply: "push",
    scrap: NO_SCRAP,
    phantom: false,
    referenceDesignators: [],
    alternates: [],
    effectivity: { from: null, until: null },
    origin: { kind: "engineering", from: [{ path: [key as LineId], quantity, rules: [] }] },
  };
}
