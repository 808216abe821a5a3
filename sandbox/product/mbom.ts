import { decimal, decimalText, roundedUp, times } from "../erp/decimal.ts";
import { ITEMS, THREADLOCKER, type ProductItem } from "./items.ts";
import { STRUCTURE, type ProductLine } from "./structure.ts";

/** A line as plant 1000 builds from it: what the ERP's BOMs are seeded with. */
export type PlantLine = {
  readonly component: string;
  readonly quantity: string;
  readonly unit: string;
  readonly operation: string | null;
  readonly supply: "PUSH" | "BULK" | "BACKFLUSH";
  readonly scrapPercent: string | null;
  readonly referenceDesignators: readonly string[];
  readonly alternates: readonly string[];
  /** The usage ids it came by, or the rule that added it. */
  readonly reference: string;
};

const BY_NUMBER = new Map([...ITEMS, THREADLOCKER].map((item) => [item.number, item]));
const MADE = new Set(["assembly", "sheet-metal-part", "machined-part", "harness"]);
const SHEET_DECIMALS = 3;

/** @throws Error when the product has no such item. */
export function productItem(number: string): ProductItem {
  const item = BY_NUMBER.get(number);
  if (item === undefined) throw new Error(`the product has no item ${number}`);
  return item;
}

/** How the plant comes by an item; null for what it does not have at all (documents and kits). */
export function procurementOf({ type, attributes }: ProductItem): "MAKE" | "BUY" | "SUBCONTRACT" | null {
  if (type === "document" || type === "kit") return null;
  if (attributes?.["sourcing"] === "buy") return "BUY";
  if (MADE.has(type)) return "MAKE";
  return type === "pcb-assembly" ? "SUBCONTRACT" : "BUY";
}

/** Numbers of the items that have a BOM in the plant, components before what they go into. */
export function builtItems(): string[] {
  const ordered = new Set<string>();
  const visit = (number: string): void => {
    for (const { item } of STRUCTURE.get(number) ?? []) visit(item);
    const procurement = procurementOf(productItem(number));
    if (procurement !== null && procurement !== "BUY" && STRUCTURE.has(number)) ordered.add(number);
  };
  visit("FX-200");
  return [...ordered];
}

/** The plant's BOM of an item at revision A. */
export function plantLines(number: string): PlantLine[] {
  const parent = productItem(number);
  const lines = (STRUCTURE.get(number) ?? []).flatMap((line) => linesOf(parent, line, [], "1"));
  if (parent.attributes?.["threadlock"] !== "yes") return lines;
  return [...lines, { ...plantLine(parent, THREADLOCKER, "0.5", "GRM"), reference: "+add-threadlocker" }];
}

/** A line, or the lines of the kit that it names, each times the kit's quantity. */
function linesOf(parent: ProductItem, line: ProductLine, path: readonly string[], factor: string): PlantLine[] {
  const item = productItem(line.item);
  const way = [...path, line.usageId];
  const quantity = decimalText(times(decimal(line.quantity), decimal(factor)));
  if (item.type === "document") return [];
  if (item.type === "kit") {
    return (STRUCTURE.get(item.number) ?? []).flatMap((inside) => linesOf(parent, inside, way, quantity));
  }
  const { referenceDesignators, alternates } = line;
  return [
    { ...plantLine(parent, item, quantity, line.unit), referenceDesignators, alternates, reference: way.join("/") },
  ];
}

function plantLine(
  parent: ProductItem,
  item: ProductItem,
  quantity: string,
  unit: string,
): Omit<PlantLine, "reference"> {
  const converted = item.conversion?.from === unit;
  const factor = converted ? decimal(item.conversion?.factor ?? "1") : decimal("1");
  return {
    component: item.number,
    quantity: converted ? decimalText(roundedUp(times(decimal(quantity), factor), SHEET_DECIMALS)) : quantity,
    unit: converted ? item.unit : unit,
    operation: operationOf(parent, item),
    supply: supplyOf(item),
    scrapPercent: item.type === "wire" ? "3" : null,
    referenceDesignators: [],
    alternates: [],
  };
}

function operationOf(parent: ProductItem, { type }: ProductItem): string | null {
  if (parent.type === "pcb-assembly") return null;
  return type === "label" || type === "packaging" ? "0030" : "0010";
}

function supplyOf({ type }: ProductItem): PlantLine["supply"] {
  if (type === "fastener" || type === "adhesive") return "BULK";
  return type === "wire" || type === "raw-sheet" ? "BACKFLUSH" : "PUSH";
}
