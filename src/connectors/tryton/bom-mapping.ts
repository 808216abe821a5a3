import type { ItemId, MbomLineKey, PlantId, Revision } from "../../domain/ids.ts";
import type { Mbom, MbomLine } from "../../domain/mbom.ts";
import type { PublishedMbom } from "../../domain/plant-item.ts";
import { dividedBy, equals, type Rational, roundedUp, sign } from "../../domain/rational.ts";
import type { Unit } from "../../domain/unit.ts";
import { badData } from "../bad-data.ts";
import type { SystemId } from "../../domain/ids.ts";
import { grossOf, plainLine, readDetails } from "./bom-details.ts";
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
  const ofItem = Map.groupBy(details?.lines ?? [], (line) => line.item);
  const known = new Map<ItemId, readonly MbomLine[]>();
  const added: MbomLine[] = [];
  for (const input of bom["inputs."].toSorted((a, b) => a.id - b.id)) {
    const component = (input["product."].code ?? `#${input["product."].id}`) as ItemId;
    const unit = units.of(input.uom, `${object}, input ${component}`, "uom");
    const amount = dividedBy(figure(input, system, `${object}, input ${component}`), perUnit);
    const lines = ofItem.get(component) ?? [];
    const [first] = lines;
    if (first === undefined) added.push(plainLine(`planner:${component}` as MbomLineKey, component, { amount, unit }));
    else if (saysSo(lines, amount, unit, units.digits(input.uom))) known.set(component, lines);
    // Edited in Tryton: the line is still that line, with the quantity that stands there now.
    else
      known.set(component, [
        {
          ...first,
          quantity: { amount, unit },
          scrap: { ...first.scrap, componentPercent: null, operationPercent: null },
        },
      ]);
  }
  const kept = (details?.lines ?? []).flatMap(
    (line) => known.get(line.item)?.filter(({ key }) => key === line.key) ?? [],
  );
  return {
    number: numberOf(bom.id),
    plant,
    item,
    // A BOM that someone made by hand has none; then none of ours equals it.
    revision: (details?.revision ?? "") as Revision,
    lines: [...kept, ...added],
  };
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

function saysSo(lines: readonly MbomLine[], amount: Rational, unit: Unit, digits: number): boolean {
  const wanted = grossOf(lines, unit);
  return wanted !== null && equals(roundedUp(wanted, digits), amount);
}

/** A component as Tryton takes it. */
export type NewInput = { readonly item: ItemId; readonly quantity: number; readonly uom: number };

/**
 * The components as Tryton takes them: one for an item, scrap included, rounded up at its unit's digits.
 * @throws ConnectorError "rejected" for units that do not go together or a number that Tryton cannot keep.
 */
export function fromMbom({ item, lines }: Mbom, system: SystemId, units: Units): readonly NewInput[] {
  const byItem = Map.groupBy(lines, (line) => line.item);
  return [...byItem].map(([component, own]) => {
    const object = `mBOM of ${item}, component ${component}`;
    const unit = own[0]?.quantity.unit ?? "EA";
    const uom = units.idOf(unit, object, "uom");
    const sum = grossOf(own, unit);
    const quantity = sum === null ? null : quantityNumber(roundedUp(sum, units.digits(uom)));
    if (quantity !== null) return { item: component, quantity, uom };
    const cause =
      sum === null
        ? `its lines are in units that do not convert: ${[...new Set(own.map((line) => line.quantity.unit))].join(", ")}`
        : "it has more digits than Tryton keeps";
    throw badData({ system, doing: `writing ${object}`, object, field: "quantity", cause });
  });
}
