import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ChangeId, ItemId, OperationId, PlantId, Revision } from "../ids.ts";
import { ruleFault, type Observation, type Reading, type TriggerRule } from "./trigger-rule.ts";
import { observed, type Raised, type TriggerState } from "./triggers.ts";

const PLACE = {
  plant: "1000" as PlantId,
  item: "FX-110" as ItemId,
  revision: "B" as Revision,
  operation: "0020" as OperationId,
};

/** Opens at 20 % beyond the plan three times in a row, closes within 10 % twice in a row. */
const RUN_TIME: TriggerRule = {
  name: "run-time",
  watches: "run time",
  opensAt: 0.2,
  closesAt: 0.1,
  opensAfter: { times: 3, of: 3 },
  closesAfter: 2,
  piecesLeast: 10,
  proposes: ["routing time"],
};

const SCRAP: TriggerRule = {
  ...RUN_TIME,
  name: "scrap",
  watches: "scrap",
  opensAt: 0.02,
  closesAt: 0.01,
  proposes: ["scrap factor", "problem report"],
};

const REPEATED: TriggerRule = {
  name: "repeated",
  watches: "nonconformance",
  opensAt: 1,
  closesAt: 0,
  opensAfter: { times: 3, of: 5 },
  closesAfter: 4,
  piecesLeast: 1,
  proposes: ["problem report"],
};

/** The order of the `at`th hour. */
function observation(at: number, reading: Reading, pieces = 40): Observation {
  const instant = new Date(Date.UTC(2026, 2, 2, at)).toISOString();
  return { order: `MO-${at}`, at: instant, place: PLACE, pieces, reading };
}

function runTime(at: number, medianSeconds: number, pieces = 40): Observation {
  return observation(at, { kind: "run time", medianSeconds, plannedSeconds: 60 }, pieces);
}

function nonconformances(at: number, codes: Readonly<Record<string, number>>): Observation {
  const occurred = Object.entries(codes).map(([code, times]) => ({ code, times }));
  return observation(at, { kind: "nonconformance", occurred });
}

function replay(
  rules: readonly TriggerRule[],
  observations: readonly Observation[],
  from: TriggerState = {},
): { state: TriggerState; raised: Raised[] } {
  let state = from;
  const raised: Raised[] = [];
  for (const one of observations) {
    const step = observed(rules, state, one);
    state = step.state;
    raised.push(...step.raised);
  }
  return { state, raised };
}

/** `opened run-time:1000:FX-110:B:0020:longer:MO-3` */
function story(rules: readonly TriggerRule[], observations: readonly Observation[]): string[] {
  return replay(rules, observations).raised.map(({ kind, occasion }) => `${kind} ${occasion}`);
}

function runTimes(...seconds: readonly number[]): Observation[] {
  return seconds.map((one, at) => runTime(at, one));
}

function reportOf(rule: TriggerRule, observations: readonly Observation[]): unknown {
  const [first] = replay([rule], observations).raised;
  return first?.kind === "opened" ? first.proposals.find(({ kind }) => kind === "problem report") : null;
}

describe("run times outside the band", () => {
  it("open an occasion after three orders in a row, and close it after two within", () => {
    expect(story([RUN_TIME], runTimes(75, 75, 75, 80, 60, 60))).toEqual([
      "opened run-time:1000:FX-110:B:0020:longer:MO-2",
      "closed run-time:1000:FX-110:B:0020:longer:MO-2",
    ]);
    expect(story([RUN_TIME], runTimes(75, 75, 60, 75, 75))).toEqual([]);
    expect(story([RUN_TIME], runTimes(75, 75, 75, 60, 75, 60, 75))).toHaveLength(1);
  });

  it("count on either side of it", () => {
    expect(story([RUN_TIME], runTimes(40, 40, 40))).toEqual(["opened run-time:1000:FX-110:B:0020:shorter:MO-2"]);
  });

  it("propose the median of the orders' medians, with the orders as evidence", () => {
    const [opened] = replay([RUN_TIME], runTimes(78, 75.2, 300)).raised;
    expect(opened).toEqual({
      kind: "opened",
      occasion: "run-time:1000:FX-110:B:0020:longer:MO-2",
      proposals: [
        {
          kind: "routing time",
          occasion: "run-time:1000:FX-110:B:0020:longer:MO-2",
          place: PLACE,
          plannedSeconds: 60,
          proposedSeconds: 78,
          evidence: `MO-0, finished 2026-03-02T00:00:00.000Z, 40 pieces: 78.0 s a piece, 60.0 s planned
MO-1, finished 2026-03-02T01:00:00.000Z, 40 pieces: 75.2 s a piece, 60.0 s planned
MO-2, finished 2026-03-02T02:00:00.000Z, 40 pieces: 300.0 s a piece, 60.0 s planned`,
        },
      ],
    });
  });

  it("of orders with too few pieces are passed over", () => {
    const small = runTime(2, 75, 9);
    expect(story([RUN_TIME], [runTime(0, 75), runTime(1, 75), small])).toEqual([]);
    expect(story([RUN_TIME], [runTime(0, 75), runTime(1, 75), small, runTime(3, 75)])).toHaveLength(1);
  });
});

