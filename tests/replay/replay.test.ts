import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { quantityText } from "../../src/domain/quantity.ts";
import { startTrialHub, type TrialHub } from "../kit/trial-hub.ts";
import { readBomHistory } from "./bom-history.ts";
import { replayHistory, type Replayed } from "./replay-history.ts";

/** The data stand beside a checkout of the project; they are not ours to ship. */
const FOLDER = join(import.meta.dirname, "../../../shared/data/opulo-feeder");

describe.skipIf(!existsSync(FOLDER))("the real BOM history of a tape feeder", () => {
  let trial: TrialHub;
  let replayed: Replayed[];
  beforeAll(async () => {
    trial = await startTrialHub({ rules: "rules/feeder.yaml", plant: "2000", seed: false });
    replayed = await replayHistory(await readBomHistory(FOLDER), "FEEDER", trial);
  });
  afterAll(() => trial.close());

  it("is refused where it is broken or empty, applied where it is not, and in step where nothing changed", () => {
    expect(replayed.map(({ file, state }) => `${file.slice(0, 2)} ${state}`)).toEqual([
      "01 blocked",
      "02 blocked",
      "03 blocked",
      "04 blocked",
      "05 applied",
      "06 in step",
      "07 applied",
      "08 applied",
      "09 applied",
      "10 applied",
      "11 applied",
      "12 in step",
      "13 in step",
      "14 applied",
      "15 applied",
    ]);
  });

  it("says of each refused revision which line is wrong and what to do", () => {
    expect(replayed.slice(0, 4).map(({ reason }) => reason)).toEqual([
      expect.stringContaining("FEEDER rev 01 has no lines"),
      expect.stringContaining('quantity "-" is not a decimal number'),
      expect.stringContaining('quantity "" is not a decimal number'),
      expect.stringContaining('quantity "" is not a decimal number'),
    ]);
  });

  it("ends in an mBOM in the ERP that accounts for every line of the last list", async () => {
    const last = replayed.at(-1);
    const listed = (await readBomHistory(FOLDER)).at(-1)?.parts ?? [];
    const feeder = last?.plan.mboms.find(({ item }) => item === "FEEDER");
    expect(feeder?.account).toHaveLength(listed.length);

    const [bom] = (await activeBoms(trial, "FEEDER")).value;
    const published = new Map(bom?.lines.map((line) => [line.componentCode, line]));
    for (const { item, required, placed, unplaced } of feeder?.account ?? []) {
      const line = published.get(item);
      if (unplaced !== null) expect(unplaced.reason).not.toBe("");
      else expect(`${line?.quantity} ${line?.unit}`).toBe(quantityText(required));
      expect(placed.length > 0).toBe(line !== undefined);
    }
  });

  it("prints each printed part from filament by the kilogram", async () => {
    const [bom] = (await activeBoms(trial, "peel-gear")).value;
    expect(bom?.lines).toEqual([
      expect.objectContaining({ componentCode: "PLA-filament", unit: "KGM", quantity: "0.1" }),
    ]);
  });
});

type Boms = { value: { lines: { componentCode: string; quantity: string; unit: string }[] }[] };

function activeBoms(trial: TrialHub, item: string): Promise<Boms> {
  return trial.erp.get(`/erp/v1/boms?itemCode=${item}&plant=2000&status=ACTIVE&expand=lines`);
}
