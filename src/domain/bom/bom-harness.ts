import * as fc from "fast-check";
import type { EbomLine } from "../ebom.ts";
import type { ItemId, OperationId } from "../ids.ts";
import type { Procurement } from "../item.ts";
import { ebom, exact, line, quantity, replace, rule } from "./bom-builder.ts";
import type { PlantOwnItem } from "./planning.ts";
import type { Rule } from "./rules.ts";

/** Any structure and any rules, for laws that must hold whatever they are. */

/** Items that may have a structure; BOLT and NUT never have one. */
export const NAMES = ["FRAME", "A1", "A2", "B1", "B2", "C1", "C2", "D1"] as const;
const amounts = fc.constantFrom("1", "2", "3", "1/3", "0.0004", "2.5", "1 DZN", "60");

/** FRAME and what it is built from: each line goes to an item that comes later, so that there is no cycle. */
export const structures = fc
  .tuple(...NAMES.map((_, from) => fc.array(anyLine(from + 1), { maxLength: 4 })))
  .map((lines) =>
    // Leaves have no structure, which is another thing than an empty one.
    ebom(
      Object.fromEntries(NAMES.flatMap((name, at) => (at === 0 || lines[at]?.length ? [[name, lines[at] ?? []]] : []))),
    ),
  );

function anyLine(lowest: number) {
  const below = [...NAMES.slice(lowest), "BOLT", "NUT"];
  const basis = fc.constantFrom("per assembly", "per assembly", "per lot", "as required");
  const effectivity = fc.constantFrom(
    { from: null, until: null },
    { from: null, until: "2025-12-31" },
    { from: "2026-06-01", until: null },
  ) as fc.Arbitrary<EbomLine["effectivity"]>;
  return fc
    .tuple(fc.constantFrom(...below), amounts, basis as fc.Arbitrary<EbomLine["basis"]>, effectivity)
    .map(([item, amount, counted, holds]) => line(item, amount, { basis: counted, effectivity: holds }));
}

/** Some of the items of such a structure. */
export const someItems = fc.subarray([...NAMES, "BOLT", "NUT"], { minLength: 1 });
const actions = fc.constantFrom<Rule["action"]>(
  { kind: "make" },
  { kind: "buy" },
  { kind: "subcontract" },
  { kind: "phantom" },
  { kind: "collapse" },
  { kind: "exclude", reason: "left out" },
  replace({ NUT: ["BOLT", "3"], B1: ["P-B1", "1"], C1: ["P-C1", "2/3"] }),
  { kind: "convert", to: "H87" },
  { kind: "convert", to: "CEN" },
  { kind: "scrap", componentPercent: exact("5"), operationPercent: null, fixedPerOrder: exact("1") },
  { kind: "add", item: "GLUE" as ItemId, quantity: quantity("0.2 GRM"), per: "assembly" },
  { kind: "add", item: "GLUE" as ItemId, quantity: quantity("1/3 GRM"), per: "line" },
  { kind: "operation", operation: "0020" as OperationId },
  { kind: "basis", basis: "per order" },
  { kind: "convert", to: "GRM", own: { from: null, factor: exact("2.5") } },
  { kind: "add", item: "GLUE" as ItemId, quantity: quantity("1/3 GRM"), per: "order" },
  { kind: "by-product", item: "SWARF" as ItemId, quantity: quantity("0.2 GRM"), per: "line" },
  { kind: "co-product", item: "GLUE" as ItemId, quantity: quantity("5 GRM"), per: "assembly" },
  { kind: "split", whole: true, parts: [share("0010", "1/3"), share("0020", "2/3")] },
  { kind: "split", whole: false, parts: [share("0010", "1/4"), { operation: "0030" as OperationId, take: "rest" }] },
  kit("KIT-{assembly}", "make", null),
  kit("SET-{assembly}-{operation}", "phantom", "0020"),
  kit("SET-{assembly}-{operation}", "phantom", "0020"),
  { kind: "alternate", first: true, items: [{ item: "NUT" as ItemId, usage: exact("20"), factor: null }] },
  { kind: "merge" },
  { kind: "round", multiple: exact("0.5") },
);
/** A split's share for an operation. */
function share(operation: string, text: string) {
  return { operation: operation as OperationId, take: "share" as const, share: exact(text) };
}

function kit(number: string, as: Procurement, operation: string | null): Rule["action"] {
  return { kind: "group", number, name: null, as, operation: operation as OperationId | null };
}

/** Rules of all kinds for some items each; not every line need be sourced by them. */
export const ruleSets = fc
  .array(fc.tuple(actions, someItems), { maxLength: 12 })
  .map((drawn) => drawn.map(([action, of], at) => rule(`${at} ${action.kind}`, action, of)));
/** The same, but with every line sourced in the end. */
export const completeRuleSets = ruleSets.map((rules) => [...rules, rule("rest", { kind: "buy" }, () => true)]);

/** What the plant has and the rules name. */
export const plantItems: ReadonlyMap<ItemId, PlantOwnItem> = new Map<ItemId, PlantOwnItem>([
  ["P-B1" as ItemId, { unit: "EA" }],
  ["P-C1" as ItemId, { unit: "EA" }],
  ["GLUE" as ItemId, { unit: "GRM" }],
  ["SWARF" as ItemId, { unit: "GRM" }],
]);