describe("a problem report", () => {
  it("says what was scrapped beyond plan, and the factor makes up for it", () => {
    const orders = [10, 10, 10].map((scrapped, at) => observation(at, { kind: "scrap", scrapped, plannedShare: 0.02 }));
    expect(reportOf(SCRAP, orders)).toMatchObject({
      title: "Scrap above plan at operation 0020",
      description:
        "At operation 0020 of FX-110 rev B in plant 1000, 25.0 % of the pieces are scrapped where 2.0 % are planned. Rule scrap asks for a look after 3 orders in a row.",
      occasion: "scrap:1000:FX-110:B:0020:above plan:MO-2",
    });
    const [opened] = replay([SCRAP], orders).raised;
    expect(opened?.kind === "opened" ? opened.proposals[0] : null).toMatchObject({
      kind: "scrap factor",
      plannedShare: 0.02,
      proposedShare: 0.25,
      proposedPercent: 100 / 3,
    });
  });

  it("says what a change did to first-pass yield", () => {
    const rule: TriggerRule = { ...SCRAP, name: "yield", watches: "first-pass yield", proposes: ["problem report"] };
    const orders = [36, 36, 35].map((passed, at) =>
      observation(at, { kind: "first-pass yield", passed, shareBefore: 0.97, change: "ECO-0007" as ChangeId }),
    );
    expect(reportOf(rule, orders)).toMatchObject({
      title: "First-pass yield lower since ECO-0007 at operation 0020",
      description:
        "At operation 0020 of FX-110 rev B in plant 1000, 89.2 % of the pieces are good at the first pass since ECO-0007, where 97.0 % were before (-7.8 points). Rule yield asks for a look after 3 orders in a row.",
    });
  });

  it("says which nonconformance repeats", () => {
    const orders = [{ NC12: 1 }, {}, { NC12: 2, NC7: 1 }, {}, { NC12: 1 }].map((codes, at) =>
      nonconformances(at, codes),
    );
    expect(reportOf(REPEATED, orders)).toMatchObject({
      title: "Nonconformance NC12 repeated at operation 0020",
      description:
        "At operation 0020 of FX-110 rev B in plant 1000, nonconformance NC12 occurred 4 times in 5 orders. Rule repeated asks for a look after 3 of the last 5 orders.",
    });
  });

  it("says which substitute is used again and again", () => {
    const rule: TriggerRule = { ...REPEATED, name: "substitutes", watches: "substitution" };
    const occurred = [{ designed: "BOLT" as ItemId, used: "BOLT-ZN" as ItemId, times: 8 }];
    const orders = [0, 1, 2].map((at) => observation(at, { kind: "substitution", occurred }));
    expect(reportOf(rule, orders)).toMatchObject({
      title: "BOLT-ZN for BOLT repeatedly at operation 0020",
      evidence: expect.stringMatching(/^MO-0, finished .*, 40 pieces: BOLT-ZN for BOLT 8 times\n/),
    });
  });
});

/** What the report of a rule shows of each order, one after the other. */
function evidenceOf(rule: TriggerRule, readings: readonly Reading[]): readonly (string | undefined)[] | undefined {
  const orders = readings.map((reading, at) => observation(at, reading));
  const found = reportOf(rule, orders) as { readonly evidence: string } | null;
  return found?.evidence.split("\n").map((line) => line.split(": ")[1]);
}

function scrappedOf(scrapped: number): readonly Observation[] {
  return [0, 1, 2].map((at) => observation(at, { kind: "scrap", scrapped, plannedShare: 0.02 }));
}

/** An order that ended at the same instant as others. */
function atOnce(order: string, seconds: number): Observation {
  return { ...runTime(0, seconds), order };
}

