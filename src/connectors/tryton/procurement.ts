import { canonicalText } from "../../domain/json.ts";
import type { ItemId, SupplierId } from "../../domain/ids.ts";
import type { ProcurementRecord } from "../../domain/plant-item.ts";
import { equals } from "../../domain/rational.ts";
import type { Unit } from "../../domain/unit.ts";
import type { Procurement, Receipt } from "../port.ts";
import type { Company, CompanyFacts } from "./company.ts";
import { conflict, refusal } from "./conflict.ts";
import { readProducts } from "./items.ts";
import { basePrice, fromPrice, isYes, leadTimeOf, toProcurement } from "./mapping.ts";
import { ofPlant } from "./plant.ts";
import { readAllOf, writeRecords } from "./records.ts";
import { part, parts, statesOf, versionOf } from "./stamps.ts";
import { toRational } from "./values.ts";
import { MODELS, type Product, type ProductSupplier } from "./wire.ts";

/** An item with the supplier records that hold for it, the one that Tryton takes first. */
type Sources = { readonly product: Product; readonly unit: Unit; readonly records: readonly ProductSupplier[] };

export function procurement(company: Company): Procurement {
  async function readOne(item: ItemId): Promise<Sources | undefined> {
    return (await readSources(company, [item])).get(item);
  }

  return {
    async read(wanted, plant) {
      if (!ofPlant(company, plant)) return new Map();
      const facts = await company.facts();
      const sources = await readSources(company, wanted);
      return new Map(
        [...sources].flatMap(
          ([
            item,
            {
              unit,
              records: [preferred],
            },
          ]) =>
            preferred === undefined
              ? []
              : [
                  [
                    item,
                    {
                      value: toProcurement(preferred, item, unit, facts, company.plant),
                      version: versionNow(preferred),
                    },
                  ],
                ],
        ),
      );
    },
    set: {
      async find({ value }) {
        const held = await readOne(value.item);
        const preferred = held?.records[0];
        if (held === undefined || preferred === undefined) return null;
        return says(preferred, held, value, await company.facts()) ? receiptOf(preferred) : null;
      },
      async write({ value, expected }) {
        const doing = `setting the procurement record of ${value.item}`;
        const facts = await company.facts();
        const held = await readOne(value.item);
        if (held === undefined) throw conflict(company, doing, value.item, "the item is gone");
        const preferred = held.records[0];
        if (preferred !== undefined && says(preferred, held, value, facts)) return receiptOf(preferred);
        if ((preferred === undefined ? null : versionNow(preferred)) !== expected) {
          throw conflict(company, doing, value.item, "its preferred supplier record was changed after it was read");
        }
        if (!isYes(held.product["template."].purchasable)) {
          const cause = `${value.item} is not marked as bought in Tryton, so it can have no supplier`;
          throw refusal(company, doing, `item ${value.item}`, "purchasable", cause);
        }
        const supplier = await partyOf(company, value.supplier, doing);
        const actions = await actionsFor(company, held, value, supplier, doing);
        await writeRecords(company, "product.product", [[held.product.id], { product_suppliers: actions }], {
          doing,
          object: value.item,
          expecting: statesOf(held.records.flatMap(partsOf)),
        });
        const made = (await readOne(value.item))?.records[0];
        if (made === undefined) throw conflict(company, doing, value.item, "the supplier record is gone again");
        return receiptOf(made);
      },
    },
    async knownSuppliers(suppliers) {
      const known = await readAllOf(company, MODELS.party, "reading suppliers", [], "code", suppliers);
      return new Set(known.map(({ code }) => code as SupplierId));
    },
  };
}

async function readSources(company: Company, items: readonly ItemId[]): Promise<ReadonlyMap<ItemId, Sources>> {
  const { units } = await company.facts();
  const products = await readProducts(company, items);
  const templates = [...products.values()].map((product) => product["template."].id);
  const domain = [["company", "=", (await company.facts()).id]];
  const doing = "reading supplier records";
  const records = await readAllOf(company, MODELS.productSupplier, doing, domain, "template", templates);
  return new Map(
    [...products].map(([item, product]) => {
      const template = product["template."];
      const own = records.filter(
        (record) => record.template === template.id && (record.product === null || record.product === product.id),
      );
      const unit = units.of(template.default_uom, `item ${item}`, "default_uom");
      return [item, { product, unit, records: own.toSorted(asTrytonTakesThem) }];
    }),
  );
}

