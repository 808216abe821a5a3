import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ChangeId, ItemId, PlantId, Revision, SystemId } from "../../domain/ids.ts";
import type { Harness, PreparedBadData, PreparedHistory, PreparedWrite } from "../conformance.ts";
import type { FaultProxy } from "../fault-proxy.ts";
import type { IdempotencyKey } from "../port.ts";
import { makeConnector } from "../registry.ts";

const SYSTEM = "files" as SystemId;
const PLANT = "1000" as PlantId;
const HEADER = "Pos,Part,Qty,Unit,Ref\n";
const COLUMNS = { item: "Part", quantity: "Qty", unit: "Unit", findNumber: "Pos", referenceDesignators: "Ref" };

/** A real folder of exports under the conformance suite. */
export async function filesHarness(): Promise<Harness> {
  const home = await mkdtemp(join(tmpdir(), "files-"));
  const folder = join(home, "exports");
  const away = join(home, "away");
  await mkdir(folder);
  const connector = makeConnector("files", SYSTEM, {
    folder,
    revisionPer: "file",
    name: "{item}_rev{revision}.csv",
    settleSeconds: 0,
    mapping: { columns: COLUMNS },
  });
  const { changes, ebom } = connector;
  if (changes === undefined || ebom === undefined) throw new Error("files have changes and eBOMs");
  const first = "PUMP_revA.csv";
  const put = (name: string, rows: string) => writeFile(join(folder, name), HEADER + rows);
  await put(first, "10,BOLT,4,EA,\n");
  await put(SHRINKING, "10,BOLT,4,EA,\n20,NUT,4,EA,\n");
  let edits = 0;
  let batches = 0;

  async function acknowledge(): Promise<PreparedWrite> {
    const input = { change: first as ChangeId, plant: PLANT, outcome: "applied", note: "in force" } as const;
    return {
      write: (key) => changes!.acknowledge.write(input, key),
      find: (key) => changes!.acknowledge.find(input, key),
      timesDone: (key) => filesHolding(join(folder, ".heddle-ack"), key),
    };
  }

  async function exactLines() {
    const { assemblies } = (await ebom!.read("EXACT" as ItemId, "A" as Revision)).ebom;
    return [...assemblies.values()][0]?.lines ?? [];
  }

  const history: PreparedHistory = {
    changedSince: changes.changedSince,
    async editLine() {
      edits += 1;
      await put(first, `10,BOLT,${4 + edits},EA,\n`);
      return first;
    },
    async deleteOne() {
      await put(SHRINKING, "10,BOLT,4,EA,\n");
      return SHRINKING;
    },
    async addMany() {
      batches += 1;
      const names = Array.from({ length: 120 }, (_, at) => `FAN-${batches}_rev${at + 1}.csv`);
      await Promise.all(names.map((name, at) => put(name, `10,BOLT,${at + 1},EA,\n`)));
      return names;
    },
  };

  return {
    connector,
    withWrongKey: connector,
    proxy: folderThatGoes(folder, away),
    plant: PLANT,
    writes: { "changes.acknowledge": acknowledge },
    histories: { changes: history },
    async badData(): Promise<PreparedBadData> {
      await put("BAD_revA.csv", BAD_ROWS);
      return {
        read: async () => (await ebom.read("BAD" as ItemId, "A" as Revision)).findings,
        expected: BAD_FINDINGS,
      };
    },
    async exactNumbers() {
      await put("EXACT_revA.csv", EXACT_QUANTITIES.map((quantity, at) => `${at + 1}0,BOLT,${quantity},EA,\n`).join(""));
      return EXACT_QUANTITIES.map((expected, at) => ({
        what: `quantity ${expected}`,
        expected,
        read: async () => (await exactLines()).at(at)!.quantity.amount,
      }));
    },
    async nulls() {
      const change = await changes.read(first as ChangeId);
      const { items } = (await ebom.read("PUMP" as ItemId, "A" as Revision)).ebom;
      const [item] = items.values();
      return [
        { what: "the effectivity of an export", read: async () => change.effectiveFrom },
        { what: "what an export supersedes", read: async () => change.supersedes },
        { what: "sources of an item", read: async () => item?.approvedSources },
      ];
    },
    close: () => rm(home, { recursive: true }),
  };
}

async function filesHolding(folder: string, key: IdempotencyKey): Promise<number> {
  const names = await readdir(folder);
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
  return texts.filter((text) => text.includes(`"${key}"`)).length;
}

function losesNothing(): never {
  throw new Error("a folder loses no answers: the promise is waived");
}

/** The one fault that a folder has: it is there, or it is not. */
function folderThatGoes(folder: string, away: string): FaultProxy {
  return {
    url: folder,
    cutBeforeWrite: losesNothing,
    cutAfterWrite: losesNothing,
    answerWrite: losesNothing,
    answerNext: losesNothing,
    calm: () => false,
    stop: () => rename(folder, away),
    start: () => rename(away, folder),
  };
}

const SHRINKING = "HUB_revA.csv";

const EXACT_QUANTITIES = ["0.1", "1234567.000001", "9007199254740993"];

const BAD_ROWS = [
  "10,BOLT,4,BUCKET,",
  "20,BOLT,-2,EA,",
  "30,BOLT,two,EA,",
  "40,BOLT,0,EA,",
  '50,BOLT,2,EA,"R7-R3"',
  "60,BOLT,#REF!,EA,",
  "70,,1,EA,",
  "80,BOLT,4,EA,",
].join("\n");

const BAD_FINDINGS: PreparedBadData["expected"] = [
  { item: "BAD", line: /^row 2$/, field: "Unit", value: '"BUCKET"' },
  { item: "BAD", line: /^row 3$/, field: "Qty", value: '"-2"' },
  { item: "BAD", line: /^row 4$/, field: "Qty", value: '"two"' },
  { item: "BAD", line: /^row 5$/, field: "Qty", value: '"0"' },
  { item: "BAD", line: /^row 6$/, field: "Ref", value: "R7-R3" },
  { item: "BAD", line: /^row 7$/, field: "Qty", value: "#REF!" },
  { item: "BAD", line: /^row 8$/, field: "Part", value: '""' },
];
