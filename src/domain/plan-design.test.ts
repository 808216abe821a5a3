import { describe, expect, it } from "vitest";
import { ebom, line, mbom, mbomLine, replace, rule, sourcing, variants, when } from "./bom/bom-builder.ts";
import type { Day } from "./calendar.ts";
import { effectivityText } from "./effectivity-text.ts";
import type { ItemId } from "./ids.ts";
import { decimalsOfNew } from "./plan-design.ts";
import { applied, books, planned, type Books, type Scenario } from "./plan-harness.ts";
import { change, plantItem } from "./testing.ts";
import { rational } from "./rational.ts";

/** A station with a pump with a case. */
const STATION: Scenario = {
  change: change({ PUMP: {} }),
  ebom: ebom({
    STATION: [line("PUMP", "2"), line("RACK", "1")],
    PUMP: [line("CASE", "1"), line("SEAL", "2")],
    CASE: [line("SHEET", "1"), line("BOLT", "4")],
    RACK: [line("BOLT", "8")],
  }),
  rules: sourcing({ make: ["PUMP", "CASE", "RACK"], buy: ["SEAL", "SHEET", "BOLT"] }),
  tops: ["STATION"],
};
const ALL = books({
  mboms: [
    mbom("STATION", [mbomLine("1", "PUMP", "2")]),
    mbom("PUMP", [mbomLine("L10", "CASE", "1")]),
    mbom("CASE", [mbomLine("1", "SHEET", "7")]),
    mbom("RACK", []),
  ],
});

function reached(scenario: Scenario, held: Books): readonly string[] {
  return planned(scenario, held).design.mboms.map(({ mbom: { item } }) => item);
}

function without(...items: readonly string[]): Books {
  return { ...ALL, mboms: ALL.mboms.filter(({ item }) => !items.includes(item)) };
}

describe("what a change reaches", () => {
  it("is the mBOM of an affected item; planners' other mBOMs are left alone", () => {
    expect(reached(STATION, ALL)).toEqual(["PUMP"]);
  });

  it("takes in what stands below it and has no mBOM yet, components first", () => {
    expect(reached(STATION, without("CASE"))).toEqual(["CASE", "PUMP"]);
    expect(reached(STATION, without("RACK", "STATION"))).toEqual(["PUMP"]);
  });

  it("stays the same when a first attempt has published a part of it", () => {
    const start = without("CASE");
    const { plan } = planned(STATION, start);
    const [firstMbom] = plan.actions.filter(({ kind }) => kind === "publish mBOM");
    const halfway = applied({ ...plan, actions: firstMbom === undefined ? [] : [firstMbom] }, start);
    expect(firstMbom?.id).toBe("publish mBOM:CASE");
    expect(reached(STATION, halfway)).toEqual(["CASE", "PUMP"]);
  });

  it("is every variant of an affected assembly, each with an item and an mBOM of its own", () => {
    const scenario: Scenario = {
      ...STATION,
      ebom: ebom({
        STATION: [line("PUMP", "1"), line("RACK", "1")],
        PUMP: [line("CASE", "1"), line("SEAL", "2", when("MEDIUM = OIL"))],
        CASE: [line("SHEET", "1")],
        RACK: [line("BOLT", "8")],
      }),
    };
    const medium = variants(
      { MEDIUM: ["OIL", "WATER"] },
      { oil: { MEDIUM: "OIL" }, water: { MEDIUM: "WATER" } },
      "STATION",
    );
    const { plan } = planned({ ...scenario, variants: medium }, without("STATION", "PUMP"));
    expect(plan.actions.filter(({ kind }) => kind === "publish mBOM").map(({ id }) => id)).toEqual([
      "publish mBOM:PUMP-OIL",
      "publish mBOM:PUMP-WATER",
      "publish mBOM:STATION-oil",
      "publish mBOM:STATION-water",
    ]);
    const made = plan.actions.flatMap((action) => (action.kind === "create item" ? [action.item] : []));
    expect(
      made.filter(({ procurement }) => procurement === "make").map(({ item, name }) => `${item}: ${name}`),
    ).toContain("PUMP-OIL: PUMP (OIL)");
    expect(plan.findings.filter(({ severity }) => severity === "blocked")).toEqual([]);
    expect(plan.mboms.map(({ configured }) => configured?.choices)).toContainEqual({ MEDIUM: "OIL" });
  });

  it("is one mBOM for all variants where the ERP holds options, and blocked where it does not", () => {
    const seals = ebom({ PUMP: [line("CASE", "1"), line("SEAL", "2", when("MEDIUM = OIL"))] });
    const optionsIn = (holdsOptions: boolean) => {
      const { mboms, findings } = planned(
        { ...STATION, ebom: seals, tops: ["PUMP"], target: { holdsOptions } },
        ALL,
      ).design;
      const lines = mboms.flatMap(({ mbom: { lines: of } }) =>
        of.map(({ item, option = null }) => [item, option !== null]),
      );
      return { lines, blocked: findings.filter(({ severity }) => severity === "blocked").map(({ code }) => code) };
    };
    expect(optionsIn(true)).toEqual({
      lines: [
        ["CASE", false],
        ["SEAL", true],
      ],
      blocked: [],
    });
    expect(optionsIn(false).blocked).toHaveLength(1);
  });

  it("is the mBOM that an affected assembly collapses into", () => {
    const rules = sourcing({ collapse: ["CASE"], make: ["PUMP", "RACK"], buy: ["SEAL", "SHEET", "BOLT"] });
    expect(reached({ ...STATION, rules, change: change({ CASE: {} }) }, ALL)).toEqual(["PUMP"]);
  });

  it("is nothing where the change is withdrawn, and orders have no more to do with it", () => {
    const withdrawn = { ...STATION, change: change({ PUMP: {} }, { state: "cancelled" }) };
    expect(planned(withdrawn, ALL).design.effects).toEqual([]);
  });
});

