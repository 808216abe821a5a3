import { expect, it } from "vitest";
import type { Revision } from "../ids.ts";
import { changesInForce, type GivenDesign } from "./changes-in-force.ts";

const B = "B" as Revision;

function design(change: string, mbom: string | null, more: Partial<GivenDesign> = {}): GivenDesign {
  return { change, releasedAt: `2026-0${change.slice(-1)}-01`, revision: null, published: true, mbom, ...more };
}

const DESIGNS = [design("ECO-3", "BOM-30"), design("ECO-1", "BOM-10"), design("ECO-2", "BOM-20")];

it("is the change whose mBOM the order was worked out from, and those before it", () => {
  expect(changesInForce(DESIGNS, { mbom: "BOM-20", revision: null })).toEqual(["ECO-1", "ECO-2"]);
});

it("is none for an order of an mBOM that no change published, however late it is built", () => {
  expect(changesInForce(DESIGNS, { mbom: "BOM-1", revision: null })).toEqual([]);
});

it("goes by the revision where the ERP names no mBOM", () => {
  const designs = [design("ECO-1", null, { revision: "B" }), design("ECO-2", null, { revision: "C" })];
  expect(changesInForce(designs, { mbom: null, revision: B })).toEqual(["ECO-1"]);
  expect(changesInForce(designs, { mbom: null, revision: null })).toEqual([]);
});

it("does not count what the plant does not have yet", () => {
  const designs = [design("ECO-1", "BOM-10"), design("ECO-2", "BOM-20", { published: false })];
  expect(changesInForce(designs, { mbom: "BOM-20", revision: null })).toEqual([]);
});
