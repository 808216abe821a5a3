import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { daysAfter, type Day } from "../calendar.ts";
import { effectivityText } from "../effectivity-text.ts";
import type { Mbom, MbomLine } from "../mbom.ts";
import { quantityText } from "../quantity.ts";
import { mbom, mbomLine } from "./bom-builder.ts";
import { datedMbom, mbomSince, mbomToPublish, type Publication } from "./dated-mbom.ts";
import { sameMbom } from "./diff-mbom.ts";
import { effectiveLines } from "./exploded-components.ts";

const JUNE = "2026-06-01" as Day;
const MAY = "2026-05-01" as Day;

/** `L10 2 EA BOLT` with a date, where there is one. */
function drawn({ lines }: Mbom): readonly string[] {
  return lines.map(({ key, quantity, item, effectivity }) =>
    [`${key} ${quantityText(quantity)} ${item}`, effectivityText(effectivity)].join(" ").replace(/ always$/, ""),
  );
}

function frame(...lines: readonly MbomLine[]): Mbom {
  return mbom("FRAME", lines);
}

const OLD = frame(mbomLine("L10", "BOLT", "4"), mbomLine("L20", "MOT-024", "1"), mbomLine("L30", "RIVET", "8"));
const NEW = frame(mbomLine("L10", "BOLT", "4"), mbomLine("L20", "MOT-026", "1"), mbomLine("L40", "NUT", "4"));

describe("an mBOM with a day on which it changes", () => {
  it("holds what goes until the day before, what comes from the day, and what stays without a date", () => {
    expect(drawn(datedMbom(OLD, NEW, JUNE))).toEqual([
      "L10 4 EA BOLT",
      "L20~2026-05-31 1 EA MOT-024 until 2026-05-31",
      "L20 1 EA MOT-026 from 2026-06-01",
      "L40 4 EA NUT from 2026-06-01",
      "L30~2026-05-31 8 EA RIVET until 2026-05-31",
    ]);
  });

  it("lets a line stand that only got another number, because one came in before it", () => {
    const lines = [mbomLine("L10", "PLATE", "1"), mbomLine("L20", "BOLT", "4"), mbomLine("L30", "MOT-024", "1")];
    const renumbered = frame(...lines, mbomLine("L40", "RIVET", "8"));
    const dated = datedMbom(OLD, renumbered, JUNE);
    expect(drawn(dated)).toEqual([
      "L10 1 EA PLATE from 2026-06-01",
      "L20 4 EA BOLT",
      "L30 1 EA MOT-024",
      "L40 8 EA RIVET",
    ]);
    // Where a planner takes the plate out, what is left says the same as before.
    expect(sameMbom(OLD, datedMbom(OLD, frame(...renumbered.lines.slice(1)), JUNE))).toBe(true);
  });

  it("is the design itself where there was none", () => {
    expect(datedMbom(null, NEW, JUNE)).toBe(NEW);
  });

  it("keeps dates that engineering gave a line", () => {
    const effectivity = { from: "2026-07-01" as Day, until: "2026-12-31" as Day };
    expect(drawn(datedMbom(OLD, frame(mbomLine("L10", "BOLT", "4", { effectivity })), JUNE))).toEqual([
      "L10~2026-05-31 4 EA BOLT until 2026-05-31",
      "L10 4 EA BOLT from 2026-07-01 until 2026-12-31",
      "L20~2026-05-31 1 EA MOT-024 until 2026-05-31",
      "L30~2026-05-31 8 EA RIVET until 2026-05-31",
    ]);
  });

  it("goes on from an earlier day's change, whose dates stay", () => {
    const may = datedMbom(OLD, frame(mbomLine("L10", "BOLT", "6"), mbomLine("L20", "MOT-024", "1")), MAY);
    const june = frame(mbomLine("L10", "BOLT", "6"), mbomLine("L20", "MOT-026", "1"));
    expect(drawn(datedMbom(may, june, JUNE))).toEqual([
      "L10 6 EA BOLT from 2026-05-01",
      "L20~2026-05-31 1 EA MOT-024 until 2026-05-31",
      "L20 1 EA MOT-026 from 2026-06-01",
      "L10~2026-04-30 4 EA BOLT until 2026-04-30",
      "L30~2026-04-30 8 EA RIVET until 2026-04-30",
    ]);
  });

  it("tells a line that ends by itself before the day from the one that begins then", () => {
    const until = { effectivity: { from: null, until: MAY } };
    expect(
      drawn(datedMbom(frame(mbomLine("L10", "BOLT", "4", until)), frame(mbomLine("L10", "BOLT", "4")), JUNE)),
    ).toEqual(["L10 4 EA BOLT from 2026-06-01", "L10~2026-05-01 4 EA BOLT until 2026-05-01"]);
  });

  it("drops what would have begun only later", () => {
    const july = datedMbom(frame(), frame(mbomLine("L10", "BOLT", "4")), "2026-07-01" as Day);
    expect(drawn(datedMbom(july, frame(), JUNE))).toEqual([]);
  });

  it("seen from a day on is what holds from then on", () => {
    expect(drawn(mbomSince(datedMbom(OLD, NEW, JUNE), JUNE))).toEqual([
      "L10 4 EA BOLT",
      "L20 1 EA MOT-026 from 2026-06-01",
      "L40 4 EA NUT from 2026-06-01",
    ]);
  });
});

