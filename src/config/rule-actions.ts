import { Type } from "typebox";
import type { RuleAction } from "../domain/bom/rules.ts";
import type { ItemId, OperationId } from "../domain/ids.ts";
import type { Output } from "../domain/mbom.ts";
import { compare, ONE, plus, rational, rationalText, ZERO, type Rational } from "../domain/rational.ts";
import { conversionFactor } from "../domain/unit.ts";
import type { CrossReference } from "./cross-reference.ts";
import { readAboveZero, readNotNegative, readUnit } from "./exact-fields.ts";
import { GROUP, readGroup } from "./group-action.ts";
import { loopsIn } from "./replacement-loops.ts";
import { readSplit, SPLIT } from "./split-action.ts";
import type { Path, SourceFile } from "./source-file.ts";

/** `make:` and `make: true` say the same. */
const flag = (description: string) => Type.Union([Type.Null(), Type.Literal(true)], { description });
const DecimalText = Type.String({ hint: "a decimal number, such as 0.35" });
const ItemText = Type.String({ hint: "an item number" });

function added(description: string) {
  return Type.Object(
    {
      item: ItemText,
      quantity: Type.String({ hint: "a decimal number, such as 0.5" }),
      unit: Type.String({ hint: "a unit, such as GRM" }),
      per: Type.Union([Type.Literal("assembly"), Type.Literal("line"), Type.Literal("order")], {
        hint: "assembly, line or order",
      }),
    },
    { description },
  );
}

/** What a rule may say to do, by the key that it is written under. */
export const ACTIONS = {
  exclude: Type.Object(
    { reason: Type.String({ hint: "why the plant does not need it" }) },
    { description: "Leaves the line out, for a reason that plans show." },
  ),
  collapse: flag("A phantom: its lines lift into its parent, quantities multiplied."),
  phantom: flag("Keeps the line, flagged as phantom for the ERP to explode through."),
  make: flag("The plant makes the item."),
  buy: flag("The plant buys the item; what it is built from is not planned."),
  subcontract: flag("A supplier makes the item."),
  replace: Type.Object(
    {
      item: Type.Optional(ItemText),
      with: Type.Optional(ItemText),
      factor: Type.Optional(DecimalText),
      table: Type.Optional(Type.String({ hint: "a CSV file beside this one, such as parts.csv" })),
      items: Type.Optional(
        Type.Record(
          Type.String(),
          Type.Union([ItemText, Type.Object({ with: ItemText, factor: Type.Optional(DecimalText) })]),
        ),
      ),
    },
    { description: "Another item takes its place: item and with, several of them by items, or all of a table." },
  ),
  basis: Type.Literal("per order", {
    description: "Counts the line once for each order, whatever its size.",
  }),
  group: GROUP,
  split: SPLIT,
  convert: Type.Object(
    {
      to: Type.String({ hint: "a unit, such as KGM" }),
      from: Type.Optional(Type.String({ hint: "the unit that the factor is for; without it the line's own" })),
      factor: Type.Optional(DecimalText),
    },
    { description: "States the quantity in another unit, by the item's own factor where the dimension differs." },
  ),
  scrap: Type.Object(
    {
      component: Type.Optional(Type.String({ hint: "a percentage, such as 3" })),
      operation: Type.Optional(Type.String({ hint: "a percentage, such as 1.5" })),
      fixed: Type.Optional(Type.String({ hint: "a quantity per order, such as 5" })),
    },
    { description: "Loss planned on top of the net quantity." },
  ),
  add: added("Adds what engineering does not draw: consumables, packaging, labels."),
  "co-product": added("Another product that is made on purpose with this one; it comes out and is not consumed."),
  "by-product": added("What falls off when this one is made, such as swarf; it comes out and is not consumed."),
  operation: Type.String({
    hint: 'an operation of the routing, such as "0010"',
    description: "The operation of the routing that consumes the line.",
  }),
  supply: Type.Union([Type.Literal("push"), Type.Literal("pull"), Type.Literal("bulk"), Type.Literal("backflush")], {
    description: "How the component reaches the line.",
  }),
  alternate: Type.Object(
    {
      items: Type.Array(
        Type.Object({
          item: ItemText,
          usage: Type.Optional(Type.String({ hint: "its usage probability in percent, such as 20" })),
          factor: Type.Optional(DecimalText),
        }),
        { hint: "a list of items, the first choice first" },
      ),
      first: Type.Optional(Type.Boolean({ description: "Puts them before engineering's own alternates." })),
    },
    { description: "Items that may stand in for the line's, in order of priority." },
  ),
  merge: flag("Lines of the same item, operation, supply, scrap and effectivity become one."),
  round: Type.Object(
    { multiple: Type.String({ hint: "a decimal number above zero, such as 0.5" }) },
    { description: "Rounds the quantity up to a multiple." },
  ),
};

