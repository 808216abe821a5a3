import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ALWAYS, type Day, type Effectivity } from "../calendar.ts";
import type { Ebom } from "../ebom.ts";
import type { ItemId } from "../ids.ts";
import { canonicalText } from "../json.ts";
import type { PlantItem } from "../plant-item.ts";
import { quantityText } from "../quantity.ts";
import { ONE, plus, rationalText, times, ZERO, type Rational } from "../rational.ts";
import { conversionFactor } from "../unit.ts";
import { ebom, exact, line, planInput, rule } from "./bom-builder.ts";
import { completeRuleSets, NAMES, plantItems, someItems, structures } from "./bom-harness.ts";
import { explodedComponents } from "./exploded-components.ts";
import type { MbomPlan } from "./mbom-plan.ts";
import { planMbom } from "./plan-mbom.ts";
import type { PlanInput } from "./planning.ts";
import { PHASES, type Rule } from "./rules.ts";

function planned(structure: Ebom, rules: readonly Rule[], more: Partial<PlanInput> = {}): MbomPlan {
  return planMbom(planInput(structure, rules, { plantItems, ...more }));
}

/** Phases by the actions in them; make, buy and collapse are of two, asked one after the other. */
const phaseOf = (kind: Rule["action"]["kind"]) => PHASES.findIndex((kinds) => kinds.some((other) => other === kind));

describe("the plan of any structure", () => {
  it("is the same however rules of different phases are mixed in their file", () => {
    fc.assert(
      fc.property(
        structures,
        completeRuleSets,
        fc.infiniteStream(fc.nat(PHASES.length - 1)),
        (structure, rules, next) => {
          const waiting = new Map(
            [...Map.groupBy(rules, ({ action }) => phaseOf(action.kind))].map(([phase, held]) => [phase, [...held]]),
          );
          const mixed: Rule[] = [];
          while (mixed.length < rules.length) {
            const drawn = waiting.get(next.next().value ?? 0)?.shift();
            if (drawn !== undefined) mixed.push(drawn);
          }
          expect(canonicalText(planned(structure, mixed))).toBe(canonicalText(planned(structure, rules)));
        },
      ),
    );
  });

  it("holds as much of every item whether lines merge or not", () => {
    const unmerged = completeRuleSets.map((rules) => rules.filter(({ action }) => action.kind !== "merge"));
    fc.assert(
      fc.property(structures, unmerged, someItems, (structure, rules, merged) => {
        const merging = [...rules, rule("one line", { kind: "merge" }, merged)];
        expect(sourced(planned(structure, merging))).toEqual(sourced(planned(structure, rules)));
      }),
    );
  });

  it("holds the same net quantities whatever is lost, and wherever and however it is supplied", () => {
    const shaping = ["scrap", "operation", "supply", "merge"];
    fc.assert(
      fc.property(structures, completeRuleSets, (structure, rules) => {
        const plain = rules.filter(({ action }) => !shaping.includes(action.kind));
        const shaped = rules.filter(({ action }) => action.kind !== "merge");
        expect(net(planned(structure, shaped))).toEqual(net(planned(structure, plain)));
      }),
    );
  });
});

/** What engineering's lines give each item of each mBOM, before rounding, in pieces. */
function sourced({ mboms }: MbomPlan): Readonly<Record<string, string>> {
  const sums = new Map<string, Rational>();
  for (const { mbom } of mboms) {
    for (const { item, basis, origin } of mbom.lines) {
      for (const { quantity } of origin.kind === "engineering" ? origin.from : []) {
        const place = `${mbom.item}: ${item} ${basis}`;
        const pieces = times(quantity.amount, conversionFactor(quantity.unit, "EA") ?? ONE);
        sums.set(place, plus(sums.get(place) ?? ZERO, pieces));
      }
    }
  }
  return Object.fromEntries([...sums].map(([place, sum]) => [place, rationalText(sum)]));
}

function net({ mboms }: MbomPlan): readonly string[] {
  return mboms.flatMap(({ mbom }) =>
    mbom.lines.map(
      ({ key, item, quantity, basis }) => `${mbom.item}: ${key} ${item} ${quantityText(quantity)} ${basis}`,
    ),
  );
}

