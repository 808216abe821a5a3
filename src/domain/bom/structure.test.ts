import { describe, expect, it } from "vitest";
import { itemRevision, type Ebom } from "../ebom.ts";
import type { ItemId, LineId, Revision } from "../ids.ts";
import { ebom, key, line } from "./bom-builder.ts";
import { numbered, revisionIndex, structureOf } from "./structure.ts";

const BOLT = "BOLT" as ItemId;
const boltRev = (revision: string) => itemRevision(BOLT, revision as Revision);

/** Items of BOLT in these revisions, and one NUT. */
function itemsOf(...revisions: readonly string[]): Ebom["items"] {
  const [bolt, nut] = [ebom({}, { BOLT: {} }), ebom({}, { NUT: {} })].map(({ items }) => [...items.values()][0]);
  if (bolt === undefined || nut === undefined) throw new Error("there are no items");
  return new Map([
    ...revisions.map((revision) => [boltRev(revision), { ...bolt, revision: revision as Revision }] as const),
    [key("NUT"), nut],
  ]);
}

describe("an item's revisions", () => {
  it("are in the order in which people count them", () => {
    const index = revisionIndex(itemsOf("B", "10", "9", "A"));
    expect(index.of(BOLT)).toEqual(["9", "10", "A", "B"].map(boltRev));
    expect(index.of("NUT" as ItemId)).toEqual([key("NUT")]);
    expect(index.of("GHOST" as ItemId)).toEqual([]);
  });

  it("follow what comes and goes, and nothing else", () => {
    const index = revisionIndex(itemsOf("A", "C"));
    expect(index.of(BOLT)).toEqual(["A", "C"].map(boltRev));
    index.change([boltRev("B")], itemsOf("A", "B", "C"));
    expect(index.of(BOLT)).toEqual(["A", "B", "C"].map(boltRev));
    index.change([boltRev("A"), boltRev("B")], itemsOf("B", "C"));
    expect(index.of(BOLT)).toEqual(["B", "C"].map(boltRev));
    expect(index.of("NUT" as ItemId)).toEqual([key("NUT")]);
  });

  it("follow also what was changed before anybody asked", () => {
    const index = revisionIndex(itemsOf("A"));
    index.change([boltRev("B")], itemsOf("A", "B"));
    expect(index.of(BOLT)).toEqual(["A", "B"].map(boltRev));
  });
});

describe("lines of one id, which a PLM should not send", () => {
  it("are told apart by numbers that no other line has", () => {
    const twice = { id: "L10" as LineId };
    const structure = structureOf(
      ebom({
        FRAME: [
          line("A", "1", twice),
          line("B", "1", twice),
          line("C", "1", twice),
          line("D", "1", { id: "L10#2" as LineId }),
        ],
      }),
    );
    expect(structure.lines(key("FRAME"))?.map(({ id, item }) => `${id} ${item}`)).toEqual([
      "L10 A",
      "L10#3 B",
      "L10#4 C",
      "L10#2 D",
    ]);
  });

  it("get the first number that is not taken", () => {
    expect(numbered("X", new Set())).toBe("X");
    expect(numbered("X", new Set(["X", "X#2"]))).toBe("X#3");
  });
});

describe("the lines of an assembly", () => {
  it("are in the order of their find numbers, whatever order they come in", () => {
    const shuffled = ebom({
      FRAME: [
        line("C", "1", { findNumber: "100" }),
        line("A", "1", { findNumber: "9" }),
        line("B", "1", { findNumber: "20" }),
      ],
    });
    expect(
      structureOf(shuffled)
        .lines(key("FRAME"))
        ?.map(({ item }) => item),
    ).toEqual(["A", "B", "C"]);
    expect(structureOf(shuffled).lines(key("GHOST"))).toBeUndefined();
  });
});
