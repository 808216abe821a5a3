import { createHash } from "node:crypto";
import { walkDepthFirst } from "../../domain/bom/depth-first.ts";
import type { Effectivity } from "../../domain/calendar.ts";
import { itemRevision, type Ebom, type EbomAssembly, type EbomLine, type ItemRevisionKey } from "../../domain/ebom.ts";
import type { FindingCode } from "../../domain/finding.ts";
import type { ChangeId, ItemId, LineId, Revision } from "../../domain/ids.ts";
import type { Item } from "../../domain/item.ts";
import { canonicalText } from "../../domain/json.ts";
import { plainOrder } from "../../domain/natural-order.ts";
import type { Quantity } from "../../domain/quantity.ts";
import { compare, parseRational, ZERO } from "../../domain/rational.ts";
import { KNOWN_UNITS, type Unit } from "../../domain/unit.ts";
import type { Option } from "../../domain/variant/option.ts";
import { parseOption } from "../../domain/variant/parse-option.ts";
import { readDesignators } from "../reference-designators.ts";
import type { ExportMapping } from "./config.ts";
import type { Header } from "./find-header.ts";
import type { Flaw } from "./flaw.ts";
import { toEffectivity } from "./line-effectivity.ts";
import { readNumber } from "./number-text.ts";
import type { Placed, Structure } from "./place-rows.ts";
import type { ExportRow } from "./read-rows.ts";
import { readUnitWord } from "./unit-words.ts";

export type MappedBom = {
  readonly top: { readonly item: ItemId; readonly revision: Revision };
  readonly ebom: Ebom;
  /** Of everything that the export says of the structure, the product's revision aside. */
  readonly digest: string;
  readonly flaws: readonly Flaw[];
};

export function toItemId(text: string): ItemId {
  return text as ItemId;
}

export function toRevision(text: string): Revision {
  return text as Revision;
}

export function toChangeId(text: string): ChangeId {
  return text as ChangeId;
}

/** An item as far as rows name it: with the revision that they state, or none. */
type NodeKey = string & { readonly __node: true };
type Facts = Pick<Item, "name" | "type" | "unit" | "attributes">;
type Node = { readonly item: ItemId; readonly stated: Revision | null; readonly facts: Facts };
type Line = {
  readonly line: Omit<EbomLine, "revision">;
  readonly uses: NodeKey;
  readonly row: number;
};

/** The structure as an eBOM. `revision` is the product's, where no row states it. */
export function toEbom(
  { top, assemblies: placed, flaws: misplaced }: Structure,
  header: Header,
  mapping: ExportMapping,
  revision: Revision,
): MappedBom {
  const flaws: Flaw[] = [...misplaced];
  const context: Context = { header, mapping, flaws, product: top.item };
  const lines = new Map<NodeKey, readonly Line[]>();
  const shownIn = new Map<NodeKey, Placed>();
  for (const assembly of placed) {
    const key = assembly.row === null ? nodeKey(assembly.item, null) : keyOf(assembly.row);
    const read = toLines(assembly, context);
    const before = lines.get(key);
    if (before === undefined) {
      lines.set(key, read);
      shownIn.set(key, assembly);
    } else if (contentOf(before) !== contentOf(read)) flaws.push(twofoldFlaw(assembly, shownIn.get(key), context));
  }
  const topKey = top.row === null ? nodeKey(top.item, null) : keyOf(top.row);
  const nodes = toNodes(top, topKey, placed, lines, context);
  const walk = walkDepthFirst([topKey, ...lines.keys()], (key) => (lines.get(key) ?? []).map(({ uses }) => uses));
  for (const cycle of walk.cycles) flaws.push(cycleFlaw(cycle, nodes, lines, context));

  const revisions = new Map<NodeKey, Revision>();
  let digest = "";
  for (const key of walk.childrenFirst) {
    const node = nodes.get(key);
    if (node === undefined) continue;
    const below = (lines.get(key) ?? []).map(({ line, uses }) => [line, revisions.get(uses) ?? null]);
    const content = digestOf([node.facts, byContent(below, (line) => line)]);
    if (key === topKey) digest = digestOf([node.item, node.stated, content]);
    revisions.set(key, node.stated ?? (key === topKey ? revision : toRevision(content.slice(0, REVISION_LENGTH))));
  }
  return {
    top: { item: top.item, revision: revisions.get(topKey) ?? revision },
    ebom: assembled(nodes, lines, revisions),
    digest,
    flaws,
  };
}

