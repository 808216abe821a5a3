import type { EbomLine, ItemRevisionKey } from "../ebom.ts";
import type { Finding } from "../finding.ts";
import type { ItemId, RuleName } from "../ids.ts";
import type { Item } from "../item.ts";
import { equals, ONE, type Rational } from "../rational.ts";
import { conversionFactor } from "../unit.ts";
import { plantOwn, type Planning } from "./planning.ts";
import { followReplacements } from "./rule-phases.ts";
import type { RuleFacts } from "./rules.ts";

/** What the plant uses where engineering calls for an item. */
export type PlantTarget = {
  readonly item: ItemId;
  /** How much of it takes the place of one of engineering's. */
  readonly factor: Rational;
  readonly rules: readonly RuleName[];
  readonly known: KnownItem;
  /** The structure that its mBOM is planned from; null where neither item has one to go by. */
  readonly source: ItemRevisionKey | null;
};

/** `key` is null for an item of the plant that engineering does not have. */
export type KnownItem = { readonly facts: Item; readonly key: ItemRevisionKey | null };

/**
 * Follows the replacements of a line's item, in the revision `key`. A plant's own number for one of engineering's is built from
 * engineering's structure; an item that engineering knows has its own.
 */
export function plantTarget(
  line: EbomLine,
  key: ItemRevisionKey,
  assembly: ItemRevisionKey,
  facts: RuleFacts,
  planning: Planning,
): PlantTarget | Finding {
  const { phases, finding, structure } = planning;
  const replacement = followReplacements(phases.replace, line.item, facts);
  if (replacement === null) return itself(line.item, facts.item, key);
  const rules = replacement.by.map(({ name }) => name);
  if (replacement.kind === "loops") return finding.replacementLoop(line.item, replacement.path, rules);

  const { item, factor } = replacement;
  const { unit } = facts.item;
  if (!equals(factor, ONE) && conversionFactor(line.quantity.unit, unit) === null) {
    return finding.replacementUnclear(line, assembly, unit, { item, factor, rules });
  }
  const known = knownItem(item, planning);
  if (known === null) {
    return finding.plantItemMissing(item, rules, `The rule that replaces ${line.item}`);
  }
  if (known.key !== null) {
    if (known.facts.state !== "released") return finding.unreleased(known.facts, line, assembly);
    return { item, factor, rules, known, source: known.key };
  }
  // Under another number it is still the same thing, so its own conversions hold too.
  const same = { ...known.facts, unitFactors: [...known.facts.unitFactors, ...facts.item.unitFactors] };
  const builtAlike = equals(factor, ONE) && structure.item(key) !== undefined;
  return { item, factor, rules, known: { facts: same, key: null }, source: builtAlike ? key : null };
}

function itself(item: ItemId, facts: Item, key: ItemRevisionKey): PlantTarget {
  return { item, factor: ONE, rules: NO_RULES, known: { facts, key }, source: key };
}

const NO_RULES: readonly RuleName[] = [];

/** The plant's number for a top, where it has one that stands for the same thing piece by piece. */
export function plantTopItem(top: Item, { phases, structure, input }: Planning): ItemId {
  const facts: RuleFacts = { line: null, item: top, assembly: top, plant: input.rules.plant };
  const replacement = followReplacements(phases.replace, top.item, facts);
  const stands = replacement?.kind === "ends" && equals(replacement.factor, ONE);
  return stands && structure.revisions(replacement.item).length === 0 ? replacement.item : top.item;
}

type Known = {
  readonly structure: Planning["structure"];
  readonly input: Pick<Planning["input"], "plantItems" | "rules">;
};

/** The newest released revision that the eBOM has of an item, else the item as the plant has it. */
export function knownItem(item: ItemId, { structure, input }: Known): KnownItem | null {
  const revisions = structure.revisions(item);
  const key = revisions.findLast((held) => structure.item(held)?.state === "released") ?? revisions.at(-1);
  const engineering = key === undefined ? undefined : structure.item(key);
  if (key !== undefined && engineering !== undefined) return { facts: engineering, key };
  const held = input.plantItems.get(item);
  return held === undefined ? null : { facts: plantOwn(item, held, input.rules.plant), key: null };
}

export function isFinding(value: PlantTarget | Finding): value is Finding {
  return "severity" in value;
}
