import { Type, type Static } from "typebox";
import { filled, optional, Reference } from "../http/body.ts";
import type { Stored, Term } from "../http/collection.ts";
import { refused } from "../http/errors.ts";
import { etagOf } from "../http/precondition.ts";
import { checkDate, checkedMeasure, checkedPercent, checkedQuantity, checkUnitOf } from "./checks.ts";
import { Code, Plant, itemOf } from "./item.ts";
import { operationsOf } from "./routing.ts";
import type { Erp } from "./state.ts";

const Text = Type.String({ maxLength: 40 });
const Basis = Type.Enum(["PER_ASSEMBLY", "PER_ORDER"]);
export const SupplyType = Type.Enum(["PUSH", "PULL", "BULK", "BACKFLUSH"]);

const Output = Type.Enum(["CO_PRODUCT", "BY_PRODUCT"]);
/** How often an item is used on the line, in percent, and how much of it stands in for one of the component. */
const Usage = Type.Object({ itemCode: Code, percent: Text, factor: Text }, { additionalProperties: false });

export const WrittenLine = Type.Object(
  {
    position: Type.String({ pattern: "^[0-9]{1,4}$" }),
    componentCode: Code,
    quantity: Text,
    unit: Text,
    basis: optional(Basis),
    operation: optional(Text),
    supplyType: optional(SupplyType),
    componentScrapPercent: optional(Text),
    operationScrapPercent: optional(Text),
    fixedScrapQuantity: optional(Text),
    phantom: optional(Type.Boolean()),
    referenceDesignators: optional(Type.Array(Text, { maxItems: 10_000 })),
    alternates: optional(Type.Array(Code, { maxItems: 100 })),
    validFrom: optional(Text),
    validUntil: optional(Text),
    optionText: optional(Type.String({ maxLength: 4_000 })),
    externalReference: optional(Reference),
    output: optional(Output),
    usage: optional(Type.Array(Usage, { maxItems: 100 })),
  },
  { additionalProperties: false },
);
export type WrittenLine = Static<typeof WrittenLine>;
export const LineEdit = Type.Partial(Type.Omit(WrittenLine, ["position"]), { additionalProperties: false });

export const WrittenBom = Type.Object(
  {
    plant: Plant,
    itemCode: Code,
    revisionLevel: optional(Text),
    externalReference: optional(Reference),
    lines: Type.Array(WrittenLine, { maxItems: 9999 }),
  },
  { additionalProperties: false },
);

export type BomLine = {
  readonly position: string;
  readonly componentCode: string;
  /** Net of scrap. */
  readonly quantity: string;
  readonly unit: string;
  readonly basis: Static<typeof Basis>;
  readonly operation: string | null;
  readonly supplyType: Static<typeof SupplyType> | null;
  readonly componentScrapPercent: string | null;
  readonly operationScrapPercent: string | null;
  readonly fixedScrapQuantity: string | null;
  readonly phantom: boolean;
  readonly referenceDesignators: readonly string[];
  readonly alternates: readonly string[];
  readonly validFrom: string | null;
  readonly validUntil: string | null;
  /** For which variants of the item the line is, as text; null for all. Lines of older folders have none. */
  readonly optionText?: string | null;
  readonly externalReference: string | null;
  /** What comes out beside the item; absent for a component. */
  readonly output?: Static<typeof Output>;
  readonly usage?: readonly Static<typeof Usage>[];
};

/** What one plant builds one item from, one version of it. */
export type Bom = {
  readonly plant: string;
  readonly itemCode: string;
  readonly revisionLevel: string | null;
  readonly version: number;
  readonly status: "DRAFT" | "ACTIVE" | "SUPERSEDED";
  readonly externalReference: string | null;
  /** The BOM whose place it took. */
  readonly replaces: string | null;
  readonly createdAt: string;
  readonly activatedAt: string | null;
  readonly lines: readonly BomLine[];
};

export function bomTerms({ plant, itemCode, status, externalReference, lines }: Bom): Term[] {
  return [
    ["plant", plant],
    ["itemCode", itemCode],
    ["status", status],
    ...(externalReference === null ? [] : [["externalReference", externalReference] as const]),
    ...componentsOf(lines).map((componentCode) => ["component", componentCode] as const),
  ];
}

