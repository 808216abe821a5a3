import { describe, expect, it } from "vitest";
import type { Day } from "./calendar.ts";
import { ebom, line, mbom, mbomLine, rule, sourcing } from "./bom/bom-builder.ts";
import type { Finding } from "./finding.ts";
import type { ChangeId, ItemId, Revision } from "./ids.ts";
import { books, planned, type Books, type Scenario } from "./plan-harness.ts";
import { planPublications, publicationFindings, withoutSuperseded } from "./plan-publications.ts";
import { change, plantItem } from "./testing.ts";

/** A station of pumps, neither of which the plant has an mBOM of. */
const STATION: Scenario = {
  change: change({ STATION: {} }),
  ebom: ebom({ STATION: [line("PUMP", "2")], PUMP: [line("SEAL", "2")] }),
  rules: sourcing({ make: ["PUMP"], buy: ["SEAL"] }),
};
const PLANT = books({ items: ["STATION", "PUMP", "SEAL"].map((item) => plantItem(item)) });

it("publishes components before the assemblies that use them, where nothing is in force yet", () => {
  const { design, plant, wanted } = planned(STATION, PLANT);
  expect(planPublications(design, plant, wanted.change)).toMatchObject([
    { kind: "publish mBOM", mbom: { item: "PUMP" }, change: "ECO-1", expected: null },
    { kind: "publish mBOM", mbom: { item: "STATION" }, change: "ECO-1", expected: null },
  ]);
});

it("publishes over the mBOM that was read", () => {
  const held = { ...PLANT, mboms: [mbom("STATION", [mbomLine("L10", "PUMP", "1")])] };
  const { design, plant, wanted } = planned(STATION, held);
  const expected = [...plant.mboms.values()].map(({ version }) => version);
  const stations = planPublications(design, plant, wanted.change).slice(-1);
  expect(stations).toMatchObject([{ mbom: { item: "STATION" }, expected: expected[0] }]);
});

it("publishes nothing that would be empty", () => {
  const emptied = { ...STATION, ebom: ebom({ STATION: [] }) };
  const { plan } = planned(emptied, PLANT);
  expect(plan.actions.map(({ kind }) => kind)).not.toContain("publish mBOM");
  expect(plan.findings).toMatchObject([{ severity: "blocked", code: "bom-empty" }]);
});

it("says that the mBOM in force stays where rules leave nothing to publish in its place", () => {
  const held = { ...PLANT, mboms: [mbom("PUMP", [mbomLine("L10", "SEAL", "2")])] };
  const seals = rule("no seals", { kind: "exclude", reason: "delivered with it" }, ["SEAL"]);
  const { plan } = planned({ ...STATION, change: change({ PUMP: {} }), rules: [seals], tops: ["PUMP"] }, held);
  expect(plan.actions.map(({ kind }) => kind)).not.toContain("publish mBOM");
  expect(plan.findings.map(({ severity, code, cause }) => [severity, code, cause])).toContainEqual([
    "warning",
    "made-without-components",
    "Nothing of the mBOM of PUMP is left, and Heddle does not publish an empty one: what stands in erp stays in force.",
  ]);
  expect(
    plan.findings.find(({ code, system }) => code === "made-without-components" && system === "erp"),
  ).toMatchObject({
    item: "PUMP",
    line: null,
    field: "lines",
    fix: "Check the rules that exclude the lines of PUMP, or take its mBOM out of use in erp.",
  });
});

it("does not say so where a blocked line is all that is missing", () => {
  const held = { ...PLANT, mboms: [mbom("PUMP", [mbomLine("L10", "SEAL", "2")])] };
  const two = ebom({ PUMP: [line("SEAL", "2"), line("CASE", "1")] });
  const seals = rule("no seals", { kind: "exclude", reason: "delivered with it" }, ["SEAL"]);
  const { plan } = planned({ change: change({ PUMP: {} }), ebom: two, rules: [seals], tops: ["PUMP"] }, held);
  expect(plan.findings.map(({ code, system }) => `${code} ${system}`)).toContain("line-unsourced plm");
  expect(plan.findings.filter(({ code, system }) => code === "made-without-components" && system === "erp")).toEqual(
    [],
  );
});

it("shows of each mBOM what it was planned from and what changes, and nothing of those that stay as they are", () => {
  const stands = mbom("PUMP", [mbomLine("L10", "SEAL", "2")]);
  const { plan } = planned({ ...STATION, change: change({ STATION: {}, PUMP: {} }) }, { ...PLANT, mboms: [stands] });
  expect(plan.mboms.map(({ item, key }) => `${item} ${key}`)).toEqual(["STATION STATION rev A"]);
  const [station] = plan.mboms;
  expect(Object.keys(station ?? {})).toEqual(["item", "key", "before", "after", "diff", "decisions", "account"]);
});

