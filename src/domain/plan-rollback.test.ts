import { assert as always, constantFrom, property, record, uniqueArray } from "fast-check";
import { describe, expect, it } from "vitest";
import { sameMbom } from "./bom/diff-mbom.ts";
import { mbom, mbomLine, quantity } from "./bom/bom-builder.ts";
import { explainEdit } from "./bom/explain-merge.ts";
import type { ConflictId } from "./bom/mbom-merge.ts";
import type { Day } from "./calendar.ts";
import type { ChangeId, ItemId, MbomLineKey, Revision, SupplierId } from "./ids.ts";
import type { Mbom, MbomLine } from "./mbom.ts";
import type { Plant } from "./plan-design.ts";
import {
  itemsOf,
  planRollback,
  rollbackChange,
  untouchedProcurement,
  wantedBack,
  type Footprint,
} from "./plan-rollback.ts";
import type { PlantItem } from "./plant-item.ts";
import { change, euro, plantItem } from "./testing.ts";

const PUMP = "PUMP" as ItemId;
const at = (revision: string, ...lines: readonly MbomLine[]): Mbom => ({
  ...mbom("PUMP", lines),
  revision: revision as Revision,
});
const BOLT = mbomLine("L10", "BOLT", "4");
const BOLTS = mbomLine("L10", "BOLT", "6");
const SEAL = mbomLine("L20", "SEAL", "1");
const CASE = mbomLine("L30", "CASE", "1");
const SHIM = mbomLine("L40", "SHIM", "1");

/** A change that took PUMP from revision A to B. */
function footprint(before: Mbom | null, left: Mbom, more: Partial<Footprint> = {}): Footprint {
  return {
    change: change({ PUMP: { from: "A", to: "B" } }),
    mboms: new Map([[PUMP, { before, left }]]),
    items: new Map(),
    procurement: new Map(),
    ...more,
  };
}

function plantWith(now: Mbom, items: readonly PlantItem[] = []): Plant {
  return {
    items: new Map(items.map((item) => [item.item, { value: item, version: "1" }])),
    mboms: new Map([[PUMP, { value: { ...now, number: "BOM-1" }, version: "1" }]]),
    baselines: new Map(),
  };
}

const ASKED = {
  id: "ROLLBACK-ECO-1-1" as ChangeId,
  reason: "it leaks",
  releasedAt: "2026-03-01T08:00:00.000Z",
  releasedBy: "olga",
};

function rolledBack(trodden: Footprint, now: Mbom, items: readonly PlantItem[] = [], sent = now) {
  const plant = { ...plantWith(now, items), published: publishedAs(sent, sent) };
  const taken = rollbackChange(trodden, ASKED, plant);
  return { plant, ...planRollback(trodden, taken, plant) };
}

/** PUMP as the plant holds it. */
function held(revision: string | null): readonly PlantItem[] {
  return [plantItem("PUMP", { revision: revision as Revision | null })];
}

