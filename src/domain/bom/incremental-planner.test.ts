import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Ebom, EbomLine } from "../ebom.ts";
import type { ItemId, OperationId, Revision } from "../ids.ts";
import type { Item } from "../item.ts";
import { canonicalText } from "../json.ts";
import { ebom, exact, key, line, planInput, quantity, replace, rule, variants, when } from "./bom-builder.ts";
import { plantItems as heldItems, ruleSets as anyRules, someItems, structures } from "./bom-harness.ts";
import { incrementalPlanner } from "./incremental-planner.ts";
import { planMbom } from "./plan-mbom.ts";
import type { PlanInput, PlantOwnItem } from "./planning.ts";
import type { Rule, RuleAction } from "./rules.ts";

const RULES: readonly Rule[] = [
  rule("notes", { kind: "exclude", reason: "a note" }, ["NOTE"]),
  rule("kits", { kind: "collapse" }, ["KIT"]),
  rule("pump", { kind: "subcontract" }, ["PUMP"]),
  rule("parts", { kind: "buy" }, ["BOLT", "MOTOR", "SEAL"]),
  rule("plant's own", replace({ SEAL: ["P-SEAL", "2"], NUT: ["BOLT", "1"] }), ["SEAL", "NUT"]),
  rule("glue", { kind: "add", item: "GLUE" as ItemId, quantity: quantity("2 GRM"), per: "assembly" }, [
    "FRAME",
    "PUMP",
  ]),
  rule("rest", { kind: "make" }, ({ item }) => item.type !== "odd"),
];

const GROUPS: readonly Rule[] = [
  rule("screws", group("KIT-{assembly}", "make"), ["BOLT", "NUT"]),
  rule("seals", group("SET-{assembly}", "phantom"), ["SEAL"]),
];

function group(number: string, as: "make" | "phantom"): RuleAction {
  return { kind: "group", number, name: null, as, operation: "0020" as OperationId };
}

const PLANT_ITEMS = { GLUE: { unit: "GRM" }, "P-SEAL": { unit: "EA" } } as const;

/** A product in few words, and what the plant makes of it. */
type World = {
  readonly structure: Readonly<Record<string, readonly Partial<EbomLine>[]>>;
  readonly items: Readonly<Record<string, Partial<Item> | null>>;
  readonly plantItems: Readonly<Record<string, PlantOwnItem>>;
  readonly decimals: number;
  readonly more: Partial<PlanInput>;
};

const PUMP: World = {
  structure: {
    FRAME: [line("PUMP", "2"), line("KIT", "1"), line("HOUSING", "1")],
    PUMP: [line("MOTOR", "1"), line("SEAL", "3"), line("HOUSING", "1")],
    KIT: [line("BOLT", "4"), line("NUT", "4"), line("NOTE", "1")],
    HOUSING: [line("BOLT", "8")],
  },
  items: {},
  plantItems: PLANT_ITEMS,
  decimals: 3,
  more: {},
};

function inputOf({ structure, items, plantItems, decimals, more }: World, rules = RULES): PlanInput {
  return planInput(ebom(structure, items), rules, {
    plantItems: new Map(Object.entries(plantItems) as [ItemId, PlantOwnItem][]),
    decimalsOf: () => decimals,
    ...more,
  });
}