/** Those of the variant before those of its template; by sequence, where none comes first; then the older. */
function asTrytonTakesThem(a: ProductSupplier, b: ProductSupplier): number {
  const ofTemplate = Number(a.product === null) - Number(b.product === null);
  const bySequence = (a.sequence ?? -Infinity) - (b.sequence ?? -Infinity);
  return ofTemplate || (Number.isNaN(bySequence) ? 0 : bySequence) || a.id - b.id;
}

/**
 * The writes that make a supplier the first: his own record is brought up to date or made, the others of
 * the variant follow in the order they had. All of it is one transaction.
 */
async function actionsFor(
  company: Company,
  { product, records, unit }: Sources,
  value: ProcurementRecord,
  party: number,
  doing: string,
): Promise<readonly unknown[]> {
  const { units } = await company.facts();
  const template = product["template."];
  const ofVariant = records.filter((record) => record.product !== null);
  const own = ofVariant.find((record) => record["party."].id === party);
  const others = ofVariant.filter((record) => record !== own);
  const buyingUnit = units.of(template.purchase_uom ?? template.default_uom, `item ${value.item}`, "purchase_uom");
  const currency = await currencyOf(company, value, own, doing);
  const values = {
    sequence: 1,
    code: value.supplierItem,
    lead_time: leadTimeOf(value.leadTimeDays),
    currency,
    ...(value.price === null ? {} : { prices: priceActions(own, fromPrice(value.price, unit, buyingUnit)) }),
  };
  const first =
    own === undefined ? ["create", [{ ...values, template: template.id, party }]] : ["write", [own.id], values];
  return [first, ...others.map(({ id }, i) => ["write", [id], { sequence: i + 2 }])];
}

function priceActions(own: ProductSupplier | undefined, unitPrice: object): readonly unknown[] {
  const base = own === undefined ? null : basePrice(own);
  return base === null
    ? [["create", [{ quantity: 0, unit_price: unitPrice }]]]
    : [["write", [base.id], { unit_price: unitPrice }]];
}

async function currencyOf(
  company: Company,
  { item, price }: ProcurementRecord,
  own: ProductSupplier | undefined,
  doing: string,
): Promise<number> {
  const facts = await company.facts();
  if (price === null) return own?.["currency."].id ?? facts.currencyId;
  if (own?.["currency."].code === price.currency) return own["currency."].id;
  if (price.currency === facts.currency) return facts.currencyId;
  const [found] = await readAllOf(company, MODELS.currency, "reading currencies", [], "code", [price.currency]);
  if (found !== undefined) return found.id;
  throw refusal(company, doing, `item ${item}`, "currency", `Tryton has no currency ${price.currency}`);
}

async function partyOf(company: Company, supplier: SupplierId, doing: string): Promise<number> {
  const [party] = await readAllOf(company, MODELS.party, "reading suppliers", [], "code", [supplier]);
  if (party !== undefined) return party.id;
  throw refusal(company, doing, `supplier ${supplier}`, "code", "no party of Tryton has it");
}

/** Whether the record is the wanted one, as far as Tryton's decimals can say. No price wanted: any will do. */
function says(
  held: ProductSupplier,
  { product, unit }: Sources,
  wanted: ProcurementRecord,
  facts: CompanyFacts,
): boolean {
  const now = toProcurement(held, wanted.item, unit, facts, wanted.plant);
  if (canonicalText({ ...now, price: null }) !== canonicalText({ ...wanted, price: null })) return false;
  if (wanted.price === null) return true;
  const base = basePrice(held);
  const template = product["template."];
  const buyingUnit = facts.units.of(
    template.purchase_uom ?? template.default_uom,
    `item ${wanted.item}`,
    "purchase_uom",
  );
  const wantedPrice = toRational(fromPrice(wanted.price, unit, buyingUnit));
  const heldPrice = base === null ? null : toRational(base.unit_price);
  return (
    now.price?.currency === wanted.price.currency &&
    heldPrice !== null &&
    wantedPrice !== null &&
    equals(heldPrice, wantedPrice)
  );
}

function partsOf(record: ProductSupplier) {
  return [part("purchase.product_supplier", record), ...parts("purchase.product_supplier.price", record["prices."])];
}

function versionNow(record: ProductSupplier): string {
  return versionOf(String(record.id), partsOf(record));
}

function receiptOf(record: ProductSupplier): Receipt {
  return { id: String(record.id), version: versionNow(record) };
}
