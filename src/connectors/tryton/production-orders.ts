import type { Day } from "../../domain/calendar.ts";
import { explodedComponents, type ExplodedComponent } from "../../domain/bom/exploded-components.ts";
import type { ItemId, ProductionOrderId } from "../../domain/ids.ts";
import { needsJust } from "../../domain/impact/production-impact.ts";
import type { PlantItem, VersionToken } from "../../domain/plant-item.ts";
import { ONE, times } from "../../domain/rational.ts";
import { conversionFactor } from "../../domain/unit.ts";
import type { ProductionOrders, Receipt } from "../port.ts";
import { shortened } from "../shortened.ts";
import { changedProductionOrders } from "./changed-orders.ts";
import type { Company } from "./company.ts";
import { conflict, refusal } from "./conflict.ts";
import { readProducts } from "./items.ts";
import { reportJobs } from "./job-reports.ts";
import { toItem } from "./mapping.ts";
import { codeOf, marksAt, setMark } from "./marks.ts";
import { readInForce, type InForce } from "./mboms.ts";
import { productionNumber } from "./order-mapping.ts";
import { ofPlant } from "./plant.ts";
import { HOLD, readOrder, readOrders, resourceOf, type Read } from "./read-orders.ts";
import { actOn, writeRecords } from "./records.ts";
import { part, parts, statesOf } from "./stamps.ts";
import { quantityNumber } from "./values.ts";
import type { Product, Production } from "./wire.ts";

const OPEN_STATES = ["request", "draft", "waiting", "assigned", "running"];
const REASON_MAX = 4_000;

export function productionOrders(company: Company): ProductionOrders {
  return {
    changedSince: (cursor) => changedProductionOrders(company, cursor),
    async openOf(items, plant) {
      if (!ofPlant(company, plant)) return [];
      const domain = [["state", "in", OPEN_STATES]];
      const making = await readOrders(company, domain, "product.code", items);
      const needing = await readOrders(company, domain, "inputs.product.code", items);
      const orders = new Map([...making, ...needing].map(({ production, held }) => [production.id, held]));
      return [...orders.values()];
    },
    async read(ids) {
      const numbers = ids.flatMap((id) => productionNumber(id) ?? []);
      return (await readOrders(company, [], "number", numbers)).map(({ held }) => held);
    },
    reExplode: {
      async find({ order }) {
        const read = await readOrder(company, order);
        const wanted = await explosionOf(company, read);
        return wanted !== null && isExploded(read, wanted) ? receiptOf(read) : null;
      },
      async write({ order, expected }) {
        const doing = `re-exploding production order ${order}`;
        const read = await readOrder(company, order);
        const wanted = await explosionOf(company, read);
        if (wanted === null) throw refusal(company, doing, order, "bom", `item ${read.held.value.item} has no mBOM`);
        if (isExploded(read, wanted)) return receiptOf(read);
        checkVersion(company, read, expected, doing);
        checkState(company, read, "planned", doing);
        await setComponents(company, read, wanted.components, orderValues(read, wanted.inForce), doing);
        return receiptOf(await readOrder(company, order));
      },
    },
    replaceComponents: {
      async find({ order, components }) {
        const read = await readOrder(company, order);
        return needsJust(read.held.value, components) ? receiptOf(read) : null;
      },
      async write({ order, components, expected }) {
        const doing = `replacing the components of production order ${order}`;
        const read = await readOrder(company, order);
        if (needsJust(read.held.value, components)) return receiptOf(read);
        checkVersion(company, read, expected, doing);
        checkState(company, read, "released", doing);
        // Tryton's client lets nobody edit what stock is reserved for; "wait" gives the reservation back.
        if (read.production.state === "assigned") {
          const expecting = statesOf([part("production", read.production)]);
          await actOn(company, "production", "wait", [read.production.id], { doing, object: order, expecting });
        }
        const waiting = read.production.state === "assigned" ? await readOrder(company, order) : read;
        await setComponents(company, waiting, components, {}, doing);
        return receiptOf(await readOrder(company, order));
      },
    },
    hold: {
      async find({ order }, key) {
        const read = await readOrder(company, order);
        const marks = await marksAt(company, [resourceOf(read.production)]);
        const mark = marks.find(
          ({ code, subject, state }) => code === codeOf(key) && subject === HOLD && state === "open",
        );
        return mark === undefined ? null : receiptOf(read);
      },
      async write({ order, reason, expected }, key) {
        const doing = `holding production order ${order}`;
        const read = await readOrder(company, order);
        const marks = await marksAt(company, [resourceOf(read.production)]);
        const held = marks.filter(({ subject, state }) => subject === HOLD && state === "open");
        if (held.some(({ code }) => code === codeOf(key))) return receiptOf(read);
        checkVersion(company, read, expected, doing);
        if (held.length > 0) throw conflict(company, doing, order, "it is on hold already");
        const text = `ON HOLD. ${shortened(reason, REASON_MAX)}`;
        await setMark(company, resourceOf(read.production), { text, code: codeOf(key), subject: HOLD }, doing);
        return receiptOf(read);
      },
    },
    report: reportJobs(company),
  };
}

type Explosion = { readonly inForce: InForce; readonly components: readonly ExplodedComponent[] };

const ANY_DAY = "2000-01-01" as Day;