describe("the planner that remembers", () => {
  it("plans only the mBOMs that a change is in, and hands the others on as they were", () => {
    const plan = incrementalPlanner();
    const before = plan(inputOf(PUMP));
    const after = plan(
      inputOf({ ...PUMP, structure: { ...PUMP.structure, PUMP: [line("MOTOR", "1"), line("SEAL", "4")] } }),
    );
    const kept = after.mboms.filter((planned) => before.mboms.includes(planned)).map(({ mbom }) => mbom.item);
    expect(after.mboms.map(({ mbom }) => mbom.item)).toEqual(["HOUSING", "PUMP", "FRAME"]);
    expect(kept).toEqual(["HOUSING", "FRAME"]);
  });

  it("plans the assemblies that lift a changed one in", () => {
    const plan = incrementalPlanner();
    const before = plan(inputOf(PUMP));
    const after = plan(inputOf({ ...PUMP, structure: { ...PUMP.structure, KIT: [line("BOLT", "6")] } }));
    const planned = after.mboms.filter((each) => !before.mboms.includes(each)).map(({ mbom }) => mbom.item);
    expect(planned).toEqual(["FRAME"]);
  });

  it("plans what an item is in when the item is no longer released, or the target rounds it differently", () => {
    const plan = incrementalPlanner();
    plan(inputOf(PUMP));
    const obsolete = plan(inputOf({ ...PUMP, items: { MOTOR: { state: "obsolete" } } }));
    expect(obsolete.findings.map(({ code }) => code)).toContain("item-unreleased");
    const halves = { ...PUMP, structure: { ...PUMP.structure, HOUSING: [line("BOLT", "2.5")] } };
    plan(inputOf(halves));
    const whole = plan(inputOf({ ...halves, decimals: 0 }));
    expect(whole.mboms[0]?.mbom.lines[0]?.quantity.amount).toEqual(exact("3"));
  });
});

const FEATURES = { MOTOR: ["AC", "DC"], COLOR: ["RED", "BLUE"] };
const CONFIGURED: World = {
  ...PUMP,
  structure: {
    FRAME: [line("PUMP", "1"), line("KIT", "1"), line("HOUSING", "1")],
    PUMP: [line("MOTOR", "1", when("MOTOR = AC")), line("BOLT", "4", when("MOTOR = DC")), line("SEAL", "2")],
    KIT: [line("NUT", "4")],
    HOUSING: [line("SEAL", "8")],
  },
  more: { variants: variants(FEATURES, { ac: { MOTOR: "AC" }, dc: { MOTOR: "DC" } }) },
};

/** The mBOMs that a change has planned again. */
function again(changed: World["structure"]): readonly string[] {
  const plan = incrementalPlanner();
  const rules = [...GROUPS, ...RULES];
  const before = plan(inputOf(CONFIGURED, rules));
  const after = plan(inputOf({ ...CONFIGURED, structure: { ...CONFIGURED.structure, ...changed } }, rules));
  return after.mboms.filter((each) => !before.mboms.includes(each)).map(({ mbom }) => mbom.item);
}

describe("a product with variants and groups", () => {
  it("is planned again where a change is in, group and all", () => {
    expect(again({ HOUSING: [line("SEAL", "6")] })).toEqual(["SET-HOUSING", "HOUSING"]);
  });

  it("is planned again above an assembly whose options have changed: it may have become another variant", () => {
    const motors = [line("MOTOR", "1", when("MOTOR in (AC, DC)")), line("SEAL", "2")];
    expect(again({ PUMP: motors })).toEqual(["SET-PUMP-AC", "PUMP-AC", "FRAME-ac", "FRAME-dc"]);
  });

  it("is planned again above what a rule has put in the place of another item", () => {
    const rules = [rule("successor", replace({ OLD: ["PUMP", "1"] }), ["OLD"]), ...RULES];
    const structure = { FRAME: [line("OLD", "1")], PUMP: [line("HOUSING", "1")], HOUSING: [line("BOLT", "8")] };
    const optioned = { ...structure, HOUSING: [line("BOLT", "8", when("MOTOR = AC"))] };
    const plan = incrementalPlanner();
    plan(inputOf({ ...CONFIGURED, structure }, rules));
    const optional = inputOf({ ...CONFIGURED, structure: optioned }, rules);
    expect(plan(optional)).toEqual(planMbom(optional));
    expect(planMbom(optional).mboms.map(({ mbom }) => mbom.item)).toContain("PUMP-AC");
  });

  it("is planned again where the target rounds differently what a group holds", () => {
    const rules = [...GROUPS, ...RULES];
    const halves = inputOf({ ...CONFIGURED, structure: { ...CONFIGURED.structure, KIT: [line("NUT", "1/3")] } }, rules);
    const finer = { ...halves, decimalsOf: (item: ItemId) => (item === "BOLT" ? 5 : 3) };
    const plan = incrementalPlanner();
    plan(halves);
    expect(plan(finer)).toEqual(planMbom(finer));
  });
});

