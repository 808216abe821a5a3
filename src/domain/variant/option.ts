/**
 * For which variants of a product a line is meant: a condition over its features, as text for instance
 * `MOTOR = AC and not COLOR in (RED, BLUE)`. `parse-option.ts` reads the text.
 */
export type Option =
  /** The feature has one of the values; at least one is named. */
  | { readonly kind: "is"; readonly feature: string; readonly values: readonly string[] }
  | { readonly kind: "not"; readonly of: Option }
  /** At least two. */
  | { readonly kind: "and" | "or"; readonly of: readonly Option[] };

/** What is chosen of features: one value each. A feature that is not named is open. */
export type Choices = Readonly<Record<string, string>>;

export function choiceOf(choices: Choices, feature: string): string | null {
  return Object.hasOwn(choices, feature) ? (choices[feature] ?? null) : null;
}

/** Whether the choices meet the option; null where they leave open what it depends on. */
export function isMet(option: Option, choices: Choices): boolean | null {
  switch (option.kind) {
    case "is": {
      const chosen = choiceOf(choices, option.feature);
      return chosen === null ? null : option.values.includes(chosen);
    }
    case "not": {
      const met = isMet(option.of, choices);
      return met === null ? null : !met;
    }
    case "and":
    case "or": {
      // One part may decide the whole, whatever the others leave open.
      const deciding = option.kind === "or";
      const parts = option.of.map((part) => isMet(part, choices));
      if (parts.includes(deciding)) return deciding;
      return parts.includes(null) ? null : !deciding;
    }
  }
}

/** Features that the option names, each once, in the order of the text. */
export function featuresOf(option: Option): readonly string[] {
  return [...new Set(comparisonsOf(option).map(({ feature }) => feature))];
}

export type Comparison = Extract<Option, { readonly kind: "is" }>;

/** Every comparison of a feature with values, in the order of the text. */
export function comparisonsOf(option: Option): readonly Comparison[] {
  switch (option.kind) {
    case "is":
      return [option];
    case "not":
      return comparisonsOf(option.of);
    case "and":
    case "or":
      return option.of.flatMap(comparisonsOf);
  }
}

/** The features whose choices make the option come out as it does: `MOTOR` of `MOTOR = AC and COLOR = RED` at DC. */
export function decidingFeatures(option: Option, choices: Choices): readonly string[] {
  switch (option.kind) {
    case "is":
      return [option.feature];
    case "not":
      return decidingFeatures(option.of, choices);
    case "and":
    case "or": {
      const deciding = option.kind === "or";
      const part = option.of.find((one) => isMet(one, choices) === deciding);
      if (part !== undefined) return decidingFeatures(part, choices);
      return [...new Set(option.of.flatMap((one) => decidingFeatures(one, choices)))];
    }
  }
}

/** What both ask for; null asks for nothing. What is asked for twice stands once. */
export function both(a: Option | null, b: Option | null): Option | null {
  if (a === null || b === null) return a ?? b;
  const parts = new Map([...conjuncts(a), ...conjuncts(b)].map((part) => [optionText(part), part]));
  const [first, ...more] = parts.values();
  return first === undefined || more.length === 0 ? a : { kind: "and", of: [first, ...more] };
}

function conjuncts(option: Option): readonly Option[] {
  return option.kind === "and" ? option.of : [option];
}

/** The option as one text; parsing it gives the same option. */
export function optionText(option: Option): string {
  switch (option.kind) {
    case "is": {
      const [first = "", ...more] = option.values.map(wordText);
      const feature = wordText(option.feature);
      return more.length === 0 ? `${feature} = ${first}` : `${feature} in (${[first, ...more].join(", ")})`;
    }
    case "not":
      return `not ${within(option.of, ["and", "or"])}`;
    case "and":
      return option.of.map((part) => within(part, ["and", "or"])).join(" and ");
    case "or":
      return option.of.map((part) => within(part, ["or"])).join(" or ");
  }
}

function within(option: Option, inBrackets: readonly Option["kind"][]): string {
  return inBrackets.includes(option.kind) ? `(${optionText(option)})` : optionText(option);
}

/** A word that needs no quotes; keywords do. */
const BARE = /^[\p{L}\p{N}_][\p{L}\p{N}_.+/-]*$/u;
const KEYWORDS: ReadonlySet<string> = new Set(["and", "or", "not", "in"]);

export function isKeyword(word: string): boolean {
  return KEYWORDS.has(word.toLowerCase());
}

export function wordText(word: string): string {
  return BARE.test(word) && !isKeyword(word) ? word : `"${word.replaceAll('"', '""')}"`;
}

/** `MOTOR = AC, COLOR = RED` */
export function choicesText(choices: Choices): string {
  return Object.entries(choices)
    .map(([feature, value]) => `${wordText(feature)} = ${wordText(value)}`)
    .join(", ");
}
