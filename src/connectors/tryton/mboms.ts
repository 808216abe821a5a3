import { createHash } from "node:crypto";
import type { ChangeId, ItemId } from "../../domain/ids.ts";
import { canonicalText } from "../../domain/json.ts";
import type { Mbom } from "../../domain/mbom.ts";
import type { Held, PublishedMbom } from "../../domain/plant-item.ts";
import { ConnectorError } from "../connector-error.ts";
import type { Expecting, IdempotencyKey, Mboms, Receipt } from "../port.ts";
import { cannotHold, DETAILS, detailsText } from "./bom-details.ts";
import { fromMbom, numberOf, toMbom, type NewInput } from "./bom-mapping.ts";
import type { Company } from "./company.ts";
import { conflict, refusal } from "./conflict.ts";
import { readProducts } from "./items.ts";
import { isYes } from "./mapping.ts";
import { addNote, notesOn } from "./notes.ts";
import { ofPlant } from "./plant.ts";
import { actOn, ARCHIVED_TOO, createRecord, readAllOf, writeRecords } from "./records.ts";
import { part, parts, statesOf, versionOf } from "./stamps.ts";
import { MODELS, type Bom, type ProductBoms } from "./wire.ts";

type Publication = Expecting<Mbom> & { readonly change: ChangeId };

/** The BOM that Tryton plans an item with: the first that the item's variant is linked to. */
export type InForce = {
  readonly product: ProductBoms;
  readonly link: ProductBoms["boms."][number];
  readonly bom: Bom;
  readonly held: Held<PublishedMbom>;
};

export function mboms(company: Company): Mboms {
  return {
    async read(wanted, plant) {
      if (!ofPlant(company, plant)) return new Map();
      const inForce = await readInForce(company, wanted);
      return new Map([...inForce].map(([item, { held }]) => [item, held]));
    },
    async whereUsed(item, plant) {
      if (!ofPlant(company, plant)) return [];
      return await whereUsed(company, item);
    },
    publish: {
      async find({ value, change }, key) {
        const [own] = await readBomsNamed(company, [nameOf(value, change, key)]);
        return own === undefined ? null : receiptOf(own);
      },
      write: (publication, key) => publish(company, publication, key),
    },
    cannotHold,
    // All else stands in Heddle's note, which nobody can edit; a quantity that is typed includes its scrap.
    typedFields: ["item", "quantity", "scrap"],
  };
}

/** The mBOMs in force of items, with what a write needs to know of them. */
export async function readInForce(company: Company, items: readonly ItemId[]): Promise<ReadonlyMap<ItemId, InForce>> {
  const doing = "reading mBOMs";
  const products = await readAllOf(company, MODELS.productBoms, doing, [["boms", "!=", null]], "code", items);
  const linked = products.flatMap((product) => {
    const [link] = product["boms."];
    return link === undefined ? [] : [{ product, link }];
  });
  const boms = await readBoms(
    company,
    linked.map(({ link }) => link.bom),
  );
  const notes = await detailsOf(company, [...boms.keys()]);
  const { units } = await company.facts();
  const found = new Map<ItemId, InForce>();
  for (const { product, link } of linked.toSorted((a, b) => a.product.id - b.product.id)) {
    const bom = boms.get(link.bom);
    const item = product.code as ItemId;
    if (bom === undefined || found.has(item)) continue;
    const note = notes.get(bom.id) ?? null;
    const value = toMbom(bom, note, item, { system: company.system, plant: company.plant, units });
    found.set(item, { product, link, bom, held: { value, version: versionOf(numberOf(bom.id), partsOf(bom)) } });
  }
  return found;
}

async function readBoms(company: Company, ids: readonly number[]): Promise<ReadonlyMap<number, Bom>> {
  const boms = await readAllOf(company, MODELS.bom, "reading mBOMs", [ARCHIVED_TOO], "id", ids);
  return new Map(boms.map((bom) => [bom.id, bom]));
}

async function readBomsNamed(company: Company, names: readonly string[]): Promise<readonly Bom[]> {
  return await readAllOf(company, MODELS.bom, "looking up an mBOM by its name", [ARCHIVED_TOO], "name", names);
}

/** Heddle's notes at BOMs, the newest of each. */
export async function detailsOf(company: Company, boms: readonly number[]): Promise<ReadonlyMap<number, string>> {
  const notes = await notesOn(company, boms.map(resourceOf), DETAILS);
  return new Map(
    [...notes].map(([resource, own]) => [Number(resource.split(",")[1]), own.at(-1)?.message ?? ""] as const),
  );
}

function resourceOf(bom: number): string {
  return `production.bom,${bom}`;
}

