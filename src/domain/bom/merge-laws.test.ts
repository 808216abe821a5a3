import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ItemId, MbomLineKey, OperationId } from "../ids.ts";
import type { Mbom, MbomLine, SupplyType } from "../mbom.ts";
import { mbom, mbomLine, quantity } from "./bom-builder.ts";
import { sameMbom } from "./diff-mbom.ts";
import { lineText, lineWords, wordsIn } from "./line-fields.ts";
import type { MbomField } from "./mbom-diff.ts";
import type { ConflictId, MbomMerge, MergeField, Resolution, Side } from "./mbom-merge.ts";
import { mergeMbom } from "./merge-mbom.ts";

const items = fc.constantFrom("BOLT", "NUT", "SEAL").map((item) => item as ItemId);
const operations = fc.constantFrom(null, "0010", "0020").map((operation) => operation as OperationId | null);
const supplies = fc.constantFrom<SupplyType | null>(null, "push", "bulk");
const amounts = fc.constantFrom("1", "2", "3", "0.5 KGM").map(quantity);
const designators = fc.subarray(["R1", "R2"]);

const edits = fc.oneof<fc.Arbitrary<Partial<MbomLine>>[]>(
  amounts.map((amount) => ({ quantity: amount })),
  operations.map((operation) => ({ operation })),
  supplies.map((supply) => ({ supply })),
  designators.map((referenceDesignators) => ({ referenceDesignators })),
  items.map((item) => ({ item })),
  fc.constant({ basis: "per order" }),
);

/** What somebody does to each line in turn, and how many lines he adds. */
const editing = fc.record({
  done: fc.array(fc.option(fc.oneof({ weight: 3, arbitrary: edits }, fc.constant("removed" as const)), { freq: 2 })),
  added: fc.array(fc.tuple(items, amounts, operations, designators), { maxLength: 2 }),
});
type Editing = typeof editing extends fc.Arbitrary<infer Value> ? Value : never;

const bases = fc.array(fc.tuple(items, amounts, operations, supplies, designators), { maxLength: 6 }).map((lines) =>
  of(
    lines.map(([item, amount, operation, supply, referenceDesignators], at) => {
      const more = { quantity: amount, operation, supply, referenceDesignators };
      return mbomLine(`L${at + 1}0`, item, "1", more);
    }),
  ),
);

function of(lines: readonly MbomLine[]): Mbom {
  return mbom("PUMP", lines);
}

function edited({ lines }: Mbom, { done, added }: Editing, keyOf: (at: number) => string): Mbom {
  const left = lines.flatMap((line, at) => {
    const edit = done[at] ?? null;
    return edit === "removed" ? [] : [{ ...line, ...edit }];
  });
  const typed = added.map(([item, amount, operation, referenceDesignators], at) =>
    mbomLine(keyOf(at), item, "1", { quantity: amount, operation, referenceDesignators }),
  );
  return of([...left, ...typed]);
}

const byEngineering = (base: Mbom, by: Editing) => edited(base, by, (at) => `N${at + 1}0`);
const byPlant = (base: Mbom, by: Editing) => edited(base, by, (at) => `planner:00${at + 1}0`);

const NO_ANSWERS: ReadonlyMap<ConflictId, Resolution> = new Map();
const drawn = fc
  .tuple(bases, editing, editing)
  .map(([base, up, down]) => ({ base, engineering: byEngineering(base, up), plant: byPlant(base, down) }));

function merge({ base, engineering, plant }: { base: Mbom; engineering: Mbom; plant: Mbom }): MbomMerge {
  return mergeMbom(base, engineering, plant, NO_ANSWERS);
}

function answers({ conflicts }: MbomMerge, stands: Side): ReadonlyMap<ConflictId, Resolution> {
  return new Map(conflicts.map(({ id, said }) => [id, { conflict: id, stands, plantSaid: said.plant }]));
}