describe("a rollback", () => {
  it("puts an mBOM back to what it was before the change", () => {
    const {
      mboms,
      change: taken,
      effects,
    } = rolledBack(footprint(at("A", BOLT, SEAL), at("B", BOLTS)), at("B", BOLTS));
    expect(mboms.map((one) => one.mbom)).toEqual([at("A", BOLT, SEAL)]);
    expect(taken.affected).toMatchObject([{ item: "PUMP", from: "B", to: "A" }]);
    expect(effects).toMatchObject([
      { item: "BOLT", effects: ["quantity changed"] },
      { item: "PUMP", effects: ["revised"] },
    ]);
  });

  it("leaves the lines and the revision that a later change brought", () => {
    const now = at("C", BOLTS, CASE);
    const { mboms, change: taken } = rolledBack(footprint(at("A", BOLT), at("B", BOLTS)), now);
    expect(mboms.map((one) => one.mbom)).toEqual([at("C", BOLT, CASE)]);
    expect(taken.affected).toEqual([]);
  });

  it("asks where a later change moved the line that is to go back", () => {
    const now = at("C", mbomLine("L10", "BOLT", "8"));
    const { mboms } = rolledBack(footprint(at("A", BOLT), at("B", BOLTS)), now);
    expect(mboms[0]?.merge?.conflicts).toMatchObject([
      { line: "L10", field: "quantity", said: { base: "6 EA", engineering: "4 EA", plant: "8 EA" } },
    ]);
  });

  it("goes on from what a person answered: what goes back is engineering's word, and no edit of the plant's", () => {
    const now = at("C", mbomLine("L10", "BOLT", "8"));
    const conflict = "P1/PUMP/L10/quantity" as ConflictId;
    const resolutions = new Map([[conflict, { conflict, stands: "engineering" as const, plantSaid: "8 EA" }]]);
    const plant = { ...plantWith(now), published: publishedAs(now, now), resolutions };
    const trodden = footprint(at("A", BOLT), at("B", BOLTS));
    const [back] = planRollback(trodden, rollbackChange(trodden, ASKED, plant), plant).mboms;
    expect(back?.mbom).toEqual(at("C", BOLT));
    expect(back).not.toHaveProperty("engineering");
  });

  describe("of a change for a day to come, before that day", () => {
    const [old, left] = [at("A", BOLT, SEAL), at("B", until(BOLT), from(BOLTS), until(SEAL), from(CASE))];

    it("leaves what it was before, also where the change itself is cancelled", () => {
      expect(rolledBack(footprint(old, left), left).mboms.map(({ mbom: back }) => back)).toEqual([old]);
      const trodden = footprint(old, left);
      const plant = { ...plantWith(left), published: publishedAs(left, left, trodden.change.id) };
      const cancelled = rollbackChange(trodden, { ...ASKED, id: trodden.change.id }, plant);
      expect(planRollback(trodden, cancelled, plant).mboms.map(({ mbom: back }) => back)).toEqual([old]);
    });

    it("keeps what planners made of lines that were to end: once, on the line that comes back", () => {
      const now = at("B", five(until(BOLT)), from(BOLTS), five(until(SEAL)), from(CASE));
      const [back] = rolledBack(footprint(old, left), now, [], left).mboms;
      expect(back?.mbom).toEqual(at("A", five(BOLT), five(SEAL)));
      expect(back?.merge?.conflicts).toEqual([]);
      expect(back?.merge?.kept.map(explainEdit)).toEqual([
        "quantity of line L20 (SEAL) stays 5 EA where engineering says 1 EA",
        "quantity of line L10 (BOLT) stays 5 EA where engineering says 4 EA",
      ]);
      expect(back?.engineering).toEqual(old);
      if (back === undefined) throw new Error("nothing goes back");

      // Once it stands, there is nothing left to ask or to write.
      const trodden = footprint(old, left);
      const standing = { ...plantWith(back.mbom), published: publishedAs(back.mbom, old, ASKED.id) };
      const [again] = planRollback(trodden, rollbackChange(trodden, ASKED, standing), standing).mboms;
      expect(again?.mbom).toEqual(back.mbom);
      expect(again?.merge?.conflicts).toEqual([]);
      expect(again?.engineering).toEqual(old);
    });

    it("asks of a line that planners changed as it is from the day on", () => {
      const now = at("B", until(BOLT), from(five(BOLTS)), until(SEAL), from(CASE));
      const [back] = rolledBack(footprint(old, left), now, [], left).mboms;
      expect(back?.merge?.conflicts).toMatchObject([
        { line: "L10", field: "quantity", said: { base: "6 EA", engineering: "4 EA", plant: "5 EA" } },
      ]);
    });

    it("brings back a component that planners let end sooner, unless nothing was to take its place", () => {
      const now = at("B", from(BOLTS), from(CASE));
      const [back] = rolledBack(footprint(old, left), now, [], left).mboms;
      expect(back?.mbom).toEqual(at("A", BOLT));
      expect(back?.merge?.kept.map(explainEdit)).toEqual(["line L20 (SEAL) stays removed"]);
    });
  });

  it("deletes nothing: an item that the change gave its first mBOM keeps it", () => {
    const { mboms, findings } = rolledBack(footprint(null, at("B", BOLTS)), at("B", BOLTS));
    expect(mboms).toEqual([]);
    expect(findings).toMatchObject([{ code: "rollback-keeps", item: "PUMP" }]);
  });

  it("gives an item its revision back, and leaves what the plant made of it since", () => {
    const was = plantItem("PUMP", { revision: "A" as Revision, name: "Pump", procurement: "make" });
    const left = { ...was, revision: "B" as Revision, name: "Pump, quiet" };
    const trodden = footprint(at("A", BOLT), at("B", BOLTS), { items: new Map([[PUMP, { was, left }]]) });
    const { plant, change: taken, items } = rolledBack(trodden, at("B", BOLTS), [{ ...left, procurement: "buy" }]);
    expect(items).toEqual([{ item: "PUMP", key: "PUMP rev A", procurement: "buy" }]);
    expect([...wantedBack(trodden, taken, plant).ebom.items.values()]).toMatchObject([{ revision: "A", name: "Pump" }]);
  });

  it("is a released change of its own, in which nobody has decided about stock and orders yet", () => {
    const { change: taken } = rolledBack(footprint(at("A", BOLT), at("B", BOLTS)), at("B", BOLTS));
    expect(taken).toEqual({
      ...ASKED,
      title: "Roll back ECO-1: A change",
      state: "released",
      effectiveFrom: null,
      affected: change({ PUMP: { from: "B", to: "A" } }).affected,
      supersedes: null,
    });
  });

  it("leaves an item alone that a later change moved on, as its record or else its mBOM says", () => {
    const trodden = footprint(at("A", BOLT), at("B", BOLTS));
    const affectedWith = (items: readonly PlantItem[], now: Mbom) =>
      rolledBack(trodden, now, items).change.affected.map(({ item, to }) => `${item} to ${to}`);
    expect(affectedWith(held("C"), at("B", BOLTS))).toEqual([]);
    expect(affectedWith(held("B"), at("C", BOLTS))).toEqual(["PUMP to A"]);
    expect(affectedWith(held(null), at("C", BOLTS))).toEqual([]);
    expect(affectedWith([], at("B", BOLTS))).toEqual(["PUMP to A"]);
  });

  it("takes back an item that the change withdrew, or brought in without an mBOM, and keeps one with its first mBOM", () => {
    const withdrawn = change({ PUMP: { from: "A", to: null }, HOSE: { from: null, to: "A" } });
    const trodden = footprint(null, at("B", BOLTS), { change: withdrawn });
    const affected = rollbackChange(trodden, ASKED, plantWith(at("B", BOLTS))).affected;
    expect(affected).toMatchObject([
      { item: "PUMP", from: null, to: "A" },
      { item: "HOSE", from: "A", to: null },
    ]);
    const first = footprint(null, at("B", BOLTS), { change: change({ PUMP: { from: null, to: "B" } }) });
    expect(rollbackChange(first, ASKED, plantWith(at("B", BOLTS))).affected).toEqual([]);
  });

  it("says of an mBOM that stays what can be done with it", () => {
    const { findings } = rolledBack(footprint(null, at("B", BOLTS)), at("B", BOLTS));
    expect(findings).toEqual([
      {
        severity: "info",
        code: "rollback-keeps",
        system: "heddle",
        item: "PUMP",
        line: null,
        field: null,
        cause:
          "PUMP had no mBOM before: ROLLBACK-ECO-1-1 leaves the one that it has, which nothing that is rolled back uses.",
        fix: "Retire PUMP in the PLM if it is not to be built any more.",
      },
    ]);
    expect(rolledBack(footprint(at("A", BOLT), at("B", BOLTS)), at("B", BOLTS)).findings).toEqual([]);
  });

  it("shows what stood before it, also once it is published", () => {
    const trodden = footprint(at("A", BOLT), at("B", BOLTS));
    const plant = { ...plantWith(at("A", BOLT)), baselines: new Map([[PUMP, at("B", BOLTS)]]) };
    expect(planRollback(trodden, rollbackChange(trodden, ASKED, plant), plant).mboms[0]?.before).toEqual(
      at("B", BOLTS),
    );
    expect(rolledBack(trodden, at("B", BOLTS)).mboms[0]?.before).toMatchObject(at("B", BOLTS));
  });

  it("carries no merge where planners edited nothing, and shows what they kept where they did", () => {
    const trodden = footprint(at("A", BOLT), at("B", BOLTS));
    expect(rolledBack(trodden, at("B", BOLTS)).mboms[0]).not.toHaveProperty("merge");
    const [edited] = rolledBack(trodden, at("B", BOLTS, SHIM), [], at("B", BOLTS)).mboms;
    expect(edited?.mbom.lines.map(({ item }) => item)).toEqual(["BOLT", "SHIM"]);
  });

  it("goes back from where nothing is known of what was published last, nor what the plant has now", () => {
    const trodden = footprint(at("A", BOLT), at("B", BOLTS));
    const plant: Plant = { items: new Map(), mboms: new Map(), baselines: new Map() };
    const taken = rollbackChange(trodden, ASKED, plant);
    expect(taken.affected).toMatchObject([{ item: "PUMP", to: "A" }]);
    expect(planRollback(trodden, taken, plant).mboms).toMatchObject([{ before: null, mbom: { revision: "A" } }]);
  });

  it("takes mBOMs back components first", () => {
    const CASE_BOM = (revision: string, amount: string): Mbom => ({
      ...at(revision, mbomLine("L10", "SHEET", amount)),
      item: "CASE" as ItemId,
    });
    const trodden: Footprint = {
      ...footprint(null, at("B")),
      mboms: new Map([
        [PUMP, { before: at("A", CASE), left: at("B", CASE, BOLT) }],
        ["ZINC" as ItemId, { before: null, left: at("A") }],
        ["CASE" as ItemId, { before: CASE_BOM("A", "1"), left: CASE_BOM("B", "2") }],
      ]),
    };
    const plant: Plant = { items: new Map(), mboms: new Map(), baselines: new Map() };
    const back = planRollback(trodden, rollbackChange(trodden, ASKED, plant), plant).mboms;
    expect(back.map(({ mbom: { item } }) => item)).toEqual(["CASE", "PUMP"]);
  });

  it("needs every item that stood or stands on a line", () => {
    expect(itemsOf(footprint(at("A", BOLT, SEAL), at("B", CASE)))).toEqual(["PUMP", "BOLT", "SEAL", "CASE"]);
  });

  it("keeps what the base of later merges is, where the plant edited before and after", () => {
    const engineering = { before: at("A", BOLT), left: at("B", BOLTS) };
    const trodden: Footprint = {
      ...footprint(null, at("B")),
      mboms: new Map([[PUMP, { before: at("A", BOLT, SHIM), left: at("B", BOLTS, SHIM), engineering }]]),
    };
    const now = at("B", BOLTS, SHIM, CASE);
    const plant = { ...plantWith(now), published: publishedAs(at("B", BOLTS, SHIM), engineering.left) };
    const taken = rollbackChange(trodden, ASKED, plant);
    const [back] = planRollback(trodden, taken, plant).mboms;
    expect(back?.mbom.lines.map(({ item }) => item)).toEqual(["BOLT", "SHIM", "CASE"]);
    expect(back?.engineering).toEqual(at("A", BOLT));
  });
});

