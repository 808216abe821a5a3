import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ChangePage, ChangeView, PlanView } from "../contract.ts";
import { applyChange, planChange, startTestApi, type Caller, type TestApi } from "../testing.ts";

let api: TestApi;
let viewer: Caller;
let operator: Caller;
let approver: Caller;

beforeAll(async () => {
  api = await startTestApi();
  [viewer, operator, approver] = await Promise.all([
    api.signedIn("viewer"),
    api.signedIn("operator", "olga"),
    api.signedIn("approver", "ada"),
  ]);
});
afterAll(() => api.close());

let count = 0;
let change: string;
beforeEach(() => {
  change = `ECO-${1000 + ++count}`;
});

const approve = (digest: string) => ({ digest, decision: "approve", reason: "Checked with the line." });
const refuse = (digest: string) => ({ digest, decision: "refuse", reason: "The old stock goes first." });
const rollbackOf = (id: string) => `POST /api/changes/${id}/1000/rollback`;
const decisionOn = (id: string) => `POST /api/changes/${id}/1000/decision`;

async function view(id: string): Promise<ChangeView> {
  return (await viewer<ChangeView>(`GET /api/changes/${id}/1000`)).body;
}

async function waiting(): Promise<number> {
  return (await api.lanes.counts(api.database.pool)).waiting;
}

describe("changes", () => {
  it("are shown with the plan that counts, earlier ones and what happened", async () => {
    const first = await planChange(api, { change });
    const second = await planChange(api, { change });

    expect(await view(change)).toMatchObject({
      row: { change, plant: "1000", title: `Change ${change}`, state: "awaiting approval", waitsFor: [] },
      plan: {
        digest: second,
        state: "proposed",
        requestedBy: "plm",
        plan: { plant: "1000" },
        outcomes: [],
        decision: null,
      },
      earlierPlans: [{ digest: first, state: "stale" }],
    });
    const { body } = await viewer<PlanView>(`GET /api/plans/${first}`);
    expect(body).toMatchObject({ digest: first, state: "stale", plan: { change: { id: change } } });
  });

  it("come in pages, each once, narrowed by state and text", async () => {
    await planChange(api, { change });
    await planChange(api, { change: `${change}-BLOCKED`, state: "blocked" });
    const all = (await viewer<ChangePage>("GET /api/changes?limit=200")).body.changes.map((row) => row.change);

    const seen: string[] = [];
    let after: string | null = "";
    while (after !== null) {
      const from: string = after && `&after=${encodeURIComponent(after)}`;
      const { body }: { body: ChangePage } = await viewer<ChangePage>(`GET /api/changes?limit=1${from}`);
      seen.push(...body.changes.map((row) => row.change));
      after = body.next;
    }

    expect(all.length).toBeGreaterThanOrEqual(2);
    expect(seen).toEqual(all);
    const blocked = await viewer("GET /api/changes?state=blocked");
    expect(blocked.body).toMatchObject({ changes: [{ change: `${change}-BLOCKED`, state: "blocked" }], next: null });
    const found = await viewer(`GET /api/changes?text=${change}-BLOCK`);
    expect(found.body).toMatchObject({ changes: [{ change: `${change}-BLOCKED` }] });
  });

  it("and the audit are not listed from a place that is none", async () => {
    for (const list of ["changes", "audit"]) {
      expect(await viewer(`GET /api/${list}?after=nowhere`), list).toMatchObject({
        status: 400,
        body: { error: { code: "invalid-input", field: "querystring.after" } },
      });
    }
  });

  it("that Heddle does not know are not found", async () => {
    expect(await viewer("GET /api/changes/ECO-0/1000")).toMatchObject({ status: 404 });
    expect(await operator("POST /api/changes/ECO-0/1000/look-again")).toMatchObject({ status: 404 });
    expect(await approver(decisionOn("ECO-0"), approve("0".repeat(64)))).toMatchObject({ status: 404 });
    expect(await viewer(`GET /api/plans/${"0".repeat(64)}`)).toMatchObject({ status: 404 });
    expect(await viewer("GET /api/changes/ECO-0/10@00")).toMatchObject({
      status: 400,
      body: { error: { field: "params.plant" } },
    });
  });
});

