import { isDeepStrictEqual } from "node:util";
import { Type, type Static } from "typebox";
import { optional } from "../http/body.ts";
import type { Stored, Term } from "../http/collection.ts";
import { conflict, refused } from "../http/errors.ts";
import { checkedInstant, checkedQuantity } from "./checks.ts";
import { compare, decimal } from "./decimal.ts";
import { itemOf } from "./item.ts";
import { noted } from "./order-steps.ts";
import { recordAction, type ProductionOrder } from "./production-order.ts";
import { orderUnit, requireOpen } from "./production-posting.ts";
import type { Erp } from "./state.ts";

const Text = Type.String({ maxLength: 100 });
const Name = Type.String({ minLength: 1, maxLength: 100 });

export const WrittenCompletion = noted({
  author: optional(Name),
  happenedAt: optional(Text),
  good: Text,
  scrap: optional(Text),
  unit: optional(Text),
  lot: optional(Name),
  serials: optional(Type.Array(Name, { maxItems: 10_000 })),
});
type WrittenCompletion = Static<typeof WrittenCompletion>;

/** The end of an order: what it put into stock. */
export type ProductionCompletion = {
  readonly plant: string;
  readonly order: string;
  readonly itemCode: string;
  readonly unit: string;
  readonly author: string | null;
  readonly happenedAt: string;
  readonly postedAt: string;
  /** Into stock. */
  readonly good: string;
  readonly scrap: string;
  readonly lot: string | null;
  readonly serials: readonly string[];
};

export function completionTerms({ plant, order, itemCode, author, lot, serials }: ProductionCompletion): Term[] {
  const optionalTerms = Object.entries({ author, lot });
  return [
    ["plant", plant],
    ["order", order],
    ["itemCode", itemCode],
    ...optionalTerms.flatMap(([kind, term]): Term[] => (term === null ? [] : [[kind, term]])),
    ...serials.map((serial) => ["serial", serial] as const),
  ];
}

export function shownCompletion({ number, value }: Stored<ProductionCompletion>) {
  return { number, ...value };
}

/**
 * Puts into stock what an order made, and finishes it; the same again changes nothing. Call it inside `erp.write`.
 * @throws ApiError 409 for an order that is not open, 422 for what cannot be put into stock
 */
export function completedOrder(
  erp: Erp,
  order: Stored<ProductionOrder>,
  written: WrittenCompletion,
): { readonly completion: Stored<ProductionCompletion>; readonly isNew: boolean } {
  const content = checkedContent(erp, order, written);
  const [known] = erp.completions.list([{ kind: "order", any: [order.number] }], 0, 1);
  if (known !== undefined) {
    const { postedAt: _then, ...before } = known.value;
    const now = written.happenedAt == null ? { ...content, happenedAt: before.happenedAt } : content;
    if (isDeepStrictEqual(before, now)) return { completion: known, isNew: false };
    throw conflict("COMPLETION_EXISTS", `${order.number} was completed otherwise, by ${known.number}`);
  }
  requireOpen(order);
  checkSerialsNew(erp, content);
  const completion = erp.completions.insert({ ...content, postedAt: new Date().toISOString() });
  const finished = { ...order.value, state: "FINISHED", completedQuantity: content.good } as const;
  recordAction(erp, erp.productionOrders.replace(order, finished), "FINISHED", written.note ?? null);
  return { completion, isNew: true };
}

function checkedContent(
  erp: Erp,
  order: Stored<ProductionOrder>,
  written: WrittenCompletion,
): Omit<ProductionCompletion, "postedAt"> {
  const { plant, itemCode } = order.value;
  const item = itemOf(erp, plant, itemCode, "itemCode");
  const good = checkedQuantity(item, written.good, "good", "zero");
  const serials = written.serials ?? [];
  checkSerials(serials, good);
  return {
    plant,
    order: order.number,
    itemCode,
    unit: orderUnit(order, written.unit ?? null, "unit"),
    author: written.author ?? null,
    happenedAt: checkedInstant(written.happenedAt ?? new Date().toISOString(), "happenedAt") ?? "",
    good,
    scrap: checkedQuantity(item, written.scrap ?? "0", "scrap", "zero"),
    lot: written.lot ?? null,
    serials,
  };
}

function checkSerials(serials: readonly string[], good: string): void {
  const seen = new Set<string>();
  serials.forEach((serial, at) => {
    if (seen.has(serial)) throw refused("SERIAL_EXISTS", `serial number ${serial} comes twice`, `serials[${at}]`);
    seen.add(serial);
  });
  if (compare(decimal(String(serials.length)), decimal(good)) <= 0) return;
  throw refused("SERIALS_SURPLUS", `${serials.length} serial numbers for ${good} pieces`, "serials");
}

function checkSerialsNew(erp: Erp, { itemCode, serials }: Pick<ProductionCompletion, "itemCode" | "serials">): void {
  serials.forEach((serial, at) => {
    const [other] = erp.completions.list(
      [
        { kind: "serial", any: [serial] },
        { kind: "itemCode", any: [itemCode] },
      ],
      0,
      1,
    );
    if (other === undefined) return;
    const message = `${itemCode} with serial number ${serial} is in stock already, from ${other.value.order}`;
    throw refused("SERIAL_EXISTS", message, `serials[${at}]`);
  });
}
