import { describe, expect, it } from "vitest";
import { ebom, key, line } from "../domain/bom/bom-builder.ts";
import type { RuleFacts } from "../domain/bom/rules.ts";
import type { EbomLine } from "../domain/ebom.ts";
import type { Item } from "../domain/item.ts";
import type { PlantId } from "../domain/ids.ts";
import { compilePolicyCondition, compileRuleCondition, type PlanSummary } from "./condition.ts";

const structure = ebom(
  { FRAME: [line("BOLT", "0.1 KGM", { referenceDesignators: ["X1", "X2"] })] },
  {
    BOLT: { type: "fastener", attributes: { finish: "zinc", optional: "Yes", length: "16" } },
    FRAME: { type: "assembly" },
  },
);
const bolt = structure.items.get(key("BOLT")) as Item;
const frame = structure.items.get(key("FRAME")) as Item;
const boltLine = structure.assemblies.get(key("FRAME"))?.lines[0] as EbomLine;
const plant = "1000" as PlantId;
const onLine: RuleFacts = { line: boltLine, item: bolt, assembly: frame, plant };
const onAssembly: RuleFacts = { line: null, item: frame, assembly: frame, plant };

function holds(condition: string, facts: RuleFacts = onLine): boolean {
  const compiled = compileRuleCondition(condition);
  if (!compiled.ok) throw new Error(compiled.message);
  return compiled.holds(facts);
}

describe("a rule's condition", () => {
  it.each([
    ['item.type == "fastener"', true],
    ['plant == "1000" && has(item.attributes.finish)', true],
    ["true", true],
    ["line.quantity < 1", false],
    ['item.type == "fastener" || assembly.number == "FRAME"', false],
  ])("%s looks at the item only: %s", (condition, asksAboutItemOnly) => {
    expect(compileRuleCondition(condition)).toMatchObject({ asksAboutItemOnly });
  });

  it.each([
    'item.type == "fastener"',
    'item.type in ["fastener", "label"] && assembly.number == "FRAME"',
    "line.quantity == 0.1",
    "line.quantity < 1",
    "line.quantity != 1",
    'line.unit == "KGM" && "X2" in line.referenceDesignators',
    'plant == "1000"',
    'item.attributes.finish == "zinc"',
    'item.attributes["finish"].startsWith("z")',
    "has(item.attributes.finish)",
    '"finish" in item.attributes',
    "!has(item.attributes.phantom)",
    '!("phantom" in item.attributes)',
    'item.attributes.phantom == "yes" || item.type == "fastener"',
    'item.attributes.optional.lowerAscii() == "yes"',
    'item.number.matches("^BO")',
    "int(item.attributes.length) > 10",
  ])("holds: %s", (condition) => {
    expect(holds(condition)).toBe(true);
  });

  it.each(['item.attributes.phantom == "yes"', 'item.attributes.phantom != "yes"', "line.quantity == 1"])(
    "does not hold, also where the item lacks the attribute: %s",
    (condition) => {
      expect(holds(condition)).toBe(false);
    },
  );

  it("does not match without a line when it asks about the line", () => {
    expect(holds("line.quantity > 0.0", onAssembly)).toBe(false);
    expect(holds('item.type == "assembly"', onAssembly)).toBe(true);
  });

  it("names itself and the item when the data is not what it takes it for", () => {
    expect(() => holds("int(item.attributes.finish) > 10")).toThrow(
      /"int\(item\.attributes\.finish\) > 10" on item BOLT/,
    );
  });

  it.each([
    ['item.tipe == "x"', 'unknown name "tipe" in the condition', 'did you mean "type"?'],
    ['items.type == "x"', 'unknown name "items" in the condition', 'did you mean "item"?'],
    ["item.type", "the condition gives string, not true or false", ""],
    ["item.type == 3", "the condition compares two kinds of thing", "put text in quotes"],
    ["item.type ==", "the condition cannot be read", "docs/rules.md"],
    ['item.type.matches("(x")', '"(x" is not a regular expression', ""],
    ["line.quantity + 1 > 2.0", "the condition compares two kinds of thing", "write 1.0 for 1"],
  ])("is found wrong when it is loaded: %s", (condition, message, fix) => {
    const compiled = compileRuleCondition(condition);
    expect(compiled).toMatchObject({
      ok: false,
      message: expect.stringContaining(message),
      fix: expect.stringContaining(fix),
    });
  });
});

describe("a policy's condition", () => {
  const plan: PlanSummary = {
    actions: { "take back flag": 2, "publish mBOM": 1 },
    findings: { blocked: 0, warning: 1, info: 4 },
    actionRequired: 3,
    costDelta: 12.5,
  };
  const approves = (condition: string) => {
    const compiled = compilePolicyCondition(condition);
    return compiled.ok && compiled.holds(plan);
  };

  it("looks at a plan in figures", () => {
    expect(approves('actions["publish mBOM"] == 1 && findings.info == 4')).toBe(true);
    expect(approves("actionRequired <= 3 && costDelta < 20")).toBe(true);
    expect(approves('actions.all(kind, kind == "take back flag")')).toBe(false);
    expect(approves('!("set standard cost" in actions)')).toBe(true);
  });

  it("does not approve for what the plan does not have", () => {
    expect(approves('actions["set standard cost"] < 5')).toBe(false);
  });

  it("is found wrong when it is loaded", () => {
    expect(compilePolicyCondition("finding.blocked == 0")).toMatchObject({
      ok: false,
      fix: 'did you mean "findings"?',
    });
  });
});