it("tells what the ERP has no place for, each thing by itself", () => {
  const { design, records, wanted } = planned(STATION, PLANT);
  const poor = { ...records, cannotHold: () => ["alternates of line L10", "effectivity of line L10"] };
  const [pump] = design.mboms.filter(({ mbom: { item } }) => item === "PUMP");
  const findings = publicationFindings(
    { ...design, mboms: pump === undefined ? [] : [pump] },
    poor,
    wanted.change,
    "2026-03-01" as Day,
  );
  expect(findings[0]).toMatchObject({
    system: "erp",
    item: "PUMP",
    line: null,
    field: null,
    fix: "Approve to publish without it, or keep it where the plant can see it.",
  });
  expect(findings.map(({ severity, code, cause }) => [severity, code, cause])).toEqual([
    ["warning", "target-cannot-hold", "erp has no place for this in the mBOM of PUMP: alternates of line L10."],
    ["warning", "target-cannot-hold", "erp has no place for this in the mBOM of PUMP: effectivity of line L10."],
  ]);
});

const PUMP = "PUMP" as ItemId;
const BOTH: Scenario = { ...STATION, change: change({ STATION: {}, PUMP: {} }) };

/** ECO-1 has put two seals into the pump in place of one and a gasket; ECO-2, of that release, has made them three. */
function afterBoth(releasedAt: string): Books {
  const before = mbom("PUMP", [mbomLine("L10", "SEAL", "1"), mbomLine("L20", "GASKET", "1")]);
  const own = mbom("PUMP", [mbomLine("L10", "SEAL", "2")]);
  const theirs = { ...mbom("PUMP", [mbomLine("L10", "SEAL", "3")]), revision: "B" as Revision };
  return books({
    items: PLANT.items,
    mboms: [theirs],
    baselines: new Map([[PUMP, before]]),
    published: new Map([[PUMP, { mbom: theirs, change: "ECO-2" as ChangeId, releasedAt }]]),
    left: new Map([["ECO-1" as ChangeId, new Map([[PUMP, own]])]]),
  });
}
const LATER = afterBoth("2026-02-20T12:00:00.000Z");
const EARLIER = afterBoth("2026-01-20T12:00:00.000Z");

function about(item: string | null): Finding {
  const of = { severity: "info", code: "data-unreadable", system: "plm", line: null, field: null, fix: "" } as const;
  return { ...of, item: item as ItemId | null, cause: `about ${item}` };
}

/** What of ECO-1 is left to it, with a finding about each item and one about none. */
function leftOf(held: Books, scenario = BOTH): ReturnType<typeof withoutSuperseded> {
  const { design, plant, records } = planned(scenario, held);
  const told = { ...design, findings: ["PUMP", "STATION", null].map(about) };
  return withoutSuperseded(told, plant, records, scenario.change, "2026-03-01" as Day);
}

function effectsOn(held: Books): readonly string[] {
  return leftOf(held).design.effects.map(({ item, effects }) => `${item}: ${effects.join(", ")}`);
}

describe("a change of which a later one has replaced a part", () => {
  it("leaves that part and what is said of it to the later one", () => {
    const { design, overtaken } = leftOf(LATER);
    expect([...overtaken]).toEqual(["PUMP"]);
    expect(design.mboms.map(({ mbom: { item } }) => item)).toEqual(["STATION"]);
    expect(design.items.map(({ item }) => item)).toEqual(["SEAL", "STATION"]);
    expect(design.findings.map(({ cause }) => cause)).toEqual(["about STATION", "about null"]);
  });

  it("tells of what still stands as it left it, and not of what moved again", () => {
    expect(effectsOn(EARLIER)).toEqual([
      "GASKET: removed",
      "PUMP: revised",
      "SEAL: quantity changed",
      "STATION: revised",
    ]);
    expect(effectsOn(LATER)).toEqual(["GASKET: removed", "STATION: revised"]);
  });

  it("tells of nothing where it is withdrawn", () => {
    const withdrawn = { ...BOTH, change: change({ STATION: {}, PUMP: {} }, { state: "cancelled" }) };
    expect(leftOf(LATER, withdrawn).design.effects).toEqual([]);
  });

  it("is whole where nobody came after it", () => {
    const { design, overtaken } = leftOf(EARLIER);
    expect(overtaken.size).toBe(0);
    expect(design.mboms).toHaveLength(2);
    expect(design.findings).toHaveLength(3);
  });
});
