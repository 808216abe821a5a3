import type { Ebom, ItemRevisionKey } from "../ebom.ts";
import type { ItemId } from "../ids.ts";
import { naturalOrder } from "../natural-order.ts";
import { NO_VARIANTS, type Configuration, type Configured, type PlantVariants } from "../variant/configuration.ts";
import { choiceOf, comparisonsOf, isMet, type Choices, type Comparison } from "../variant/option.ts";
import { LEVELS_MAX } from "./plan-findings.ts";
import type { RuleSet } from "./rules.ts";
import { calledFor, structureOf, type Structure } from "./structure.ts";

/** A configured assembly's own number, and what is chosen in it. */
export type VariantComponent = {
  readonly item: ItemId;
  readonly configured: Configured;
  /** The choices that tell it from the other variants: `AC-RED`. */
  readonly variant: string;
};

/** What variants the plant builds of an eBOM's assemblies. */
export type Variants = {
  readonly features: PlantVariants["features"];
  /** Configurations of engineering's item, by name. */
  readonly configurationsOf: (item: ItemId) => readonly Configuration[];
  /** Whether some line in reach of the assembly has an option. */
  readonly hasOptions: (assembly: ItemRevisionKey) => boolean;
  /**
   * The variant of `item`, which is built from `source`, that the choices make; null where options decide nothing
   * in it. Choices that select the same lines make the same variant.
   */
  readonly component: (item: ItemId, source: ItemRevisionKey, choices: Choices) => VariantComponent | null;
};

/** Choices tried to find the first that make the same assembly. More only where a dozen features meet in one. */
const TRIED_MAX = 4_096;

/** @param optioned what `assembliesWithOptions` finds in the same eBOM. */
export function variantsOf(
  optioned: ReadonlySet<ItemRevisionKey>,
  structure: Structure,
  plant: PlantVariants = NO_VARIANTS,
): Variants {
  const { features, subassemblies } = plant;
  const byItem = Map.groupBy(
    plant.configurations.toSorted((a, b) => naturalOrder(a.name, b.name)),
    ({ of }) => of,
  );
  const hasOptions = (assembly: ItemRevisionKey) => optioned.has(assembly);
  const configurationsOf = (item: ItemId) => byItem.get(item) ?? [];
  const contentOf = contents(structure, hasOptions);
  const featuresIn = featuresInReach(structure, hasOptions, features);
  const firsts = new Map<string, Choices>();

  /** The first choices, in the order of the plant's feature lists, that make the same assembly. */
  const firstAlike = (source: ItemRevisionKey, choices: Choices): Choices => {
    const content = contentOf(source, choices);
    const memo = `${source}\n${content}`;
    const known = firsts.get(memo);
    if (known !== undefined) return known;
    const first = firstOf(featuresIn(source), features, (tried) => contentOf(source, tried) === content);
    if (first === null) return ownOf(featuresIn(source), choices, features);
    firsts.set(memo, first);
    return first;
  };

  return {
    features,
    configurationsOf,
    hasOptions,
    component(item, source, choices) {
      if (!hasOptions(source)) return null;
      const named = structure.item(source);
      const content = contentOf(source, choices);
      const own = (named === undefined ? [] : configurationsOf(named.item)).find(
        (each) => contentOf(source, each.choices) === content,
      );
      if (own !== undefined) return configuredTop(own);
      const chosen = firstAlike(source, choices);
      const variant = Object.values(chosen).join("-");
      const number = subassemblies.replaceAll(/\{(item|choices)\}/g, (_, what) => (what === "item" ? item : variant));
      return { item: number as ItemId, configured: { name: number, choices: chosen }, variant };
    },
  };
}

/** Every number that a plan may give a variant of this eBOM: what to ask the plant about before it is planned. */
export function variantNumbers(ebom: Ebom, { rules }: RuleSet, plant: PlantVariants): readonly ItemId[] {
  const structure = structureOf(ebom);
  const variants = variantsOf(assembliesWithOptions(ebom), structure, plant);
  const numbers = new Set<ItemId>();
  const known = new Map<ItemId, ReadonlySet<ItemId>>();
  const plantNumbers = (item: ItemId) => {
    const found = known.get(item) ?? plantNumbersOf(item, rules);
    known.set(item, found);
    return found;
  };
  for (const { of, item, choices } of plant.configurations) {
    numbers.add(item);
    const reach = new Set(structure.revisions(of));
    for (const key of reach) {
      for (const line of structure.lines(key) ?? []) {
        const used = calledFor(line);
        for (const number of plantNumbers(line.item)) {
          // A number that engineering has itself is built from its own structure.
          const sources = number === line.item ? [used] : [used, ...structure.revisions(number)];
          for (const source of sources) {
            const component = variants.component(number, source, choices);
            if (component === null) continue;
            numbers.add(component.item);
            reach.add(source);
          }
        }
      }
    }
  }
  return [...numbers];
}

/** Engineering's number, and those that rules may put in its place. */
function plantNumbersOf(item: ItemId, rules: RuleSet["rules"]): ReadonlySet<ItemId> {
  const numbers = new Set([item]);
  for (const number of numbers) {
    for (const { action } of rules) {
      const replaced = action.kind === "replace" ? action.items.get(number) : undefined;
      if (replaced !== undefined) numbers.add(replaced.with);
    }
  }
  return numbers;
}

export function configuredTop({ item, name, choices }: Configuration): VariantComponent {
  return { item, configured: { name, choices }, variant: Object.values(choices).join("-") };
}