describe("a plan, on any one day", () => {
  const days = ["2026-03-01", "2026-03-31", "2026-04-01", "2026-06-30", "2026-07-01", "2027-01-01"] as Day[];
  const day = fc.constantFrom(...days);
  const spans = fc
    .tuple(fc.option(day), fc.option(day))
    .filter(([from, until]) => from === null || until === null || from <= until)
    .map(([from, until]): Effectivity => ({ from, until }));
  const dated = fc
    .tuple(structures, fc.infiniteStream(spans))
    .map(([structure, next]) => withDays(structure, () => next.next().value ?? ALWAYS));
  const unmerged = completeRuleSets.map((rules) => rules.filter(({ action }) => action.kind !== "merge"));

  it("holds what the eBOM of that day alone would give", () => {
    fc.assert(
      fc.property(dated, unmerged, day, (structure, rules, on) => {
        const whole = planned(structure, rules).mboms.find(({ mbom }) => mbom.item === "FRAME");
        const snapshot = planned(asOf(structure, on), rules).mboms.find(({ mbom }) => mbom.item === "FRAME");
        const text = ({ item, quantity, basis, operation }: (typeof lines)[number]) =>
          `${item} ${quantityText(quantity)} ${basis} ${operation ?? ""}`;
        const lines = whole?.mbom.lines.filter(({ effectivity }) => holds(effectivity, on)) ?? [];
        expect(lines.map(text)).toEqual((snapshot?.mbom.lines ?? []).map(text));
      }),
    );
  });
});

function withDays(structure: Ebom, next: () => Effectivity): Ebom {
  const assemblies = [...structure.assemblies].map(
    ([key, assembly]) =>
      [key, { ...assembly, lines: assembly.lines.map((used) => ({ ...used, effectivity: next() })) }] as const,
  );
  return { ...structure, assemblies: new Map(assemblies) };
}

function holds({ from, until }: Effectivity, on: Day): boolean {
  return (from ?? on) <= on && on <= (until ?? on);
}

/** The lines that hold on a day, without their days. What has lines on no day has an empty structure. */
function asOf(structure: Ebom, on: Day): Ebom {
  const assemblies = [...structure.assemblies].map(
    ([key, assembly]) =>
      [
        key,
        {
          ...assembly,
          lines: assembly.lines
            .filter(({ effectivity }) => holds(effectivity, on))
            .map((used) => ({ ...used, effectivity: ALWAYS })),
        },
      ] as const,
  );
  return { ...structure, assemblies: new Map(assemblies) };
}

describe("what is lifted", () => {
  const counts = fc.constantFrom("1", "2", "3", "0.5", "1.25");
  const bases = fc.constantFrom("per assembly" as const, "per assembly" as const, "per lot" as const);
  const whole = fc
    .tuple(
      ...NAMES.map((_, from) =>
        fc.array(fc.tuple(fc.constantFrom(...NAMES.slice(from + 1), "BOLT", "NUT"), counts, bases), {
          minLength: 1,
          maxLength: 3,
        }),
      ),
    )
    .map((lines) =>
      ebom(
        Object.fromEntries(
          NAMES.map((name, at) => [
            name,
            (lines[at] ?? []).map(([item, amount, basis]) => line(item, amount, { basis })),
          ]),
        ),
      ),
    );
  const losses = fc.constantFrom(
    { componentPercent: exact("10"), operationPercent: null, fixedPerOrder: null },
    { componentPercent: null, operationPercent: exact("4"), fixedPerOrder: exact("2") },
    { componentPercent: exact("5"), operationPercent: exact("1"), fixedPerOrder: exact("1") },
  );
  const scraps = fc
    .array(fc.tuple(losses, someItems), { maxLength: 4 })
    .map((drawn) => drawn.map(([loss, of], at) => rule(`loss ${at}`, { kind: "scrap", ...loss }, of)));

  it("takes as much of everything for an order as what the ERP explodes through", () => {
    const kits = NAMES.slice(1);
    const rest = rule("buy", { kind: "buy" }, () => true);
    fc.assert(
      fc.property(whole, scraps, fc.integer({ min: 1, max: 50 }), (structure, losing, ordered) => {
        const lifted = planned(structure, [rule("lift", { kind: "collapse" }, kits), ...losing, rest], EXACT);
        const exploded = planned(structure, [rule("phantom", { kind: "phantom" }, kits), ...losing, rest], EXACT);
        expect(needs(exploded, ordered)).toEqual(needs(lifted, ordered));
      }),
    );
  });
});

/** Every quantity of these structures has a decimal of that many places at most. */
const EXACT: Partial<PlanInput> = { decimalsOf: () => 30 };

/** What an order of that many frames takes in all of each item. */
function needs({ mboms }: MbomPlan, ordered: number): Readonly<Record<string, string>> {
  const byItem = new Map(mboms.map(({ mbom }) => [mbom.item, mbom]));
  const frame = byItem.get("FRAME" as ItemId);
  if (frame === undefined) throw new Error("nothing was planned");
  const components = explodedComponents(frame, exact(`${ordered}`), "2026-03-01" as Day, {
    mbomOf: (item) => byItem.get(item) ?? null,
    itemOf: (item) => ({ item, unit: "EA", decimals: 30, procurement: "buy" }) as PlantItem,
  });
  const sums = new Map<ItemId, Rational>();
  for (const { item, required } of components) sums.set(item, plus(sums.get(item) ?? ZERO, required.amount));
  return Object.fromEntries([...sums].map(([item, sum]) => [item, rationalText(sum)]));
}