describe("what a report shows of each order", () => {
  const report = { proposes: ["problem report"] } as const;

  it("is its run time beside the planned one", () => {
    const rule: TriggerRule = { ...RUN_TIME, ...report };
    expect(reportOf(rule, runTimes(78, 75.2, 300))).toMatchObject({
      title: "Run time longer than planned at operation 0020",
      description:
        "At operation 0020 of FX-110 rev B in plant 1000, a piece takes 78.0 s where 60.0 s are planned. Rule run-time asks for a look after 3 orders in a row.",
    });
  });

  it("is what was scrapped, with the share", () => {
    const scrapped: Reading = { kind: "scrap", scrapped: 10, plannedShare: 0.02 };
    expect(evidenceOf(SCRAP, [scrapped, scrapped, scrapped])?.[0]).toBe("10 scrapped (25.0 %), 2.0 % planned");
  });

  it("is what was good at the first pass, with the share, and what it was before", () => {
    const rule: TriggerRule = { ...SCRAP, ...report, watches: "first-pass yield" };
    const passed: Reading = { kind: "first-pass yield", passed: 36, shareBefore: 0.97, change: "ECO-7" as ChangeId };
    expect(evidenceOf(rule, [passed, passed, passed])?.[0]).toBe(
      "36 good at the first pass (90.0 %), 97.0 % before ECO-7",
    );
  });

  it("is how often each nonconformance occurred, and each substitute was used", () => {
    const occurred = [
      { code: "NC12", times: 1 },
      { code: "NC7", times: 2 },
    ];
    const none: Reading = { kind: "nonconformance", occurred: [] };
    const some: Reading = { kind: "nonconformance", occurred };
    expect(evidenceOf(REPEATED, [some, none, some, none, some])).toEqual([
      "NC12 1 time, NC7 2 times",
      "none",
      "NC12 1 time, NC7 2 times",
      "none",
      "NC12 1 time, NC7 2 times",
    ]);
    const substitutes: TriggerRule = { ...REPEATED, watches: "substitution" };
    const used: Reading = {
      kind: "substitution",
      occurred: [{ designed: "BOLT" as ItemId, used: "BOLT-ZN" as ItemId, times: 8 }],
    };
    expect(
      reportOf(
        substitutes,
        [used, used, used].map((reading, at) => observation(at, reading)),
      ),
    ).toMatchObject({
      description:
        "At operation 0020 of FX-110 rev B in plant 1000, BOLT-ZN for BOLT was used 24 times in 3 orders. Rule repeated asks for a look after 3 of the last 5 orders.",
    });
  });
});

describe("what is proposed", () => {
  it("is no scrap factor where all was scrapped: none makes up for it", () => {
    const [opened] = replay([SCRAP], scrappedOf(40)).raised;
    expect(opened?.kind === "opened" ? opened.proposals.map(({ kind }) => kind) : null).toEqual(["problem report"]);
  });

  it("is nothing that does not answer what was read", () => {
    const times: TriggerRule = { ...SCRAP, proposes: ["routing time"] as never };
    const [opened] = replay([times], scrappedOf(10)).raised;
    expect(opened).toMatchObject({ kind: "opened", proposals: [] });
    const factor: TriggerRule = { ...RUN_TIME, proposes: ["scrap factor"] as never };
    expect(replay([factor], runTimes(75, 75, 75)).raised).toMatchObject([{ kind: "opened", proposals: [] }]);
  });
});

it("reads of an order only what the rule watches, and takes one of just as many pieces as it asks for", () => {
  expect(replay([SCRAP], runTimes(75, 75, 75))).toEqual({ state: {}, raised: [] });
  expect(story([RUN_TIME], [runTime(0, 75, 10), runTime(1, 75, 10), runTime(2, 75, 10)])).toHaveLength(1);
});

it("looks at the newest orders alone, and opens with one that is over itself", () => {
  const often: TriggerRule = { ...RUN_TIME, opensAfter: { times: 2, of: 3 } };
  expect(story([often], runTimes(75, 60, 60, 75))).toEqual([]);
  expect(story([often], runTimes(75, 60, 75))).toEqual(["opened run-time:1000:FX-110:B:0020:longer:MO-2"]);
  // The second is told late: the newest of the three is within the band.
  expect(story([often], [runTime(0, 75), runTime(2, 60), runTime(1, 75)])).toEqual([]);
});

it("closes with the newest order of a calm, and forgets what came before it", () => {
  const opened = runTimes(75, 75, 75, 60, 60);
  const { state } = replay([RUN_TIME], opened);
  expect(replay([RUN_TIME], [runTime(3, 75), runTime(4, 75), runTime(5, 75), runTime(6, 75)], state).raised).toEqual(
    [],
  );
  expect(
    replay([RUN_TIME], [runTime(5, 75), runTime(6, 75), runTime(7, 75)], state).raised.map(({ occasion }) => occasion),
  ).toEqual(["run-time:1000:FX-110:B:0020:longer:MO-7"]);
});

it("closes only after as many calm orders as the rule asks for", () => {
  const one = replay([RUN_TIME], runTimes(75, 75, 75, 60));
  expect(one.raised).toHaveLength(1);
  const patient: TriggerRule = { ...REPEATED, watches: "substitution" };
  const used = {
    kind: "substitution",
    occurred: [{ designed: "A" as ItemId, used: "B" as ItemId, times: 1 }],
  } as const;
  const none = { kind: "substitution", occurred: [] } as const;
  const orders = [used, used, used, none, none, none, none].map((reading, at) => observation(at, reading));
  expect(story([patient], orders)).toEqual([
    "opened repeated:1000:FX-110:B:0020:B for A:MO-2",
    "closed repeated:1000:FX-110:B:0020:B for A:MO-2",
  ]);
});

