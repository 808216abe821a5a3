import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pieceNode, revisionNode, THREAD_KINDS, type ThreadLink, type ThreadNode } from "../thread-link.ts";
import { linkFrom, linkSentence } from "./link-sentence.ts";
import { missingLinks, probesOf, type Probe } from "./missing-links.ts";
import { nodeName, nodeText } from "./node-name.ts";
import { relationsAt, RELATIONS } from "./relations.ts";

const serial = pieceNode("1000", "serial", "SN-1", "FX-110");
const lot = pieceNode("1000", "lot", "L-7", "MOT-024");
const revision = revisionNode("erp", "FX-110", "B");
const order: ThreadNode = { system: "erp", kind: "production order", id: "MO-5001" };
const change: ThreadNode = { system: "plm", kind: "change", id: "ECO-0001" };
const report: ThreadNode = { system: "plm", kind: "problem report", id: "PR-0003" };

describe("a link as a sentence", () => {
  it.each<[ThreadLink, string, string, string]>([
    [
      { from: serial, relation: "contains", to: lot },
      "Serial SN-1 of FX-110 contains lot L-7 of MOT-024.",
      "contains lot L-7 of MOT-024",
      "was built into serial SN-1 of FX-110",
    ],
    [
      { from: order, relation: "built under", to: change },
      "Production order MO-5001 was built under change ECO-0001.",
      "was built under change ECO-0001",
      "was in force for production order MO-5001",
    ],
    [
      { from: change, relation: "releases", to: revision },
      "Change ECO-0001 releases item FX-110 rev B.",
      "releases item FX-110 rev B",
      "was released by change ECO-0001",
    ],
    [
      { from: report, relation: "based on", to: order },
      "Problem report PR-0003 is based on production order MO-5001.",
      "is based on production order MO-5001",
      "is evidence for problem report PR-0003",
    ],
  ])("%#", (link, sentence, fromStart, fromEnd) => {
    expect(linkSentence(link)).toBe(sentence);
    expect(linkFrom(link.from, link)).toBe(fromStart);
    expect(linkFrom(link.to, link)).toBe(fromEnd);
  });
});

describe("the direction of a relation", () => {
  it("leads from a serial back over its order and its design to the change", () => {
    expect(relationsAt("from", "back")).toEqual(
      expect.arrayContaining(["made by", "built under", "makes", "contains"]),
    );
    expect(relationsAt("to", "back")).toEqual(expect.arrayContaining(["releases", "touches", "published as"]));
  });

  it("leads from a change forward over item revisions and orders to serials, and to those they were built into", () => {
    expect(relationsAt("from", "forward")).toEqual(expect.arrayContaining(["releases", "touches", "dispatched as"]));
    expect(relationsAt("to", "forward")).toEqual(
      expect.arrayContaining(["built under", "makes", "made by", "contains", "consumed", "based on"]),
    );
  });

  it("is one way only, whichever end one stands at", () => {
    for (const end of ["from", "to"] as const) {
      const [back, forward] = [relationsAt(end, "back"), relationsAt(end, "forward")];
      expect([...back, ...forward].toSorted()).toEqual(Object.keys(RELATIONS).toSorted());
      expect(back.filter((relation) => forward.includes(relation))).toEqual([]);
    }
  });
});

describe("a name", () => {
  it("is what people type, with the item beside it", () => {
    expect(nodeName(serial)).toEqual({ name: "SN-1", item: "FX-110", revision: null });
    expect(nodeName(revision)).toEqual({ name: "FX-110", item: null, revision: "B" });
    expect(nodeName(order)).toEqual({ name: "MO-5001", item: null, revision: null });
    expect(nodeText(revisionNode("erp", "FX-110", ""))).toBe("item FX-110");
  });

  it("reads back whatever number a piece has", () => {
    const item = fc.stringMatching(/^[A-Z0-9 .-]{1,12}$/);
    fc.assert(
      fc.property(fc.string(), item, (number, of) => {
        expect(nodeName(pieceNode("1000", "serial", number, of))).toMatchObject({ name: number, item: of });
      }),
    );
  });
});

describe("a missing link", () => {
  it("is told of a serial without an order, and of one whose components nobody told", () => {
    expect(says(serial, ["contains"])).toEqual([
      expect.stringMatching(/^Serial SN-1 of FX-110 has no origin on record/),
    ]);
    expect(says(serial, ["made by"])).toEqual([expect.stringMatching(/has no component lot or serial on record/)]);
    expect(says(serial, ["made by", "contains"])).toEqual([]);
  });

  it("is told of a lot whose origin nobody knows", () => {
    expect(says(lot, [])).toEqual([expect.stringMatching(/^Lot L-7 of MOT-024 has no origin .*purchase-order line/)]);
    expect(says(lot, ["made by"])).toEqual([]);
  });

  it("is told of an order without a design, and of one that was worked on without Heddle", () => {
    expect(says(order, [])).toEqual([
      expect.stringMatching(/no item revision on record/),
      expect.stringMatching(/no engineering change on record/),
    ]);
    expect(says(order, ["makes", "touches"])).toEqual([]);
    expect(says(order, ["makes", "built under", "made by"])).toEqual([
      expect.stringMatching(/was worked on, and Heddle did not dispatch it/),
    ]);
    expect(says(order, ["makes", "built under", "made by", "dispatched as"])).toEqual([]);
  });

  it("is never told when all that is asked for is there", () => {
    for (const kind of THREAD_KINDS) {
      const node = { system: "x", kind, id: "1" };
      for (const direction of ["back", "forward"] as const) {
        expect(missingLinks(node, direction, () => true)).toEqual([]);
        const asked = probesOf(node, direction).map(({ end, relation }) => `${end} ${relation}`);
        expect(new Set(asked).size).toBe(asked.length);
      }
    }
  });
});

/** What is missing where links of these relations are there. */
function says(node: ThreadNode, there: readonly Probe["relation"][]): readonly string[] {
  return (["back", "forward"] as const)
    .flatMap((direction) => missingLinks(node, direction, ({ relation }) => there.includes(relation)))
    .map(({ sentence }) => sentence);
}
