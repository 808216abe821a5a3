import { isDeepStrictEqual } from "node:util";
import { Type, type Static } from "typebox";
import { optional } from "../http/body.ts";
import type { Stored, Term } from "../http/collection.ts";
import { conflict, refused } from "../http/errors.ts";
import { checkedInstant, checkedMeasure, checkUnitOf } from "./checks.ts";
import { compare, decimal, decimalText, plus, ZERO, type Decimal } from "./decimal.ts";
import { itemOf } from "./item.ts";
import { noted, requireLine } from "./order-steps.ts";
import { recordAction, type OrderComponent, type ProductionOrder } from "./production-order.ts";
import type { Erp } from "./state.ts";

const Text = Type.String({ maxLength: 100 });
const Name = Type.String({ minLength: 1, maxLength: 100 });
const Seconds = Type.Number({ minimum: -100_000_000, maximum: 100_000_000 });

const WrittenConfirmation = Type.Object(
  {
    operation: Name,
    good: optional(Text),
    scrap: optional(Text),
    rework: optional(Text),
    unit: optional(Text),
    setupSeconds: optional(Seconds),
    runSeconds: optional(Seconds),
    final: optional(Type.Boolean()),
  },
  { additionalProperties: false },
);

const WrittenConsumption = Type.Object(
  {
    line: optional(Name),
    itemCode: Name,
    operation: optional(Name),
    quantity: Text,
    unit: Text,
    lot: optional(Name),
    serials: optional(Type.Array(Name, { maxItems: 10_000 })),
  },
  { additionalProperties: false },
);

export const WrittenPosting = noted({
  externalId: optional(Name),
  author: optional(Name),
  happenedAt: optional(Text),
  confirmations: optional(Type.Array(WrittenConfirmation, { maxItems: 500 })),
  consumptions: optional(Type.Array(WrittenConsumption, { maxItems: 10_000 })),
});
type WrittenPosting = Static<typeof WrittenPosting>;

/** What an operation made; below zero takes back. */
type Confirmation = {
  readonly operation: string;
  readonly good: string;
  readonly scrap: string;
  /** Pieces that are to be worked on again. */
  readonly rework: string;
  /** The order's. */
  readonly unit: string;
  readonly setupSeconds: number;
  readonly runSeconds: number;
  /** Whether the operation is complete with it. */
  readonly final: boolean;
};

/** What left the stock; below zero goes back. */
type Consumption = {
  /** The order's component line; null for what it does not plan. */
  readonly line: string | null;
  /** Another one than the line's where it took its place. */
  readonly itemCode: string;
  readonly operation: string | null;
  readonly quantity: string;
  readonly unit: string;
  readonly lot: string | null;
  readonly serials: readonly string[];
};

/** A booking of production on an order: part of the order's history, never edited. */
export type ProductionPosting = {
  readonly plant: string;
  readonly order: string;
  /** The poster's own number of it, once per order; null for what a person booked here. */
  readonly externalId: string | null;
  readonly author: string | null;
  readonly happenedAt: string;
  readonly postedAt: string;
  readonly confirmations: readonly Confirmation[];
  readonly consumptions: readonly Consumption[];
};

export function postingTerms({ plant, order, externalId, author, consumptions }: ProductionPosting): Term[] {
  const optionalTerms = Object.entries({ externalId, author });
  return [
    ["plant", plant],
    ["order", order],
    ...optionalTerms.flatMap(([kind, term]): Term[] => (term === null ? [] : [[kind, term]])),
    ...consumptions.flatMap(({ itemCode, lot }): Term[] => [
      ["component", itemCode],
      ...(lot === null ? [] : [["lot", lot] as const]),
    ]),
  ];
}

export function shownPosting({ number, value }: Stored<ProductionPosting>) {
  return { number, ...value };
}

/**
 * Books what was made and used, all of it or nothing; the same under the same external id is booked once. Call it
 * inside `erp.write`. @throws ApiError 409 for an order that is not open, 422 for what does not fit the order
 */
