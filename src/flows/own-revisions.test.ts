import { describe, expect, it } from "vitest";
import { ebom, key, line } from "../domain/bom/bom-builder.ts";
import type { Ebom } from "../domain/ebom.ts";
import type { ItemId, Revision } from "../domain/ids.ts";
import type { Wanted } from "../domain/plan-design.ts";
import type { VersionToken } from "../domain/plant-item.ts";
import { change, PLANT, plantItem } from "../domain/testing.ts";
import { withOwnRevisions } from "./own-revisions.ts";

/** The change brings the harness to revision A, with two wires; in the PLM a later one has brought it to C, with three. */
const OWN = ebom({ HARNESS: [line("WIRE", "2")] });

describe("a change whose item was revised once more before it was carried out", () => {
  it("is planned with its own revision, and with what that is made of", async () => {
    const { ebom: structure } = await read("C", "-");

    expect(callsOf(structure, "FRAME")).toEqual(["HARNESS rev A", "BOLT rev A"]);
    expect(callsOf(structure, "HARNESS")).toEqual(["WIRE rev A"]);
    expect([...structure.items.keys()]).not.toContain("HARNESS rev C");
  });

  it("leaves the plant alone where that has the later revision", async () => {
    const { ebom: structure } = await read("C", "C");

    expect(callsOf(structure, "FRAME")).toEqual(["HARNESS rev C", "BOLT rev A"]);
  });

  it("does not touch a line that is fixed to an earlier revision", async () => {
    const { ebom: structure } = await read("-", "-");

    expect(callsOf(structure, "FRAME")).toEqual(["HARNESS rev -", "BOLT rev A"]);
  });
});

/** @param called the harness that the frame calls for now. @param built the one that the plant builds. */
function read(called: string, built: string): Promise<Wanted> {
  const harness = line("HARNESS", "1", { revision: called as Revision });
  const wanted: Wanted = {
    system: "plm",
    change: change({ HARNESS: { to: "A" } }),
    ebom: ebom({ FRAME: [harness, line("BOLT", "4")] }),
    tops: [key("FRAME")],
    findings: [],
  };
  const held = { value: plantItem("HARNESS", { revision: built as Revision }), version: "1" as VersionToken };
  return withOwnRevisions(
    wanted,
    PLANT,
    { ebom: { read: () => Promise.resolve({ ebom: OWN, findings: [] }), whereUsed: () => Promise.resolve([]) } },
    { items: { read: () => Promise.resolve(new Map([["HARNESS" as ItemId, held]])) } },
  );
}

function callsOf({ assemblies }: Ebom, item: string): string[] {
  return (assemblies.get(key(item))?.lines ?? []).map((one) => `${one.item} rev ${one.revision}`);
}
