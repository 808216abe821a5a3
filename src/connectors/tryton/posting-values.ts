import type { ItemId } from "../../domain/ids.ts";
import { rationalText, times, type Rational } from "../../domain/rational.ts";
import { conversionFactor } from "../../domain/unit.ts";
import type { Posting } from "../port.ts";
import { mainOutput, originNaming } from "./booked-moves.ts";
import { plannedAfter, type BookedMove, type Booking } from "./booking.ts";
import type { Company } from "./company.ts";
import { refusal } from "./conflict.ts";
import { readProducts } from "./items.ts";
import { findLot } from "./lots.ts";
import { fromCost } from "./mapping.ts";
import type { Place } from "./production-place.ts";
import { readAllOf } from "./records.ts";
import { fromRational, quantityNumber, toRational, type WireDecimal } from "./values.ts";
import { MODELS, type Product } from "./wire.ts";

/** All that the posting makes, nested in one write of the production. */
export async function valuesOf(
  company: Company,
  place: Place,
  { order, consumptions }: Posting,
  { moves, cycles }: Booking,
  doing: string,
): Promise<object> {
  const products = await readProducts(
    company,
    consumptions.map(({ item }) => item),
  );
  const made = await Promise.all(moves.map((move) => moveValues(company, place, move, products, doing)));
  const of = (direction: BookedMove["direction"]) => made.filter((_, index) => moves[index]?.direction === direction);
  const left = [...plannedAfter(moves)].map(([id, quantity]) => [
    "write",
    [id],
    { quantity: floatOf(company, quantity, order, doing) },
  ]);
  const works = cycles.map(({ work, ms }) => {
    const duration = { __class__: "timedelta", seconds: ms / 1_000 };
    return ["write", [work.id], { cycles: [["create", [{ duration, state: "running" }]]] }];
  });
  return {
    ...(moves.length === 0 ? {} : { inputs: [...left, ["create", of("in")]] }),
    ...(of("back").length === 0 ? {} : { outputs: [["create", of("back")]] }),
    ...(works.length === 0 ? {} : { works }),
  };
}

async function moveValues(
  company: Company,
  { production, order }: Place,
  { direction, item, quantity, uom, lot, planned }: BookedMove,
  products: ReadonlyMap<ItemId, Product>,
  doing: string,
): Promise<object> {
  const facts = await company.facts();
  const origin = planned ?? mainOutput(production);
  if (origin === undefined) throw refusal(company, doing, order, "outputs", "the production has no output");
  const warehouse = production["warehouse."];
  const store = warehouse.production_picking_location ?? warehouse.storage_location;
  const product = products.get(item)?.id;
  return {
    company: facts.id,
    currency: facts.currencyId,
    product,
    uom,
    quantity: floatOf(company, quantity, order, doing),
    origin: originNaming(origin.id),
    ...(lot === null || !facts.modules.has("stock_lot")
      ? {}
      : { lot: await findLot(company, item, lot, order, doing) }),
    ...(direction === "in"
      ? { from_location: store, to_location: production.location }
      : {
          from_location: production.location,
          to_location: store,
          unit_price: await costOf(company, item, uom, doing),
        }),
  };
}

/** Tryton wants to know what comes out of a production at what it is worth: what went in. */
async function costOf(company: Company, item: ItemId, uom: number, doing: string): Promise<WireDecimal> {
  const { units } = await company.facts();
  const [held] = await readAllOf(company, MODELS.productCost, doing, [], "code", [item]);
  const [product] = (await readProducts(company, [item])).values();
  const cost = held?.cost_price == null ? null : toRational(held.cost_price);
  if (cost === null || product === undefined) return { __class__: "Decimal", decimal: "0" };
  const object = `item ${item}`;
  const factor = conversionFactor(
    units.of(uom, object, "uom"),
    units.of(product["template."].default_uom, object, "uom"),
  );
  return fromRational(fromCost(factor === null ? cost : times(cost, factor)));
}

function floatOf(company: Company, quantity: Rational, object: string, doing: string): number {
  const float = quantityNumber(quantity);
  if (float !== null) return float;
  const cause = `Tryton keeps no number as long as ${rationalText(quantity)}`;
  throw refusal(company, doing, object, "quantity", cause);
}