export type ActionKey = keyof typeof ACTIONS;
export const ACTION_KEYS = Object.keys(ACTIONS) as ActionKey[];

/** The one action of the rule at `path`; null, with the mistake noted, where it is none or more than one. */
export function readAction(source: SourceFile, path: Path, readTable: ReadTable): RuleAction | null {
  const entry = source.readIfPresent(path, Type.Record(Type.String(), Type.Unknown()));
  if (entry === null) return null;
  const [key, ...more] = ACTION_KEYS.filter((candidate) => Object.hasOwn(entry, candidate));
  for (const extra of more) {
    source.mistakeAtKey(
      [...path, extra],
      `a second action "${extra}" in one rule, beside "${key}"`,
      "make two rules of it",
    );
  }
  if (key === undefined) {
    const unknown = Object.keys(entry).some((candidate) => candidate !== "name" && candidate !== "when");
    if (!unknown) source.mistake(path, "a rule without an action", `add one of: ${ACTION_KEYS.join(", ")}`);
    return null;
  }
  return more.length > 0 ? null : actionOf(source, [...path, key], key, readTable);
}

/** The cross-reference table that a file names; null, with its mistakes noted, where it cannot be read. */
export type ReadTable = (source: SourceFile, path: Path, name: string) => CrossReference | null;

function actionOf(source: SourceFile, path: Path, key: ActionKey, readTable: ReadTable): RuleAction | null {
  switch (key) {
    case "collapse":
    case "make":
    case "buy":
    case "subcontract":
    case "phantom":
    case "merge":
      return source.fits(path, ACTIONS[key]) ? { kind: key } : null;
    case "exclude": {
      const body = source.read(path, ACTIONS.exclude);
      return body && { kind: "exclude", reason: body.reason };
    }
    case "operation": {
      const operation = source.read(path, ACTIONS.operation);
      return operation === null ? null : { kind: "operation", operation: operation as OperationId };
    }
    case "supply": {
      const supply = source.read(path, ACTIONS.supply);
      return supply && { kind: "supply", supply };
    }
    case "basis": {
      const basis = source.read(path, ACTIONS.basis);
      return basis && { kind: "basis", basis };
    }
    case "convert":
      return readConvert(source, path);
    case "group":
      return readGroup(source, path);
    case "split":
      return readSplit(source, path);
    case "alternate":
      return readAlternate(source, path);
    case "round": {
      const multiple = source.read(path, ACTIONS.round) && readAboveZero(source, [...path, "multiple"]);
      return multiple && { kind: "round", multiple };
    }
    case "scrap":
      return readScrap(source, path);
    case "add":
    case "co-product":
    case "by-product":
      return readAdd(source, path, key);
    case "replace":
      return readReplace(source, path, readTable);
  }
}

function readScrap(source: SourceFile, path: Path): RuleAction | null {
  const body = source.read(path, ACTIONS.scrap);
  const componentPercent = readNotNegative(source, [...path, "component"]);
  const operationPercent = readNotNegative(source, [...path, "operation"]);
  const fixedPerOrder = readNotNegative(source, [...path, "fixed"]);
  if (body === null) return null;
  if (Object.keys(body).length === 0) source.mistake(path, "scrap of nothing", "add component, operation or fixed");
  return { kind: "scrap", componentPercent, operationPercent, fixedPerOrder };
}

