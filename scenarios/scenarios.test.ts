import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { filePlanInput } from "../src/config/file-plan.ts";
import { planMbom } from "../src/domain/bom/plan-mbom.ts";
import { PHASES } from "../src/domain/bom/rules.ts";
import type { Ebom } from "../src/domain/ebom.ts";
import { canonicalText } from "../src/domain/json.ts";
import { drawScenario } from "./draw-scenario.ts";
import { FILES, filesOf, pathOf, planScenario, scenarioNames, textOf } from "./scenario.ts";

const NAMES = scenarioNames();
/** What fits on a screen. */
const LINES_MAX = 50;

describe.each(NAMES)("%s", (name) => {
  it("holds what a case needs, and nothing else", () => {
    const files = filesOf(name);
    expect(files).toEqual(expect.arrayContaining(FILES.required));
    expect(files.filter((file) => ![...FILES.required, ...FILES.optional].includes(file))).toEqual([]);
    expect(files.filter((file) => file.startsWith("ebom."))).toHaveLength(1);
    expect(files.includes("mapping.yaml")).toBe(files.includes("ebom.csv"));
  });

  it("is a screen of text", () => {
    for (const file of filesOf(name)) expect(lineCount(textOf(name, file)), file).toBeLessThanOrEqual(LINES_MAX);
    expect(lineCount(textOf(name, "README.md"))).toBeGreaterThanOrEqual(4);
  });

  it("gives what was reviewed", async () => {
    const plan = await planScenario(name);
    const text = typeof plan === "string" ? plan : drawScenario(plan);
    await expect(text).toMatchFileSnapshot(pathOf(name, "expected.txt"));
  });

  it("gives the same whatever the order of items and lines", async () => {
    const plan = await planScenario(name);
    if (typeof plan === "string") return;
    const { ebom, rules, today } = plan.filePlan;
    const again = planMbom(filePlanInput({ ...ebom, ebom: turned(ebom.ebom) }, rules, today, plan.variants));
    expect(canonicalText(again)).toBe(canonicalText(plan.filePlan.plan));
  });
});

function lineCount(text: string): number {
  return text.trimEnd().split("\n").length;
}

function turned({ assemblies, items }: Ebom): Ebom {
  const reversed = [...assemblies].map(
    ([key, assembly]) => [key, { ...assembly, lines: assembly.lines.toReversed() }] as const,
  );
  return { assemblies: new Map(reversed.toReversed()), items: new Map([...items].toReversed()) };
}

describe("the library", () => {
  const plans = Promise.all(NAMES.map(planScenario)).then((all) => all.filter((plan) => typeof plan !== "string"));

  it("has a case for every rule action", async () => {
    const used = new Set(
      (await plans).flatMap(({ filePlan }) => filePlan.rules.rules.map(({ action }) => action.kind)),
    );
    expect(PHASES.flat().filter((kind) => !used.has(kind))).toEqual([]);
  });

  it("has a case for everything that the planner finds", async () => {
    const findings = (await plans).flatMap(({ filePlan, hub }) => hub?.findings ?? filePlan.plan.findings);
    const shown = new Set<string>(findings.map(({ code }) => code));
    expect(plannerCodes().filter((code) => !shown.has(code) && !NOT_BY_FILES.has(code))).toEqual([]);
  });
});

/** What readers of files refuse before anything is planned, and 200 levels, which are no screen of text. */
const NOT_BY_FILES: ReadonlySet<string> = new Set(["item-missing", "quantity-not-positive", "bom-too-deep"]);

/** The files whose findings the library shows, each at least once. */
const FINDINGS = ["bom/plan-findings.ts", "bom/variant-findings.ts", "plan-merge.ts", "plan-rollback.ts"];

function plannerCodes(): readonly string[] {
  const sources = FINDINGS.map((file) => readFileSync(join(import.meta.dirname, "../src/domain", file), "utf8"));
  const codes = sources.flatMap((source) => [
    ...source.matchAll(/"(?:blocked|warning|info)",\s*(?:code: )?"([a-z-]+)"/g),
  ]);
  return [...new Set(codes.map(([, code = ""]) => code))];
}
