import type { EbomLine, ItemRevisionKey } from "../ebom.ts";
import type { Finding } from "../finding.ts";
import type { ItemId } from "../ids.ts";
import type { Configured } from "../variant/configuration.ts";
import { choicesText, optionText, type Choices, type Option } from "../variant/option.ts";
import { place } from "./plan-findings.ts";

/** Findings about options and configurations. `system` sent the eBOM. */

/** Who asks: a configuration by its name, or any choices that meet the options. */
export type Asked = Configured | Choices;

export function optionUnknown(line: EbomLine, assembly: ItemRevisionKey, problem: string, fix: string, system: string) {
  return ofLine(
    "blocked",
    "option-unknown",
    line,
    system,
    `${place(line, assembly)}, ${line.item}, is for ${shown(line)}, but ${problem}.`,
    fix,
  );
}

/** `isNamed` says whether it is a configuration that people named, or a sub-assembly as some of them have it. */
export function optionOpen(
  line: EbomLine,
  assembly: ItemRevisionKey,
  by: Configured & { readonly isNamed: boolean },
  open: readonly string[],
  system: string,
) {
  const choice = `a choice of ${open.join(" and ")} in heddle.yaml.`;
  return ofLine(
    "blocked",
    "option-open",
    line,
    system,
    `${place(line, assembly)}, ${line.item}, is for ${shown(line)}, but ${by.isNamed ? "configuration" : "variant"} ${by.name} chooses no ${open.join(" and no ")}.`,
    by.isNamed
      ? `Give configuration ${by.name} ${choice}`
      : `Give every configuration that has ${by.name} in it ${choice}`,
  );
}

export function neverMeant(line: EbomLine, assembly: ItemRevisionKey, within: Option | null, system: string): Finding {
  const above = within === null ? "" : `, within what is for ${optionText(within)}`;
  return ofLine(
    "warning",
    "option-never",
    line,
    system,
    `${place(line, assembly)}, ${line.item}, is for ${shown(line)}${above}: no choice of features meets that.`,
    "Correct the option in the PLM, or the values of its features in heddle.yaml.",
  );
}

export function neverSelected(line: EbomLine, assembly: ItemRevisionKey, system: string): Finding {
  return ofLine(
    "warning",
    "option-never",
    line,
    system,
    `${place(line, assembly)}, ${line.item}, is for ${shown(line)}, and no configuration of the plant selects it.`,
    "Nothing to do where the plant does not build that variant; otherwise add its configuration to heddle.yaml, or correct the option.",
  );
}

export function selectedTwice(
  [a, b]: readonly [EbomLine, EbomLine],
  assembly: ItemRevisionKey,
  by: Asked,
  system: string,
): Finding {
  const isDeclared = a.place !== undefined && a.place === b.place;
  const where = isDeclared ? `place ${a.place}` : `find number ${a.findNumber}`;
  return ofLine(
    isDeclared ? "blocked" : "warning",
    "option-twice",
    b,
    system,
    `${place(a, assembly)}, ${a.item}, and ${place(b, assembly, "line")}, ${b.item}, are choices for ${where}, and ${asker(by)} selects both.`,
    `Correct the options so that they exclude each other${isDeclared ? "" : ", or give lines that are both meant find numbers of their own"}.`,
  );
}

export function selectedNone(
  lines: readonly EbomLine[],
  assembly: ItemRevisionKey,
  by: Asked,
  system: string,
): Finding | null {
  const [first] = lines;
  if (first === undefined) return null;
  const choices = lines.map((line) => `${line.item} (line ${line.id})`).join(", ");
  return ofLine(
    "blocked",
    "option-missing",
    first,
    system,
    `Place ${first.place} of ${assembly} takes one of ${choices}, and ${asker(by)} selects none.`,
    "Add a line for that variant, or correct the options.",
  );
}

export function optionUnheld(item: ItemId, assembly: ItemRevisionKey, line: Option, target: string): Finding {
  return {
    severity: "blocked",
    code: "option-unheld",
    system: "heddle",
    item,
    line: null,
    field: "option",
    cause: `${assembly} has lines for some variants only, such as ${optionText(line)}; the plant has no configuration that chooses, and ${target} has no place for options in an mBOM.`,
    fix: `Give the plant configurations of ${item}, or of what it is used in, under plants[].variants in heddle.yaml.`,
  };
}

export function optionsBought(line: EbomLine, assembly: ItemRevisionKey, system: string): Finding {
  return ofLine(
    "blocked",
    "option-unheld",
    line,
    system,
    `${place(line, assembly)} is bought complete, but ${line.item} has lines for some variants only: nothing says which one to buy.`,
    `Give the plant configurations of what uses ${line.item} under plants[].variants in heddle.yaml, or have ${line.item} made.`,
  );
}

export function variantNumberTaken(item: ItemId, source: ItemRevisionKey, other: string): Finding {
  return {
    severity: "blocked",
    code: "variant-number-taken",
    system: "heddle",
    item,
    line: null,
    field: "variants",
    cause: `A variant of ${source} would have the number ${item}, which is the number of ${other} too.`,
    fix: "Change plants[].variants.subassemblies, or the configuration's item, in heddle.yaml.",
  };
}

function ofLine(
  severity: Finding["severity"],
  code: Finding["code"],
  line: EbomLine,
  system: string,
  cause: string,
  fix: string,
): Finding {
  return { severity, code, system, item: line.item, line: line.id, field: "option", cause, fix };
}

function shown({ option }: EbomLine): string {
  return option === undefined ? "all variants" : optionText(option);
}

function asker(by: Asked): string {
  return isConfigured(by)
    ? `configuration ${by.name}`
    : Object.keys(by).length === 0
      ? "every variant"
      : choicesText(by);
}

function isConfigured(by: Asked): by is Configured {
  return typeof by["choices"] === "object";
}
