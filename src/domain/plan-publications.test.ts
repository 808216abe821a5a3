import { expect, it } from "vitest";
import type { Day } from "./calendar.ts";
import { ebom, line, mbom, mbomLine, rule, sourcing } from "./bom/bom-builder.ts";
import { books, planned, type Scenario } from "./plan-harness.ts";
import { planPublications, publicationFindings } from "./plan-publications.ts";
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