function until(line: MbomLine): MbomLine {
  const effectivity = { from: null, until: "2026-05-31" as Day };
  return { ...line, key: `${line.key}~2026-05-31` as MbomLineKey, effectivity };
}

function from(line: MbomLine): MbomLine {
  return { ...line, effectivity: { from: "2026-06-01" as Day, until: null } };
}

function five(line: MbomLine): MbomLine {
  return { ...line, quantity: quantity("5") };
}

function publishedAs(sent: Mbom, engineering: Mbom, id = "ECO-1" as ChangeId): NonNullable<Plant["published"]> {
  const by = { change: id, releasedAt: "2026-02-01T08:00:00.000Z" };
  return new Map([[PUMP, { mbom: sent, engineering, ...by }]]);
}

describe("the record of an item that goes back", () => {
  const was = plantItem("PUMP", { revision: "A" as Revision, name: "Pump", procurement: "make", unit: "EA" });
  const left: PlantItem = { ...was, revision: "B" as Revision, name: "Pump, quiet", procurement: "subcontract" };
  const bought = {
    item: PUMP,
    plant: was.plant,
    supplier: "S1" as SupplierId,
    supplierItem: "P",
    leadTimeDays: 5,
    price: euro("10"),
  };

  function recordBack(
    now: readonly PlantItem[],
    more: Partial<Footprint> = {},
    affected = change({ PUMP: { from: "B", to: "A" } }),
  ) {
    const trodden = footprint(at("A", BOLT), at("B", BOLTS), { items: new Map([[PUMP, { was, left }]]), ...more });
    const plant = plantWith(at("B", BOLTS), now);
    const [planned] = planRollback(trodden, affected, plant).items;
    const [item] = wantedBack(trodden, affected, plant).ebom.items.values();
    return { planned, item };
  }

  it("is as it was before, where the plant touched nothing", () => {
    expect(recordBack([left])).toEqual({
      planned: { item: "PUMP", key: "PUMP rev A", procurement: "make" },
      item: {
        item: "PUMP",
        revision: "A",
        name: "Pump",
        type: "",
        state: "released",
        unit: "EA",
        attributes: {},
        unitFactors: [],
        approvedSources: [],
      },
    });
  });

  it("keeps the name and the sourcing that the plant gave it since", () => {
    const edited: PlantItem = { ...left, name: "Pump of ours", procurement: "buy" };
    expect(recordBack([edited])).toMatchObject({ planned: { procurement: "buy" }, item: { name: "Pump of ours" } });
  });

  it("names the source from before", () => {
    const procurement = new Map([[PUMP, { was: bought, left: { ...bought, leadTimeDays: 9 } }]]);
    expect(recordBack([left], { procurement }).item?.approvedSources).toEqual([bought]);
    const without = new Map([[PUMP, { was: null, left: bought }]]);
    expect(recordBack([left], { procurement: without }).item?.approvedSources).toEqual([]);
  });

  it("stays where the item has moved on, is gone or had no revision", () => {
    const nothing = { planned: undefined, item: undefined };
    expect(recordBack([left], {}, change({}))).toEqual(nothing);
    expect(recordBack([left], {}, change({ PUMP: { from: "B", to: null } }))).toEqual(nothing);
    expect(recordBack([])).toEqual(nothing);
    const unnumbered = new Map([[PUMP, { was: { ...was, revision: null }, left }]]);
    expect(recordBack([left], { items: unnumbered })).toEqual(nothing);
  });

  it("is read from no PLM", () => {
    const trodden = footprint(at("A", BOLT), at("B", BOLTS));
    const taken = rollbackChange(trodden, ASKED, plantWith(at("B", BOLTS)));
    expect(wantedBack(trodden, taken, plantWith(at("B", BOLTS)))).toMatchObject({
      system: "heddle",
      change: { id: ASKED.id },
      tops: [],
      findings: [],
    });
  });

  it.each<[string, Partial<typeof bought> | { price: null }, boolean]>([
    ["is the same", {}, true],
    ["is the same in other figures", { price: euro("10.00") }, true],
    ["names another supplier", { supplier: "S2" as SupplierId }, false],
    ["names another article", { supplierItem: "Q" }, false],
    ["takes longer", { leadTimeDays: 6 }, false],
    ["costs more", { price: euro("11") }, false],
    ["is in dollars", { price: { ...euro("10"), currency: "USD" } }, false],
    ["has no price", { price: null }, false],
  ])("is still the change's where the buyer's one %s", (_, now, isOurs) => {
    const trodden = footprint(null, at("B"), { procurement: new Map([[PUMP, { was: null, left: bought }]]) });
    expect(untouchedProcurement(trodden, () => ({ ...bought, ...now })).size).toBe(isOurs ? 1 : 0);
  });
});