function wordsOf(line: MbomLine, field: Exclude<MergeField, "line">): string {
  return wordsIn(line, field.split(/, | and /) as MbomField[]);
}

/** What two merges say, whatever the order of their lines. */
function inSum({ mbom: { lines }, conflicts, kept }: MbomMerge) {
  return {
    lines: lines.map(lineText).toSorted(),
    conflicts: conflicts.map(({ id, said }) => JSON.stringify([id, said])).toSorted(),
    kept: kept
      .map(({ field, base, engineering, plant, stands }) => JSON.stringify([field, base, engineering, plant, stands]))
      .toSorted(),
  };
}

/** Lines in another order, as a permutation that fast-check can shrink. */
function shuffled({ lines, ...head }: Mbom, weights: readonly number[]): Mbom {
  const order = lines.map((line, at) => ({ line, weight: weights[at] ?? 0 }));
  return { ...head, lines: order.toSorted((a, b) => a.weight - b.weight).map(({ line }) => line) };
}

describe("the merge of any plan with any edits", () => {
  it("is the plan where the plant edited nothing", () => {
    fc.assert(
      fc.property(bases, editing, (base, up) => {
        const engineering = byEngineering(base, up);
        expect(merge({ base, engineering, plant: base })).toEqual({ mbom: engineering, kept: [], conflicts: [] });
      }),
    );
  });

  it("keeps every edit where engineering changed nothing", () => {
    fc.assert(
      fc.property(bases, editing, (base, down) => {
        const plant = byPlant(base, down);
        const { mbom: stands, conflicts } = merge({ base, engineering: base, plant });
        expect(sameMbom(plant, stands)).toBe(true);
        expect(conflicts).toEqual([]);
      }),
    );
  });

  it("names both sides of every conflict, and leaves the plant's in place", () => {
    fc.assert(
      fc.property(drawn, ({ base, engineering, plant }) => {
        const { mbom: stands, conflicts } = merge({ base, engineering, plant });
        const upstream = new Map(engineering.lines.map((line) => [line.key, line]));
        const merged = new Map(stands.lines.map((line) => [line.key, line]));
        for (const { line, field, said } of conflicts) {
          expect(said.engineering).not.toBe(said.plant);
          const [wanted, standing] = [upstream.get(line), merged.get(line)];
          if (field !== "line") {
            expect(wanted && wordsOf(wanted, field)).toBe(said.engineering);
            expect(standing && wordsOf(standing, field)).toBe(said.plant);
          } else {
            expect(wanted === undefined ? null : lineWords(wanted)).toBe(said.engineering);
            expect(stands.lines.map(lineWords).includes(said.plant ?? "")).toBe(said.plant !== null);
          }
        }
      }),
    );
  });

  it("takes what means something only together from one side: no item in the other's quantity, no quantity at the other's designators", () => {
    const together = (["item", "reference designators", "basis"] as const).map((field) => [field, "quantity"] as const);
    fc.assert(
      fc.property(
        drawn,
        fc.constantFrom<Side | null>(null, "engineering", "plant"),
        ({ base, engineering, plant }, side) => {
          const open = merge({ base, engineering, plant });
          const { mbom: stands } = side === null ? open : mergeMbom(base, engineering, plant, answers(open, side));
          for (const fields of together) {
            const said = new Set([...engineering.lines, ...plant.lines].map((line) => wordsIn(line, fields)));
            expect(stands.lines.map((line) => wordsIn(line, fields)).filter((words) => !said.has(words))).toEqual([]);
          }
        },
      ),
    );
  });

  it("stands as each answer says, and has no question left", () => {
    fc.assert(
      fc.property(drawn, fc.constantFrom<Side>("engineering", "plant"), ({ base, engineering, plant }, side) => {
        const open = merge({ base, engineering, plant });
        const answered = mergeMbom(base, engineering, plant, answers(open, side));
        expect(answered.conflicts).toEqual([]);
        for (const { id, line, field, said } of open.conflicts) {
          expect(answered.kept).toContainEqual(expect.objectContaining({ by: id, stands: side }));
          const stands = answered.mbom.lines.find(({ key }) => key === line);
          if (field !== "line") expect(stands && wordsOf(stands, field)).toBe(said[side]);
          else if (said[side] === null) expect(stands).toBeUndefined();
          else expect(answered.mbom.lines.map(lineWords)).toContain(said[side]);
        }
      }),
    );
  });

  it("merges what was published once more to the same, without a new question", () => {
    fc.assert(
      fc.property(
        drawn,
        fc.option(fc.constantFrom<Side>("engineering", "plant")),
        ({ base, engineering, plant }, side) => {
          const open = merge({ base, engineering, plant });
          const first = side === null ? open : mergeMbom(base, engineering, plant, answers(open, side));
          const sent = first.mbom;
          const again = mergeMbom(engineering, engineering, sent, NO_ANSWERS, { sent, held: sent });
          expect(sameMbom(sent, again.mbom)).toBe(true);
          expect(again.conflicts).toEqual([]);
        },
      ),
    );
  });

  it("has each line once, under a key of its own", () => {
    fc.assert(
      fc.property(drawn, (one) => {
        const keys = merge(one).mbom.lines.map(({ key }) => key);
        expect(new Set(keys).size).toBe(keys.length);
      }),
    );
  });

  it("does not depend on the order of lines, where each has its key and no two can be taken for each other", () => {
    const nothingTyped = editing.map(({ done }): Editing => ({ done, added: [] }));
    const keyed = fc
      .tuple(bases, nothingTyped, nothingTyped)
      .map(([base, up, down]) => ({ base, engineering: byEngineering(base, up), plant: byPlant(base, down) }))
      .filter(({ base, plant }) => {
        const texts = [...base.lines, ...plant.lines].map((line) => JSON.stringify([line.key, lineText(line)]));
        return new Set(texts).size === new Set([...base.lines, ...plant.lines].map(lineText)).size;
      });
    const weights = fc.array(fc.nat(9), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(keyed, weights, ({ base, engineering, plant }, order) => {
        const other = {
          base: shuffled(base, order),
          engineering: shuffled(engineering, order.toReversed()),
          plant: shuffled(plant, [...order.slice(3), ...order.slice(0, 3)]),
        };
        expect(inSum(merge(other))).toEqual(inSum(merge({ base, engineering, plant })));
      }),
    );
  });

  it("does not depend on how lines are numbered that have no key of Heddle's", () => {
    fc.assert(
      fc.property(drawn, fc.nat(100), ({ base, engineering, plant }, offset) => {
        const numbered = (from: number) => ({
          base,
          engineering,
          plant: of(plant.lines.map((line, at) => ({ ...line, key: `planner:${from + at}` as MbomLineKey }))),
        });
        expect(inSum(merge(numbered(offset)))).toEqual(inSum(merge(numbered(1000))));
      }),
    );
  });

  it("never loses a line that a planner added", () => {
    fc.assert(
      fc.property(bases, editing, editing, (base, up, { added }) => {
        const plant = byPlant(base, { done: [], added });
        const { mbom: stands, kept, conflicts } = merge({ base, engineering: byEngineering(base, up), plant });
        const left = stands.lines.map(lineText);
        const says = [...kept, ...conflicts.map(({ said, ...one }) => ({ ...one, ...said }))];
        for (const line of plant.lines.slice(base.lines.length)) {
          // It stands, or was taken over, which the merge says.
          const isSaid = says.some(
            ({ field, base: had, plant: typed }) => field === "line" && had === null && typed === lineWords(line),
          );
          expect(left.includes(lineText(line)) || isSaid).toBe(true);
          expect(isSaid).toBe(true);
        }
      }),
    );
  });
});
