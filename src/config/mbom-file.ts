import { Type, type Static } from "typebox";
import type { ItemId, MbomLineKey, OperationId, PlantId, Revision } from "../domain/ids.ts";
import type { ItemUsage, Mbom, MbomLine } from "../domain/mbom.ts";
import { ONE, ZERO } from "../domain/rational.ts";
import {
  EFFECTIVITY_FIELDS,
  readAboveZero,
  readEffectivity,
  readNotNegative,
  readOption,
  readUnit,
} from "./exact-fields.ts";
import type { Loaded } from "./mistake.ts";
import { openSource, type Path, type SourceFile } from "./source-file.ts";

const Text = Type.String();

const Line = Type.Object({
  key: Type.Optional(Text),
  item: Type.String({ hint: "the component's number" }),
  quantity: Type.String({ hint: "a decimal number, such as 0.35" }),
  unit: Type.Optional(Type.String({ hint: "a unit by its UN/ECE code, such as EA, KGM or MTR" })),
  basis: Type.Optional(Type.Union([Type.Literal("per assembly"), Type.Literal("per order")])),
  operation: Type.Optional(Text),
  supply: Type.Optional(
    Type.Union([Type.Literal("push"), Type.Literal("pull"), Type.Literal("bulk"), Type.Literal("backflush")]),
  ),
  scrap: Type.Optional(
    Type.Object({ component: Type.Optional(Text), operation: Type.Optional(Text), fixed: Type.Optional(Text) }),
  ),
  phantom: Type.Optional(Type.Boolean()),
  referenceDesignators: Type.Optional(Type.Array(Text)),
  ...EFFECTIVITY_FIELDS,
  alternates: Type.Optional(Type.Array(Text)),
  usage: Type.Optional(
    Type.Array(Type.Object({ item: Text, percent: Text, factor: Type.Optional(Text) }), {
      hint: "how often each item is used, such as [{ item: A, percent: 80 }, { item: B, percent: 20 }]",
    }),
  ),
  output: Type.Optional(Type.Union([Type.Literal("co-product"), Type.Literal("by-product")])),
  option: Type.Optional(Text),
});

const MbomEntry = Type.Object({ item: Text, revision: Type.Optional(Text), lines: Type.Array(Line) });

const FileEntry = Type.Object({
  plant: Type.String({ hint: 'the plant, in quotes: "1000"' }),
  mboms: Type.Array(MbomEntry, { hint: "a list of mBOMs" }),
});

/** A plant's mBOMs as they stand, by item. */
export type MbomFile = { readonly plant: PlantId; readonly mboms: ReadonlyMap<ItemId, Mbom> };

/** Reads a plant's mBOMs, written as YAML or JSON; `docs/rules.md` describes the format. All mistakes in one go. */
export function loadMboms(file: string, text: string): Loaded<MbomFile> {
  const source = openSource(file, text);
  const entry = source.read([], FileEntry);
  const mboms = new Map<ItemId, Mbom>();
  entry?.mboms.forEach((held, index) => {
    const item = held.item as ItemId;
    if (mboms.has(item))
      source.mistake(["mboms", index, "item"], `a second mBOM of ${item}`, "keep the one that is in force");
    mboms.set(item, {
      plant: entry.plant as PlantId,
      item,
      revision: (held.revision ?? "") as Revision,
      lines: held.lines.map((line, at) => readLine(source, ["mboms", index, "lines", at], line, at)),
    });
  });
  const mistakes = source.mistakes();
  if (entry === null || mistakes.length > 0) return { ok: false, mistakes };
  return { ok: true, value: { plant: entry.plant as PlantId, mboms } };
}

function readLine(source: SourceFile, path: Path, line: Static<typeof Line>, index: number): MbomLine {
  return {
    // A position is no identity: without a key the line is matched by what it says.
    key: (line.key ?? `position ${index + 1}`) as MbomLineKey,
    item: line.item as ItemId,
    quantity: {
      amount: readAboveZero(source, [...path, "quantity"]) ?? ONE,
      unit: readUnit(source, [...path, "unit"]) ?? "EA",
    },
    basis: line.basis ?? "per assembly",
    operation: (line.operation as OperationId | undefined) ?? null,
    supply: line.supply ?? null,
    scrap: {
      componentPercent: readNotNegative(source, [...path, "scrap", "component"]),
      operationPercent: readNotNegative(source, [...path, "scrap", "operation"]),
      fixedPerOrder: readNotNegative(source, [...path, "scrap", "fixed"]),
    },
    phantom: line.phantom ?? false,
    referenceDesignators: line.referenceDesignators ?? [],
    alternates: (line.alternates ?? []) as ItemId[],
    effectivity: readEffectivity(source, path),
    ...readOption(source, [...path, "option"]),
    origin: { kind: "planner" },
    ...(line.output === undefined ? {} : { output: line.output }),
    ...(line.usage === undefined ? {} : { usage: readUsage(source, [...path, "usage"], line.usage) }),
  };
}

function readUsage(source: SourceFile, path: Path, usage: readonly { readonly item: string }[]): ItemUsage[] {
  return usage.map(({ item }, at) => ({
    item: item as ItemId,
    percent: readNotNegative(source, [...path, at, "percent"]) ?? ZERO,
    factor: readAboveZero(source, [...path, at, "factor"]) ?? ONE,
  }));
}