/** Of the 64 hexadecimal digits: enough that two contents of one item never share them. */
const REVISION_LENGTH = 8;

type Context = {
  readonly header: Header;
  readonly mapping: ExportMapping;
  readonly flaws: Flaw[];
  readonly product: ItemId;
};

function assembled(
  nodes: ReadonlyMap<NodeKey, Node>,
  linesOf: ReadonlyMap<NodeKey, readonly Line[]>,
  revisions: ReadonlyMap<NodeKey, Revision>,
): Ebom {
  const items = new Map<ItemRevisionKey, Item>();
  const assemblies = new Map<ItemRevisionKey, EbomAssembly>();
  for (const [key, revision] of revisions) {
    const node = nodes.get(key);
    if (node === undefined) continue;
    const { item, facts } = node;
    items.set(itemRevision(item, revision), {
      item,
      revision,
      ...facts,
      state: "released",
      unitFactors: [],
      approvedSources: [],
    });
    const lines = linesOf.get(key);
    if (lines === undefined) continue;
    assemblies.set(itemRevision(item, revision), {
      item,
      revision,
      lines: lines.flatMap(({ line, uses }) => {
        const used = revisions.get(uses);
        return used === undefined ? [] : [{ ...line, revision: used }];
      }),
    });
  }
  return { assemblies, items };
}

function nodeKey(item: ItemId, stated: Revision | null): NodeKey {
  return `${item}\n${stated ?? ""}` as NodeKey;
}

function keyOf(row: ExportRow): NodeKey {
  return nodeKey(row.item, statedRevision(row));
}

function statedRevision(row: ExportRow): Revision | null {
  const text = row.text("revision");
  return text === "" ? null : toRevision(text);
}

function toNodes(
  top: Structure["top"],
  topKey: NodeKey,
  placed: readonly Placed[],
  lines: ReadonlyMap<NodeKey, readonly Line[]>,
  context: Context,
): ReadonlyMap<NodeKey, Node> {
  const rowsOf = new Map<NodeKey, ExportRow[]>(top.row === null ? [[topKey, []]] : [[topKey, [top.row]]]);
  for (const row of placed.flatMap(({ below }) => below)) {
    if (row.item === "") continue;
    const key = keyOf(row);
    const known = rowsOf.get(key);
    if (known === undefined) rowsOf.set(key, [row]);
    else known.push(row);
  }
  for (const { item, row } of placed)
    if (row === null && !rowsOf.has(nodeKey(item, null))) rowsOf.set(nodeKey(item, null), []);
  const units = new Map<NodeKey, Unit>();
  for (const line of [...lines.values()].flat())
    if (!units.has(line.uses)) units.set(line.uses, line.line.quantity.unit);
  return new Map(
    [...rowsOf].map(([key, rows]) => {
      const item = rows[0]?.item ?? top.item;
      const isTop = key === topKey;
      const otherwise = (isTop ? context.mapping.topType : undefined) ?? (lines.has(key) ? "assembly" : "part");
      const facts = {
        name: rows.map((row) => row.text("name")).find(Boolean) ?? item,
        type: oneOf("type", rows, context, (row) => row.text("type")) ?? otherwise,
        unit: units.get(key) ?? "EA",
        attributes: toAttributes(rows, context),
      };
      return [key, { item, stated: rows[0] === undefined ? null : statedRevision(rows[0]), facts }];
    }),
  );
}

/** What the rows of one item say in a column; two that differ are a flaw. Null where none says anything. */
function oneOf(
  field: string,
  rows: readonly ExportRow[],
  context: Context,
  read: (row: ExportRow) => string,
): string | null {
  const said = rows.map((row) => ({ row, text: read(row) })).filter(({ text }) => text !== "");
  const [first] = said;
  if (first === undefined) return null;
  const other = said.find(({ text }) => text !== first.text);
  if (other !== undefined) {
    const problem = `"${other.text}" is not what row ${first.row.number} says of ${first.row.item}: "${first.text}"`;
    note(context, { row: other.row, field, item: null }, problem, "Make the rows of the item agree.");
  }
  return first.text;
}

