import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { both, choicesText, decidingFeatures, isMet, optionText, type Option } from "./option.ts";
import { meetingChoices } from "./meeting-choices.ts";
import { parseOption } from "./parse-option.ts";

function option(text: string): Option {
  const parsed = parseOption(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.problem}`);
  return parsed.option;
}

const fault = (text: string): string => {
  const parsed = parseOption(text);
  return parsed.ok ? "no fault" : `${parsed.offset}: ${parsed.problem}`;
};

const word = fc.oneof(
  fc.constantFrom("MOTOR", "COLOR", "AC", "RED", "not", "IN", "24V-DC", "a b", 'say "x"', "ü", "§"),
  fc.string({ minLength: 1, maxLength: 5 }),
);
const anyOption = fc.letrec<{ option: Option }>((tie) => ({
  option: fc.oneof(
    { maxDepth: 4 },
    fc.record({
      kind: fc.constant("is" as const),
      feature: word,
      values: fc.array(word, { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant("not" as const), of: tie("option") }),
    fc.record({
      kind: fc.constantFrom("and" as const, "or" as const),
      of: fc.array(tie("option"), { minLength: 2, maxLength: 3 }),
    }),
  ),
})).option;

describe("an option's text", () => {
  it.each([
    ["MOTOR = AC", "MOTOR = AC"],
    ["MOTOR=AC and not COLOR in (RED,BLUE)", "MOTOR = AC and not COLOR in (RED, BLUE)"],
    ["COLOR in (RED)", "COLOR = RED"],
    ["COLOR != RED", "not COLOR = RED"],
    ["COLOR not in (RED, BLUE)", "not COLOR in (RED, BLUE)"],
    ["A = 1 or B = 2 and C = 3", "A = 1 or B = 2 and C = 3"],
    ["(A = 1 or B = 2) AND C = 3", "(A = 1 or B = 2) and C = 3"],
    ["not (A = 1 and B = 2)", "not (A = 1 and B = 2)"],
    ['"PAINT SHOP" = "RAL ""9005"""', '"PAINT SHOP" = "RAL ""9005"""'],
  ])("%s is written %s", (written, canonical) => {
    expect(optionText(option(written))).toBe(canonical);
  });

  it("is read back as the option that it was written from", () => {
    fc.assert(
      fc.property(anyOption, (given) => {
        expect(option(optionText(given))).toEqual(given);
      }),
    );
  });

  it.each([
    ["", '0: the option ends where a feature, "not" or "(" is expected'],
    ["MOTOR", '5: the option ends where "=", "!=", "in" or "not in" is expected'],
    ["MOTOR =", "7: the option ends where a value is expected"],
    ["MOTOR = and", '8: "and" stands where a value is expected'],
    ["MOTOR = AC und X = 1", '11: "und" stands where "and", "or" or the end is expected'],
    ["MOTOR is AC", '6: "is" stands where "=", "!=", "in" or "not in" is expected'],
    ["COLOR in RED", '9: "RED" stands where "(" is expected'],
    ["COLOR in (RED BLUE)", '14: "BLUE" stands where "," or ")" is expected'],
    ["(MOTOR = AC", '11: the option ends where "and", "or" or ")" is expected'],
    ["MOTOR = AC & X = 1", '11: "&" has no meaning in an option'],
    ['MOTOR = "AC', "8: the quotation mark is never closed"],
    ["MOTOR not AC", '10: "AC" stands where "in" is expected'],
  ])("%s is refused with its place", (text, problem) => {
    expect(fault(text)).toBe(problem);
  });

  it("is refused where it is too deep or too long to be meant", () => {
    expect(fault(`${"(".repeat(60)}A = 1${")".repeat(60)}`)).toMatch("more than 50 levels");
    expect(fault("A = 1 or ".repeat(1000))).toMatch("more than 4000 characters");
  });
});

describe("what choices make of an option", () => {
  it.each([
    ["MOTOR = AC", { MOTOR: "AC" }, true],
    ["MOTOR = AC", { MOTOR: "DC" }, false],
    ["MOTOR = AC", {}, null],
    ["not COLOR in (RED, BLUE)", { COLOR: "GREEN" }, true],
    ["MOTOR = AC and COLOR = RED", { MOTOR: "DC" }, false],
    ["MOTOR = AC and COLOR = RED", { MOTOR: "AC" }, null],
    ["MOTOR = AC or COLOR = RED", { MOTOR: "AC" }, true],
    ["constructor = x", {}, null],
  ])("%s at %j is %s", (text, choices, met) => {
    expect(isMet(option(text), choices)).toBe(met);
  });

  it("names the features that decide it, and no others", () => {
    const needs = option("MOTOR = AC and COLOR = RED");
    expect(decidingFeatures(needs, { MOTOR: "DC", COLOR: "RED" })).toEqual(["MOTOR"]);
    expect(decidingFeatures(needs, { MOTOR: "AC", COLOR: "RED" })).toEqual(["MOTOR", "COLOR"]);
  });
});

describe("both", () => {
  it("asks for all that either asks for, once", () => {
    const joined = both(option("A = 1 and B = 2"), option("B = 2 and C = 3"));
    expect(joined === null ? null : optionText(joined)).toBe("A = 1 and B = 2 and C = 3");
    expect(both(null, option("A = 1"))).toEqual(option("A = 1"));
    expect(both(null, null)).toBeNull();
  });

  it("is met exactly where each of the two is", () => {
    const choices = fc.record({ MOTOR: word, COLOR: word, AC: word });
    fc.assert(
      fc.property(anyOption, anyOption, choices, (a, b, chosen) => {
        const joined = both(a, b);
        const met = [isMet(a, chosen), isMet(b, chosen)];
        expect(joined === null ? null : isMet(joined, chosen)).toBe(
          met.includes(false) ? false : met.includes(null) ? null : true,
        );
      }),
    );
  });
});

describe("choices that meet an option", () => {
  const features = new Map([
    ["MOTOR", ["AC", "DC"]],
    ["COLOR", ["RED", "BLUE"]],
  ]);
  const meeting = (text: string) => {
    const found = meetingChoices(option(text), features);
    return found === null ? null : choicesText(found);
  };

  it.each([
    ["MOTOR = DC", "MOTOR = DC"],
    ["MOTOR = AC and MOTOR = DC", null],
    ["not MOTOR in (AC, DC)", null],
    ["not COLOR = RED and MOTOR = AC", "COLOR = BLUE, MOTOR = AC"],
    ["VOLTAGE != 24", "VOLTAGE = other"],
    ["VOLTAGE = 24 and VOLTAGE = 48", null],
  ])("%s: %s", (text, expected) => {
    expect(meeting(text)).toBe(expected);
  });

  it("are found exactly where trying all values finds some", () => {
    const small = fc.constantFrom("A", "B");
    const value = fc.constantFrom("1", "2", "3");
    const smallOption = fc.letrec<{ option: Option }>((tie) => ({
      option: fc.oneof(
        { maxDepth: 4 },
        fc.record({
          kind: fc.constant("is" as const),
          feature: small,
          values: fc.array(value, { minLength: 1, maxLength: 2 }),
        }),
        fc.record({ kind: fc.constant("not" as const), of: tie("option") }),
        fc.record({
          kind: fc.constantFrom("and" as const, "or" as const),
          of: fc.array(tie("option"), { minLength: 2, maxLength: 3 }),
        }),
      ),
    })).option;
    const declared = new Map([
      ["A", ["1", "2", "3"]],
      ["B", ["1", "2"]],
    ]);
    fc.assert(
      fc.property(smallOption, (given) => {
        const all = ["1", "2", "3"].flatMap((a) => ["1", "2"].map((b) => ({ A: a, B: b })));
        const found = meetingChoices(given, declared);
        expect(found !== null).toBe(all.some((choices) => isMet(given, choices)));
        expect(found === null || isMet(given, found)).toBe(true);
      }),
    );
  });
});