function readConvert(source: SourceFile, path: Path): RuleAction | null {
  const body = source.read(path, ACTIONS.convert);
  const to = readUnit(source, [...path, "to"]);
  const from = readUnit(source, [...path, "from"]);
  const factor = readAboveZero(source, [...path, "factor"]);
  if (body === null || to === null) return null;
  if (body.from !== undefined && body.factor === undefined) {
    source.mistake([...path, "from"], "a unit without its factor", "add factor, or take from away");
  }
  const plain = from === null ? null : conversionFactor(from, to);
  if (plain !== null) {
    const told = `1 ${from} is ${rationalText(plain)} ${to} always`;
    source.mistake([...path, "from"], told, "take from and factor away");
  }
  return factor === null ? { kind: "convert", to } : { kind: "convert", to, own: { from, factor } };
}

function readAdd(source: SourceFile, path: Path, kind: "add" | Output): RuleAction | null {
  const body = source.read(path, ACTIONS[kind]);
  const amount = readAboveZero(source, [...path, "quantity"]);
  const unit = readUnit(source, [...path, "unit"]);
  if (body === null || amount === null || unit === null) return null;
  return { kind, item: body.item as ItemId, quantity: { amount, unit }, per: body.per };
}

function readReplace(source: SourceFile, path: Path, readTable: ReadTable): RuleAction | null {
  const body = source.read(path, ACTIONS.replace);
  if (body === null) return null;
  const { item, with: by, items, table, factor } = body;
  if (table !== undefined && Object.keys(body).length === 1) {
    const read = readTable(source, [...path, "table"], table);
    return read && { kind: "replace", items: read };
  }
  const single = item !== undefined && by !== undefined && items === undefined;
  const several = item === undefined && by === undefined && factor === undefined && items !== undefined;
  if (table !== undefined || (!single && !several)) {
    source.mistake(
      path,
      "a replacement needs to say what by what",
      "write { item: OLD, with: NEW }, { items: { OLD: NEW } } for several, or { table: parts.csv }",
    );
    return null;
  }
  const rows = single
    ? [{ from: item, by, factor: factorAt(source, path, body) }]
    : Object.entries(items ?? {}).map(([from, to]) => {
        const row = typeof to === "string" ? { with: to } : to;
        return { from, by: row.with, factor: factorAt(source, [...path, "items", from], row) };
      });
  const replaced = new Map(
    rows.map((row) => [row.from as ItemId, { with: row.by as ItemId, factor: row.factor ?? ONE }]),
  );
  for (const loop of loopsIn(replaced)) {
    const [from = ""] = loop;
    const at = single ? [...path, "with"] : [...path, "items", loop.at(-2) ?? from];
    if (loop.length === 2) source.mistake(at, `${from} is replaced by itself`, "name another item, or remove it");
    else source.mistake(at, `the replacements go round in a circle: ${loop.join(" → ")}`, "remove one of them");
  }
  return { kind: "replace", items: replaced };
}

function factorAt(source: SourceFile, path: Path, row: { readonly factor?: string }): Rational | null {
  return row.factor === undefined ? ONE : readAboveZero(source, [...path, "factor"]);
}

function readAlternate(source: SourceFile, path: Path): RuleAction | null {
  const body = source.read(path, ACTIONS.alternate);
  if (body === null) return null;
  const items = body.items.map(({ item }, at) => ({
    item: item as ItemId,
    usage: readNotNegative(source, [...path, "items", at, "usage"]),
    factor: readAboveZero(source, [...path, "items", at, "factor"]),
  }));
  if (items.length === 0) source.mistake([...path, "items"], "alternates without an item", "name at least one");
  for (const [at, { item }] of items.entries()) {
    if (items.findIndex((other) => other.item === item) === at) continue;
    source.mistake([...path, "items", at, "item"], `${item} comes twice`, "name each item once");
  }
  const used = items.reduce((sum, { usage }) => plus(sum, usage ?? ZERO), ZERO);
  if (compare(used, HUNDRED) > 0) {
    source.mistake(
      [...path, "items"],
      `the usage of the alternates adds to ${rationalText(used)} %`,
      "let them add to at most 100; the line's own item is used for the rest",
    );
  }
  return { kind: "alternate", items, first: body.first ?? false };
}

const HUNDRED = rational(100n);