function toAttributes(rows: readonly ExportRow[], context: Context): Readonly<Record<string, string>> {
  const attributes: Record<string, string> = {};
  for (const name of Object.keys(context.mapping.attributes ?? {})) {
    const field = `attribute ${name}`;
    const text = oneOf(field, rows, context, (row) => row.text(field));
    if (text !== null) attributes[name] = text;
  }
  const makeBuy = oneOf("makeBuy", rows, context, (row) => toMakeBuy(row, context));
  if (makeBuy !== null) attributes["makeBuy"] = makeBuy;
  return attributes;
}

const MAKE_BUY = new Map([
  ...["make", "made", "m", "in-house", "manufactured"].map((word) => [word, "make"] as const),
  ...["buy", "bought", "b", "purchase", "purchased", "p"].map((word) => [word, "buy"] as const),
]);

function toMakeBuy(row: ExportRow, context: Context): string {
  const text = row.text("makeBuy");
  if (text === "") return "";
  const word = MAKE_BUY.get(text.toLowerCase());
  if (word !== undefined) return word;
  note(context, { row, field: "makeBuy", item: null }, `"${text}" is neither make nor buy`, "Write make or buy.");
  return "";
}

function toLines({ item, below }: Placed, context: Context): readonly Line[] {
  const read = below.flatMap((row) => {
    const line = row.isBroken || row.item === "" ? null : toLine(row, item, context);
    return line === null ? [] : [line];
  });
  return withIds(read);
}

/** A line that has no identity yet; `base` is what its row gives it, or empty. */
type Bare = Omit<Line, "line"> & { readonly base: string; readonly line: Omit<Line["line"], "id"> };

function toLine(row: ExportRow, parent: ItemId, context: Context): Bare | null {
  const quantity = toQuantity(row, parent, context);
  const designators = readDesignators([row.text("referenceDesignators")]);
  if ("problem" in designators) {
    const fix = "Write the designators one by one or as ranges such as R3-R7.";
    note(
      context,
      { row, field: "referenceDesignators", item: parent },
      `it is unreadable: ${designators.problem}`,
      fix,
    );
  }
  const option = toOption(row, parent, context);
  if (quantity === null || "problem" in designators || option === "unreadable") return null;
  const findNumber = row.text("findNumber");
  return {
    base: row.text("id") || findNumber,
    uses: keyOf(row),
    row: row.number,
    line: {
      findNumber,
      item: row.item,
      quantity,
      basis: "per assembly",
      referenceDesignators: designators.designators,
      effectivity: toLineEffectivity(row, parent, context),
      alternates: [],
      ...(option === null ? {} : { option }),
      ...(row.text("place") === "" ? {} : { place: row.text("place") }),
    },
  };
}

function toLineEffectivity(row: ExportRow, parent: ItemId, context: Context): Effectivity {
  const hasEndItems = context.mapping.columns.endItem !== undefined;
  return toEffectivity(row, context.product, hasEndItems, (field, problem, fix) =>
    note(context, { row, field, item: parent }, problem, fix),
  );
}

/** Null where the row is for all variants. */
function toOption(row: ExportRow, parent: ItemId, context: Context): Option | null | "unreadable" {
  const text = row.text("option");
  if (text === "") return null;
  const parsed = parseOption(text);
  if (parsed.ok) return parsed.option;
  const problem = `its option "${text}" is unreadable at character ${parsed.offset + 1}: ${parsed.problem}`;
  note(
    context,
    { row, field: "option", item: parent },
    problem,
    "Write it as MOTOR = AC and not COLOR in (RED, BLUE).",
  );
  return "unreadable";
}

/**
 * A line's identity through all exports: its id, else its find number, else its item with a count. Lines that
 * share it are counted in an order that the order of rows has no part in.
 */
function withIds(lines: readonly Bare[]): readonly Line[] {
  const counts = new Map<string, number>();
  const ids = new Map<Bare, LineId>();
  for (const bare of byContent(lines, ({ line }) => line)) {
    const base = bare.base === "" ? `${bare.line.item}#` : bare.base;
    const count = (counts.get(base) ?? 0) + 1;
    counts.set(base, count);
    const counted = bare.base === "" ? `${base}${count}` : count === 1 ? base : `${base}#${count}`;
    ids.set(bare, counted as LineId);
  }
  return lines.map((bare) => {
    const { line, uses, row } = bare;
    return { line: { id: ids.get(bare) ?? ("" as LineId), ...line }, uses, row };
  });
}