/** One structure in place of another, and the same items. */
function withStructure(structure: World["structure"], more: Partial<World> = {}): World {
  return { ...PUMP, ...more, structure: { ...PUMP.structure, ...structure } };
}

describe("an edit, planned again and taken back", () => {
  it.each<[what: string, next: World, kept: readonly string[]]>([
    ["a line fewer", withStructure({ HOUSING: [] }), ["PUMP", "FRAME"]],
    ["an assembly without lines", withStructure({ PUMP: [] }), ["HOUSING", "FRAME"]],
    [
      "a level more below",
      withStructure({ HOUSING: [line("PLATE", "1")], PLATE: [line("BOLT", "8")] }),
      ["PUMP", "FRAME"],
    ],
    [
      "another order of components",
      withStructure({ HOUSING: [line("PUMP", "1")], PUMP: [line("MOTOR", "1"), line("SEAL", "3")] }),
      ["FRAME"],
    ],
    [
      "an assembly more that uses one there is",
      withStructure({
        FRAME: [line("PUMP", "2"), line("KIT", "1"), line("RACK", "1")],
        RACK: [line("HOUSING", "2"), line("BOLT", "1")],
      }),
      ["HOUSING", "PUMP"],
    ],
    ["an item in another unit", withStructure({}, { items: { SEAL: { unit: "DZN" } } }), ["HOUSING", "FRAME"]],
    [
      "an item under another name",
      withStructure({}, { items: { MOTOR: { name: "Motor, quiet" } } }),
      ["HOUSING", "FRAME"],
    ],
    ["an item that is gone", withStructure({}, { items: { NUT: null } }), ["HOUSING", "PUMP"]],
    [
      "another revision of an item beside the first",
      withStructure({ HOUSING: [line("BOLT", "8", { revision: "B" as Revision })] }),
      ["PUMP"],
    ],
    [
      "a plant's item in another unit",
      withStructure({}, { plantItems: { ...PLANT_ITEMS, GLUE: { unit: "KGM" } } }),
      ["HOUSING"],
    ],
    ["a plant's item that is gone", withStructure({}, { plantItems: { GLUE: { unit: "GRM" } } }), ["HOUSING", "FRAME"]],
    ["other decimal places", withStructure({}, { decimals: 0 }), []],
    ["another top beside the first", withStructure({}, { more: { tops: [key("FRAME"), key("KIT")] } }), []],
    ["a line for some variants only", withStructure({ HOUSING: [line("BOLT", "8", when("MOTOR = AC"))] }), []],
    ["a place for variants", withStructure({ HOUSING: [line("BOLT", "8", { place: "left" })] }), ["PUMP", "FRAME"]],
    ["a circle", withStructure({ HOUSING: [line("PUMP", "1")] }), []],
  ])("%s", (_, next, kept) => {
    const plan = incrementalPlanner();
    const before = plan(inputOf(PUMP));
    const after = plan(inputOf(next));
    expect(canonicalText(after)).toBe(canonicalText(planMbom(inputOf(next))));
    expect(after.mboms.filter((planned) => before.mboms.includes(planned)).map(({ mbom }) => mbom.item)).toEqual(kept);
    expect(canonicalText(plan(inputOf(PUMP)))).toBe(canonicalText(before));
    expect(canonicalText(plan(inputOf(next)))).toBe(canonicalText(after));
  });

  it("keeps all where nothing has changed but the objects", () => {
    const plan = incrementalPlanner();
    const before = plan(inputOf(PUMP));
    expect(plan(inputOf(structuredClone(PUMP))).mboms.every((planned) => before.mboms.includes(planned))).toBe(true);
  });
});

