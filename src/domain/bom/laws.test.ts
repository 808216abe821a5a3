import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Ebom, ItemRevisionKey } from "../ebom.ts";
import type { ItemId, LineId, MbomLineKey, OperationId } from "../ids.ts";
import { canonicalText } from "../json.ts";
import type { Mbom, MbomLine } from "../mbom.ts";
import { compare, equals, plus, times, ZERO, type Rational } from "../rational.ts";
import { diffMbom, sameMbom } from "./diff-mbom.ts";
import { ebom, exact, key, line, mbom, mbomLine, planInput, rule } from "./bom-builder.ts";
import { completeRuleSets, NAMES, plantItems, ruleSets, someItems, structures } from "./bom-harness.ts";
import type { MbomPlan, PlannedMbom } from "./mbom-plan.ts";
import { planMbom } from "./plan-mbom.ts";
import type { Rule, RuleFacts } from "./rules.ts";
import { calledFor } from "./structure.ts";

function planned(structure: Ebom, rules: readonly Rule[]) {
  return planMbom(planInput(structure, rules, { plantItems }));
}

/** Paths of every line in reach of an mBOM: all below it, but what has its structure in an mBOM of its own. */
function pathsInReach(structure: Ebom, { mboms }: MbomPlan, { contributors, decisions }: PlannedMbom): string[] {
  const roots = new Set(mboms.map((assembly) => assembly.contributors[0]));
  const outcomes = new Map(decisions.map(({ path, outcome }) => [path.join("/"), outcome]));
  const isOwn = (path: string, called: ItemRevisionKey) => {
    const outcome = outcomes.get(path);
    const alone = outcome?.kind === "blocked" && !outcome.reason.startsWith("It stands below");
    return roots.has(called) && (alone || ["made", "subcontracted", "phantom"].includes(outcome?.kind ?? ""));
  };
  const below = (assembly: ItemRevisionKey, path: readonly LineId[]): string[] =>
    (structure.assemblies.get(assembly)?.lines ?? []).flatMap((used) => {
      const here = [...path, used.id];
      const text = here.join("/");
      return isOwn(text, calledFor(used)) ? [text] : [text, ...below(calledFor(used), here)];
    });
  const [root] = contributors;
  if (root === undefined) throw new Error("an mBOM has no assembly of its own");
  return below(root, []);
}

