import { existsSync } from "node:fs";
import { copyFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { toRevision } from "../../src/connectors/files/mapping.ts";
import { readExport } from "../../src/connectors/files/read-export.ts";
import { quantityText } from "../../src/domain/quantity.ts";
import { startTrialHub, type TrialHub } from "../kit/trial-hub.ts";
import { feederMapping, listsIn, openFeederExports, type FeederExports } from "./feeder-exports.ts";
import { listedIn, type Listed } from "./listed-parts.ts";
import { replayHistory, type Replayed } from "./replay-history.ts";

/** The data stand beside a checkout of the project; they are not ours to ship. */
const FOLDER = join(import.meta.dirname, "../../../shared/data/opulo-feeder");

describe.skipIf(!existsSync(FOLDER))("the real BOM history of a tape feeder", () => {
  let exports: FeederExports;
  let trial: TrialHub;
  let replayed: Replayed[];
  beforeAll(async () => {
    exports = await openFeederExports();
    trial = await startTrialHub({ rules: "rules/feeder.yaml", plant: "2000", seed: false, plm: exports.plm });
    replayed = await replayHistory(FOLDER, exports.folder, trial);
  });
  afterAll(async () => {
    await trial.close();
    await exports.close();
  });

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
      expect.stringContaining("01-cd2e794.csv: the file is empty: it has no lines"),
      expect.stringContaining(
        '02-64e5123.csv, row 43, column "Quantity" (C43): its quantity "-" is not a decimal number',
      ),
      expect.stringContaining(
        '03-a6fbf5e.csv, row 10, column "Quantity" (C10): its quantity "" is not a decimal number',
      ),
      expect.stringContaining(
        '04-6727017.csv, row 10, column "Quantity" (C10): its quantity "" is not a decimal number',
      ),
    ]);
  });

  it("ends in an mBOM in the ERP that accounts for every line of the last list", async () => {
    const last = replayed.at(-1);
    const listed = await listedIn(join(FOLDER, "15-f053cec.csv"));
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

it.skipIf(!existsSync(FOLDER))("ends in the same state where the whole history is put there at once", async () => {
  const exports = await openFeederExports();
  const trial = await startTrialHub({ rules: "rules/feeder.yaml", plant: "2000", seed: false, plm: exports.plm });
  try {
    const files = await listsIn(FOLDER);
    for (const file of files) await copyFile(join(FOLDER, file), join(exports.folder, file));
    await trial.watch();
    const ends: string[] = [];
    for (const file of files) {
      // Each waits for its turn: all of them change one assembly.
      const { state } = await trial.reaches(file, "awaiting approval", "blocked", "in step");
      if (state === "awaiting approval") await trial.approve(file);
      ends.push((await trial.reaches(file, "applied", "blocked", "in step")).state);
    }
    const blocked = Array.from({ length: 4 }, () => "blocked");
    const [applied, same] = ["applied", "in step"];
    const later = [applied, same, applied, applied, applied, applied, applied, same, same, applied, applied];
    expect(ends).toEqual([...blocked, ...later]);
    const [bom] = (await activeBoms(trial, "FEEDER")).value;
    expect(bom?.lines.map(({ componentCode }) => componentCode)).toContain("peel-gear-frame-8-12");
  } finally {
    await trial.close();
    await exports.close();
  }
});

it.skipIf(!existsSync(FOLDER))(
  "reads of every list each line that can be read, and tells of each that cannot",
  async () => {
    const mapping = await feederMapping();
    for (const file of await listsIn(FOLDER)) {
      const given = { file, product: null, revision: toRevision(file.slice(0, 2)) };
      const { ebom, flaws } = readExport(await readFile(join(FOLDER, file)), mapping, given);
      const lines = [...ebom.assemblies.values()].flatMap((assembly) => assembly.lines);
      const listed = await listedIn(join(FOLDER, file));
      expect(
        lines.map((line) => `${line.item} ${quantityText(line.quantity)}`),
        file,
      ).toEqual(listed.filter(isReadable).map(({ name, quantity, unit }) => `${name} ${quantity} ${unit}`));
      expect(flaws.length, file).toBe(listed.length === 0 ? 1 : listed.filter((one) => !isReadable(one)).length);
    }
  },
);

const isReadable = ({ quantity }: Listed): boolean => /^\d/.test(quantity);

type Boms = { value: { lines: { componentCode: string; quantity: string; unit: string }[] }[] };

function activeBoms(trial: TrialHub, item: string): Promise<Boms> {
  return trial.erp.get(`/erp/v1/boms?itemCode=${item}&plant=2000&status=ACTIVE&expand=lines`);
}