/** What goes in; what comes out is no component. */
function componentsOf(lines: Bom["lines"]): readonly string[] {
  return lines.flatMap(({ componentCode, output }) => (output === undefined ? [componentCode] : []));
}

export function shownBom(stored: Stored<Bom>) {
  return { number: stored.number, ...stored.value, etag: etagOf(stored) };
}

/** The BOM in force of an item; null when it has none. */
export function activeBom(erp: Erp, plant: string, itemCode: string): Stored<Bom> | null {
  const [active] = bomsOf(erp, plant, itemCode).filter(({ value }) => value.status === "ACTIVE");
  return active ?? null;
}

export function bomsOf(erp: Erp, plant: string, itemCode: string): Stored<Bom>[] {
  return erp.boms.list([
    { kind: "itemCode", any: [itemCode] },
    { kind: "plant", any: [plant] },
  ]);
}

const UNSET = {
  basis: "PER_ASSEMBLY" as const,
  operation: null,
  supplyType: null,
  componentScrapPercent: null,
  operationScrapPercent: null,
  fixedScrapQuantity: null,
  phantom: false,
  referenceDesignators: [],
  alternates: [],
  validFrom: null,
  validUntil: null,
  optionText: null,
  externalReference: null,
};

/** Lines as they are kept. @throws ApiError 422 naming the first line and member that is wrong. */
export function checkedLines(erp: Erp, plant: string, itemCode: string, written: readonly WrittenLine[]): BomLine[] {
  const operations = operationsOf(erp, plant, itemCode);
  const positions = new Set<string>();
  return written.map((line, at) => {
    const field = (member: string) => `lines[${at}].${member}`;
    if (positions.has(line.position)) {
      throw refused("POSITION_DUPLICATE", `position ${line.position} comes twice`, field("position"));
    }
    positions.add(line.position);
    return checkedLine(erp, plant, filled(line, UNSET), operations, field);
  });
}

function checkedLine(
  erp: Erp,
  plant: string,
  line: BomLine,
  operations: readonly string[] | null,
  field: (member: string) => string,
): BomLine {
  const component = itemOf(erp, plant, line.componentCode, field("componentCode"));
  checkUnitOf(component, line.unit, field("unit"));
  if (line.operation !== null && operations !== null && !operations.includes(line.operation)) {
    const message = `the routing has no operation ${line.operation}; it has ${operations.join(", ")}`;
    throw refused("OPERATION_UNKNOWN", message, field("operation"));
  }
  line.alternates.forEach((alternate, at) => itemOf(erp, plant, alternate, field(`alternates[${at}]`)));
  (line.usage ?? []).forEach((used, at) => checkUsage(erp, plant, used, (member) => field(`usage[${at}].${member}`)));
  checkDate(line.validFrom, field("validFrom"));
  checkDate(line.validUntil, field("validUntil"));
  const { fixedScrapQuantity: fixed } = line;
  return {
    ...line,
    quantity: checkedQuantity(component, line.quantity, field("quantity")),
    componentScrapPercent: checkedPercent(line.componentScrapPercent, field("componentScrapPercent")),
    operationScrapPercent: checkedPercent(line.operationScrapPercent, field("operationScrapPercent")),
    fixedScrapQuantity: fixed === null ? null : checkedQuantity(component, fixed, field("fixedScrapQuantity"), "zero"),
  };
}

function checkUsage(
  erp: Erp,
  plant: string,
  { itemCode, percent, factor }: Static<typeof Usage>,
  field: (member: string) => string,
): void {
  itemOf(erp, plant, itemCode, field("itemCode"));
  checkedMeasure(percent, field("percent"));
  checkedMeasure(factor, field("factor"));
}

/** @throws ApiError 422 when the item would come to contain itself through the BOMs in force. */
export function checkNotRecursive(erp: Erp, { plant, itemCode, lines }: Bom): void {
  const open = [...componentsOf(lines)];
  const seen = new Set<string>();
  for (let component = open.pop(); component !== undefined; component = open.pop()) {
    if (component === itemCode) throw refused("BOM_RECURSIVE", `${itemCode} would contain itself`, "lines");
    if (seen.has(component)) continue;
    seen.add(component);
    open.push(...componentsOf(activeBom(erp, plant, component)?.value.lines ?? []));
  }
}
