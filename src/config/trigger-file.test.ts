import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { PlantTrigger } from "../domain/feedback/plant-triggers.ts";
import { ruleFault } from "../domain/feedback/trigger-rule.ts";
import { mistakeText } from "./mistake.ts";
import { loadTriggers } from "./trigger-file.ts";

const BAND = "opens: { percent: 15, orders: 3, outOf: 5 }, closes: { percent: 8, orders: 2 }";

function read(...triggers: readonly string[]): readonly PlantTrigger[] {
  const loaded = loadTriggers("triggers.yaml", fileOf(triggers));
  if (!loaded.ok) throw new Error(loaded.mistakes.map(mistakeText).join("\n"));
  return loaded.value.triggers;
}

function mistakesOf(...triggers: readonly string[]): readonly string[] {
  const loaded = loadTriggers("triggers.yaml", fileOf(triggers), ["1000"]);
  return loaded.ok ? [] : loaded.mistakes.map(mistakeText);
}

function fileOf(triggers: readonly string[]): string {
  return ['plant: "1000"', "triggers:", ...triggers.map((trigger) => `  - { name: slow, ${trigger} }`), ""].join("\n");
}

describe("a trigger file", () => {
  it("says when a figure counts: by how much, and for how many orders of how many", () => {
    const [trigger] = read(
      `watch: run time, ${BAND}, leastPieces: 10, items: [FX-210], operations: [0020], propose: [routing time]`,
    );
    expect(trigger).toEqual({
      rule: {
        name: "slow",
        watches: "run time",
        opensAt: 0.15,
        opensAfter: { times: 3, of: 5 },
        closesAt: 0.08,
        closesAfter: 2,
        piecesLeast: 10,
        proposes: ["routing time"],
      },
      items: ["FX-210"],
      operations: ["0020"],
      filesUnasked: false,
    });
  });

  it("means orders in a row, every place, and all that can be proposed, where it says nothing else", () => {
    const [trigger] = read("watch: scrap, opens: { points: 4, orders: 3 }, closes: { points: 2, orders: 3 }");
    expect(trigger).toMatchObject({
      rule: { opensAfter: { times: 3, of: 3 }, piecesLeast: 1, proposes: ["scrap factor", "problem report"] },
      items: null,
      operations: null,
      filesUnasked: false,
    });
  });

  it("lets a rule file its problem reports without a person only where it says so", () => {
    const [trigger] = read(
      "watch: nonconformance, approval: none, opens: { times: 3, orders: 2 }, closes: { times: 0, orders: 3 }",
    );
    expect(trigger).toMatchObject({ rule: { opensAt: 3, closesAt: 0 }, filesUnasked: true });
  });

  it.each([
    [
      "closes where it opens",
      "watch: scrap, opens: { points: 2, orders: 3 }, closes: { points: 2, orders: 3 }",
      "triggers.yaml:3:84 it would close at what opens it, and call people again and again; write less than what opens it, for instance half of it",
    ],
    [
      "waits for more orders than it looks at",
      "watch: scrap, opens: { points: 2, orders: 3, outOf: 2 }, closes: { points: 1, orders: 3 }",
      "triggers.yaml:3:71 it would wait for 3 of 2 orders; write 3 or more, or leave outOf out",
    ],
    [
      "proposes nothing",
      `watch: run time, propose: [], ${BAND}`,
      "triggers.yaml:3:45 it would propose nothing; name one of: routing time, problem report",
    ],
    [
      "wants a routing time entered without a person",
      `watch: run time, approval: none, propose: [routing time], ${BAND}`,
      "triggers.yaml:3:46 only problem reports can do without a person, and it proposes none; leave approval out, or propose a problem report",
    ],
    [
      "measures run time in points",
      "watch: run time, opens: { points: 2, orders: 3 }, closes: { percent: 1, orders: 3 }",
      'triggers.yaml:3:45 unknown field "points"; use one of: percent, orders, outOf',
    ],
    [
      "watches what nobody tells",
      `watch: runtime, ${BAND}`,
      'triggers.yaml:3:26 "runtime" is not known here; did you mean "run time"?',
    ],
  ])("is refused where it %s", (_, trigger, mistake) => {
    expect(mistakesOf(trigger)).toContain(mistake);
  });

  it("names what is wrong with each trigger, whatever is wrong with another", () => {
    expect(
      mistakesOf(
        `watch: run time, opens: { percent: 15 }, closes: { percent: 8, orders: 2 }`,
        `watch: run time, propose: [], ${BAND}`,
        `watch: run time, ${BAND}`,
      ),
    ).toEqual([
      "triggers.yaml:3:43 missing orders; add orders: a number of orders",
      "triggers.yaml:4:45 it would propose nothing; name one of: routing time, problem report",
      'triggers.yaml:5:13 a second trigger "slow"; give each trigger a name of its own',
    ]);
  });

  it("is for a plant that there is", () => {
    const loaded = loadTriggers("triggers.yaml", 'plant: "100"\ntriggers: []\n', ["1000"]);
    expect(loaded.ok ? [] : loaded.mistakes.map(mistakeText)).toEqual([
      'triggers.yaml:1:8 unknown plant "100"; did you mean "1000"?',
    ]);
  });

  it("of the demo has rules that can work, and knows the scrap of its shop floor", () => {
    const loaded = loadTriggers("feedback/1000.yaml", readFileSync("feedback/1000.yaml", "utf8"), ["1000"]);
    if (!loaded.ok) throw new Error(loaded.mistakes.map(mistakeText).join("\n"));
    const { plannedScrapShare, triggers } = loaded.value;
    expect(plannedScrapShare).toBe(0.03);
    expect(triggers.map(({ rule }) => [rule.watches, ruleFault(rule)])).toEqual([
      ["run time", null],
      ["scrap", null],
      ["first-pass yield", null],
      ["nonconformance", null],
      ["substitution", null],
    ]);
  });
});