/** Assemblies with an option on a line in reach, found from those lines upwards. */
export function assembliesWithOptions({ assemblies }: Pick<Ebom, "assemblies">): ReadonlySet<ItemRevisionKey> {
  const found = new Set<ItemRevisionKey>();
  for (const [key, { lines }] of assemblies) if (lines.some(({ option }) => option !== undefined)) found.add(key);
  if (found.size === 0) return found;
  const users = new Map<ItemRevisionKey, ItemRevisionKey[]>();
  for (const [key, { lines }] of assemblies) {
    for (const line of lines) {
      const used = calledFor(line);
      const known = users.get(used);
      if (known === undefined) users.set(used, [key]);
      else known.push(key);
    }
  }
  for (const key of found) for (const user of users.get(key) ?? []) found.add(user);
  return found;
}

/** What choices select of an assembly, all levels of it, as a text that is equal where they select the same. */
function contents(structure: Structure, hasOptions: Variants["hasOptions"]) {
  const memo = new Map<string, string>();
  const contentOf = (assembly: ItemRevisionKey, choices: Choices, chosen: string, depth: number): string => {
    if (!hasOptions(assembly) || depth > LEVELS_MAX) return "";
    const key = `${assembly}\n${chosen}`;
    const known = memo.get(key);
    if (known !== undefined) return known;
    memo.set(key, ""); // what a circle of the structure comes back to; the planner refuses it elsewhere
    const parts = (structure.lines(assembly) ?? []).map((line) => {
      const met = line.option === undefined ? true : isMet(line.option, choices);
      if (met === false) return "";
      const below = contentOf(calledFor(line), choices, chosen, depth + 1);
      return line.option === undefined && below === "" ? "" : JSON.stringify([line.id, met, below]);
    });
    const content = parts.filter(Boolean).join(",") || "-";
    memo.set(key, content);
    return content;
  };
  return (assembly: ItemRevisionKey, choices: Choices) => contentOf(assembly, choices, JSON.stringify(choices), 0);
}

/** The features that options in reach of an assembly name, in the plant's order, with what they are compared with. */
function featuresInReach(
  structure: Structure,
  hasOptions: Variants["hasOptions"],
  features: PlantVariants["features"],
): (assembly: ItemRevisionKey) => ReadonlyMap<string, readonly Comparison[]> {
  const order = [...features.keys()];
  const place = (feature: string) => (order.includes(feature) ? order.indexOf(feature) : order.length);
  const memo = new Map<ItemRevisionKey, ReadonlyMap<string, readonly Comparison[]>>();
  return (assembly) => {
    const known = memo.get(assembly);
    if (known !== undefined) return known;
    const reach = new Set([assembly]);
    const comparisons: Comparison[] = [];
    for (const key of reach) {
      for (const line of structure.lines(key) ?? []) {
        if (line.option !== undefined) comparisons.push(...comparisonsOf(line.option));
        if (hasOptions(calledFor(line))) reach.add(calledFor(line));
      }
    }
    const grouped = [...Map.groupBy(comparisons, ({ feature }) => feature)];
    const sorted = new Map(grouped.toSorted(([a], [b]) => place(a) - place(b) || naturalOrder(a, b)));
    memo.set(assembly, sorted);
    return sorted;
  };
}

/**
 * The first of all choices that `isAlike`, whoever asks. Values that no comparison tells apart are tried once; null
 * where there are too many to try, or none is alike.
 */
function firstOf(
  inReach: ReadonlyMap<string, readonly Comparison[]>,
  features: PlantVariants["features"],
  isAlike: (tried: Choices) => boolean,
): Choices | null {
  const axes = [...inReach].map(([feature, comparisons]) => ({
    feature,
    values: toldApart(features.get(feature) ?? [], comparisons),
  }));
  const count = axes.reduce((product, { values }) => product * values.length, 1);
  if (count > TRIED_MAX) return null;
  for (let number = 0; number < count; number++) {
    let rest = number;
    const picked = axes.toReversed().map(({ feature, values }): [string, string] => {
      const value = values[rest % values.length] ?? "";
      rest = Math.floor(rest / values.length);
      return [feature, value];
    });
    const tried: Choices = Object.fromEntries(picked.toReversed());
    if (isAlike(tried)) return tried;
  }
  return null;
}

/** What is chosen of the features in reach, each as the first value that no comparison tells from it. */
function ownOf(
  inReach: ReadonlyMap<string, readonly Comparison[]>,
  choices: Choices,
  features: PlantVariants["features"],
): Choices {
  const own = [...inReach].flatMap(([feature, comparisons]): [string, string][] => {
    const chosen = choiceOf(choices, feature);
    if (chosen === null) return [];
    const values = features.get(feature) ?? [];
    return [[feature, values.find((value) => kindOf(value, comparisons) === kindOf(chosen, comparisons)) ?? chosen]];
  });
  return Object.fromEntries(own);
}

/** The first value of each kind. */
function toldApart(values: readonly string[], comparisons: readonly Comparison[]): readonly string[] {
  const firsts = Map.groupBy(values, (value) => kindOf(value, comparisons));
  return [...firsts.values()].flatMap(([first]) => first ?? []);
}

/** How a value comes out of every comparison. */
function kindOf(value: string, comparisons: readonly Comparison[]): string {
  return comparisons.map(({ values }) => values.includes(value)).join();
}
