import { Type, type Static } from "typebox";
import { itemRevision, type Ebom, type EbomAssembly, type EbomLine, type ItemRevisionKey } from "../domain/ebom.ts";
import type { ItemId, LineId, Revision, SupplierId } from "../domain/ids.ts";
import type { ApprovedSource, Item } from "../domain/item.ts";
import { naturalOrder } from "../domain/natural-order.ts";
import { ONE } from "../domain/rational.ts";
import type { UnitFactor } from "../domain/unit.ts";
import { EFFECTIVITY_FIELDS, readAboveZero, readEffectivity, readOption, readUnit } from "./exact-fields.ts";
import type { Loaded } from "./mistake.ts";
import { didYouMean } from "./nearest-word.ts";
import { openSource, type Path, type SourceFile } from "./source-file.ts";

/** An eBOM from a file, and the assemblies that are to be planned. */
export type EbomFile = { readonly ebom: Ebom; readonly tops: readonly ItemRevisionKey[] };

const Text = Type.String();
const Quantity = Type.String({ hint: "a decimal number, such as 0.35" });
const UnitCode = Type.String({ hint: "a unit by its UN/ECE code, such as EA, KGM or MTR" });

const Line = Type.Object({
  id: Type.Optional(Text),
  findNumber: Type.Optional(Text),
  item: Type.String({ hint: "the number of the item that is used" }),
  revision: Type.Optional(Text),
  quantity: Quantity,
  unit: Type.Optional(UnitCode),
  basis: Type.Optional(
    Type.Union([Type.Literal("per assembly"), Type.Literal("per lot"), Type.Literal("as required")]),
  ),
  referenceDesignators: Type.Optional(Type.Array(Text)),
  ...EFFECTIVITY_FIELDS,
  alternates: Type.Optional(Type.Array(Text)),
  option: Type.Optional(Type.String({ hint: "for which variants it is, such as MOTOR = AC" })),
  place: Type.Optional(Text),
});

const ItemEntry = Type.Object({
  item: Type.String({ hint: "the item's number" }),
  revision: Type.Optional(Text),
  name: Type.Optional(Text),
  type: Type.Optional(Text),
  state: Type.Optional(Type.Union([Type.Literal("in work"), Type.Literal("released"), Type.Literal("obsolete")])),
  unit: Type.Optional(UnitCode),
  attributes: Type.Optional(Type.Record(Type.String(), Type.String({ minLength: 0 }))),
  unitFactors: Type.Optional(Type.Array(Type.Object({ from: UnitCode, to: UnitCode, factor: Quantity }))),
  approvedSources: Type.Optional(
    Type.Array(Type.Object({ supplier: Text, supplierItem: Text, leadTimeDays: Type.Integer({ minimum: 0 }) })),
  ),
  lines: Type.Optional(Type.Array(Line)),
});

const EbomEntry = Type.Object({
  top: Type.Optional(Type.String({ hint: "the number of the item to plan" })),
  items: Type.Array(ItemEntry, { hint: "a list of items" }),
});

/** Reads an eBOM written as YAML or JSON; `docs/rules.md` describes the format. All mistakes in one go. */
export function loadEbom(file: string, text: string): Loaded<EbomFile> {
  const source = openSource(file, text);
  const entry = source.read([], EbomEntry);
  if (entry === null) {
    // Numbers and units are still looked at, so that everything wrong is said at once.
    checkNumbers(source);
    return { ok: false, mistakes: source.mistakes() };
  }
  const { value, paths } = readItems(source, entry.items);
  const assemblies = readAssemblies(source, entry.items, value);
  const tops = readTops(source, entry.top, value, assemblies, paths);
  const mistakes = source.mistakes();
  return mistakes.length > 0
    ? { ok: false, mistakes }
    : { ok: true, value: { ebom: { items: value, assemblies }, tops } };
}

type Items = ReadonlyMap<ItemRevisionKey, Item>;

function readItems(source: SourceFile, entries: readonly Static<typeof ItemEntry>[]) {
  const value = new Map<ItemRevisionKey, Item>();
  const paths = new Map<ItemRevisionKey, Path>();
  entries.forEach((entry, index) => {
    const path = ["items", index];
    const item = readItem(source, path, entry);
    const key = itemRevision(item.item, item.revision);
    if (value.has(key))
      source.mistake([...path, "item"], `${key} is listed twice`, "keep one of the two, or give it another revision");
    value.set(key, item);
    paths.set(key, path);
  });
  return { value, paths };
}

const FIRST_REVISION = "A";

function readItem(source: SourceFile, path: Path, entry: Static<typeof ItemEntry>): Item {
  return {
    item: entry.item as ItemId,
    revision: (entry.revision ?? FIRST_REVISION) as Revision,
    name: entry.name ?? entry.item,
    type: entry.type ?? "part",
    state: entry.state ?? "released",
    unit: readUnit(source, [...path, "unit"]) ?? "EA",
    attributes: entry.attributes ?? {},
    unitFactors: (entry.unitFactors ?? []).flatMap((_, at) => readUnitFactor(source, [...path, "unitFactors", at])),
    approvedSources: (entry.approvedSources ?? []).map(approvedSource),
  };
}

function approvedSource({
  supplier,
  supplierItem,
  leadTimeDays,
}: {
  supplier: string;
  supplierItem: string;
  leadTimeDays: number;
}): ApprovedSource {
  return { supplier: supplier as SupplierId, supplierItem, leadTimeDays, price: null };
}

