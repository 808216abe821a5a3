import { isLineAsDesigned, type BuiltComponent, type ExtraComponent } from "../domain/feedback/as-built.ts";
import { quantityText, type Quantity } from "../domain/quantity.ts";
import type { UnitAsBuilt } from "../flows/unit-as-built.ts";
import type { AsBuiltView } from "./contract.ts";

/** A unit's record as the API shows it: quantities as text. */
export function asBuiltView({ unit, orders, record, compared, notes }: UnitAsBuilt): AsBuiltView {
  const { plant, item, kind, id, revision, lot, builtAt, changes } = unit;
  return {
    plant,
    item,
    kind,
    id,
    revision,
    lot,
    builtAt,
    changes: [...changes],
    orders: [...orders],
    components: record.components.map((component) => part(component, component.quantity)),
    operations: [...record.operations],
    results: [...record.results],
    compared:
      compared === null
        ? null
        : {
            isAsDesigned: compared.isAsDesigned,
            lines: compared.asBuilt.lines.map((line) => ({
              line: line.designed.line,
              item: line.designed.item,
              required: line.designed.required === null ? null : quantityText(line.designed.required),
              isAsDesigned: isLineAsDesigned(line),
              fits: line.fits.map(({ fit, component, quantity }) => ({ fit, part: part(component, quantity) })),
              missing: line.missing === null ? null : quantityText(line.missing),
            })),
            extra: compared.asBuilt.extra.map(({ component, quantity, of }) => ({
              part: part(component, quantity),
              why: whyExtra(of),
            })),
            text: [...compared.text],
          },
    notes: [...notes],
  };
}

function part({ item, revision, lot, serial, operation }: BuiltComponent, quantity: Quantity) {
  return { item, revision, quantity: quantityText(quantity), lot, serial, operation };
}

function whyExtra(of: ExtraComponent["of"]): string {
  if (of === null) return "the design does not ask for it";
  return of.because === "line is full"
    ? `line ${of.line} has all it needs`
    : `its unit cannot be compared with that of line ${of.line}`;
}
