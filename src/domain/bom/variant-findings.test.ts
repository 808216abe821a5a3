import { describe, expect, it } from "vitest";
import type { EbomLine } from "../ebom.ts";
import type { Finding } from "../finding.ts";
import type { ItemId } from "../ids.ts";
import type { Option } from "../variant/option.ts";
import { ebom, key, line as draft, when } from "./bom-builder.ts";
import {
  neverMeant,
  neverSelected,
  optionOpen,
  optionsBought,
  optionUnheld,
  optionUnknown,
  selectedNone,
  selectedTwice,
  variantNumberTaken,
} from "./variant-findings.ts";

const FRAME = key("FRAME");

/** A line of FRAME for some variants, or for all. */
function lineFor(item: string, option: string | null, more: Partial<EbomLine> = {}): EbomLine {
  const drawn = draft(item, "1", { ...(option === null ? {} : when(option)), ...more });
  const [line] = ebom({ FRAME: [drawn] }).assemblies.get(FRAME)?.lines ?? [];
  if (line === undefined) throw new Error("FRAME has no line");
  return line;
}

function told(finding: Finding | null): readonly string[] {
  if (finding === null) return [];
  const { severity, code, system, item, line, field, cause, fix } = finding;
  return [[severity, code, system, item, line ?? "-", field].join(" "), cause, fix];
}

const fan = lineFor("FAN", "MOTOR = AC");
const AC: Option = when("MOTOR = AC").option;

describe("what is said of options", () => {
  it("that the plant does not have", () => {
    expect(told(optionUnknown(fan, FRAME, "the plant has no feature MOTOR", "Add it.", "plm"))).toEqual([
      "blocked option-unknown plm FAN L10 option",
      "Line 10 (L10) of FRAME rev A, FAN, is for MOTOR = AC, but the plant has no feature MOTOR.",
      "Add it.",
    ]);
  });

  it("that a configuration, or a variant of a sub-assembly, leaves open", () => {
    const red = { name: "red", choices: { COLOR: "RED" } };
    expect(told(optionOpen(fan, FRAME, { ...red, isNamed: true }, ["MOTOR"], "plm"))).toEqual([
      "blocked option-open plm FAN L10 option",
      "Line 10 (L10) of FRAME rev A, FAN, is for MOTOR = AC, but configuration red chooses no MOTOR.",
      "Give configuration red a choice of MOTOR in heddle.yaml.",
    ]);
    expect(told(optionOpen(fan, FRAME, { ...red, isNamed: false }, ["MOTOR", "SIZE"], "plm"))).toEqual([
      "blocked option-open plm FAN L10 option",
      "Line 10 (L10) of FRAME rev A, FAN, is for MOTOR = AC, but variant red chooses no MOTOR and no SIZE.",
      "Give every configuration that has red in it a choice of MOTOR and SIZE in heddle.yaml.",
    ]);
  });

  it("that nothing meets, within what is for other variants or by themselves", () => {
    expect(told(neverMeant(fan, FRAME, null, "plm"))).toEqual([
      "warning option-never plm FAN L10 option",
      "Line 10 (L10) of FRAME rev A, FAN, is for MOTOR = AC: no choice of features meets that.",
      "Correct the option in the PLM, or the values of its features in heddle.yaml.",
    ]);
    expect(told(neverMeant(fan, FRAME, when("MOTOR = DC").option, "plm"))[1]).toEqual(
      "Line 10 (L10) of FRAME rev A, FAN, is for MOTOR = AC, within what is for MOTOR = DC: no choice of features meets that.",
    );
  });

  it("that no configuration selects", () => {
    expect(told(neverSelected(fan, FRAME, "plm"))).toEqual([
      "warning option-never plm FAN L10 option",
      "Line 10 (L10) of FRAME rev A, FAN, is for MOTOR = AC, and no configuration of the plant selects it.",
      "Nothing to do where the plant does not build that variant; otherwise add its configuration to heddle.yaml, or correct the option.",
    ]);
  });

  it("of two lines for one place, or of one find number", () => {
    const cooling = { place: "cooling" };
    const [one, other] = [lineFor("FAN", "MOTOR = AC", cooling), lineFor("BLOWER", null, cooling)];
    expect(told(selectedTwice([one, other], FRAME, { name: "ac", choices: { MOTOR: "AC" } }, "plm"))).toEqual([
      "blocked option-twice plm BLOWER L10 option",
      "Line 10 (L10) of FRAME rev A, FAN, and line 10 (L10) of FRAME rev A, BLOWER, are choices for place cooling, and configuration ac selects both.",
      "Correct the options so that they exclude each other.",
    ]);
    expect(told(selectedTwice([fan, lineFor("BLOWER", null)], FRAME, {}, "plm"))).toEqual([
      "warning option-twice plm BLOWER L10 option",
      "Line 10 (L10) of FRAME rev A, FAN, and line 10 (L10) of FRAME rev A, BLOWER, are choices for find number 10, and every variant selects both.",
      "Correct the options so that they exclude each other, or give lines that are both meant find numbers of their own.",
    ]);
    const apart = selectedTwice([one, lineFor("BLOWER", null, { place: "motor" })], FRAME, { MOTOR: "AC" }, "plm");
    expect(told(apart)[1]).toEqual(
      "Line 10 (L10) of FRAME rev A, FAN, and line 10 (L10) of FRAME rev A, BLOWER, are choices for find number 10, and MOTOR = AC selects both.",
    );
  });

  it("of a place that stays empty", () => {
    const cooling = { place: "cooling" };
    const lines = [lineFor("FAN", "MOTOR = AC", cooling), lineFor("BLOWER", "MOTOR = DC", cooling)];
    expect(told(selectedNone(lines, FRAME, { MOTOR: "NONE" }, "plm"))).toEqual([
      "blocked option-missing plm FAN L10 option",
      "Place cooling of FRAME rev A takes one of FAN (line L10), BLOWER (line L10), and MOTOR = NONE selects none.",
      "Add a line for that variant, or correct the options.",
    ]);
    expect(selectedNone([], FRAME, {}, "plm")).toBeNull();
  });

  it("that the target cannot hold, or nobody decides when it is bought", () => {
    expect(told(optionUnheld("FRAME" as ItemId, FRAME, AC, "erp"))).toEqual([
      "blocked option-unheld heddle FRAME - option",
      "FRAME rev A has lines for some variants only, such as MOTOR = AC; the plant has no configuration that chooses, and erp has no place for options in an mBOM.",
      "Give the plant configurations of FRAME, or of what it is used in, under plants[].variants in heddle.yaml.",
    ]);
    expect(told(optionsBought(fan, FRAME, "plm"))).toEqual([
      "blocked option-unheld plm FAN L10 option",
      "Line 10 (L10) of FRAME rev A is bought complete, but FAN has lines for some variants only: nothing says which one to buy.",
      "Give the plant configurations of what uses FAN under plants[].variants in heddle.yaml, or have FAN made.",
    ]);
  });

  it("of a number that something else has", () => {
    expect(told(variantNumberTaken("FAN-AC" as ItemId, key("FAN"), "an item of engineering"))).toEqual([
      "blocked variant-number-taken heddle FAN-AC - variants",
      "A variant of FAN rev A would have the number FAN-AC, which is the number of an item of engineering too.",
      "Change plants[].variants.subassemblies, or the configuration's item, in heddle.yaml.",
    ]);
  });
});

it("a line without an option is for all variants", () => {
  expect(told(neverSelected(lineFor("FAN", null), FRAME, "plm"))[1]).toContain("FAN, is for all variants,");
});
