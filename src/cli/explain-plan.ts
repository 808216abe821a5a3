import { didYouMean } from "../config/nearest-word.ts";
import { mbomLineWords } from "../config/mbom-words.ts";
import { accountInWords } from "../domain/bom/account-in-words.ts";
import { explain } from "../domain/bom/explain.ts";
import type { PlannedMbom } from "../domain/bom/mbom-plan.ts";
import type { Rule } from "../domain/bom/rules.ts";
import { CliFailure } from "./failure.ts";
import type { FilePlan } from "./plan-files.ts";

/**
 * Why a plan does with an item, or with one eBOM line, what it does: in sentences, with the conditions
 * that decided.
 * @throws CliFailure when the plan knows no such item or line.
 */
export function explainInPlan(subject: string, { plan, rules, ebom }: FilePlan): readonly string[] {
  const places = plan.mboms.flatMap((planned) => explainIn(planned, subject, rules.rules));
  const findings = plan.findings
    .filter(({ item, line }) => item === subject || line === subject)
    .map((finding) => explain(finding));
  if (places.length > 0 || findings.length > 0) return [...places, ...findings];

  const known = [...ebom.ebom.items.values()].map(({ item }) => item);
  const reason = known.some((item) => item === subject)
    ? "no line of the plan calls for it"
    : "the plan has no such item or line";
  throw new CliFailure(`nothing to explain about "${subject}": ${reason}`, {
    field: "--explain",
    fix: known.some((item) => item === subject)
      ? "name an item that stands on a line, or a line by its id"
      : didYouMean(subject, known),
  });
}

function explainIn({ mbom, decisions, account }: PlannedMbom, subject: string, rules: readonly Rule[]): string[] {
  const decided = decisions
    .filter(({ item, path }) => item === subject || path.at(-1) === subject || path.join("/") === subject)
    .map((decision) => {
      const entry = account.find(({ path }) => path.join("/") === decision.path.join("/"));
      const lines = mbom.lines.filter(({ key }) => "line" in decision.outcome && decision.outcome.line === key);
      const conditions = decision.rules.map((name) => `  rule "${name}": ${conditionOf(name, rules)}`);
      return [
        `In ${mbom.item}: ${explain(decision)}`,
        ...conditions,
        ...lines.map((line) => `  mBOM line: ${mbomLineWords(line, null)}`),
        ...(entry === undefined ? [] : [`  account: ${accountInWords(entry)}`]),
      ].join("\n");
    });
  const added = mbom.lines
    .filter(({ item, origin }) => item === subject && origin.kind === "rule")
    .map(
      (line) =>
        `In ${mbom.item}: ${mbomLineWords(line, null)}.${line.origin.kind === "rule" ? `\n  rule "${line.origin.rule}": ${conditionOf(line.origin.rule, rules)}` : ""}`,
    );
  return [...decided, ...added];
}

function conditionOf(name: string, rules: readonly Rule[]): string {
  const rule = rules.find((candidate) => candidate.name === name);
  const from = rule?.file === undefined ? "" : `, from ${rule.file}`;
  if (rule === undefined || rule.when === "true") return `always${from}`;
  return `when ${rule.when.replaceAll(/\s+/g, " ").trim()}${from}`;
}