export function booked(
  erp: Erp,
  order: Stored<ProductionOrder>,
  written: WrittenPosting,
): { readonly posting: Stored<ProductionPosting>; readonly isNew: boolean } {
  const content = checkedContent(erp, order, written);
  const known = content.externalId === null ? null : postingOf(erp, order.number, content.externalId);
  if (known !== null) {
    const { postedAt: _then, ...before } = known.value;
    const now = written.happenedAt == null ? { ...content, happenedAt: before.happenedAt } : content;
    if (isDeepStrictEqual(before, now)) return { posting: known, isNew: false };
    const message = `${known.number} of ${order.number} has the external id ${content.externalId} and says something else`;
    throw conflict("POSTING_EXISTS", message, "externalId");
  }
  requireOpen(order);
  checkTakenBack(erp, order, content);
  const posting = erp.postings.insert({ ...content, postedAt: new Date().toISOString() });
  const note = written.note ?? content.externalId;
  recordAction(erp, begun(erp, order, withPosting(order.value, posting.value)), "POSTED", note);
  return { posting, isNew: true };
}

/** @throws ApiError 409 when nothing can be booked on the order, be it too early or too late. */
export function requireOpen({ number, value: { state } }: Stored<ProductionOrder>): void {
  if (state === "RELEASED" || state === "STARTED") return;
  const [code, why] =
    state === "PLANNED"
      ? ["ORDER_NOT_RELEASED", "it must be released first"]
      : ["ORDER_CLOSED", "nothing can be booked on it any more"];
  throw conflict(code, `${number} is ${state}: ${why}`);
}

/** @throws ApiError 422 when it is counted in another unit. */
export function orderUnit({ number, value }: Stored<ProductionOrder>, written: string | null, field: string): string {
  if (written === null || written === value.unit) return value.unit;
  throw refused("UNIT_INCOMPATIBLE", `${number} counts in ${value.unit}, not in ${written}`, field);
}

function postingOf(erp: Erp, order: string, externalId: string): Stored<ProductionPosting> | null {
  const filters = [
    { kind: "externalId", any: [externalId] },
    { kind: "order", any: [order] },
  ];
  return erp.postings.list(filters, 0, 1)[0] ?? null;
}

/** The first posting starts the order, which makes another version of it; what is booked alone does not. */
function begun(erp: Erp, before: Stored<ProductionOrder>, after: ProductionOrder): Stored<ProductionOrder> {
  if (before.value.state === "STARTED") return erp.productionOrders.amend(before, after);
  const started = erp.productionOrders.replace(before, { ...after, state: "STARTED" });
  recordAction(erp, started, "STARTED", null);
  return started;
}

function checkedContent(
  erp: Erp,
  order: Stored<ProductionOrder>,
  written: WrittenPosting,
): Omit<ProductionPosting, "postedAt"> {
  const { confirmations, consumptions } = written;
  if ((confirmations ?? []).length + (consumptions ?? []).length === 0) {
    throw refused("POSTING_EMPTY", "it books nothing", "confirmations");
  }
  return {
    plant: order.value.plant,
    order: order.number,
    externalId: written.externalId ?? null,
    author: written.author ?? null,
    happenedAt: checkedInstant(written.happenedAt ?? new Date().toISOString(), "happenedAt") ?? "",
    confirmations: (confirmations ?? []).map((one, at, all) => checkedConfirmation(order, one, at, all)),
    consumptions: (consumptions ?? []).map((one, at) => checkedConsumption(erp, order, one, at)),
  };
}

function checkedConfirmation(
  order: Stored<ProductionOrder>,
  written: Static<typeof WrittenConfirmation>,
  at: number,
  all: readonly Static<typeof WrittenConfirmation>[],
): Confirmation {
  const { operation } = written;
  const field = (member: string) => `confirmations[${at}].${member}`;
  requireOperation(order, operation, field("operation"));
  if (all.findIndex((other) => other.operation === operation) < at) {
    throw refused("POSITION_DUPLICATE", `operation ${operation} comes twice`, field("operation"));
  }
  return {
    operation,
    good: checkedMeasure(written.good ?? "0", field("good")),
    scrap: checkedMeasure(written.scrap ?? "0", field("scrap")),
    rework: checkedMeasure(written.rework ?? "0", field("rework")),
    unit: orderUnit(order, written.unit ?? null, field("unit")),
    setupSeconds: written.setupSeconds ?? 0,
    runSeconds: written.runSeconds ?? 0,
    final: written.final ?? false,
  };
}

