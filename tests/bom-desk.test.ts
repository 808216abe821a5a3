import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { addApiKey } from "../src/api/give-access.ts";
import { rollBack } from "../src/api/roll-back.ts";
import { startTestApi } from "../src/api/testing.ts";
import { runHeddle } from "../src/cli/heddle.ts";
import { parseBomVersion, type BomVersion } from "../src/domain/bom/bom-version.ts";
import type { ItemId, PlantId } from "../src/domain/ids.ts";
import { bomDesk, type BomDesk } from "../src/flows/bom-desk.ts";
import { NoAnswer } from "../src/flows/no-answer.ts";
import { draftChange, withQuantity } from "./kit/draft-change.ts";
import { startTrialHub, type TrialHub } from "./kit/trial-hub.ts";

let trial: TrialHub;
let desk: BomDesk;
beforeAll(async () => {
  trial = await startTrialHub();
  desk = bomDesk(trial.hub);
});
afterAll(() => trial.close());

const PLANT = "1000" as PlantId;
const BLOWER = "FX-210" as ItemId;

function version(words: string): BomVersion {
  const named = parseBomVersion(words);
  if (named === null) throw new Error(`"${words}" names no version`);
  return named;
}

const compare = (from: string, to: string, item = BLOWER) => desk.compare(PLANT, item, version(from), version(to));

/** Lines that differ, in short. */
async function differences(from: string, to: string): Promise<readonly string[]> {
  const { lines } = await compare(from, to);
  return lines.filter(({ what }) => what !== "same").map(({ what, from: was, to: is }) => `${what}: ${was} → ${is}`);
}

async function refusal(work: Promise<unknown>) {
  const error = await work.then(
    () => null,
    (cause: unknown) => cause,
  );
  if (!(error instanceof NoAnswer)) throw new Error("it was not refused", { cause: error });
  return [error.message, error.detail.system, error.detail.fix];
}

type Bom = { readonly number: string; readonly etag: string };

/** The mBOM in force in the ERP. */
async function inForce(): Promise<Bom> {
  const { value } = await trial.erp.get<{ value: Bom[] }>("/erp/v1/boms?itemCode=FX-210&plant=1000&status=ACTIVE");
  const [bom] = value;
  if (bom === undefined) throw new Error("FX-210 has no mBOM");
  return bom;
}