/** None where one of its parts is a mistake. */
export function readUnitFactor(source: SourceFile, path: Path): UnitFactor[] {
  const from = readUnit(source, [...path, "from"]);
  const to = readUnit(source, [...path, "to"]);
  const factor = readAboveZero(source, [...path, "factor"]);
  return from === null || to === null || factor === null ? [] : [{ from, to, factor }];
}

function readAssemblies(source: SourceFile, entries: readonly Static<typeof ItemEntry>[], items: Items) {
  const assemblies = new Map<ItemRevisionKey, EbomAssembly>();
  const revisions = Map.groupBy(items.values(), ({ item }) => item as string);
  entries.forEach((entry, index) => {
    if (entry.lines === undefined) return;
    const item = entry.item as ItemId;
    const revision = (entry.revision ?? FIRST_REVISION) as Revision;
    const path = ["items", index, "lines"];
    const lines = entry.lines.map((line, at) => readLine(source, [...path, at], line, at, revisions));
    checkLineIds(source, path, lines);
    assemblies.set(itemRevision(item, revision), { item, revision, lines });
  });
  return assemblies;
}

function readLine(
  source: SourceFile,
  path: Path,
  entry: Static<typeof Line>,
  index: number,
  revisions: ReadonlyMap<string, readonly Item[]>,
): EbomLine {
  const used = usedItem(source, path, entry, revisions);
  const findNumber = entry.findNumber ?? `${(index + 1) * 10}`;
  return {
    id: (entry.id ?? findNumber) as LineId,
    findNumber,
    item: entry.item as ItemId,
    revision: (entry.revision ?? used?.revision ?? FIRST_REVISION) as Revision,
    quantity: {
      amount: readAboveZero(source, [...path, "quantity"]) ?? ONE,
      unit: readUnit(source, [...path, "unit"]) ?? used?.unit ?? "EA",
    },
    basis: entry.basis ?? "per assembly",
    referenceDesignators: entry.referenceDesignators ?? [],
    effectivity: readEffectivity(source, path),
    alternates: (entry.alternates ?? []) as ItemId[],
    ...readOption(source, [...path, "option"]),
    ...(entry.place === undefined ? {} : { place: entry.place }),
  };
}

/** The revision that a line calls for: the one it names, else the newest released one of the file. */
function usedItem(
  source: SourceFile,
  path: Path,
  { item, revision }: Static<typeof Line>,
  revisions: ReadonlyMap<string, readonly Item[]>,
): Item | null {
  const known = revisions.get(item);
  if (known === undefined) {
    source.mistake(
      [...path, "item"],
      `the line calls for ${item}, which is not among the items`,
      `add ${item} to the items, or correct the number`,
    );
    return null;
  }
  const sorted = known.toSorted((a, b) => naturalOrder(a.revision, b.revision));
  if (revision === undefined) return sorted.findLast(({ state }) => state === "released") ?? sorted.at(-1) ?? null;
  const named = sorted.find((candidate) => candidate.revision === revision);
  if (named === undefined) {
    source.mistake(
      [...path, "revision"],
      `${item} has no revision ${revision} here`,
      didYouMean(
        revision,
        sorted.map((candidate) => candidate.revision),
      ),
    );
  }
  return named ?? null;
}

function checkLineIds(source: SourceFile, path: Path, lines: readonly EbomLine[]): void {
  const seen = new Set<LineId>();
  lines.forEach(({ id }, at) => {
    if (seen.has(id))
      source.mistake(
        [...path, at],
        `a second line "${id}" in one assembly`,
        "give each line a findNumber or id of its own",
      );
    seen.add(id);
  });
}

function readTops(
  source: SourceFile,
  top: string | undefined,
  items: Items,
  assemblies: ReadonlyMap<ItemRevisionKey, EbomAssembly>,
  paths: ReadonlyMap<ItemRevisionKey, Path>,
): readonly ItemRevisionKey[] {
  if (top !== undefined) {
    const named = [...items].filter(([, { item }]) => item === top).map(([key]) => key);
    if (named.length === 0)
      source.mistake(
        ["top"],
        `${top} is not among the items`,
        didYouMean(
          top,
          [...items.values()].map(({ item }) => item),
        ),
      );
    return named.toSorted(naturalOrder).slice(-1);
  }
  const used = new Set([...assemblies.values()].flatMap(({ lines }) => lines.map(({ item }) => item)));
  const tops = [...assemblies].filter(([, { item }]) => !used.has(item)).map(([key]) => key);
  if (tops.length === 0) {
    const where = [...paths.values()][0] ?? ["items"];
    source.mistake(
      where,
      "no assembly stands at the top",
      "give an item lines that no other line calls for, or name it with top:",
    );
  }
  return tops;
}

/** Numbers and units of a file whose shape is wrong elsewhere. */
function checkNumbers(source: SourceFile): void {
  const items = source.readIfPresent(["items"], Type.Array(Type.Unknown())) ?? [];
  items.forEach((_, index) => {
    readUnit(source, ["items", index, "unit"]);
    const lines = source.readIfPresent(["items", index, "lines"], Type.Array(Type.Unknown())) ?? [];
    lines.forEach((_line, at) => {
      readUnit(source, ["items", index, "lines", at, "unit"]);
      readAboveZero(source, ["items", index, "lines", at, "quantity"]);
    });
  });
}
