import { outputRounded } from "../../domain/bom/round-lines.ts";
import type { ItemId, MbomLineKey, PlantId, Revision } from "../../domain/ids.ts";
import type { Mbom, MbomLine } from "../../domain/mbom.ts";
import type { PublishedMbom } from "../../domain/plant-item.ts";
import { dividedBy, equals, type Rational, roundedUp, sign } from "../../domain/rational.ts";
import type { Unit } from "../../domain/unit.ts";
import { badData } from "../bad-data.ts";
import type { SystemId } from "../../domain/ids.ts";
import { grossOf, plainLine, readDetails, type Details } from "./bom-details.ts";
import type { Units } from "./company.ts";
import { quantityNumber, quantityRational } from "./values.ts";
import type { Bom, BomLine } from "./wire.ts";

/** What Tryton's BOM and Heddle's note at it say together. */
export function toMbom(
  bom: Bom,
  note: string | null,
  item: ItemId,
  { system, plant, units }: { readonly system: SystemId; readonly plant: PlantId; readonly units: Units },
): PublishedMbom {
  const details = note === null ? null : readDetails(note);
  const object = `BOM ${bom.name} (${bom.id})`;
  const perUnit = outputOf(bom, item, system, object);
  const known = new Map<MbomLineKey, MbomLine>();
  const added: MbomLine[] = [];
  for (const side of [inputSide(bom, details), outputSide(bom, details, item)]) {
    const ofItem = Map.groupBy(side.described, (line) => line.item);
    for (const held of side.held.toSorted((a, b) => a.id - b.id)) {
      const component = codeOf(held);
      const lines = ofItem.get(component) ?? [];
      // What else it makes is the plant's own, and no line of ours.
      if (lines.length === 0 && side.name === "output") continue;
      const at = `${object}, ${side.name} ${component}`;
      const unit = units.of(held.uom, at, "uom");
      const amount = dividedBy(figure(held, system, at), perUnit);
      const quantity = { amount, unit };
      if (lines.length === 0) added.push(plainLine(`planner:${component}` as MbomLineKey, component, quantity));
      const isAsWritten = saysSo(lines, side.name, amount, unit, units.digits(held.uom));
      for (const line of isAsWritten ? lines : lines.slice(0, 1).map((first) => edited(first, quantity))) {
        known.set(line.key, line);
      }
    }
  }
  const kept = (details?.lines ?? []).flatMap(({ key }) => known.get(key) ?? []);
  return {
    number: numberOf(bom.id),
    plant,
    item,
    // A BOM that someone made by hand has none; then none of ours equals it.
    revision: (details?.revision ?? "") as Revision,
    lines: [...kept, ...added],
  };
}

/** What stands on one side of a BOM, and what Heddle's note says of it. */
type Side = {
  readonly name: "input" | "output";
  readonly held: readonly BomLine[];
  readonly described: readonly MbomLine[];
};

function inputSide(bom: Bom, details: Details | null): Side {
  const described = (details?.lines ?? []).filter(({ output }) => output === undefined);
  return { name: "input", held: bom["inputs."], described };
}

function outputSide(bom: Bom, details: Details | null, item: ItemId): Side {
  const described = (details?.lines ?? []).filter(({ output }) => output !== undefined);
  return { name: "output", held: bom["outputs."].filter((line) => codeOf(line) !== item), described };
}

function codeOf({ "product.": product }: BomLine): ItemId {
  return (product.code ?? `#${product.id}`) as ItemId;
}

/** Edited in Tryton: the line is still that line, with the quantity that stands there now. */
function edited(line: MbomLine, quantity: MbomLine["quantity"]): MbomLine {
  return { ...line, quantity, scrap: { ...line.scrap, componentPercent: null, operationPercent: null } };
}

/** Tryton numbers no BOMs; this is the record's id, as its client shows it. */
export function numberOf(id: number): string {
  return `BOM-${id}`;
}

/** How many of the item one pass of the BOM makes. */
function outputOf(bom: Bom, item: ItemId, system: SystemId, object: string): Rational {
  const output = bom["outputs."].find((line) => line["product."].code === item);
  const quantity = output === undefined ? null : quantityRational(output.quantity);
  if (quantity !== null && sign(quantity) > 0) return quantity;
  throw badData({
    system,
    doing: `reading ${object}`,
    object,
    field: "outputs",
    cause: output === undefined ? `it does not make ${item}` : `it makes ${output.quantity} of ${item}`,
  });
}

function figure(line: BomLine, system: SystemId, object: string): Rational {
  const number = quantityRational(line.quantity);
  if (number !== null && sign(number) >= 0) return number;
  throw badData({
    system,
    doing: `reading ${object}`,
    object,
    field: "quantity",
    cause: `${line.quantity} is no quantity`,
  });
}

function saysSo(lines: readonly MbomLine[], side: Side["name"], amount: Rational, unit: Unit, digits: number): boolean {
  const wanted = grossOf(lines, unit);
  return wanted !== null && equals(inDigits(wanted, side, digits), amount);
}

/** Tryton itself rounds what goes in up and what comes out down. */
function inDigits(amount: Rational, side: Side["name"], digits: number): Rational {
  return side === "input" ? roundedUp(amount, digits) : outputRounded(amount, digits);
}

/** A component or output as Tryton takes it. */
export type NewInput = { readonly item: ItemId; readonly quantity: number; readonly uom: number };

/**
 * What goes in, or comes out beside the item, as Tryton takes it: once for an item, scrap included, rounded at
 * its unit's digits.
 * @throws ConnectorError "rejected" for units that do not go together or a number that Tryton cannot keep.
 */
export function fromMbom(
  { item, lines }: Mbom,
  side: Side["name"],
  system: SystemId,
  units: Units,
): readonly NewInput[] {
  const own = lines.filter(({ output }) => (output === undefined) === (side === "input"));
  const byItem = Map.groupBy(own, (line) => line.item);
  return [...byItem].map(([component, uses]) => {
    const object = `mBOM of ${item}, ${side === "input" ? "component" : "output"} ${component}`;
    const unit = uses[0]?.quantity.unit ?? "EA";
    const uom = units.idOf(unit, object, "uom");
    const sum = grossOf(uses, unit);
    const quantity = sum === null ? null : quantityNumber(inDigits(sum, side, units.digits(uom)));
    if (quantity !== null) return { item: component, quantity, uom };
    const cause =
      sum === null
        ? `its lines are in units that do not convert: ${[...new Set(uses.map((line) => line.quantity.unit))].join(", ")}`
        : "it has more digits than Tryton keeps";
    throw badData({ system, doing: `writing ${object}`, object, field: "quantity", cause });
  });
}