async function whereUsed(company: Company, item: ItemId): Promise<readonly ItemId[]> {
  const doing = `looking where ${item} is used`;
  const uses = await readAllOf(company, MODELS.bomUse, doing, [], "product.code", [item]);
  const boms = [...new Set(uses.map(({ bom }) => bom))];
  const products = await readAllOf(company, MODELS.productBoms, doing, [], "boms.bom", boms);
  const using = products.filter((product) => boms.includes(product["boms."][0]?.bom ?? -1));
  return [...new Set(using.map(({ code }) => code as ItemId))];
}

/**
 * Makes an archived BOM, its note, and then, in one transaction: the new BOM comes into use, the item's
 * link turns to it, the old BOM is archived. The BOM bears its final name from then on only, so that a draft
 * that a lost answer left is told from one that was in force.
 */
async function publish(
  company: Company,
  { value, expected, change }: Publication,
  key: IdempotencyKey,
): Promise<Receipt> {
  const doing = `publishing the mBOM of ${value.item}`;
  const name = nameOf(value, change, key);
  const drafts = await readBomsNamed(company, [name, draftNameOf(name)]);
  const done = drafts.find((bom) => bom.name === name);
  if (done !== undefined) return receiptOf(done);

  const { units } = await company.facts();
  const inputs = fromMbom(value, "input", company.system, units);
  const outputs = fromMbom(value, "output", company.system, units);
  const details = detailsText(value, change, key);
  const before = (await readInForce(company, [value.item])).get(value.item);
  const own = await ownDraft(company, drafts, value, details);
  for (const draft of drafts) if (draft !== own?.bom) await discard(company, draft, value.item);
  if ((before?.held.version ?? null) !== expected) {
    if (own !== undefined) await discard(company, own.bom, value.item);
    throw conflict(company, doing, value.item, "its mBOM was changed after it was read");
  }
  const draft =
    own?.bom ?? (await createDraft(company, { name: draftNameOf(name), mbom: value, inputs, outputs }, before, doing));
  if (own?.isDescribed !== true) await addNote(company, resourceOf(draft.id), details, doing);
  try {
    await putInForce(company, draft.id, name, value.item, before, doing);
  } catch (error) {
    const isRefused = error instanceof ConnectorError && ["version conflict", "rejected"].includes(error.kind);
    if (isRefused) await discard(company, { id: draft.id, name: draftNameOf(name) }, value.item);
    throw error;
  }
  const [made] = await readBomsNamed(company, [name]);
  if (made === undefined) throw conflict(company, doing, value.item, "the new mBOM is gone again");
  return receiptOf(made);
}

/** The draft of an earlier attempt, unless somebody edited it; its note may be missing still. */
async function ownDraft(
  company: Company,
  drafts: readonly Bom[],
  wanted: Mbom,
  details: string,
): Promise<{ readonly bom: Bom; readonly isDescribed: boolean } | undefined> {
  const { units } = await company.facts();
  const notes = await detailsOf(
    company,
    drafts.map(({ id }) => id),
  );
  const place = { system: company.system, plant: company.plant, units };
  const bom = drafts.find((draft) => {
    const note = notes.get(draft.id) ?? details;
    const { number: _number, ...held } = toMbom(draft, note, wanted.item, place);
    return note === details && canonicalText(held) === canonicalText(wanted);
  });
  return bom === undefined ? undefined : { bom, isDescribed: notes.has(bom.id) };
}

type Draft = {
  readonly name: string;
  readonly mbom: Mbom;
  readonly inputs: readonly NewInput[];
  readonly outputs: readonly NewInput[];
};

async function createDraft(
  company: Company,
  { name, mbom: { item }, inputs, outputs }: Draft,
  before: InForce | undefined,
  doing: string,
): Promise<{ readonly id: number }> {
  const products = await readProducts(company, [item, ...[...inputs, ...outputs].map((line) => line.item)]);
  const productOf = (code: ItemId) => {
    const product = products.get(code);
    if (product !== undefined) return product;
    throw refusal(company, doing, `mBOM of ${item}`, "inputs", `Tryton has no item ${code}`);
  };
  const made = productOf(item);
  if (!isYes(made["template."].producible)) {
    const cause = "it is not marked as made in Tryton, so it can have no BOM";
    throw refusal(company, doing, `item ${item}`, "producible", cause);
  }
  const output = { product: made.id, quantity: 1, uom: made["template."].default_uom };
  const lineOf = ({ item: code, quantity, uom }: NewInput) => ({ product: productOf(code).id, quantity, uom });
  const values = {
    name,
    active: false,
    inputs: [["create", inputs.map(lineOf)]],
    outputs: [["create", [output, ...outputs.map(lineOf), ...plantsOwn(company, item, outputs, before, doing)]]],
  };
  return { id: await createRecord(company, "production.bom", values, { doing, object: item }) };
}

