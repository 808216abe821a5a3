import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { inForceIn } from "../../store/resolutions.ts";
import type { PlantId } from "../../domain/ids.ts";
import { blockedBy, quantityConflict } from "../conflict-harness.ts";
import type { ConflictPage, ConflictView, ResolvedConflicts } from "../contract.ts";
import { startTestApi, type Caller, type TestApi } from "../testing.ts";

let api: TestApi;
let ada: Caller;
let viewer: Caller;
let keller: Caller;

beforeAll(async () => {
  api = await startTestApi();
  ada = await api.signedIn("approver", "ada");
  keller = await api.signedIn("approver", "m.keller");
  viewer = await api.signedIn("viewer");
});
afterAll(() => api.close());
beforeEach(async () => {
  await api.database.pool.query("truncate conflicts, conflict_changes, resolutions, runs cascade");
  await nobodyAwake();
});

type Resolve = {
  stands?: "engineering" | "plant";
  engineeringSaid?: string | null;
  plantSaid?: string | null;
  reason?: string;
};

function resolve(caller: Caller, id: string | undefined, answer: Resolve = {}) {
  const body = { stands: "plant", engineeringSaid: "5 EA", plantSaid: "6 EA", reason: "the jig needs it", ...answer };
  return caller<ConflictView>(`POST /api/conflicts/${id}/resolution`, body);
}

const revoke = (caller: Caller, id: string | undefined, reason = "the jig is gone") =>
  caller<ConflictView>(`POST /api/conflicts/${id}/revoke`, { reason });

const nobodyAwake = () => api.database.pool.query("delete from pgboss.job");

/** Changes that wait to be looked at. */
const awake = async () => (await api.lanes.list(api.database.pool)).map(({ subject }) => subject);

describe("conflicts", () => {
  it("are listed with what each side says, narrowed by change, item and state", async () => {
    await blockedBy(api, "ECO-1", [quantityConflict()]);
    const { ids } = await blockedBy(api, "ECO-2", [quantityConflict("DOOR", { plant: null })]);
    const listed = async (query: string) =>
      (await viewer<ConflictPage>(`GET /api/conflicts?${query}`)).body.conflicts.map(({ item }) => item);
    expect(await listed("state=open&plant=1000")).toEqual(["DOOR", "FRAME"]);
    expect(await listed("change=ECO-1")).toEqual(["FRAME"]);
    expect(await listed("item=DOOR&state=answered")).toEqual([]);
    expect((await viewer("GET /api/conflicts?state=lost")).status).toBe(400);
    expect((await viewer<ConflictPage>("GET /api/conflicts?item=DOOR")).body.conflicts).toMatchObject([
      {
        id: ids[0],
        state: "open",
        line: "L10",
        field: "quantity",
        said: { base: "4 EA", engineering: "5 EA", plant: null },
        changes: [{ change: "ECO-2", state: "blocked", asks: true }],
        answer: null,
      },
    ]);
  });

  it("are shown with the lines around them", async () => {
    const { ids } = await blockedBy(api, "ECO-1", [quantityConflict()]);
    const { body } = await viewer<ConflictView>(`GET /api/conflicts/${ids[0]}`);
    expect(body.around.map(({ component }) => component)).toEqual(["BOLT", "NUT"]);
    expect((await viewer("GET /api/conflicts/MC-none")).body.error.code).toBe("not-found");
  });

  it("are found by the question that findings name, too", async () => {
    const conflict = quantityConflict("FRAME%20B");
    const { ids } = await blockedBy(api, "ECO-1", [conflict]);
    const { body } = await viewer<ConflictView>(`GET /api/conflicts/${encodeURIComponent(conflict.id)}`);
    expect(body.row.id).toBe(ids[0]);
    expect((await resolve(ada, encodeURIComponent(conflict.id))).body.row.state).toBe("answered");
  });
});

