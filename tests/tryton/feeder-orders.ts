import type { TrytonWorld } from "../../src/connectors/tryton/server-harness.ts";

/** An order that the test placed in Tryton, and what the test knows of it. */
export type PlacedOrder = {
  readonly kind: "purchase" | "production";
  readonly part: string;
  /** `n20-motor, partly received` */
  readonly words: string;
  /** The record that people open in Tryton: `purchase.purchase,3`. */
  readonly resource: string;
  /** How Heddle names the order or its line: `PO-3/7`, `MO-2`. */
  readonly id: string;
  readonly isStarted: boolean;
  /** Nothing of it is to come any more, or it was never sent. */
  readonly isOver: boolean;
};

export const SUPPLIER = "PARTS";
const PRICE = "1.50";
const ORDERED = 40;

export type PurchaseState = "quoted" | "on order" | "partly received" | "received" | "draft" | "cancelled";
export type ProductionState = "requested" | "draft" | "waiting" | "assigned" | "running" | "done" | "cancelled";

export async function placePurchase(world: TrytonWorld, part: string, state: PurchaseState): Promise<PlacedOrder> {
  const unit = part === "PLA-filament" ? "kg" : "u";
  const placed = await world.purchase(SUPPLIER, [{ item: part, quantity: ORDERED, price: PRICE, unit }]);
  const [line = 0] = placed.lines;
  const act = (action: string) => world.rpc(`model.purchase.purchase.${action}`, [placed.id]);
  if (state === "draft" || state === "cancelled") await act(state === "draft" ? "draft" : "cancel");
  else if (state !== "quoted") await act("confirm");
  if (state === "partly received") await world.receive(SUPPLIER, line, ORDERED / 4);
  if (state === "received") await world.receive(SUPPLIER, line, ORDERED);
  return {
    kind: "purchase",
    part,
    words: `${part}, ${state}`,
    resource: `purchase.purchase,${placed.id}`,
    id: placed.ids[0] ?? "",
    isStarted: false,
    isOver: state === "received" || state === "draft" || state === "cancelled",
  };
}

const STEPS: Readonly<Record<ProductionState, readonly string[]>> = {
  requested: [],
  draft: [],
  waiting: ["wait"],
  assigned: ["wait", "assign_force"],
  running: ["wait", "assign_force", "run"],
  done: ["wait", "assign_force", "run", "done"],
  cancelled: ["cancel"],
};

export async function placeProduction(
  world: TrytonWorld,
  part: string,
  quantity: number,
  state: ProductionState,
): Promise<PlacedOrder> {
  const { id, order } = await world.production(part, quantity, state === "requested" ? "request" : "draft");
  for (const step of STEPS[state]) await world.rpc(`model.production.${step}`, [id]);
  return {
    kind: "production",
    part,
    words: `${part}, ${state}`,
    resource: `production,${id}`,
    id: order,
    isStarted: state === "running",
    isOver: state === "done" || state === "cancelled",
  };
}

/** All goods come in, the order is cancelled, or the production is finished: whatever its people do next. */
export async function endOrder(world: TrytonWorld, order: PlacedOrder): Promise<void> {
  const record = Number(order.resource.split(",")[1]);
  if (order.kind === "production") return await world.rpc("model.production.done", [record]);
  if (order.words.endsWith("quoted")) return await world.rpc("model.purchase.purchase.cancel", [record]);
  await world.receive(SUPPLIER, Number(order.id.split("/")[1]), ORDERED - ORDERED / 4);
}

/** Flags of Heddle that stand open in Tryton: change, record and order, as the notes there say. */
export type OpenFlag = { readonly change: string; readonly resource: string; readonly id: string };

const FLAG = /^(?<change>\S+\.csv): [^]*\[heddle (?<code>[0-9a-f]{12}) flag \S+ (?:line|order) (?<id>\S+)\]\s*$/;

export async function openFlags(world: TrytonWorld): Promise<readonly OpenFlag[]> {
  const notes = await world.search<{ resource: string; message: string }>("ir.note", [], ["resource", "message"]);
  return notes.flatMap(({ resource, message }) => {
    const { change, code, id } = FLAG.exec(message)?.groups ?? {};
    if (change === undefined || code === undefined || id === undefined) return [];
    const closes = (note: { resource: string; message: string }) =>
      note.resource === resource && note.message.startsWith(`Taken back ${code}`);
    return notes.some(closes) ? [] : [{ change, resource, id: decodeURIComponent(id) }];
  });
}