/** What else the old BOM makes and no rule told is the plant's own: the new one makes it too. */
function plantsOwn(
  company: Company,
  item: ItemId,
  outputs: readonly NewInput[],
  before: InForce | undefined,
  doing: string,
): readonly object[] {
  const standing = before?.bom["outputs."] ?? [];
  const own = standing.find((output) => output["product."].code === item)?.quantity ?? 1;
  const told = before?.held.value.lines.flatMap((line) => (line.output === undefined ? [] : [line.item])) ?? [];
  const named = new Set<string | null>([item, ...told, ...outputs.map((output) => output.item)]);
  const others = standing.filter((output) => !named.has(output["product."].code));
  if (others.length > 0 && own !== 1) {
    const cause = `BOM ${before?.bom.name ?? ""} makes ${own} and by-products at once; make it for 1 in Tryton first`;
    throw refusal(company, doing, `mBOM of ${item}`, "outputs", cause);
  }
  return others.map(({ "product.": product, quantity, uom }) => ({ product: product.id, quantity, uom }));
}

async function putInForce(
  company: Company,
  draft: number,
  name: string,
  item: ItemId,
  before: InForce | undefined,
  doing: string,
): Promise<void> {
  const writing = { doing, object: item };
  if (before === undefined) {
    const product = (await readProducts(company, [item])).get(item);
    if (product === undefined) throw conflict(company, doing, item, "the item is gone");
    const link = ["write", [product.id], { boms: [["create", [{ bom: draft }]]] }];
    await writeRecords(company, "production.bom", [[draft], { name, active: true, output_products: [link] }], writing);
    return;
  }
  const { product, link, bom } = before;
  if (link.routing != null) await allowRouting(company, link.routing, draft, writing);
  const turned = ["write", [product.id], { boms: [["write", [link.id], { bom: draft }]] }];
  const inputs = bom["inputs."].map(({ id }) => id);
  // Writing nothing to the old lines has Tryton compare their states in the same transaction.
  const old = { inputs: [["write", inputs, {}]], ...((await isShared(company, before)) ? {} : { active: false }) };
  await writeRecords(
    company,
    "production.bom",
    [[bom.id], old, [draft], { name, active: true, output_products: [turned] }],
    {
      ...writing,
      expecting: statesOf([
        part("production.bom", bom),
        ...parts("production.bom.input", bom["inputs."]),
        part("product.product-production.bom", link),
      ]),
    },
  );
}

/** A link may name only a routing that is allowed for its BOM. */
async function allowRouting(
  company: Company,
  routing: number,
  bom: number,
  writing: { readonly doing: string; readonly object: string },
): Promise<void> {
  const [held] = await readAllOf(company, MODELS.routing, writing.doing, [ARCHIVED_TOO], "id", [routing]);
  if (held?.boms.includes(bom) === true) return;
  await writeRecords(company, "production.routing", [[routing], { boms: [["add", [bom]]] }], writing);
}

/** Whether another item, or a second link, builds by this BOM as well. */
async function isShared(company: Company, { product, link, bom }: InForce): Promise<boolean> {
  const doing = `looking who else builds by BOM ${bom.id}`;
  const linked = await readAllOf(company, MODELS.productBoms, doing, [], "boms.bom", [bom.id]);
  return linked.some((other) =>
    other["boms."].some((one) => one.bom === bom.id && (other.id !== product.id || one.id !== link.id)),
  );
}

async function discard(company: Company, draft: Pick<Bom, "id" | "name">, item: ItemId): Promise<void> {
  const doing = `taking away the draft mBOM ${draft.name}`;
  await actOn(company, "production.bom", "delete", [draft.id], { doing, object: item });
}

/** `FX-210 rev B, ECO-0001 (9f86d081884c)`: what people look for, and the key of the write, shortened. */
function nameOf({ item, revision }: Mbom, change: ChangeId, key: IdempotencyKey): string {
  const digest = createHash("sha256").update(key).digest("hex").slice(0, 12);
  return `${item} rev ${revision}, ${change} (${digest})`;
}

function draftNameOf(name: string): string {
  return `${name} draft`;
}

function partsOf(bom: Bom) {
  return [
    part("production.bom", bom),
    ...parts("production.bom.input", bom["inputs."]),
    ...parts("production.bom.output", bom["outputs."]),
  ];
}

function receiptOf(bom: Bom): Receipt {
  return { id: numberOf(bom.id), version: versionOf(numberOf(bom.id), partsOf(bom)) };
}