describe("sixty levels", () => {
  const LEVELS = 60;
  const chain = Object.fromEntries(
    Array.from({ length: LEVELS }, (_, level) => [
      level === 0 ? "FRAME" : `LEVEL-${level}`,
      [line(level === LEVELS - 1 ? "BOLT" : `LEVEL-${level + 1}`, level < 10 ? "2" : "1")],
    ]),
  );
  const deep = (kind: "make" | "collapse") =>
    planInput(ebom(chain), [
      rule("bolts", { kind: "buy" }, ["BOLT"]),
      rule("levels", { kind }, ({ item }) => item.item !== "BOLT"),
    ]);

  it("are planned each by itself, and again from the lowest up", () => {
    const plan = incrementalPlanner();
    const before = plan(deep("make"));
    expect(before.findings).toEqual([]);
    expect(before.mboms.map(({ mbom }) => mbom.item).slice(0, 2)).toEqual(["LEVEL-59", "LEVEL-58"]);
    expect(before.mboms).toHaveLength(LEVELS);
    const longer = planInput(ebom({ ...chain, "LEVEL-59": [line("BOLT", "3")] }), deep("make").rules.rules);
    expect(plan(longer)).toEqual(planMbom(longer));
  });

  it("are lifted into one, with all their quantities multiplied", () => {
    const { mboms } = planMbom(deep("collapse"));
    expect(mboms.map(({ mbom }) => mbom.lines.map(({ item, quantity: { amount } }) => [item, amount]))).toEqual([
      [["BOLT", exact("1024")]],
    ]);
  });
});

/** One in three is meant for some variants only. */
const options = fc.constantFrom({}, {}, {}, {}, when("MOTOR = AC"), when("not COLOR = RED"), {
  ...when("MOTOR = DC and COLOR = RED"),
  place: "drive",
});
const NAMES = ["FRAME", "PUMP", "KIT", "HOUSING", "MOTOR", "BOLT", "SEAL", "NUT", "NOTE"];
/** Now and then a line leads back up, and the structure goes round in a circle. */
const lineBelow = (from: number) =>
  fc
    .tuple(
      fc.oneof(
        { weight: 30, arbitrary: fc.constantFrom(...NAMES.slice(from + 1), "NOTE") },
        { weight: 1, arbitrary: fc.constantFrom(...NAMES) },
      ),
      fc.constantFrom("1", "2", "0.25", "2 DZN", "0"),
      fc.constantFrom("A", "A", "A", "B"),
      fc.constantFrom<EbomLine["basis"]>("per assembly", "per assembly", "per lot", "as required"),
      options,
    )
    .map(([item, amount, revision, basis, option]) =>
      line(item, amount, { revision: revision as Revision, basis, ...option }),
    );
const place = fc.nat(4);
const linesOf = (from: number) => fc.array(lineBelow(from), { maxLength: 4 });