describe("a decision", () => {
  it("is recorded with name, time, meaning and reason, and wakes the change", async () => {
    const digest = await planChange(api, { change });
    const before = await waiting();

    const answer = await approver(decisionOn(change), approve(digest));

    expect(answer).toMatchObject({
      status: 200,
      body: { ...approve(digest), by: "ada", at: expect.stringMatching(/^\d{4}-/) },
    });
    expect(await waiting()).toBe(before + 1);
    expect(await view(change)).toMatchObject({
      plan: { decision: { decision: "approve", by: "ada" } },
      timeline: [
        {
          who: "ada",
          what: "plan approved",
          detail: { digest, reason: "Checked with the line.", meaning: expect.stringContaining("this plan") },
        },
      ],
    });
  });

  it("sent twice by the same person is one decision", async () => {
    const digest = await planChange(api, { change });
    const answers = [
      await approver(decisionOn(change), approve(digest)),
      await approver(decisionOn(change), approve(digest)),
    ];
    expect(answers[1]).toMatchObject({ status: 200, body: answers[0]?.body });
  });

  it("does not replace an earlier one", async () => {
    const digest = await planChange(api, { change });
    const other = await api.signedIn("approver", "bea");
    await approver(decisionOn(change), refuse(digest));
    expect(await other(decisionOn(change), approve(digest))).toMatchObject({
      status: 409,
      body: { error: { code: "already-decided", message: expect.stringContaining("ada already answered refuse") } },
    });
  });

  it("on a plan that counts no more is refused, and leaves no trace", async () => {
    const seen = await planChange(api, { change });
    const now = await planChange(api, { change });
    const before = await waiting();

    expect(await approver(decisionOn(change), approve(seen))).toMatchObject({
      status: 409,
      body: { error: { code: "stale-plan" } },
    });

    expect(await waiting()).toBe(before);
    expect(await view(change)).toMatchObject({ plan: { digest: now, decision: null }, timeline: [] });
  });

  it("on another change's plan is refused", async () => {
    await planChange(api, { change });
    const foreign = await planChange(api, { change: `${change}-OTHER` });
    expect(await approver(decisionOn(change), approve(foreign))).toMatchObject({
      body: { error: { code: "stale-plan" } },
    });
  });

  it("cannot let a blocked plan through", async () => {
    const digest = await planChange(api, { change, state: "blocked" });
    expect(await approver(decisionOn(change), approve(digest))).toMatchObject({
      status: 409,
      body: { error: { code: "plan-blocked" } },
    });
  });

  it("can give a blocked plan up", async () => {
    const digest = await planChange(api, { change, state: "blocked" });
    expect(await approver(decisionOn(change), refuse(digest))).toMatchObject({ body: { decision: "refuse" } });
  });

  it.each([
    ["asked for it", { requestedBy: "Ada" }],
    ["released the change", { releasedBy: "ada" }],
  ])("to approve is not for who %s; to refuse is", async (_who, own) => {
    const digest = await planChange(api, { change, ...own });
    expect(await approver(decisionOn(change), approve(digest))).toMatchObject({
      status: 403,
      body: { error: { code: "own-plan", fix: expect.stringContaining("another approver") } },
    });
    expect(await approver(decisionOn(change), refuse(digest))).toMatchObject({
      status: 200,
      body: { decision: "refuse" },
    });
  });

  it("to approve one's own plan is not for an admin's API key either", async () => {
    const admin = await api.signedIn("admin", "root");
    const { body } = await admin<{ key: string }>("POST /api/api-keys", { name: "k", role: "admin", expiresInDays: 1 });
    const digest = await planChange(api, { change, requestedBy: "root" });
    const answer = await api.stranger(decisionOn(change), approve(digest), { authorization: `Bearer ${body.key}` });
    expect(answer).toMatchObject({ status: 403, body: { error: { code: "own-plan" } } });
  });

  it("needs a reason", async () => {
    const digest = await planChange(api, { change });
    expect(await approver(decisionOn(change), { ...approve(digest), reason: "ok" })).toMatchObject({
      status: 400,
      body: { error: { field: "body.reason" } },
    });
    expect(await approver(decisionOn(change), { ...approve(digest), reason: "     " })).toMatchObject({
      status: 400,
      body: { error: { field: "body.reason", fix: expect.stringContaining("besides spaces") } },
    });
  });
});

describe("rolling back", () => {
  const reason = { reason: "The motors run hot." };

  it("plans a change of its own, which whoever asked for it may not approve, and notes it with both", async () => {
    await applyChange(api, change, await planChange(api, { change }));

    const answer = await operator(rollbackOf(change), reason);

    const id = `ROLLBACK-${change}-1`;
    expect(answer).toMatchObject({ status: 201, body: { change: id, plant: "1000", takesBack: change } });
    expect((await view(change)).timeline[0]).toMatchObject({ who: "olga", what: "rollback asked for" });
    expect((await view(id)).timeline[0]).toMatchObject({ who: "olga", what: "rollback asked for" });
    expect(await operator(rollbackOf(change), reason)).toMatchObject({
      status: 409,
      body: { error: { code: "rollback-open", message: expect.stringContaining(id) } },
    });
  });

  it("is refused where nothing was applied, nothing is known, or nothing is said", async () => {
    await planChange(api, { change });
    expect(await operator(rollbackOf(change), reason)).toMatchObject({
      status: 409,
      body: { error: { code: "not-applied", fix: expect.stringContaining("Refuse its plan") } },
    });
    expect(await operator(rollbackOf("ECO-0"), reason)).toMatchObject({ status: 404 });
    expect(await operator(rollbackOf(change), { reason: "   " })).toMatchObject({ status: 400 });
    expect(await viewer(rollbackOf(change), reason)).toMatchObject({ status: 403 });
  });
});

describe("looking again", () => {
  it("wakes the change and records who asked", async () => {
    await planChange(api, { change });
    const before = await waiting();

    expect(await view(change)).toMatchObject({ isLookPending: false });
    const answer = await operator(`POST /api/changes/${change}/1000/look-again`);

    expect(answer).toMatchObject({ status: 202, body: { subject: `change:${change}@1000` } });
    expect(await waiting()).toBe(before + 1);
    expect(await view(change)).toMatchObject({
      isLookPending: true,
      timeline: [{ who: "olga", what: "asked to look again" }],
    });
  });
});