it("keeps orders of one instant in the order of their numbers", () => {
  const calm = [atOnce("MO-9", 60), atOnce("MO-8", 75), atOnce("MO-7", 75), atOnce("MO-6", 75)];
  expect(story([RUN_TIME], calm)).toEqual([]);
});

it("closes a nonconformance that orders no longer name", () => {
  const orders = [{ NC12: 1 }, { NC12: 1 }, { NC12: 1 }, {}, { NC7: 1 }, {}, {}];
  expect(
    story(
      [REPEATED],
      orders.map((codes, at) => nonconformances(at, codes)),
    ),
  ).toEqual(["opened repeated:1000:FX-110:B:0020:NC12:MO-2", "closed repeated:1000:FX-110:B:0020:NC12:MO-2"]);
});

it("sorts a late order in by its instant, and lets a correction take the place of what it corrects", () => {
  expect(story([RUN_TIME], [runTime(0, 75), runTime(2, 75), runTime(1, 60), runTime(3, 75)])).toEqual([]);
  expect(story([RUN_TIME], [runTime(0, 75), runTime(1, 60), runTime(1, 75), runTime(2, 75)])).toHaveLength(1);
});

it("passes over run times that nothing is planned for", () => {
  const unplanned = { kind: "run time", medianSeconds: 75, plannedSeconds: 0 } as const;
  expect(replay([RUN_TIME], [observation(0, unplanned)])).toEqual({ state: {}, raised: [] });
});

it("tells causes apart whose names have colons", () => {
  const odd = story([{ ...RUN_TIME, name: "a:b" }], runTimes(75, 75, 75));
  expect(odd).toEqual(["opened a%3Ab:1000:FX-110:B:0020:longer:MO-2"]);
});

describe("a rule that could not work", () => {
  it.each([
    [{ closesAt: 0.2 }, "It closes at 0.2, which is not below 0.2, where it opens."],
    [{ opensAfter: { times: 4, of: 3 } }, "It waits for 4 of 3 orders."],
    [{ closesAfter: 0 }, "Orders and pieces are counted in whole numbers from 1."],
    [{}, null],
  ])("%j: %s", (part, fault) => {
    expect(ruleFault({ ...RUN_TIME, ...part })).toBe(fault);
  });
});

const anyHistory = fc
  .array(fc.record({ at: fc.integer({ min: 0, max: 30 }), seconds: fc.integer({ min: 40, max: 90 }) }), {
    maxLength: 40,
  })
  .map((entries) => entries.map(({ at, seconds }) => runTime(at, seconds)));
const RULES = [RUN_TIME, { ...RUN_TIME, name: "often", opensAfter: { times: 2, of: 6 } }];

it("raises an occasion once, and no other of its cause before it is closed", () => {
  fc.assert(
    fc.property(anyHistory, (history) => {
      const open = new Map<string, string>();
      const seen = new Set<string>();
      for (const { kind, occasion } of replay(RULES, history).raised) {
        const cause = occasion.slice(0, occasion.lastIndexOf(":"));
        if (kind === "opened") {
          expect(open.has(cause)).toBe(false);
          expect(seen).not.toContain(occasion);
          open.set(cause, occasion);
          seen.add(occasion);
        } else {
          expect(open.get(cause)).toBe(occasion);
          open.delete(cause);
        }
      }
    }),
  );
});

it("does not open or close anything between the thresholds", () => {
  const anyBetween = fc.array(fc.double({ min: 67, max: 71, noNaN: true }), { maxLength: 20 });
  fc.assert(
    fc.property(anyHistory, anyBetween, (history, between) => {
      const { state } = replay(RULES, history);
      const later = between.map((seconds, at) => runTime(100 + at, seconds));
      const longer = replay(RULES, later, state).raised.filter(({ occasion }) => occasion.includes(":longer:"));
      expect(longer).toEqual([]);
    }),
  );
});

it("makes the same of the same observations, and nothing of one that comes twice", () => {
  fc.assert(
    fc.property(anyHistory, (history) => {
      const once = replay(RULES, history);
      expect(replay(RULES, history)).toEqual(once);
      for (const [at, one] of history.entries()) {
        const before = replay(RULES, history.slice(0, at + 1)).state;
        expect(observed(RULES, before, one)).toEqual({ state: before, raised: [] });
      }
      expect(JSON.parse(JSON.stringify(once.state))).toEqual(once.state);
    }),
  );
});
