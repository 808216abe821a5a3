import type { ItemId, Revision } from "../ids.ts";
import { quantityText } from "../quantity.ts";
import {
  isAsDesigned,
  isLineAsDesigned,
  type AsBuilt,
  type AsBuiltLine,
  type BuiltComponent,
  type ComponentFit,
  type ExtraComponent,
} from "./as-built.ts";

/** What was built against the design, a line for each of its lines and for each extra, for a quality engineer. */
export function asBuiltText(unit: string, item: ItemId, revision: Revision | null, built: AsBuilt): readonly string[] {
  const off = built.lines.filter((line) => !isLineAsDesigned(line)).length;
  const counts = `${off} of ${built.lines.length} lines differ, and ${built.extra.length} of what was built in is extra`;
  const verdict = isAsDesigned(built) ? "built as designed" : counts;
  return [
    `${unit} against ${revisionText({ item, revision })}: ${verdict}.`,
    ...built.lines.map(lineText),
    ...built.extra.map(extraText),
  ];
}

function lineText({ designed, fits, missing }: AsBuiltLine): string {
  const required = designed.required === null ? "as required" : quantityText(designed.required);
  const parts = [
    ...fits.map((fit) => fitText(fit, designed.item)),
    ...(missing === null ? [] : [`${quantityText(missing)} missing`]),
    ...(fits.length === 0 && missing === null ? ["none used"] : []),
  ];
  return `${designed.line} ${revisionText(designed)}, ${required}: ${parts.join("; ")}`;
}

function fitText({ fit, component, quantity, deviation }: ComponentFit, designed: ItemId): string {
  const what =
    fit === "as designed" ? "" : ` of ${component.item === designed ? ownText(component) : revisionText(component)}`;
  const how = deviation === null ? fit : `by deviation ${deviation}`;
  return `${quantityText(quantity)}${what} ${what === "" ? how : `(${how})`}${sourceText(component)}`;
}

function ownText({ revision }: BuiltComponent): string {
  return revision === null ? "unknown revision" : `rev ${revision}`;
}

function extraText({ component, quantity, of }: ExtraComponent): string {
  const why =
    of === null
      ? "the design does not ask for it"
      : of.because === "line is full"
        ? `line ${of.line} has all it needs`
        : `its unit cannot be compared with that of line ${of.line}`;
  return `extra ${revisionText(component)}, ${quantityText(quantity)}: ${why}${sourceText(component)}`;
}

function revisionText({ item, revision }: { readonly item: ItemId; readonly revision: Revision | null }): string {
  return revision === null ? item : `${item} rev ${revision}`;
}

/** `, lot L-7 at operation 0020` */
function sourceText({ lot, serial, operation }: BuiltComponent): string {
  const from = serial === null ? (lot === null ? [] : [`lot ${lot}`]) : [`serial ${serial}`];
  const at = operation === null ? [] : [`at operation ${operation}`];
  const words = [...from, ...at].join(" ");
  return words === "" ? "" : `, ${words}`;
}
