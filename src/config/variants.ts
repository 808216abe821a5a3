import { Type, type Static } from "typebox";
import type { ItemId } from "../domain/ids.ts";
import { NO_VARIANTS, type PlantVariants } from "../domain/variant/configuration.ts";
import type { Loaded } from "./mistake.ts";
import { didYouMean } from "./nearest-word.ts";
import { openSource, type Path, type SourceFile } from "./source-file.ts";

const Text = Type.String();

const ConfigurationEntry = Type.Object({
  name: Type.String({
    hint: "a name, such as AC red",
    description: "What people call it; no other configuration has it.",
  }),
  of: Type.String({
    hint: "the number of a configurable item",
    description: "The configurable item that it is a variant of, by engineering's number.",
  }),
  item: Type.String({
    hint: "the variant's own number",
    description: "The number under which the plant has the variant; its mBOM is published under it.",
  }),
  choices: Type.Record(Type.String(), Text, {
    hint: "a value for each feature: { MOTOR: AC }",
    description: "What is chosen: a value for each feature that lines of it depend on.",
  }),
});

/** `plants[].variants` of `heddle.yaml`, or a file of its own for `heddle plan --variants`. */
export const VariantsEntry = Type.Object(
  {
    features: Type.Record(Type.String(), Type.Array(Text, { minItems: 1 }), {
      hint: "features with their values: { MOTOR: [AC, DC] }",
      description: "Features that options of eBOM lines may name, each with the values that it can have.",
    }),
    configurations: Type.Array(ConfigurationEntry, {
      hint: "a list of configurations",
      description: "The variants that the plant builds: each gets its own mBOM.",
    }),
    subassemblies: Type.Optional(
      Type.String({
        pattern: "\\{choices\\}",
        default: NO_VARIANTS.subassemblies,
        hint: 'a number with {choices} in it, such as "{item}-{choices}"',
        description:
          "Number of a sub-assembly in which options decide something: {item} is its own number, {choices} the values chosen in it, joined by -.",
      }),
    ),
  },
  { description: "Variants that it builds of products with options (150 % BOMs)." },
);

export function variantsOf(entry: Static<typeof VariantsEntry>): PlantVariants {
  return {
    features: new Map(Object.entries(entry.features)),
    configurations: entry.configurations.map(({ name, of, item, choices }) => ({
      name,
      of: of as ItemId,
      item: item as ItemId,
      choices,
    })),
    subassemblies: entry.subassemblies ?? NO_VARIANTS.subassemblies,
  };
}

/** Reads a plant's variants from a file of their own. All mistakes in one go. */
export function loadVariants(file: string, text: string): Loaded<PlantVariants> {
  const source = openSource(file, text);
  const entry = source.read([], VariantsEntry);
  checkVariants(source, []);
  const mistakes = source.mistakes();
  return entry === null || mistakes.length > 0 ? { ok: false, mistakes } : { ok: true, value: variantsOf(entry) };
}

const AnyFields = Type.Record(Type.String(), Type.Unknown());
const AnyList = Type.Array(Type.Unknown());

/** What the variants at `path` say against themselves. */
export function checkVariants(source: SourceFile, path: Path): void {
  const features = featuresAt(source, [...path, "features"]);
  const entries = source.readIfPresent([...path, "configurations"], AnyList) ?? [];
  const seen = { name: new Set<string>(), item: new Set<string>() };
  entries.forEach((_, index) => {
    const at = [...path, "configurations", index];
    for (const field of ["name", "item"] as const) {
      const text = source.readIfPresent([...at, field], Text);
      if (text === null) continue;
      if (seen[field].has(text)) {
        source.mistake([...at, field], `a second configuration with ${field} "${text}"`, "give each its own");
      }
      seen[field].add(text);
    }
    checkChoices(source, [...at, "choices"], features);
  });
}

function featuresAt(source: SourceFile, path: Path): ReadonlyMap<string, readonly string[]> {
  const names = Object.keys(source.readIfPresent(path, AnyFields) ?? {});
  return new Map(
    names.map((feature) => {
      const values = source.readIfPresent([...path, feature], Type.Array(Text)) ?? [];
      values.forEach((value, at) => {
        if (values.indexOf(value) === at) return;
        source.mistake([...path, feature, at], `${feature} has the value "${value}" twice`, "keep one of the two");
      });
      return [feature, values];
    }),
  );
}

function checkChoices(source: SourceFile, path: Path, features: ReadonlyMap<string, readonly string[]>): void {
  for (const feature of Object.keys(source.readIfPresent(path, AnyFields) ?? {})) {
    const values = features.get(feature);
    const value = source.readIfPresent([...path, feature], Text);
    if (values === undefined) {
      const fix =
        features.size === 0
          ? `list ${feature} with its values under features`
          : didYouMean(feature, [...features.keys()]);
      source.mistakeAtKey([...path, feature], `there is no feature "${feature}"`, fix);
    } else if (value !== null && !values.includes(value)) {
      source.mistake([...path, feature], `${feature} has no value "${value}"`, didYouMean(value, values));
    }
  }
}