describe("the mBOM planner, whatever the structure and the rules", () => {
  it("decides every line in reach of an mBOM exactly once", () => {
    fc.assert(
      fc.property(structures, ruleSets, (structure, rules) => {
        const plan = planned(structure, rules);
        // The lines of a group are decided in the assembly that they come from.
        for (const assembly of plan.mboms.filter(({ group }) => group === undefined)) {
          const decided = assembly.decisions.map(({ path }) => path.join("/"));
          expect(new Set(decided).size).toBe(decided.length);
          expect(decided.toSorted()).toEqual(pathsInReach(structure, plan, assembly).toSorted());
        }
      }),
    );
  });

  it("conserves quantities exactly: placed + unplaced = required + rounding", () => {
    fc.assert(
      fc.property(structures, ruleSets, (structure, rules) => {
        const plan = planned(structure, rules);
        expect(plan.findings.filter(({ code }) => code === "quantity-excess" || code === "quantity-remainder")).toEqual(
          [],
        );
        for (const { account, decisions } of plan.mboms) {
          expect(account).toHaveLength(decisions.length);
          for (const { required, placed, rounding, unplaced } of account) {
            const held = placed.reduce(
              (sum, { quantity: part }) => plus(sum, part.amount),
              unplaced?.quantity.amount ?? ZERO,
            );
            expect(equals(held, plus(required.amount, rounding.amount))).toBe(true);
            expect(compare(rounding.amount, ZERO)).toBeGreaterThanOrEqual(0);
          }
        }
      }),
    );
  });

  it("needs as much of each bought part in all as plain multiplication down the structure says", () => {
    const inKits = fc.constantFrom<readonly Rule[]>(
      [],
      ...(["make", "buy", "phantom"] as const).map((as) => [
        rule("kit", { kind: "group", number: "KIT-{assembly}", name: null, as, operation: null }, ["BOLT", "B1"]),
      ]),
    );
    const plainRules = fc
      .tuple(someItems, someItems, inKits)
      .map(([made, lifted, kits]) => [
        ...kits,
        rule("lift", { kind: "collapse" }, (facts) => lifted.includes(facts.item.item) && hasLines(facts)),
        rule("make", { kind: "make" }, (facts) => made.includes(facts.item.item) && hasLines(facts)),
        rule("subcontract", { kind: "subcontract" }, hasLines),
        rule("buy", { kind: "buy" }, () => true),
      ]);
    const hasLines = (facts: RuleFacts) => assemblies.has(facts.item.item);
    let assemblies = new Set<string>();
    fc.assert(
      fc.property(countedStructures, plainRules, (structure, rules) => {
        assemblies = new Set(
          [...structure.assemblies.values()].filter(({ lines }) => lines.length > 0).map(({ item }) => item),
        );
        const plan = planMbom(planInput(structure, rules, { decimalsOf: () => 0 }));
        const byItem = new Map(plan.mboms.map((assembly) => [assembly.mbom.item, assembly.mbom]));
        const bolts = (item: ItemId): Rational =>
          (byItem.get(item)?.lines ?? []).reduce(
            (sum, used) => plus(sum, times(used.quantity.amount, used.item === "BOLT" ? exact("1") : bolts(used.item))),
            ZERO,
          );
        expect(bolts("FRAME" as ItemId)).toEqual(boltsBelow(structure, key("FRAME")));
      }),
    );
  });

  it("gives the same plan whatever the order of lines and maps, and each time", () => {
    const shuffled = structures.chain((structure) =>
      fc
        .tuple(
          fc.shuffledSubarray([...structure.assemblies], { minLength: structure.assemblies.size }),
          fc.shuffledSubarray([...structure.items], { minLength: structure.items.size }),
          fc.infiniteStream(fc.boolean()),
        )
        .map(([assemblies, named, flips]) => {
          const turned = assemblies.map(
            ([of, assembly]) =>
              [of, { ...assembly, lines: flips.next().value ? assembly.lines.toReversed() : assembly.lines }] as const,
          );
          return [structure, { assemblies: new Map(turned), items: new Map(named) }] as const;
        }),
    );
    fc.assert(
      fc.property(shuffled, completeRuleSets, ([one, other], rules) => {
        const text = canonicalText(planned(one, rules));
        expect(canonicalText(planned(other, rules))).toBe(text);
        expect(canonicalText(planned(one, rules))).toBe(text);
      }),
    );
  });

  it("always finds a cycle, and only where there is one", () => {
    const edges = fc.array(fc.tuple(fc.nat(5), fc.nat(5)), { maxLength: 10 });
    fc.assert(
      fc.property(edges, ruleSets, (drawn, rules) => {
        const lines = Map.groupBy(drawn, ([from]) => node(from));
        const structure = ebom({
          FRAME: [],
          ...Object.fromEntries([...lines].map(([from, to]) => [from, to.map(([, at]) => line(node(at), "1"))])),
        });
        const found = planned(structure, rules).findings.filter(
          ({ code, system }) => code === "bom-cycle" && system === "plm",
        );
        expect(found.length > 0).toBe(hasCycle(structure, key("FRAME"), []));
      }),
    );
  });

  it("keeps line keys unique, and never plans nothing of something", () => {
    fc.assert(
      fc.property(structures, completeRuleSets, (structure, rules) => {
        for (const { mbom: one } of planned(structure, rules).mboms) {
          expect(new Set(one.lines.map((used) => used.key)).size).toBe(one.lines.length);
          for (const used of one.lines) expect(compare(used.quantity.amount, ZERO)).toBeGreaterThan(0);
        }
      }),
    );
  });
});

