import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { PHASES } from "../domain/bom/rules.ts";
import { loadEbom } from "./ebom-file.ts";
import { loadMboms } from "./mbom-file.ts";
import { mistakeText, type Loaded } from "./mistake.ts";
import { loadCases, runCase } from "./rule-cases.ts";
import { loadRules } from "./rule-file.ts";

const PAGE = readFileSync("docs/rules.md", "utf8");

/** The page's examples: a heading, its rules, or the plant's file, its case, and files that are shown by name. */
const EXAMPLES = PAGE.split(/^### /m).flatMap((section) => {
  const [rules, example] = [blocks(section, "yaml rules"), blocks(section, "yaml case")];
  const files = new Map(
    [...section.matchAll(/^```\w+ (\S+\.\w+)\n(.*?)^```/gms)].map(([, name = "", text = ""]) => [name, text]),
  );
  return example.length === 0 ? [] : [{ heading: section.split("\n")[0] ?? "", rules, example, files }];
});

function blocks(text: string, language: string): readonly string[] {
  const pattern = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, "gms");
  return [...text.matchAll(pattern)].map((match) => match[1] ?? "");
}

function indented(text: string, by: number): string {
  return text.replaceAll(/^(?=.)/gm, " ".repeat(by));
}

function loaded<T>(result: Loaded<T>): T {
  if (!result.ok) throw new Error(result.mistakes.map(mistakeText).join("\n"));
  return result.value;
}

describe("the examples of docs/rules.md", () => {
  it.each(EXAMPLES)("$heading does what the page says", ({ rules, example, files }) => {
    const text = files.get("1000.yaml") ?? `plant: "1000"\nrules:\n${indented(rules.join(""), 2)}`;
    const ruleSet = loaded(loadRules("1000.yaml", text, null, (file) => files.get(file) ?? null));
    const cases = loaded(loadCases("case", `cases:\n  - name: example\n${indented(example.join(""), 4)}`));
    const results = cases.map((each) => runCase(each, ruleSet));
    expect(results.flatMap(({ difference }) => difference.filter(({ sign }) => sign !== " "))).toEqual([]);
    expect(results).toHaveLength(1);
  });

  it("show every action that there is", () => {
    const shown = EXAMPLES.flatMap(({ rules }) => rules).join("");
    const missing = PHASES.flat().filter((action) => !new RegExp(`^  ${action}:`, "m").test(shown));
    expect(missing).toEqual([]);
  });

  it("show files as they are read", () => {
    const [, , ebom = "", mbom = ""] = blocks(PAGE, "yaml");
    expect(loaded(loadEbom("ebom", ebom)).tops).toEqual(["FX-210 rev B"]);
    expect([...loaded(loadMboms("mbom", mbom)).mboms.keys()]).toEqual(["FX-210"]);
  });
});