function toQuantity(row: ExportRow, parent: ItemId, context: Context): Quantity | null {
  const { mapping } = context;
  const cell = row.cell("quantity");
  const text = row.text("quantity");
  const unit = toUnit(row, parent, context);
  const amount = cell?.number == null ? readNumber(text, mapping) : parseRational(cell.number);
  const block = (problem: string, fix: string, code?: FindingCode) => {
    note(context, { row, field: "quantity", item: parent }, problem, fix, code);
    return null;
  };
  if (amount === null) {
    const fix = `Write a number above zero, such as ${mapping.decimal === "comma" ? "0,35" : "0.35"}${
      /\d[.,'’ ]\d/.test(text) ? "; `decimal` and `thousands` in the mapping say how numbers are written" : ""
    }.`;
    return block(`its quantity "${text}" is not a decimal number`, fix);
  }
  if (compare(amount, ZERO) <= 0) {
    const fix = "Write a number above zero, or delete the row.";
    return block(`its quantity "${text}" is not above zero`, fix, "quantity-not-positive");
  }
  return unit === null ? null : { amount, unit };
}

function toUnit(row: ExportRow, parent: ItemId, context: Context): Unit | null {
  const { mapping, header } = context;
  const own = mapping.itemUnits;
  const text = row.text("unit");
  if (text === "" && own !== undefined && Object.hasOwn(own, row.item)) return own[row.item] ?? null;
  const word = text === "" ? (header.unit ?? mapping.unit ?? "EA") : text;
  const unit = readUnitWord(word, mapping.units);
  if (unit === null) {
    const fix = `Name it under \`units\` in the mapping, as one of ${KNOWN_UNITS.join(", ")}; or correct it.`;
    note(
      context,
      { row, field: text === "" ? "quantity" : "unit", item: parent },
      `its unit "${word}" is unknown`,
      fix,
    );
  }
  return unit;
}

function contentOf(lines: readonly Line[]): string {
  return canonicalText(
    byContent(
      lines.map(({ line, uses }) => [line, uses]),
      (content) => content,
    ),
  );
}

/** In an order of what they say, which the order of rows has no part in. */
function byContent<T>(values: readonly T[], contentOfOne: (value: T) => unknown): readonly T[] {
  const texts = values.map((value) => ({ value, text: canonicalText(contentOfOne(value)) }));
  return texts.toSorted((a, b) => plainOrder(a.text, b.text)).map(({ value }) => value);
}

function digestOf(value: unknown): string {
  return createHash("sha256").update(canonicalText(value)).digest("hex");
}

type At = { readonly row: ExportRow; readonly field: string; readonly item: ItemId | null };

function note(
  { header, flaws }: Context,
  { row, field, item }: At,
  problem: string,
  fix: string,
  code: FindingCode = "data-unreadable",
): void {
  flaws.push({
    about: "data",
    code,
    item,
    row: row.number,
    column: header.columns.get(field) ?? null,
    problem,
    fix,
  });
}

function twofoldFlaw({ item, row }: Placed, before: Placed | undefined, { header }: Context): Flaw {
  const column = header.columns.get("item") ?? null;
  const problem = `"${item}" has other components here than in row ${before?.row?.number ?? 1}`;
  const fix = "Make both places agree, or give one of them a revision or number of its own.";
  return { about: "data", code: "data-unreadable", item, row: row?.number ?? null, column, problem, fix };
}

function cycleFlaw(
  cycle: readonly NodeKey[],
  nodes: ReadonlyMap<NodeKey, Node>,
  lines: ReadonlyMap<NodeKey, readonly Line[]>,
  { header }: Context,
): Flaw {
  const names = cycle.map((key) => nodes.get(key)?.item ?? key.split("\n")[0] ?? "");
  const [last, closing] = [cycle.at(-2), cycle.at(-1)];
  const row = last === undefined ? undefined : lines.get(last)?.find(({ uses }) => uses === closing)?.row;
  return {
    about: "data",
    code: "bom-cycle",
    item: null,
    row: row ?? null,
    column: header.columns.get("parent") ?? header.columns.get("level") ?? header.columns.get("item") ?? null,
    problem: `the structure is a circle: ${names.join(" → ")}`,
    fix: "Delete one row of the circle, or correct its parent.",
  };
}
