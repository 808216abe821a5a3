import { Type, type Static, type TSchema } from "typebox";
import type { PlantTrigger, PlantTriggers } from "../domain/feedback/plant-triggers.ts";
import type { TriggerRule } from "../domain/feedback/trigger-rule.ts";
import type { ItemId, OperationId } from "../domain/ids.ts";
import type { Loaded } from "./mistake.ts";
import { didYouMean } from "./nearest-word.ts";
import { openSource, type Path, type SourceFile } from "./source-file.ts";

/**
 * Reads a plant's triggers. All mistakes are found in one go, each with its line. `plants` are the plants that exist,
 * where that is known.
 */
export function loadTriggers(
  file: string,
  text: string,
  plants: readonly string[] | null = null,
): Loaded<PlantTriggers> {
  const source = openSource(file, text);
  const top = source.read([], TriggerFile);
  const plant = source.readIfPresent(["plant"], Text);
  if (plant !== null && plants !== null && !plants.includes(plant)) {
    source.mistake(["plant"], `unknown plant "${plant}"`, didYouMean(plant, plants));
  }
  const entries = source.readIfPresent(["triggers"], AnyList) ?? [];
  const read = entries.map((_, index) => source.read(["triggers", index], TriggerEntry));
  read.forEach((entry, index) => entry !== null && checkEntry(source, ["triggers", index], entry));
  checkNames(source, read);

  const mistakes = source.mistakes();
  if (top === null || mistakes.length > 0) return { ok: false, mistakes };
  const plannedScrapShare = (top.plannedScrapPercent ?? 0) / 100;
  return { ok: true, value: { plannedScrapShare, triggers: top.triggers.map(triggerOf) } };
}

const Text = Type.String();
const AnyList = Type.Array(Type.Unknown());
const ORDERS_MAX = 1_000;
const LEAST_PIECES = 1;

const orders = (description: string) =>
  Type.Integer({ minimum: 1, maximum: ORDERS_MAX, hint: "a number of orders", description });

/** The level by its unit, and how many orders are at it or above. */
function opens<Shape extends Readonly<Record<string, TSchema>>>(level: Shape) {
  return Type.Object(
    {
      ...level,
      orders: orders("So many finished orders, the newest among them."),
      outOf: Type.Optional(orders("Of the last so many. Left out: all of them, in a row.")),
    },
    { description: "What opens it: the level, and how many orders are at it or above." },
  );
}

function closes<Shape extends Readonly<Record<string, TSchema>>>(level: Shape) {
  return Type.Object(
    { ...level, orders: orders("So many orders in a row.") },
    { description: "What closes it: a lower level, and how many orders in a row are at it or below." },
  );
}

const percent = (of: string) => ({
  percent: Type.Number({ minimum: 0, maximum: 1_000, description: `Per cent ${of}.` }),
});
const points = (of: string) => ({
  points: Type.Number({ minimum: 0, maximum: 100, description: `Percentage points ${of}.` }),
});
const times = (of: string) => ({
  times: Type.Number({ minimum: 0, maximum: 1_000_000, description: `Times ${of}.` }),
});

const COMMON = {
  name: Type.String({ hint: "a name that a person will read in proposals", description: "Its name." }),
  items: Type.Optional(
    Type.Array(Type.String({ hint: "an item number" }), { description: "Items that it looks at. Left out: all." }),
  ),
  operations: Type.Optional(
    Type.Array(Type.String({ hint: 'an operation, such as "0010"' }), {
      description: "Operations that it looks at. Left out: all.",
    }),
  ),
  leastPieces: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 1_000_000,
      default: LEAST_PIECES,
      description: "Orders of fewer pieces are passed over: their figures are mostly luck.",
    }),
  ),
  approval: Type.Optional(
    Type.Union([Type.Literal("person"), Type.Literal("none")], {
      default: "person",
      description:
        "Who approves its problem reports: a person, or none, and they go to the PLM at once. Routing times and scrap factors always wait for a person.",
    }),
  ),
};

const proposes = <Kind extends string>(...kinds: readonly Kind[]) =>
  Type.Optional(
    Type.Array(Type.Union(kinds.map((kind) => Type.Literal(kind))), {
      default: kinds,
      description: `What follows: ${kinds.join(", ")}. Left out: all of them.`,
    }),
  );

const LONGER = "longer or shorter than planned";
const ABOVE = "of the pieces above planned scrap";
const BELOW = "of first-pass yield below what it was before the newest change in force";
const OCCURRED = "that the same thing occurs in one order";