function checkedConsumption(
  erp: Erp,
  order: Stored<ProductionOrder>,
  written: Static<typeof WrittenConsumption>,
  at: number,
): Consumption {
  const { itemCode, unit, line = null, operation = null, lot = null, serials } = written;
  const field = (member: string) => `consumptions[${at}].${member}`;
  if (operation !== null) requireOperation(order, operation, field("operation"));
  if (line !== null) requireLine(order, line, field("line"));
  checkUnitOf(itemOf(erp, order.value.plant, itemCode, field("itemCode")), unit, field("unit"));
  const planned = plannedBy(order.value, line, itemCode);
  if (planned !== undefined && planned.unit !== unit) {
    const message = `line ${line} of ${order.number} counts ${itemCode} in ${planned.unit}, not in ${unit}`;
    throw refused("UNIT_INCOMPATIBLE", message, field("unit"));
  }
  const quantity = checkedMeasure(written.quantity, field("quantity"));
  return { line, itemCode, operation, quantity, unit, lot, serials: serials ?? [] };
}

/** The line that an item is planned on; what takes another item's place is planned on none. */
function plannedBy(order: ProductionOrder, line: string | null, itemCode: string): OrderComponent | undefined {
  return order.components.find((one) => one.line === line && one.itemCode === itemCode);
}

function requireOperation({ number, value }: Stored<ProductionOrder>, operation: string, field: string): void {
  if (value.operations.some((one) => one.operation === operation)) return;
  throw refused("OPERATION_UNKNOWN", `${number} has no operation ${operation}`, field);
}

/** The order with what a posting moves of it. */
function withPosting(order: ProductionOrder, { confirmations, consumptions }: ProductionPosting): ProductionOrder {
  const last = order.operations.at(-1)?.operation;
  const made = confirmations.filter(({ operation }) => operation === last).map(({ good }) => decimal(good));
  return {
    ...order,
    completedQuantity: decimalText(made.reduce(plus, decimal(order.completedQuantity))),
    components: order.components.map((component) => {
      const used = consumptions.filter((one) => one.line === component.line && one.itemCode === component.itemCode);
      const total = used.map(({ quantity }) => decimal(quantity)).reduce(plus, decimal(component.issuedQuantity));
      return { ...component, issuedQuantity: decimalText(total) };
    }),
  };
}

/** @throws ApiError 422 when more would be taken back than was ever booked. */
function checkTakenBack(
  erp: Erp,
  { number }: Stored<ProductionOrder>,
  content: Omit<ProductionPosting, "postedAt">,
): void {
  const before = erp.postings.list([{ kind: "order", any: [number] }]).map(({ value }) => value);
  const sums = new Map<string, Decimal>();
  for (const { what, quantity } of [...before, content].flatMap(amounts)) {
    sums.set(what, plus(sums.get(what) ?? ZERO, decimal(quantity)));
  }
  for (const { what, quantity, field } of amounts(content)) {
    const sum = sums.get(what) ?? ZERO;
    if (compare(decimal(quantity), ZERO) >= 0 || compare(sum, ZERO) >= 0) continue;
    throw refused("NOT_BOOKED", `${quantity} would leave ${decimalText(sum)} of ${what} booked on ${number}`, field);
  }
}

/** All that is counted in a posting, by what it is counted as. */
function amounts({ confirmations, consumptions }: Pick<ProductionPosting, "confirmations" | "consumptions">) {
  const made = confirmations.flatMap((one, at) =>
    (["good", "scrap", "rework"] as const).map((kind) => ({
      what: `${kind} at operation ${one.operation}`,
      quantity: one[kind],
      field: `confirmations[${at}].${kind}`,
    })),
  );
  const used = consumptions.map(({ line, itemCode, unit, lot, quantity }, at) => ({
    what: `${unit} ${itemCode} for line ${line ?? "none"}${lot === null ? "" : ` from lot ${lot}`}`,
    quantity,
    field: `consumptions[${at}].quantity`,
  }));
  return [...made, ...used];
}