describe("an answer", () => {
  it("is on record with who gave it and why, and wakes the changes that asked", async () => {
    await blockedBy(api, "ECO-1", [quantityConflict()]);
    const { ids } = await blockedBy(api, "ECO-2", [quantityConflict()]);
    const { body } = await resolve(ada, ids[0]);
    expect(body.row).toMatchObject({
      state: "answered",
      answer: { stands: "plant", plantSaid: "6 EA", by: "ada", reason: "the jig needs it" },
    });
    expect(body.timeline).toMatchObject([{ who: "ada", what: "conflict answered" }]);
    expect((await awake()).toSorted()).toEqual(["change:ECO-1@1000", "change:ECO-2@1000"]);
    const trail = await viewer<{ entries: object[] }>("GET /api/audit?change=ECO-1&plant=1000");
    expect(trail.body.entries[0]).toMatchObject({
      what: "conflict answered",
      detail: { item: "FRAME", stands: "plant" },
    });
  });

  it("changes nothing when it is given again, and is not overruled by another", async () => {
    const { ids } = await blockedBy(api, "ECO-1", [quantityConflict()]);
    await resolve(ada, ids[0]);
    const again = await resolve(ada, ids[0]);
    expect(again.body.answers).toHaveLength(1);
    expect(await resolve(ada, ids[0], { stands: "engineering" })).toMatchObject({
      status: 409,
      body: { error: { code: "already-decided", fix: expect.stringContaining("--revoke") as string } },
    });
  });

  it("is refused when the plant says something else meanwhile, and asked anew", async () => {
    const { ids } = await blockedBy(api, "ECO-1", [quantityConflict()]);
    expect(await resolve(ada, ids[0], { plantSaid: null })).toMatchObject({
      status: 409,
      body: { error: { code: "conflict-moved", field: "body.plantSaid" } },
    });
    await resolve(ada, ids[0]);
    await blockedBy(api, "ECO-2", [quantityConflict("FRAME", { plant: "7 EA" })]);
    const { body } = await resolve(ada, ids[0], { stands: "engineering", plantSaid: "7 EA" });
    expect(body.answers).toMatchObject([
      { stands: "engineering", plantSaid: "7 EA", revokedBy: null },
      { stands: "plant", plantSaid: "6 EA", revokedReason: "answered anew" },
    ]);
  });

  it("is refused when engineering wants something else meanwhile", async () => {
    const { ids } = await blockedBy(api, "ECO-1", [quantityConflict()]);
    await blockedBy(api, "ECO-2", [quantityConflict("FRAME", { engineering: "12 EA" })]);
    expect(await resolve(ada, ids[0], { stands: "engineering" })).toMatchObject({
      status: 409,
      body: {
        error: {
          code: "conflict-moved",
          field: "body.engineeringSaid",
          message: expect.stringContaining("12 EA") as string,
        },
      },
    });
    const { body } = await resolve(ada, ids[0], { stands: "engineering", engineeringSaid: "12 EA" });
    expect(body.answers).toMatchObject([{ stands: "engineering", engineering: "12 EA", plantSaid: "6 EA" }]);
  });

  it("is refused when no plan asks it any more", async () => {
    const { ids } = await blockedBy(api, "ECO-1", [quantityConflict()]);
    await blockedBy(api, "ECO-1", []);
    expect((await resolve(ada, ids[0])).body).toMatchObject({ error: { code: "conflict-moved" } });
  });

  it("is an approver's, with a reason", async () => {
    const { ids } = await blockedBy(api, "ECO-1", [quantityConflict()]);
    expect((await resolve(viewer, ids[0])).status).toBe(403);
    expect((await resolve(ada, ids[0], { reason: "    " })).status).toBe(400);
    expect((await resolve(ada, "MC-none")).status).toBe(404);
  });

  it("by who released the change may keep the plant's word, but not overrule it", async () => {
    const { ids } = await blockedBy(api, "ECO-1", [quantityConflict()], { releasedBy: "M.Keller" });
    expect((await resolve(keller, ids[0], { stands: "engineering" })).body).toMatchObject({
      error: { code: "own-plan" },
    });
    expect((await resolve(keller, ids[0])).body.row.state).toBe("answered");
  });
});

describe("an answer that is taken back", () => {
  it("is no answer any more, and the changes that go by it are planned again", async () => {
    const conflict = quantityConflict();
    const { ids } = await blockedBy(api, "ECO-1", [conflict]);
    await resolve(ada, ids[0]);
    await blockedBy(api, "ECO-1", [], { decided: [conflict.id] });
    await nobodyAwake();
    const before = (await viewer<ConflictView>(`GET /api/conflicts/${ids[0]}`)).body.row;
    const { body } = await revoke(ada, ids[0]);
    expect(body.row).toMatchObject({ state: "open", answer: null });
    expect(body.row.openedAt > before.openedAt).toBe(true);
    expect(body.answers).toMatchObject([{ revokedBy: "ada", revokedReason: "the jig is gone" }]);
    expect(await awake()).toEqual(["change:ECO-1@1000"]);
    expect(await inForceIn(api.database.pool, "1000" as PlantId)).toEqual(new Map());
  });

  it("leaves applied changes alone: the next change of the line asks", async () => {
    const { ids } = await blockedBy(api, "ECO-1", [quantityConflict()]);
    await resolve(ada, ids[0]);
    await blockedBy(api, "ECO-1", []);
    await nobodyAwake();
    expect((await revoke(ada, ids[0])).body.row.state).toBe("gone");
    expect(await awake()).toEqual([]);
    expect((await revoke(ada, ids[0])).body).toMatchObject({ error: { code: "conflict-moved" } });
  });
});

function resolveAll(caller: Caller, change: string, digest: string, stands = "plant") {
  const body = { digest, stands, reason: "the plant knows best" };
  return caller<ResolvedConflicts>(`POST /api/changes/${change}/1000/resolve-conflicts`, body);
}

describe("one answer to all", () => {
  it("answers what the change's plan asks, and nothing of another", async () => {
    await blockedBy(api, "ECO-2", [quantityConflict("LID")]);
    const { digest, ids } = await blockedBy(api, "ECO-1", [quantityConflict("FRAME"), quantityConflict("DOOR")]);
    expect((await resolveAll(ada, "ECO-1", digest)).body.resolved.toSorted()).toEqual([...ids].toSorted());
    const left = await viewer<ConflictPage>("GET /api/conflicts?state=open");
    expect(left.body.conflicts.map(({ item }) => item)).toEqual(["LID"]);
    expect((await resolveAll(ada, "ECO-1", digest)).body.resolved).toEqual([]);
  });

  it("is bound to the plan that was shown, and to who may give it", async () => {
    const { digest } = await blockedBy(api, "ECO-1", [quantityConflict()]);
    expect((await resolveAll(ada, "ECO-1", "0".repeat(64))).body).toMatchObject({ error: { code: "stale-plan" } });
    expect((await resolveAll(ada, "ECO-9", digest)).status).toBe(404);
    expect((await resolveAll(keller, "ECO-1", digest, "engineering")).body).toMatchObject({
      error: { code: "own-plan" },
    });
    expect((await resolveAll(viewer, "ECO-1", digest)).status).toBe(403);
  });
});