const countedStructures = fc
  .tuple(
    ...NAMES.map((_, from) =>
      fc.array(fc.tuple(fc.constantFrom(...NAMES.slice(from + 1), "BOLT", "BOLT"), fc.integer({ min: 1, max: 9 })), {
        minLength: 1,
        maxLength: 3,
      }),
    ),
  )
  .map((lines) =>
    ebom(Object.fromEntries(NAMES.map((name, at) => [name, (lines[at] ?? []).map(([item, n]) => line(item, `${n}`))]))),
  );

function boltsBelow(structure: Ebom, assembly: ItemRevisionKey): Rational {
  return (structure.assemblies.get(assembly)?.lines ?? []).reduce(
    (sum, used) =>
      plus(
        sum,
        times(used.quantity.amount, used.item === "BOLT" ? exact("1") : boltsBelow(structure, calledFor(used))),
      ),
    ZERO,
  );
}

function hasCycle(structure: Ebom, at: ItemRevisionKey, above: readonly ItemRevisionKey[]): boolean {
  if (above.includes(at)) return true;
  return (structure.assemblies.get(at)?.lines ?? []).some((used) =>
    hasCycle(structure, calledFor(used), [...above, at]),
  );
}

function node(at: number): string {
  return at === 0 ? "FRAME" : `N${at}`;
}

/** What the diff makes of an mBOM. */
function applied(actual: Mbom, target: Mbom): readonly MbomLine[] {
  const { added, removed, changed } = diffMbom(actual, target);
  const gone = new Set([...removed, ...changed.map(({ from }) => from)]);
  return [...actual.lines.filter((used) => !gone.has(used)), ...changed.map(({ to }) => to), ...added];
}

/** What lines say, whatever their keys. */
function contents(lines: readonly MbomLine[]): readonly string[] {
  return lines.map((used) => canonicalText({ ...used, key: null })).toSorted();
}

describe("the mBOM diff", () => {
  const anyMbomLine = fc
    .tuple(
      fc.constantFrom("K1", "K2", "K3", "K4", "K5", "K6"),
      fc.constantFrom("BOLT", "NUT", "PIN"),
      fc.constantFrom("1", "2", "3"),
      fc.constantFrom<OperationId | null>(null, "0010" as OperationId, "0020" as OperationId),
      fc.subarray(["X1", "X2"]),
    )
    .map(([lineKey, item, amount, operation, referenceDesignators]) =>
      mbomLine(lineKey, item, amount, { operation, referenceDesignators }),
    );
  const mboms = fc
    .uniqueArray(anyMbomLine, { selector: (used) => used.key, maxLength: 6 })
    .map((lines) => mbom("FRAME", lines));

  it("applied to the actual gives the planned", () => {
    fc.assert(
      fc.property(mboms, mboms, (actual, target) => {
        expect(contents(applied(actual, target))).toEqual(contents(target.lines));
      }),
    );
  });

  it("is empty just where the two say the same, when the keys of one are unknown", () => {
    fc.assert(
      fc.property(mboms, mboms, (actual, target) => {
        const typed = actual.lines.map((used, at) => ({ ...used, key: `typed ${at}` as MbomLineKey }));
        const same = contents(actual.lines).join() === contents(target.lines).join();
        expect(sameMbom({ ...actual, lines: typed }, target)).toBe(same);
        expect(sameMbom({ ...actual, lines: typed.toReversed() }, actual)).toBe(true);
      }),
    );
  });

  it("counts every line of either side once", () => {
    fc.assert(
      fc.property(mboms, mboms, (actual, target) => {
        const { added, removed, changed, same } = diffMbom(actual, target);
        expect(added.length + changed.length + same.length).toBe(target.lines.length);
        expect(removed.length + changed.length + same.length).toBe(actual.lines.length);
      }),
    );
  });
});
