import type { ItemId } from "../../domain/ids.ts";
import { canonicalText } from "../../domain/json.ts";
import { quantityText } from "../../domain/quantity.ts";
import { rationalText, roundedHalfUp, times } from "../../domain/rational.ts";
import { conversionFactor } from "../../domain/unit.ts";
import type { OrderCompletion, Receipt, Write } from "../port.ts";
import { isPlanned, mainOutput } from "./booked-moves.ts";
import type { Company } from "./company.ts";
import { refusal } from "./conflict.ts";
import { lotMade } from "./lots.ts";
import { addNote, notesOn, removeNotes } from "./notes.ts";
import { checkOpen, settled } from "./post-production.ts";
import { outputOf } from "./production-orders.ts";
import { readPlace, type Place } from "./production-place.ts";
import { resourceOf } from "./read-orders.ts";
import { actOn, writeRecords } from "./records.ts";
import { part, parts, statesOf } from "./stamps.ts";
import { quantityNumber } from "./values.ts";
import type { Work } from "./wire.ts";

/**
 * Leads a production through Tryton's own states to done. Each step looks where it stands, so that a call whose answer
 * was lost goes on from there.
 */
export function completeOrder(company: Company): Write<OrderCompletion> {
  return {
    async find({ order }) {
      const { production } = await readPlace(company, order, doingOf(order));
      return production.state === "done" ? receiptOf(order) : null;
    },
    async write(completion) {
      const { order } = completion;
      const doing = doingOf(order);
      const place = await settled(company, await readPlace(company, order, doing));
      if (place.production.state === "done") return receiptOf(order);
      checkOpen(company, place, completion, doing);
      checkWorks(company, place, doing);
      await noteCompletion(company, place, completion, doing);
      const press = (model: string, button: string, ids: readonly number[]) =>
        actOn(company, model, button, ids, { doing, object: order });
      const ids = [place.production.id];
      // Tryton keeps what stock is reserved for from being changed; "wait" gives the reservation back.
      if (place.production.state === "assigned") await press("production", "wait", ids);
      const free = place.production.state === "assigned" ? await readPlace(company, order, doing) : place;
      await setAmounts(company, free, completion, doing);
      if (free.production.state !== "running") {
        await press("production", "assign_force", ids);
        await press("production", "run", ids);
      }
      const { cycles } = await readPlace(company, order, doing);
      const untimed = cycles.filter(({ state, duration }) => state === "running" && duration !== null);
      if (untimed.length > 0) {
        await press(
          "production.work.cycle",
          "do",
          untimed.map(({ id }) => id),
        );
      }
      await press("production", "done", ids);
      return receiptOf(order);
    },
  };
}

function doingOf(order: string): string {
  return `completing production order ${order}`;
}

function receiptOf(order: string): Receipt {
  return { id: order, version: null };
}

/** Tryton ends no production while somebody works on it, and would say so only after its components were issued. */
function checkWorks(company: Company, { production, cycles, order }: Place, doing: string): void {
  for (const work of production["works."] ?? []) {
    const name = work["operation."].name;
    const isOpen = cycles.some(
      (cycle) =>
        cycle.work === work.id && (cycle.state === "draft" || (cycle.state === "running" && cycle.duration === null)),
    );
    if (isOpen)
      throw refusal(company, doing, order, "works", `the work ${name} has a cycle that a person has not ended`);
    if (work["work_center."] === null) {
      throw refusal(company, doing, order, "works", `the work ${name} has no work center; Tryton wants one to end it`);
    }
  }
}

/**
 * What is left of components that the MES told of was not used; of others Tryton issues what is planned. A work that
 * nobody booked time on gets a cycle of no time: Tryton wants each work to be finished.
 */
async function setAmounts(company: Company, place: Place, completion: OrderCompletion, doing: string): Promise<void> {
  const { production, notes, order } = place;
  const told = new Set<string | null>(
    notes.booked.flatMap(({ posting }) => posting.consumptions.map(({ item }) => item)),
  );
  const inputs = production["inputs."]
    .filter((move) => isPlanned(move) && move.state === "draft" && move.quantity > 0 && told.has(move["product."].code))
    .map(({ id }) => ["write", [id], { quantity: 0 }]);
  const outputs = await outputActions(company, place, completion, doing);
  const works = untouchedWorks(place).map(({ id }) => [
    "write",
    [id],
    { cycles: [["create", [{ duration: { __class__: "timedelta", seconds: 0 }, state: "running" }]]] },
  ]);
  const values = {
    ...(inputs.length === 0 ? {} : { inputs }),
    ...(outputs.length === 0 ? {} : { outputs }),
    ...(works.length === 0 ? {} : { works }),
  };
  if (Object.keys(values).length === 0) return;
  const expecting = statesOf([part("production", production), ...parts("stock.move", production["inputs."])]);
  await writeRecords(company, "production", [[production.id], values], { doing, object: order, expecting });
}

function untouchedWorks({ production, cycles }: Place): readonly Work[] {
  const touched = new Set(cycles.filter(({ state }) => state !== "cancelled").map(({ work }) => work));
  return (production["works."] ?? []).filter(({ id }) => !touched.has(id));
}

/** What goes into stock, in the unit of the production's output. */
async function outputActions(
  company: Company,
  { production, order }: Place,
  { good, lot }: OrderCompletion,
  doing: string,
): Promise<readonly unknown[]> {
  const { id, currencyId, units, modules } = await company.facts();
  const product = production["product."];
  if (product?.code == null) throw refusal(company, doing, order, "product", "the production makes no item");
  const output = mainOutput(production);
  if (output?.state === "done") return [];
  const uom = output?.uom ?? production.uom ?? product.default_uom;
  const object = `production order ${order}, output`;
  const factor = conversionFactor(good.unit, units.of(uom, object, "uom"));
  const amount = factor === null ? null : roundedHalfUp(times(good.amount, factor), units.digits(uom));
  const quantity = amount === null ? null : quantityNumber(amount);
  if (quantity === null) {
    const cause = `${rationalText(good.amount)} ${good.unit} is no quantity that it keeps in ${units.of(uom, object, "uom")}`;
    throw refusal(company, doing, object, "quantity", cause);
  }
  const made =
    lot === null || !modules.has("stock_lot") ? null : await lotMade(company, product.code as ItemId, lot, doing);
  const values = { quantity, ...(made === null ? {} : { lot: made }) };
  return output === undefined
    ? [["create", [{ ...outputOf(production), company: id, currency: currencyId, ...values }]]]
    : [["write", [output.id], values]];
}

const BEGINNING = "Completed in the MES: ";
const LABEL = "[heddle completion]";

/** What Tryton has no place for: scrap, serials, and the moment. The newest counts. */
async function noteCompletion(
  company: Company,
  { production }: Place,
  { good, scrap, lot, serials, at }: OrderCompletion,
  doing: string,
): Promise<void> {
  const resource = resourceOf(production);
  const lots = [...(lot === null ? [] : [`lot ${lot}`]), ...serials];
  const message = [
    `${BEGINNING}${quantityText(good)} good, ${quantityText(scrap)} scrap, at ${at}`,
    ...(lots.length === 0 ? [] : [`Made: ${lots.join(", ")}`]),
    canonicalText({ at, good, scrap, lot, serials }),
    LABEL,
  ].join("\n");
  const notes = (await notesOn(company, [resource], BEGINNING)).get(resource) ?? [];
  const standing = notes.filter((note) => note.message?.endsWith(LABEL) === true);
  if (standing.at(-1)?.message === message) return;
  await addNote(company, resource, message, doing);
  await removeNotes(company, standing, doing);
}