describe("what is published", () => {
  const ahead = (today: string, held: Mbom, more: Partial<Publication> = {}): Mbom =>
    mbomToPublish({
      before: OLD,
      planned: NEW,
      held,
      from: JUNE,
      today: today as Day,
      isPublished: true,
      ...more,
    });
  const DATED = datedMbom(OLD, NEW, JUNE);

  it("is both designs before the day", () => {
    expect(ahead("2026-05-01", OLD, { isPublished: false })).toEqual(DATED);
  });

  it.each(["2026-05-02", "2026-05-31", "2026-06-01", "2026-06-02", "2027-01-01"])(
    "stays as it stands on %s",
    (today) => {
      expect(sameMbom(DATED, ahead(today, DATED))).toBe(true);
    },
  );

  it("is the new design alone where the day had passed before", () => {
    expect(ahead("2026-06-01", OLD, { isPublished: false })).toEqual(NEW);
    expect(sameMbom(NEW, ahead("2026-06-05", NEW))).toBe(true);
  });

  it("moves its dates where engineering moves the day", () => {
    const july = "2026-07-01" as Day;
    expect(ahead("2026-05-02", DATED, { from: july })).toEqual(datedMbom(OLD, NEW, july));
    expect(drawn(ahead("2026-05-02", DATED, { from: "2026-05-02" as Day }))).toEqual([
      "L10 4 EA BOLT",
      "L20 1 EA MOT-026",
      "L40 4 EA NUT",
    ]);
  });

  it("is written once also on the very day of the change before it", () => {
    const next = frame(mbomLine("L10", "BOLT", "4"), mbomLine("L20", "MOT-028", "1"), mbomLine("L40", "NUT", "4"));
    const published = ahead("2026-06-01", DATED, { before: DATED, planned: next, isPublished: false });
    for (const from of ["2026-06-01", "2026-06-02", "2026-07-15"] as Day[]) {
      const again = ahead(from, published, { before: DATED, planned: next, from });
      expect(sameMbom(published, again)).toBe(true);
    }
  });

  it("clears away what an earlier change left behind, once it is published anew, and never for its own sake", () => {
    const may = datedMbom(OLD, frame(mbomLine("L10", "BOLT", "6"), mbomLine("L20", "MOT-024", "1")), MAY);
    const same = frame(mbomLine("L10", "BOLT", "6"), mbomLine("L20", "MOT-024", "1"));
    const first = { before: may, from: JUNE, isPublished: false };
    expect(sameMbom(may, ahead("2026-05-15", may, { ...first, planned: same }))).toBe(true);

    const next = frame(mbomLine("L10", "BOLT", "6"), mbomLine("L20", "MOT-026", "1"));
    const published = ahead("2026-05-15", may, { ...first, planned: next });
    expect(drawn(published)).toEqual([
      "L10 6 EA BOLT from 2026-05-01",
      "L20~2026-05-31 1 EA MOT-024 until 2026-05-31",
      "L20 1 EA MOT-026 from 2026-06-01",
    ]);
    expect(sameMbom(published, ahead("2026-05-16", published, { before: may, planned: next }))).toBe(true);
  });
});

/** What an order of that day takes. */
function said(one: Mbom, on: Day): readonly string[] {
  return effectiveLines(one, on)
    .map(({ item, quantity }) => `${quantityText(quantity)} ${item}`)
    .toSorted();
}

describe("laws of dated mBOMs", () => {
  const keys = ["L10", "L20", "L30", "L40"];
  const day = fc.integer({ min: 0, max: 12 }).map((days) => daysAfter(MAY, days));
  const design = fc
    .array(fc.tuple(fc.constantFrom(...keys), fc.constantFrom("BOLT", "NUT", "PIN"), fc.constantFrom("1", "2")))
    .map((lines) => frame(...new Map(lines.map(([key, item, amount]) => [key, mbomLine(key, item, amount)])).values()));
  it("says on each day what the design of that day says, through any number of changes", () => {
    fc.assert(
      fc.property(design, fc.array(fc.tuple(day, design), { maxLength: 4 }), day, (start, given, on) => {
        const steps = given.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
        const dated = steps.reduce<Mbom>((before, [from, planned]) => datedMbom(before, planned, from), start);
        const inForce = steps.findLast(([from]) => from <= on)?.[1] ?? start;
        expect(said(dated, on)).toEqual(said(inForce, on));
      }),
    );
  });

  it("is composed once, however often it is planned", () => {
    fc.assert(
      fc.property(design, design, day, (before, planned, from) => {
        const once = datedMbom(before, planned, from);
        expect(sameMbom(once, datedMbom(once, planned, from))).toBe(true);
        const mbomKeys = once.lines.map(({ key }) => key);
        expect(new Set(mbomKeys).size).toBe(mbomKeys.length);
      }),
    );
  });

  it("is written once, and no passing day writes it again", () => {
    fc.assert(
      fc.property(design, design, day, fc.array(day), (before, planned, from, days) => {
        const [first = MAY, ...later] = days.toSorted();
        const step = { before, planned, from };
        const published = mbomToPublish({ ...step, held: before, today: first, isPublished: false });
        const isPublished = !sameMbom(before, published);
        for (const today of later) {
          const again = mbomToPublish({ ...step, held: published, today, isPublished });
          expect(sameMbom(published, again)).toBe(true);
          expect(said(again, today)).toEqual(said(today < from ? before : planned, today));
        }
      }),
    );
  });
});
