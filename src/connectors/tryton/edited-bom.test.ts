import { describe, expect, it } from "vitest";
import { exact, mbom, mbomLine, quantity } from "../../domain/bom/bom-builder.ts";
import { sameMbom } from "../../domain/bom/diff-mbom.ts";
import type { MbomMerge } from "../../domain/bom/mbom-merge.ts";
import { mergeMbom } from "../../domain/bom/merge-mbom.ts";
import type { ItemId, OperationId, SystemId } from "../../domain/ids.ts";
import { NO_SCRAP, type Mbom } from "../../domain/mbom.ts";
import { detailsText } from "./bom-details.ts";
import { fromMbom, toMbom, type NewInput } from "./bom-mapping.ts";
import type { Units } from "./company.ts";
import type { Bom, BomLine } from "./wire.ts";

const TRYTON = "tryton" as SystemId;
const UNITS: Units = { of: () => "EA", digits: () => 2, idOf: () => 1 };

/** Two uses of one screw, which Tryton adds up, a seal with scrap, and what Tryton has no place for. */
const SENT = mbom("PUMP", [
  mbomLine("L10", "SCREW", "4", { operation: "0010" as OperationId, alternates: ["BOLT" as ItemId] }),
  mbomLine("L20", "SCREW", "2", { operation: "0020" as OperationId }),
  mbomLine("L30", "SEAL", "2", { supply: "bulk", scrap: { ...NO_SCRAP, componentPercent: exact("5") } }),
]);

type Input = NewInput & { readonly isNew?: true };

/** What is read back of what was sent, once a planner had a go at the components; without the note, of a copy. */
function held(
  sent: Mbom,
  edit: (inputs: readonly Input[]) => readonly Input[] = (inputs) => inputs,
  note = true,
): Mbom {
  const inputs = edit(fromMbom(sent, "input", TRYTON, UNITS)).map(bomLine);
  const outputs = [bomLine({ item: sent.item, quantity: 1, uom: 1 }, 0)];
  const bom = { id: 7, name: "PUMP", active: true, "inputs.": inputs, "outputs.": outputs } as unknown as Bom;
  const text = note ? detailsText(sent, "ECO-1", "key") : null;
  return toMbom(bom, text, sent.item, { system: TRYTON, plant: sent.plant, units: UNITS });
}

function bomLine({ item, quantity: amount, uom }: Input, at: number): BomLine {
  return { id: at + 1, quantity: amount, uom, "product.": { id: at + 1, code: item } } as unknown as BomLine;
}

const set = (item: string, amount: number) => (inputs: readonly Input[]) =>
  inputs.map((one) => (one.item === item ? { ...one, quantity: amount } : one));

function merged(plant: Mbom, engineering: Mbom = SENT): MbomMerge {
  const read = { sent: SENT, held: SENT, typedFields: ["item", "quantity", "scrap"] as const };
  return mergeMbom(SENT, engineering, plant, new Map(), read);
}

const edits = ({ kept }: MbomMerge) => kept.map(({ line, field, plant }) => `${line} ${field}: ${plant ?? "removed"}`);

describe("a BOM that a planner edits in Tryton", () => {
  it("reads back all that was published, with what stands in the note: nothing looks edited", () => {
    expect(sameMbom(held(SENT), SENT)).toBe(true);
    expect(merged(held(SENT))).toMatchObject({ kept: [], conflicts: [] });
  });

  it("keeps operation, supply and the rest of a line whose quantity is set; scrap is in what was typed", () => {
    const merge = merged(held(SENT, set("SEAL", 3)));
    expect(edits(merge)).toEqual(["L30 quantity: 3 EA", "L30 scrap: none"]);
    expect(merge.mbom.lines[2]).toMatchObject({ supply: "bulk", quantity: quantity("3"), scrap: NO_SCRAP });
    expect(fromMbom(merge.mbom, "input", TRYTON, UNITS).find(({ item }) => item === "SEAL")?.quantity).toBe(3);
  });

  it("builds as many of a part that stands on two lines as the planner set in all", () => {
    const merge = merged(held(SENT, set("SCREW", 7)));
    expect(edits(merge)).toEqual(["L10 quantity: 7 EA", "L20 line: removed"]);
    expect(fromMbom(merge.mbom, "input", TRYTON, UNITS).find(({ item }) => item === "SCREW")?.quantity).toBe(7);
  });

  it("keeps a component that was added and leaves out one that was deleted, also with the change after that", () => {
    const glue: Input = { item: "GLUE" as ItemId, quantity: 1, uom: 1 };
    const plant = held(SENT, (inputs) => [...inputs.filter(({ item }) => item !== "SEAL"), glue]);
    const first = merged(plant);
    expect(edits(first)).toEqual(["L30 line: removed", "planner:GLUE line: 1 EA GLUE, per assembly"]);
    const sent = first.mbom;
    const next = {
      ...SENT,
      lines: SENT.lines.map((line) => (line.key === "L10" ? { ...line, quantity: quantity("5") } : line)),
    };
    const again = mergeMbom(SENT, next, held(sent), new Map(), { sent, held: sent });
    expect(again.mbom.lines.map(({ key, item }) => `${key} ${item}`)).toEqual([
      "L10 SCREW",
      "L20 SCREW",
      "planner:GLUE GLUE",
    ]);
    expect(again.conflicts).toEqual([]);
  });

  it("does not lose what nobody can type in Tryton, where the BOM was copied and the note was not", () => {
    const one = mbom(
      "PUMP",
      SENT.lines.filter(({ key }) => key !== "L20"),
    );
    const copy = held(one, set("SCREW", 5), false);
    const read = { sent: one, held: one, typedFields: ["item", "quantity", "scrap"] as const };
    const merge = mergeMbom(one, one, copy, new Map(), read);
    expect(edits(merge)).toEqual(["L10 quantity: 5 EA", "L30 quantity: 2.1 EA", "L30 scrap: none"]);
    expect(merge.mbom.lines).toMatchObject([{ operation: "0010", alternates: ["BOLT"] }, { supply: "bulk" }]);
  });
});