type Edit = (world: World) => World;
const withLines = (name: string, lines: readonly Partial<EbomLine>[] | null): Edit => {
  return (world) => {
    const { [name]: _gone, ...structure } = world.structure;
    return { ...world, structure: lines === null ? structure : { ...structure, [name]: lines } };
  };
};
const edits: fc.Arbitrary<Edit> = fc.oneof(
  {
    weight: 4,
    arbitrary: place.chain((from) => linesOf(from).map((lines) => withLines(NAMES[from] ?? "FRAME", lines))),
  },
  place.map((from) => withLines(NAMES[from] ?? "FRAME", null)),
  fc
    .tuple(
      fc.constantFrom(...NAMES, "PUMP-AC", "FRAME-ac", "KIT-FRAME"),
      fc.constantFrom<Partial<Item> | null>({}, { state: "in work" }, { unit: "KGM" }, { type: "odd" }, null),
    )
    .map(([name, item]): Edit => (world) => ({ ...world, items: { ...world.items, [name]: item } })),
  fc.subarray(Object.entries(PLANT_ITEMS)).map((held): Edit => (world) => ({
    ...world,
    plantItems: Object.fromEntries(held),
  })),
  fc.nat(3).map((decimals): Edit => (world) => ({ ...world, decimals })),
  fc.subarray(["FRAME", "PUMP", "BOLT"], { minLength: 1 }).map((tops): Edit => (world) => ({
    ...world,
    more: { ...world.more, tops: tops.map(key) },
  })),
);
const configurations = {
  ac: { MOTOR: "AC", COLOR: "RED" },
  dc: { MOTOR: "DC", COLOR: "BLUE" },
  open: { COLOR: "RED" },
};
const plantsVariants = fc.constantFrom<World["more"]>(
  {},
  { holdsOptions: true },
  { variants: variants(FEATURES, configurations) },
  { variants: variants(FEATURES, configurations, "PUMP") },
);
const worlds = fc
  .tuple(linesOf(0), linesOf(1), linesOf(2), linesOf(3), plantsVariants)
  .map(([frame, pump, kit, housing, more]) => ({
    ...PUMP,
    structure: { FRAME: frame, PUMP: pump, KIT: kit, HOUSING: housing },
    more,
  }));
const ruleSets = fc.subarray([...GROUPS, ...RULES], { minLength: 5 });

it("plans byte for byte what planning from nothing does, edit after edit", () => {
  fc.assert(
    fc.property(worlds, ruleSets, fc.array(edits, { minLength: 1, maxLength: 6 }), (first, rules, changes) => {
      const plan = incrementalPlanner();
      let world: World = first;
      expect(canonicalText(plan(inputOf(world, rules)))).toBe(canonicalText(planMbom(inputOf(world, rules))));
      for (const change of changes) {
        world = change(world);
        expect(canonicalText(plan(inputOf(world, rules)))).toBe(canonicalText(planMbom(inputOf(world, rules))));
      }
    }),
  );
});

/** One structure with some assemblies as another has them; none where the other has none. */
function mixed(one: Ebom, other: Ebom, names: readonly string[]): Ebom {
  const assemblies = new Map(one.assemblies);
  for (const name of names) {
    const taken = other.assemblies.get(key(name));
    if (taken === undefined) assemblies.delete(key(name));
    else assemblies.set(key(name), taken);
  }
  return { assemblies, items: new Map([...one.items, ...other.items]) };
}

it("does so by any rules", () => {
  const later = fc.array(fc.tuple(structures, someItems), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(structures, anyRules, later, (first, rules, changes) => {
      const plan = incrementalPlanner();
      const fixed = planInput(first, rules, { plantItems: heldItems });
      let structure = first;
      plan(fixed);
      for (const [other, names] of changes) {
        structure = mixed(structure, other, names);
        const input = { ...fixed, ebom: structure };
        expect(canonicalText(plan(input))).toBe(canonicalText(planMbom(input)));
      }
    }),
  );
});

it("does so for an assembly with more lines than a call takes arguments", () => {
  const lines = Array.from({ length: 130_000 }, (_, at) => line(`P${at}`, "1"));
  const rules = [rule("rest", { kind: "buy" }, () => true)];
  const plan = incrementalPlanner();
  const first = planInput(ebom({ FRAME: lines }), rules);
  plan(first);
  const [changed] = plan({ ...first, ebom: ebom({ FRAME: [line("BOLT", "2"), ...lines.slice(1)] }) }).mboms;
  expect(changed?.mbom.lines.slice(0, 2)).toMatchObject([{ item: "BOLT" }, { item: "P1" }]);
});