it("forgets a buyer's record that was changed since", () => {
  const left = {
    item: PUMP,
    plant: plantItem("PUMP").plant,
    supplier: "S1" as SupplierId,
    supplierItem: "P",
    leadTimeDays: 5,
    price: null,
  };
  const trodden = footprint(null, at("B"), { procurement: new Map([[PUMP, { was: null, left }]]) });
  const now = (leadTimeDays: number) => () => ({ ...left, leadTimeDays });
  expect(untouchedProcurement(trodden, now(5)).size).toBe(1);
  expect(untouchedProcurement(trodden, now(9)).size).toBe(0);
  expect(untouchedProcurement(trodden, () => null).size).toBe(0);
});

describe("laws", () => {
  const line = record({ item: constantFrom("BOLT", "SEAL", "CASE"), amount: constantFrom("1", "2", "3") });
  const anyMbom = uniqueArray(record({ key: constantFrom("L10", "L20", "L30", "L40"), line }), {
    selector: ({ key }) => key,
  });
  it("a rollback at once is the mBOM from before, and is over when it is planned again", () => {
    always(
      property(anyMbom, anyMbom, (some, others) => {
        const [before, left] = [made("A", some), made("B", others)];
        const back = rolledBack(footprint(before, left), left).mboms[0]?.mbom ?? left;
        expect(sameMbom(back, before)).toBe(true);
        const plant = { ...plantWith(back), published: publishedAs(back, back) };
        const again = planRollback(
          footprint(before, left),
          rollbackChange(footprint(before, left), ASKED, plant),
          plant,
        );
        expect(sameMbom(again.mboms[0]?.mbom ?? left, back)).toBe(true);
      }),
    );
  });

  it("rolling a rollback back is what the change had left", () => {
    always(
      property(anyMbom, anyMbom, (some, others) => {
        const [before, left] = [made("A", some), made("B", others)];
        const back = rolledBack(footprint(before, left), left).mboms[0]?.mbom ?? left;
        const again = rolledBack(footprint(left, back), back).mboms[0]?.mbom ?? back;
        expect(sameMbom(again, left)).toBe(true);
      }),
    );
  });
});

function made(revision: string, lines: readonly { key: string; line: { item: string; amount: string } }[]): Mbom {
  return at(revision, ...lines.map(({ key, line: { item, amount } }) => mbomLine(key, item, amount)));
}