const TriggerEntry = Type.Union([
  Type.Object({
    ...COMMON,
    watch: Type.Literal("run time", { description: "Median run time of a piece against the routing's." }),
    opens: opens(percent(LONGER)),
    closes: closes(percent(LONGER)),
    propose: proposes("routing time", "problem report"),
  }),
  Type.Object({
    ...COMMON,
    watch: Type.Literal("scrap", { description: "Pieces scrapped against what is planned." }),
    opens: opens(points(ABOVE)),
    closes: closes(points(ABOVE)),
    propose: proposes("scrap factor", "problem report"),
  }),
  Type.Object({
    ...COMMON,
    watch: Type.Literal("first-pass yield", {
      description: "Pieces good without rework, against before the newest change in force.",
    }),
    opens: opens(points(BELOW)),
    closes: closes(points(BELOW)),
    propose: proposes("problem report"),
  }),
  ...(["nonconformance", "substitution"] as const).map((watch) =>
    Type.Object({
      ...COMMON,
      watch: Type.Literal(watch, {
        description:
          watch === "nonconformance" ? "The same nonconformance again." : "The same item in place of another again.",
      }),
      opens: opens(times(OCCURRED)),
      closes: closes(times(OCCURRED)),
      propose: proposes("problem report"),
    }),
  ),
]);

/** A trigger file as a whole; its descriptions are its documentation. */
export const TriggerFile = Type.Object({
  plant: Type.String({
    hint: 'the plant these triggers are for, in quotes: "1000"',
    description: "The plant that they are for.",
  }),
  plannedScrapPercent: Type.Optional(
    Type.Number({
      minimum: 0,
      maximum: 99,
      default: 0,
      description: "Per cent of the pieces that are expected to be lost at an operation whose mBOM plans no scrap.",
    }),
  ),
  triggers: Type.Array(TriggerEntry, {
    hint: "a list of triggers",
    description: "What to watch, each with when it opens and closes, and what it proposes.",
  }),
});

type Entry = Static<typeof TriggerEntry>;

const ALL_PROPOSED = {
  "run time": ["routing time", "problem report"],
  scrap: ["scrap factor", "problem report"],
  "first-pass yield": ["problem report"],
  nonconformance: ["problem report"],
  substitution: ["problem report"],
} as const satisfies { readonly [Watch in TriggerRule["watches"]]: readonly string[] };

function triggerOf(entry: Entry): PlantTrigger {
  const { name, watch, opens: open, closes: close, leastPieces, items, operations, approval } = entry;
  const rule = {
    name,
    watches: watch,
    proposes: entry.propose ?? ALL_PROPOSED[watch],
    opensAt: levelOf(open),
    closesAt: levelOf(close),
    opensAfter: { times: open.orders, of: open.outOf ?? open.orders },
    closesAfter: close.orders,
    piecesLeast: leastPieces ?? LEAST_PIECES,
  } as TriggerRule; // what a rule may propose goes by what it watches, as in the file
  return {
    rule,
    items: (items as ItemId[] | undefined) ?? null,
    operations: (operations as OperationId[] | undefined) ?? null,
    filesUnasked: approval === "none",
  };
}

type Level = { readonly percent: number } | { readonly points: number } | { readonly times: number };

/** Shares count from 1, occurrences as they are. */
function levelOf(level: Level): number {
  if ("times" in level) return level.times;
  return ("percent" in level ? level.percent : level.points) / 100;
}

function unitOf(level: Level): string {
  return "times" in level ? "times" : "percent" in level ? "percent" : "points";
}

/** Notes what a shape cannot say. */
function checkEntry(source: SourceFile, path: Path, entry: Entry): void {
  const { opens: open, closes: close, propose, approval, watch } = entry;
  if (levelOf(close) >= levelOf(open)) {
    source.mistake(
      [...path, "closes", unitOf(close)],
      "it would close at what opens it, and call people again and again",
      "write less than what opens it, for instance half of it",
    );
  }
  if (open.outOf !== undefined && open.outOf < open.orders) {
    source.mistake(
      [...path, "opens", "outOf"],
      `it would wait for ${open.orders} of ${open.outOf} orders`,
      `write ${open.orders} or more, or leave outOf out`,
    );
  }
  if (propose?.length === 0) {
    source.mistake([...path, "propose"], "it would propose nothing", `name one of: ${ALL_PROPOSED[watch].join(", ")}`);
  }
  const proposed: readonly string[] = propose ?? ALL_PROPOSED[watch];
  if (approval === "none" && !proposed.includes("problem report")) {
    source.mistake(
      [...path, "approval"],
      "only problem reports can do without a person, and it proposes none",
      "leave approval out, or propose a problem report",
    );
  }
}

/** What a rule has found is remembered under its name. */
function checkNames(source: SourceFile, entries: readonly (Entry | null)[]): void {
  const names = new Set<string>();
  entries.forEach((entry, index) => {
    if (entry === null) return;
    const { name } = entry;
    if (names.has(name)) {
      source.mistake(["triggers", index, "name"], `a second trigger "${name}"`, "give each trigger a name of its own");
    }
    names.add(name);
  });
}
