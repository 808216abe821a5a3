import { intersection } from "../calendar.ts";
import type { EbomLine, ItemRevisionKey } from "../ebom.ts";
import type { Finding } from "../finding.ts";
import type { LineId } from "../ids.ts";
import type { Configured } from "../variant/configuration.ts";
import { meetingChoices } from "../variant/meeting-choices.ts";
import {
  both,
  choiceOf,
  choicesText,
  comparisonsOf,
  decidingFeatures,
  featuresOf,
  isMet,
  wordText,
  type Choices,
  type Option,
} from "../variant/option.ts";
import type { AssemblyDraft } from "./assembly-draft.ts";
import type { DecisionOutcome, PlannedMbom } from "./mbom-plan.ts";
import { pathKey } from "./path-key.ts";
import { firstMatch } from "./rule-phases.ts";
import { calledFor, type Structure } from "./structure.ts";
import {
  neverMeant,
  neverSelected,
  optionOpen,
  optionUnknown,
  selectedNone,
  selectedTwice,
  type Asked,
} from "./variant-findings.ts";
import type { Variants } from "./variants.ts";

/** Where a line stands: in which assembly, and for which variants all that is lifted out of it is meant. */
type Place = { readonly assembly: ItemRevisionKey; readonly option: Option | null };

/** Whether an mBOM takes a line; `option` is what the target has to decide by, null where nothing is left to decide. */
export type Choice =
  | { readonly kind: "taken"; readonly option: Option | null }
  | { readonly kind: "left"; readonly outcome: NotSelected }
  | { readonly kind: "blocked"; readonly finding: Finding };

type NotSelected = Extract<DecisionOutcome, { readonly kind: "not selected" }>;

/** In a configured mBOM the choices decide; otherwise the option goes with the line, for the target to decide by. */
export function chooseLine(line: EbomLine, at: Place, { need, root, planning }: AssemblyDraft): Choice {
  const { option } = line;
  if (option === undefined) return { kind: "taken", option: at.option };
  const { input, variants, report } = planning;
  const unknown = unknownIn(option, variants.features);
  if (unknown !== null) {
    const finding = optionUnknown(line, at.assembly, unknown.problem, unknown.fix, input.system);
    return { kind: "blocked", finding };
  }
  if (need.configured === undefined) {
    const meant = both(at.option, option);
    if (meant === null || meetingChoices(meant, variants.features) !== null) return { kind: "taken", option: meant };
    report(neverMeant(line, at.assembly, at.option, input.system));
    return { kind: "left", outcome: { kind: "not selected", reason: "meant for no variant that there is" } };
  }
  const { configured } = need;
  const met = isMet(option, configured.choices);
  if (met === true) return { kind: "taken", option: null };
  if (met === false) return { kind: "left", outcome: notSelected(option, configured) };
  const open = featuresOf(option).filter((feature) => choiceOf(configured.choices, feature) === null);
  const isNamed = variants.configurationsOf(root.item).some(({ name }) => name === configured.name);
  return { kind: "blocked", finding: optionOpen(line, at.assembly, { ...configured, isNamed }, open, input.system) };
}

/** What becomes of a line inside something bought complete: this variant of it may not have it. */
export function leftWithin({ option }: EbomLine, { need: { configured } }: AssemblyDraft): NotSelected | null {
  if (option === undefined || configured === undefined) return null;
  return isMet(option, configured.choices) === false ? notSelected(option, configured) : null;
}

function notSelected(option: Option, { name, choices }: Configured): NotSelected {
  const because = decidingFeatures(option, choices).flatMap((feature) => {
    const value = choiceOf(choices, feature);
    return value === null ? [] : [[feature, value] as const];
  });
  return {
    kind: "not selected",
    reason: `not in configuration ${name} because ${choicesText(Object.fromEntries(because))}`,
  };
}

/** The first feature or value that the plant does not have; null where it has all, or keeps no list of features. */
function unknownIn(option: Option, features: Variants["features"]): { problem: string; fix: string } | null {
  if (features.size === 0) return null;
  for (const { feature, values } of comparisonsOf(option)) {
    const known = features.get(feature);
    if (known === undefined) {
      const fix = `Add ${feature} with its values to plants[].variants.features in heddle.yaml, or correct the option; the plant has ${[...features.keys()].join(", ")}.`;
      return { problem: `the plant has no feature ${wordText(feature)}`, fix };
    }
    const stray = values.find((value) => !known.includes(value));
    if (stray === undefined) continue;
    const fix = `Correct the option, or add ${stray} to the values of ${feature} in heddle.yaml: ${known.join(", ")}.`;
    return { problem: `the feature ${wordText(feature)} has no value ${wordText(stray)}`, fix };
  }
  return null;
}