/**
 * What an order needs by the mBOM in force, worked out here and not by Tryton's own explosion, which knows
 * neither quantities per order nor phantoms. Null where the item has no mBOM.
 */
async function explosionOf(company: Company, { held: { value } }: Read): Promise<Explosion | null> {
  const known = new Map<ItemId, InForce>();
  for (let level: readonly ItemId[] = [value.item]; level.length > 0;) {
    const read = await readInForce(company, level);
    for (const [item, inForce] of read) known.set(item, inForce);
    const phantoms = [...read.values()].flatMap(({ held }) => held.value.lines.filter(({ phantom }) => phantom));
    level = [...new Set(phantoms.map(({ item }) => item))].filter((item) => !known.has(item));
  }
  const inForce = known.get(value.item);
  if (inForce === undefined) return null;
  const facts = await company.facts();
  const named = [...known.values()].flatMap(({ held }) => held.value.lines.map(({ item }) => item));
  const products = await readProducts(company, [value.item, ...named]);
  const items = new Map<ItemId, PlantItem>(
    [...products].map(([item, product]) => [item, toItem(product, facts, company.plant)]),
  );
  const factor = conversionFactor(value.quantity.unit, items.get(value.item)?.unit ?? value.quantity.unit) ?? ONE;
  const components = explodedComponents(
    inForce.held.value,
    times(value.quantity.amount, factor),
    // Tryton's components hold on every day, so it matters to none which one this is.
    value.start ?? ANY_DAY,
    { mbomOf: (item) => known.get(item)?.held.value ?? null, itemOf: (item) => items.get(item) ?? null },
  );
  return { inForce, components };
}

function isExploded({ production, held }: Read, { inForce, components }: Explosion): boolean {
  return production.bom === inForce.bom.id && needsJust(held.value, components);
}

/** A routing holds for some BOMs only, so an order's must follow its BOM. */
function orderValues({ production }: Read, { link }: InForce): object {
  return { bom: link.bom, ...(production.routing == null ? {} : { routing: link.routing }) };
}

/** Takes the components that stand there away and puts others in their place, in one transaction. */
async function setComponents(
  company: Company,
  { production, held }: Read,
  components: readonly Pick<ExplodedComponent, "item" | "required">[],
  values: object,
  doing: string,
): Promise<void> {
  const products = await readProducts(
    company,
    components.map(({ item }) => item),
  );
  const { currencyId, id: companyId } = await company.facts();
  const warehouse = production["warehouse."];
  const shared = { company: companyId, currency: currencyId };
  const inputs = await Promise.all(
    components.map(async (component) => ({
      ...shared,
      ...(await moveOf(company, component, products.get(component.item), held.value.id, doing)),
      from_location: warehouse.production_picking_location ?? warehouse.storage_location,
      to_location: production.location,
    })),
  );
  const gone = production["inputs."].map(({ id }) => id);
  const actions = { inputs: [...(gone.length === 0 ? [] : [["delete", gone]]), ["create", inputs]] };
  const outputs =
    production["outputs."].length > 0 ? {} : { outputs: [["create", [{ ...shared, ...outputOf(production) }]]] };
  await writeRecords(company, "production", [[production.id], { ...values, ...actions, ...outputs }], {
    doing,
    object: held.value.id,
    expecting: statesOf([part("production", production), ...parts("stock.move", production["inputs."])]),
  });
}

async function moveOf(
  company: Company,
  { item, required }: Pick<ExplodedComponent, "item" | "required">,
  product: Product | undefined,
  order: ProductionOrderId,
  doing: string,
): Promise<object> {
  if (product === undefined) throw refusal(company, doing, order, "inputs", `Tryton has no item ${item}`);
  const { units } = await company.facts();
  const object = `production order ${order}, component ${item}`;
  const quantity = quantityNumber(required.amount);
  if (quantity === null) {
    throw refusal(company, doing, object, "quantity", "it is no decimal number that Tryton keeps; round it by a rule");
  }
  return { product: product.id, uom: units.idOf(required.unit, object, "uom"), quantity };
}

/** What Tryton adds when its client explodes a BOM, and a production made over its API lacks. */
export function outputOf({
  "product.": product,
  "warehouse.": warehouse,
  location,
  quantity,
  uom,
}: Production): object {
  return {
    product: product?.id,
    uom: uom ?? product?.default_uom,
    quantity: quantity ?? 0,
    from_location: location,
    to_location: warehouse.production_output_location ?? warehouse.storage_location,
    unit_price: { __class__: "Decimal", decimal: "0" },
  };
}

function checkVersion(company: Company, { held }: Read, expected: VersionToken, doing: string): void {
  if (held.version === expected) return;
  throw conflict(company, doing, held.value.id, "it was changed after it was read");
}

/** Tryton's server would take edits that its client forbids; they must not be made. */
function checkState(
  company: Company,
  { production, held: { value } }: Read,
  wanted: "planned" | "released",
  doing: string,
): void {
  if (value.state === wanted) return;
  const now = value.state === "started" ? "started" : production.state;
  const no = wanted === "released" ? "released and not started" : wanted;
  throw refusal(company, doing, value.id, "state", `it is ${now} and no longer ${no}`);
}

function receiptOf({ held }: Read): Receipt {
  return { id: held.value.id, version: held.version };
}