describe("what a change affects in a plant", () => {
  const held = { ...ALL, items: [plantItem("O-RING", { procurement: "buy" })] };
  const affectedIn = (scenario: Scenario) => planned(scenario, held).design.change.affected.map(({ item }) => item);

  it("are engineering's items by the numbers that the plant has them under", () => {
    const rules = [rule("ours", replace({ SEAL: ["O-RING", "1"] }), ["SEAL"]), ...STATION.rules];
    const own = [...rules, ...sourcing({ buy: ["O-RING"] })];
    expect(affectedIn({ ...STATION, rules: own, change: change({ PUMP: {}, SEAL: {} }) })).toEqual(["PUMP", "O-RING"]);
  });

  it("is what no mBOM of the plant has by its own number", () => {
    const rules = sourcing({ collapse: ["CASE"], make: ["PUMP", "RACK"], buy: ["SEAL", "SHEET", "BOLT"] });
    expect(affectedIn({ ...STATION, rules, change: change({ CASE: {} }) })).toEqual(["CASE"]);
  });

  it("are all variants of an assembly, and no group that was made in it", () => {
    const seals = ebom({ PUMP: [line("CASE", "1"), line("SEAL", "2", when("MEDIUM = OIL"))] });
    const media = variants(
      { MEDIUM: ["OIL", "WATER"] },
      { oil: { MEDIUM: "OIL" }, water: { MEDIUM: "WATER" } },
      "PUMP",
    );
    const scenario: Scenario = { ...STATION, ebom: seals, tops: ["PUMP"] };
    expect(affectedIn({ ...scenario, variants: media })).toEqual(["PUMP-oil", "PUMP-water"]);
    const kit = rule("kit", { kind: "group", number: "KIT-{assembly}", name: null, as: "make", operation: null }, [
      "CASE",
    ]);
    const plain = ebom({ PUMP: [line("CASE", "1"), line("SEAL", "2")] });
    expect(affectedIn({ ...scenario, ebom: plain, rules: [kit, ...STATION.rules] })).toEqual(["PUMP"]);
  });
});

describe("a line for some serials", () => {
  const numbers = [{ counts: "serial" as const, of: "STATION" as ItemId, ranges: [{ from: "120", until: null }] }];
  const serials = { from: null, until: null, numbers };
  const scenario = {
    ...STATION,
    ebom: ebom({
      STATION: [line("PUMP", "2")],
      PUMP: [line("CASE", "1"), line("SEAL", "2", { effectivity: serials })],
    }),
  };
  const sealIn = (target: NonNullable<Scenario["target"]>) => {
    const { mboms, findings } = planned({ ...scenario, target }, ALL).design;
    const seal = mboms[0]?.mbom.lines.find(({ item }) => item === "SEAL");
    const said = findings.map(({ code }) => code).filter((code) => code.startsWith("effectivity"));
    return [seal === undefined ? null : effectivityText(seal.effectivity), ...said];
  };
  const row = { counts: "serial", of: "STATION" as ItemId, number: "120", day: "2026-04-03" as Day } as const;

  it("keeps them where the ERP holds numbers", () => {
    expect(sealIn({ holdsEffectivity: "days and numbers" })).toEqual(["serials from 120 of STATION"]);
  });

  it.each(["days", undefined] as const)("gets days by the plant's schedule where the ERP holds %s", (holds) => {
    const target = holds === undefined ? {} : { holdsEffectivity: holds };
    expect(sealIn({ ...target, schedule: [row] })).toEqual(["from 2026-04-03", "effectivity-translated"]);
  });

  it("blocks where nobody has planned them", () => {
    expect(sealIn({ holdsEffectivity: "days" })).toEqual([null, "effectivity-unscheduled"]);
  });
});

describe("what a design says", () => {
  it("shows each mBOM as it was before the change, also after it", () => {
    const after = { ...ALL, baselines: new Map([["PUMP" as ItemId, mbom("PUMP", [mbomLine("1", "OLD", "1")])]]) };
    const [pump] = planned(STATION, after).design.mboms;
    expect(pump?.before?.lines.map(({ item }) => item)).toEqual(["OLD"]);
  });

  it("is silent about what the change does not reach", () => {
    const broken = ebom(
      { STATION: [line("PUMP", "2"), line("RACK", "1")], PUMP: [line("SEAL", "2")], RACK: [line("GHOST", "1")] },
      { GHOST: null },
    );
    expect(planned({ ...STATION, ebom: broken }, ALL).design.findings).toEqual([]);
    const here = planned({ ...STATION, ebom: broken, change: change({ RACK: {} }) }, ALL).design.findings;
    expect(here).toMatchObject([{ severity: "blocked", code: "item-missing", item: "GHOST" }]);
  });

  it("rounds by the decimals that the plant keeps of an item", () => {
    const half = ebom({ PUMP: [line("SEAL", "0.5"), line("SHEET", "0.12345 KGM")] }, { SHEET: { unit: "KGM" } });
    const rules = sourcing({ buy: ["SEAL", "SHEET"] });
    const held = books({ items: [plantItem("SEAL", { decimals: 1 })] });
    const [pump] = planned({ ...STATION, ebom: half, rules, tops: ["PUMP"] }, held).design.mboms;
    expect(pump?.mbom.lines.map(({ quantity: { amount } }) => amount)).toEqual([
      rational(1n, 2n),
      rational(247n, 2000n),
    ]);
  });
});

it("has whole pieces and parts of anything else, of an item that the plant does not have yet", () => {
  expect([decimalsOfNew("EA"), decimalsOfNew("KGM")]).toEqual([0, 4]);
});