/** Whether lines that are choices for one place exclude each other, and leave no variant without one. */
export function checkPlaces(lines: readonly EbomLine[], at: Place, draft: AssemblyDraft): void {
  if (!lines.some(({ option, place }) => option !== undefined || place !== undefined)) return;
  const { system } = draft.planning.input;
  const groups = Map.groupBy(lines, (line) => JSON.stringify([line.place ?? null, line.place ?? line.findNumber]));
  for (const choices of groups.values()) {
    const isDeclared = choices[0]?.place !== undefined;
    const isChoice =
      isDeclared || (choices[0]?.findNumber !== "" && choices.some(({ option }) => option !== undefined));
    if (!isChoice) continue;
    const standing = choices.filter((line) => fillsPlace(line, draft));
    for (const [a, b, by] of pairsTaken(standing, at, draft)) {
      draft.planning.report(selectedTwice([a, b], at.assembly, by, system));
    }
    const without = isDeclared ? noneTaken(standing, at, draft) : null;
    const finding = without === null ? null : selectedNone(standing, at.assembly, without, system);
    if (finding !== null) draft.planning.report(finding);
  }
}

/** A line that has ended, or that a rule leaves out of the mBOM, fills no place. */
function fillsPlace(line: EbomLine, { root, planning: { structure, phases, input, begin } }: AssemblyDraft): boolean {
  const { until } = line.effectivity;
  if (until !== null && until < begin) return false;
  const { item } = structure.called(line);
  const facts = { line, assembly: root, plant: input.rules.plant };
  return item === undefined || firstMatch(phases.exclude, { ...facts, item }) === null;
}

function pairsTaken(
  choices: readonly EbomLine[],
  at: Place,
  draft: AssemblyDraft,
): (readonly [EbomLine, EbomLine, Asked])[] {
  const { begin } = draft.planning;
  return choices.flatMap((a, index) =>
    choices.slice(index + 1).flatMap((b) => {
      const together = intersection(a.effectivity, b.effectivity);
      if (together === null || (together.until !== null && together.until < begin)) return [];
      const asked = takenBy(both(a.option ?? null, b.option ?? null), at, draft);
      return asked === null ? [] : [[a, b, asked] as const];
    }),
  );
}

function noneTaken(choices: readonly EbomLine[], at: Place, draft: AssemblyDraft): Asked | null {
  const options = choices.flatMap(({ option }) => (option === undefined ? [] : [option]));
  if (options.length < choices.length) return null;
  // Of a feature whose values nobody listed there may always be another one.
  const { features } = draft.planning.variants;
  const isListed = options.every((option) => featuresOf(option).every((feature) => features.has(feature)));
  if (!isListed && draft.need.configured === undefined) return null;
  const [first, ...more] = options.map((option): Option => ({ kind: "not", of: option }));
  if (first === undefined) return null;
  return takenBy(more.length === 0 ? first : { kind: "and", of: [first, ...more] }, at, draft);
}

/** Who meets the option there: this configuration, else some choices; null where nobody does. */
function takenBy(option: Option | null, at: Place, { need, planning }: AssemblyDraft): Asked | null {
  if (need.configured !== undefined) {
    return option === null || isMet(option, need.configured.choices) === true ? need.configured : null;
  }
  const meant = both(at.option, option);
  return meant === null ? {} : meetingChoices(meant, planning.variants.features);
}

/** A line with an option, and whether a configured mBOM that came upon it takes it. */
export type OptionalLine = { readonly line: EbomLine; readonly assembly: ItemRevisionKey; readonly taken: boolean };

/** The lines with options that a configured mBOM chose among, where the part above them is taken. */
export function optionalLines(
  { configured, contributors, decisions }: Omit<PlannedMbom, "account">,
  structure: Structure,
): readonly OptionalLine[] {
  const [root] = contributors;
  if (configured === undefined || root === undefined) return [];
  const outcomes = new Map(decisions.map(({ path, outcome }) => [pathKey(path), outcome.kind]));
  return decisions.flatMap(({ path, outcome }) => {
    if (outcomes.get(pathKey(path.slice(0, -1))) === "not selected") return [];
    const found = lineAt(root, path, structure);
    return found?.line.option === undefined ? [] : [{ ...found, taken: outcome.kind !== "not selected" }];
  });
}

/** Lines of configured assemblies that no planned variant takes. */
export function findingsOfNever(chosenAmong: readonly OptionalLine[], system: string): readonly Finding[] {
  const lines = new Map<string, OptionalLine>();
  for (const one of chosenAmong) {
    const key = JSON.stringify([one.assembly, one.line.id]);
    const known = lines.get(key) ?? one;
    lines.set(key, one.taken ? { ...known, taken: true } : known);
  }
  return [...lines.values()].flatMap(({ line, assembly, taken }) =>
    taken ? [] : [neverSelected(line, assembly, system)],
  );
}

function lineAt(root: ItemRevisionKey, path: readonly LineId[], structure: Structure) {
  let assembly = root;
  let line: EbomLine | undefined;
  for (const id of path) {
    if (line !== undefined) assembly = calledFor(line);
    line = structure.line(assembly, id);
    if (line === undefined) return null;
  }
  return line === undefined ? null : { line, assembly };
}

export function isSelected({ option }: EbomLine, choices: Choices): boolean {
  return option === undefined || isMet(option, choices) === true;
}