describe("what is asked of an item's bills of material", () => {
  it("is refused with what to do, where there is no such thing", async () => {
    expect(await refusal(compare("published", "erp"))).toEqual([
      "Heddle never published an mBOM of FX-210 in plant 1000.",
      "heddle",
      expect.stringContaining("published with the first change that reaches it"),
    ]);
    expect(await refusal(compare("ebom:Z", "erp"))).toEqual([
      "plm has no revision Z of FX-210.",
      "plm",
      "Check the item's number and its revisions in plm.",
    ]);
    expect((await refusal(compare("planned", "erp")))[0]).toBe("No change that plans FX-210 is known in plant 1000.");
    expect((await refusal(compare("planned:ECO-9", "erp")))[0]).toBe(
      "ECO-9 is no change that the hub knows in plant 1000.",
    );
    expect((await refusal(compare("erp", "erp", "NOTHING" as ItemId)))[0]).toBe(
      "erp has no mBOM of NOTHING in plant 1000.",
    );
    expect((await refusal(desk.account("9" as PlantId, BLOWER)))[2]).toBe("Name one of: 1000.");
    expect((await refusal(desk.account(PLANT, BLOWER)))[0]).toBe(
      "Heddle never published an mBOM of FX-210 in plant 1000.",
    );
  });

  it("compares revisions, the plan and what stands, before anything is published", async () => {
    await trial.release("ECO-0001");
    await trial.reaches("ECO-0001", "awaiting approval");
    expect(await differences("ebom:A", "ebom:B")).toEqual(["changed: 1 EA MOT-024 → 1 EA MOT-026"]);
    expect(await differences("erp", "planned")).toEqual([
      "changed: 1 EA MOT-024, at 0010, push → 1 EA MOT-026, at 0010, push",
    ]);
    const { lines, from, to } = await compare("ebom:B", "planned:ECO-0001");
    expect([from, to]).toEqual(["eBOM FX-210 rev B (plm)", "planned by ECO-0001"]);
    expect(lines.find(({ item }) => item === "FX-219")?.why).toContain("is dissolved");
  });

  it("accounts for what was published, and finds what planners changed since", async () => {
    await trial.approve("ECO-0001");
    await trial.reaches("ECO-0001", "applied");
    const kept = await desk.account(PLANT, BLOWER);
    expect(kept).toMatchObject({ isBalanced: true, change: "ECO-0001", revision: "B", edits: [], notes: [] });
    expect(kept.lines.find(({ item }) => item === "SCR-M4-10")).toMatchObject({ required: "8 EA", problem: null });
    expect(await differences("published", "erp")).toEqual([]);
    expect((await refusal(compare("published:1", "erp")))[0]).toContain("once: there is none 1 before the last");

    const { number, etag } = await inForce();
    await trial.erp.send("PATCH", `/erp/v1/boms/${number}/lines/0030`, { quantity: "3" }, `"${etag}"`);
    const now = await desk.account(PLANT, BLOWER);
    expect(now.isBalanced).toBe(false);
    expect(now.lines.flatMap(({ item, problem }) => (problem === null ? [] : `${item}: ${problem}`))).toEqual([
      "SMP-101: 1 EA too much: a planner changed 2 EA SMP-101, at 0010, push to 3 EA SMP-101, at 0010, push.",
    ]);
    expect(now.edits).toHaveLength(1);
    expect(await differences("published:ECO-0001", "erp")).toEqual([
      "changed: 2 EA SMP-101, at 0010, push → 3 EA SMP-101, at 0010, push",
    ]);
    await showsInTheCommandLine();
    expect(await differences("erp", "ebom:B")).toContain("changed: 3 EA SMP-101, at 0010, push → 2 EA SMP-101");
  });

  it("accounts for nothing that a rollback put back, and does not say that the PLM changed it", async () => {
    const asked = { change: "ECO-0001", plant: "1000", reason: "runs hot", by: "olga" };
    const { id } = await rollBack(trial.database, trial.hub.lanes, asked);
    await toEnd(id);
    expect(await refusal(desk.account(PLANT, BLOWER))).toEqual([
      expect.stringContaining(`${id} published FX-210 without deciding an eBOM line of it`),
      "heddle",
      expect.stringContaining("--from ebom:A --to erp"),
    ]);
  });

  it("accounts for what a rollback put back by the account of the change that published the same", async () => {
    const cover = "FX-211" as ItemId;
    await released("ECO-0003");
    const edit = withQuantity("SCR-M3-8", "10");
    const ten = await draftChange(trial.plm, { part: cover, from: "B", to: "C", edit });
    await released(ten);
    const asked = { change: ten, plant: "1000", reason: "too many holes", by: "olga" };
    const { id } = await rollBack(trial.database, trial.hub.lanes, asked);
    await toEnd(id);
    const account = await desk.account(PLANT, cover);
    expect(account).toMatchObject({ change: id, revision: "B", isBalanced: true });
    expect(account.notes[0]).toMatch(new RegExp(`^${id} put back what ECO-0003 had published \\(BOM-\\d+\\)`));
  });
});

async function released(change: string): Promise<void> {
  await trial.release(change);
  await toEnd(change);
}

async function toEnd(change: string): Promise<void> {
  await trial.reaches(change, "awaiting approval");
  await trial.approve(change);
  await trial.reaches(change, "applied");
}

/** The same by the hub's API and the command line. */
async function showsInTheCommandLine(): Promise<void> {
  const api = await startTestApi({ boms: desk });
  try {
    vi.stubEnv("HEDDLE_URL", await api.app.listen({ host: "127.0.0.1", port: 0 }));
    const ada = await api.signedIn("viewer", "ada");
    expect(await ada("GET /api/boms/1000/FX-299/account")).toMatchObject({
      status: 404,
      body: { error: { code: "never-published", field: "item" } },
    });
    const asked = { account: "ada", name: "test", role: "viewer", days: 1, by: "test" } as const;
    vi.stubEnv("HEDDLE_API_KEY", (await addApiKey(api.database, asked))?.key);
    const account = await heddle("bom", "account", "FX-210", "--plant", "1000");
    expect(account.exitCode).toBe(2);
    expect(account.out).toContain("It does not balance: 1 of 8 eBOM lines.");
    expect(account.out).toMatch(/~ +USG-000015 +2 EA SMP-101, at 0010, push +3 EA SMP-101, at 0010, push/);
    const csv = await heddle("bom", "account", "FX-210", "--plant", "1000", "--format", "csv");
    expect(csv.out).toContain("plant's edit,USG-000015,SMP-101");
    const compared = await heddle("bom", "diff", "FX-210", "--plant", "1000", "--from", "published", "--to", "erp");
    expect(compared.out).toMatch(/published by ECO-0001 \(BOM-\d+\) → erp now/);
    expect(compared.out).toContain("quantity 2 EA → 3 EA");
    expect(compared.exitCode).toBe(0);
  } finally {
    vi.unstubAllEnvs();
    await api.close();
  }
}

async function heddle(...args: readonly string[]) {
  const shown: string[] = [];
  const exitCode = await runHeddle(args, { out: (text) => shown.push(text), progress: (text) => shown.push(text) });
  return { exitCode, out: shown.join("\n") };
}
