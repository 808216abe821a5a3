import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Ebom } from "../ebom.ts";
import type { ItemId } from "../ids.ts";
import { ebom, line, planInput, replace, rule } from "./bom-builder.ts";
import type { MbomPlan } from "./mbom-plan.ts";
import { planMbom } from "./plan-mbom.ts";
import type { Rule } from "./rules.ts";
import { calledFor } from "./structure.ts";

const NODES = ["FRAME", "N1", "N2", "N3", "N4", "N5"] as const;
const nodes = fc.constantFrom(...NODES);

/** Any graph, circles and lines to oneself included. */
const graphs = fc.array(fc.tuple(nodes, nodes), { maxLength: 12 }).map((edges) => {
  const below = Map.groupBy(edges, ([from]) => from);
  return ebom({
    FRAME: [],
    ...Object.fromEntries([...below].map(([from, to]) => [from, to.map(([, item]) => line(item, "1"))])),
  });
});

/** Much is lifted, so that circles lead through what has no mBOM of its own. */
const liftings = fc
  .tuple(fc.subarray([...NODES]), fc.subarray([...NODES]))
  .map(([lifted, phantoms]): Rule[] => [
    rule("lift", { kind: "collapse" }, lifted),
    rule("phantom", { kind: "phantom" }, phantoms),
    rule("make", { kind: "make" }, () => true),
  ]);

function planned(structure: Ebom, rules: readonly Rule[]): MbomPlan {
  const plantItems = new Map(["P1", "P2"].map((item) => [item as ItemId, { unit: "EA" as const }]));
  return planMbom(planInput(structure, rules, { plantItems }));
}

/** The ways round that findings name, of the eBOM or of the planned mBOMs. */
function namedCycles({ findings }: MbomPlan, system: "plm" | "heddle"): readonly (readonly string[])[] {
  return findings
    .filter((finding) => finding.code === "bom-cycle" && finding.system === system)
    .map(({ cause }) => (/: (.+)\.$/.exec(cause)?.[1] ?? "").split(" → "));
}

function steps(way: readonly string[]): readonly string[] {
  return way.slice(1).map((to, at) => `${way[at]} → ${to}`);
}

type Edges = ReadonlyMap<string, readonly string[]>;

function edgesOf(structure: Ebom): Edges {
  return new Map([...structure.assemblies].map(([key, { lines }]) => [key, lines.map(calledFor)]));
}

function plannedEdges({ mboms }: MbomPlan): Edges {
  return new Map(mboms.map(({ mbom }) => [mbom.item, mbom.lines.map(({ item }) => item)]));
}

/** Whether a circle can be reached from a node, by a search of its own that knows nothing of the planner's. */
function reachesCycle(from: string, edges: Edges, above: readonly string[] = []): boolean {
  if (above.includes(from)) return true;
  return (edges.get(from) ?? []).some((to) => reachesCycle(to, edges, [...above, from]));
}

function without(edges: Edges, closing: ReadonlySet<string>): Edges {
  return new Map([...edges].map(([from, to]) => [from, to.filter((node) => !closing.has(`${from} → ${node}`))]));
}

describe("cycles of an eBOM, whatever is lifted", () => {
  it("are each named as a way along lines that ends where it begins", () => {
    fc.assert(
      fc.property(graphs, liftings, (structure, rules) => {
        const edges = edgesOf(structure);
        for (const way of namedCycles(planned(structure, rules), "plm")) {
          expect(way.at(-1)).toBe(way[0]);
          expect(new Set(way.slice(1)).size).toBe(way.length - 1);
          for (const [at, to] of way.slice(1).entries()) expect(edges.get(way[at] ?? "")).toContain(to);
        }
      }),
    );
  });

  it("are all broken by the lines that the findings say to remove", () => {
    fc.assert(
      fc.property(graphs, liftings, (structure, rules) => {
        const edges = edgesOf(structure);
        const named = namedCycles(planned(structure, rules), "plm");
        expect(named.length > 0).toBe(reachesCycle("FRAME rev A", edges));
        const closing = new Set(named.map((way) => steps(way).at(-1) ?? ""));
        expect(reachesCycle("FRAME rev A", without(edges, closing))).toBe(false);
      }),
    );
  });

  it("block just the lines that close them, and no planned mBOM goes round in a circle", () => {
    fc.assert(
      fc.property(graphs, liftings, (structure, rules) => {
        const plan = planned(structure, rules);
        const reasons = plan.mboms
          .flatMap(({ decisions }) => decisions)
          .flatMap(({ outcome }) => (outcome.kind === "blocked" ? [outcome.reason] : []));
        const leadBack = reasons.filter((reason) => reason.startsWith("It leads back to "));
        expect(leadBack.length > 0).toBe(namedCycles(plan, "plm").length > 0);
        expect(namedCycles(plan, "heddle")).toEqual([]);
        expect(reachesCycle("FRAME", plannedEdges(plan))).toBe(false);
      }),
    );
  });
});

describe("cycles that rules make", () => {
  /** Lines go to later items only, and tables lead back. */
  const sound = fc.array(fc.tuple(fc.nat(4), fc.nat(4)), { minLength: 3, maxLength: 10 }).map((edges) => {
    const below = Map.groupBy(edges, ([from]) => from);
    const lines = [...below].map(([from, to]) => [
      NODES[from],
      to.map(([, at]) => line(NODES[Math.max(from + 1, at)] ?? "N5", "1")),
    ]);
    return ebom({ FRAME: [line("N1", "1")], ...Object.fromEntries(lines) });
  });
  const back = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.nat(4)).map(([from, to]) => [from, Math.min(to, from - 1)]);
  const tables = fc
    .array(back, { maxLength: 2 })
    .map((rows) =>
      replace(Object.fromEntries(rows.map(([from = 1, to = 0]) => [NODES[from], [NODES[to] ?? "", "1"] as const]))),
    );

  it("are found just where the planned mBOMs have one, and named along their lines", () => {
    fc.assert(
      fc.property(sound, tables, liftings, (structure, table, rules) => {
        const plan = planned(structure, [rule("table", table, () => true), ...rules]);
        const named = namedCycles(plan, "heddle");
        const edges = plannedEdges(plan);
        expect(named.length > 0).toBe([...edges.keys()].some((item) => reachesCycle(item, edges)));
        for (const way of named) {
          expect(way.at(-1)).toBe(way[0]);
          for (const [at, to] of way.slice(1).entries()) expect(edges.get(way[at] ?? "")).toContain(to);
        }
        const closing = new Set(named.map((way) => steps(way).at(-1) ?? ""));
        const left = without(edges, closing);
        expect([...edges.keys()].some((item) => reachesCycle(item, left))).toBe(false);
      }),
    );
  });
});
