import { createHash, randomUUID } from "node:crypto";
import type { FastifyInstance, InjectOptions } from "fastify";
import { pino } from "pino";
import { Registry } from "prom-client";
import { expect, vi } from "vitest";
import { DEFAULT_FEEDBACK_RULES } from "../domain/feedback/feedback-rules.ts";
import type { ChangeId, Digest, ItemId, PlantId } from "../domain/ids.ts";
import { openLanes, type Lanes } from "../engine/lanes.ts";
import { startWorker } from "../engine/worker.ts";
import { bomDesk } from "../flows/bom-desk.ts";
import { previewDesk } from "../flows/preview-in-hub.ts";
import { shopIntake } from "../flows/shop-intake.ts";
import { createAccount, setPassword, type Role } from "../store/accounts.ts";
import type { Database } from "../store/database.ts";
import { setPlanState, storePlan } from "../store/plans.ts";
import { recordPublication } from "../store/publications.ts";
import { recordRun, runOf } from "../store/runs.ts";
import { createSession } from "../store/sessions.ts";
import { subjectOf } from "../store/subject.ts";
import { testDatabase } from "../store/testing.ts";
import type { Dependencies } from "./dependencies.ts";
import { makeApi } from "./server.ts";
import { randomToken, tokenHash } from "./token.ts";

/** A real API over a real database of its own, for tests. */
export type TestApi = {
  readonly app: FastifyInstance;
  readonly database: Database;
  readonly lanes: Lanes;
  /** Makes an account of that role and name (the role's, unless given), signed in. */
  readonly signedIn: (role: Role, account?: string) => Promise<Caller>;
  /** The cookie of such an account, for requests that a `Caller` does not make. */
  readonly cookie: (role: Role, account?: string) => Promise<string>;
  /** Nobody in particular. */
  readonly stranger: Caller;
  readonly close: () => Promise<void>;
};

/** Sends `GET /api/status`, say, and reads the answer's JSON as what the test says it is. */
export type Caller = <Body = { error: { code: string; message: string; field?: string } }>(
  request: string,
  body?: object,
  headers?: Record<string, string>,
) => Promise<Answer<Body>>;

export type Answer<Body> = {
  readonly status: number;
  readonly body: Body;
  readonly headers: Readonly<Record<string, unknown>>;
};

export async function startTestApi(given: Partial<Dependencies> = {}): Promise<TestApi> {
  const database = await testDatabase();
  const lanes = await openLanes(database);
  const app = await makeApi({
    database,
    lanes,
    version: "0.1.0",
    hub: "test",
    connections: async () => [],
    timeZones: new Map([["1000" as PlantId, "Europe/Berlin"]]),
    webhooks: new Map(),
    subjectsOf: () => [],
    shopEvents: { take: shopIntake(intakeHub(database)).take, askNow: async () => {}, readers: new Map() },
    boms: bomDesk({ database, plants: new Map() }),
    preview: previewDesk({ database, plants: new Map(), now: () => new Date() }),
    calendars: new Map(),
    sandbox: null,
    publicUrl: null,
    consoleFolder: null,
    metrics: new Registry(),
    logger: pino({ level: "silent" }),
    ...given,
  });
  const cookie = (role: Role, account: string = role) => sessionFor(database, account, role);
  return {
    app,
    database,
    lanes,
    signedIn: async (role, account) => callerWith(app, { cookie: await cookie(role, account) }),
    cookie,
    stranger: callerWith(app, {}),
    async close() {
      await app.close();
      await lanes.close();
      await database.close();
    },
  };
}

function intakeHub(database: Database) {
  return { database, rulesOf: () => DEFAULT_FEEDBACK_RULES, isPlant: () => true, now: () => new Date() };
}

export function callerWith(app: FastifyInstance, credentials: Record<string, string>): Caller {
  return async <Body>(request: string, body?: object, headers: Record<string, string> = {}) => {
    const [method, url] = request.split(" ") as [NonNullable<InjectOptions["method"]>, string];
    const sent = { "x-heddle": "1", ...credentials, ...headers };
    const answer = await app.inject({ method, url, headers: sent, ...(body === undefined ? {} : { payload: body }) });
    const isJson = String(answer.headers["content-type"]).includes("json");
    return {
      status: answer.statusCode,
      body: (isJson ? answer.json() : answer.body) as Body,
      headers: answer.headers,
    };
  };
}

type PlannedChange = {
  readonly change: string;
  readonly requestedBy?: string;
  readonly releasedBy?: string | null;
  readonly state?: "proposed" | "blocked";
};

/** Has the engine plan a change in plant 1000 once more, as the flow would, and waits until that plan counts. */
export async function planChange({ database, lanes }: TestApi, planned: PlannedChange): Promise<Digest> {
  const { change, requestedBy = "plm", releasedBy = null, state = "proposed" } = planned;
  const subject = subjectOf("change", change, "1000").id;
  const plan = { change: { id: change, releasedBy, state: "released" }, plant: "1000", actions: [] };
  const digest = createHash("sha256").update(randomUUID()).digest("hex") as Digest;
  const worker = await startWorker({
    database,
    lanes,
    slots: 1,
    handlers: {
      change: async ({ id }, lease) => ({
        kind: "settled",
        record: async (tx) => {
          if (id !== subject) return;
          await storePlan(tx, { subject, digest, plan, state, requestedBy });
          const stands = state === "blocked" ? "blocked" : "awaiting approval";
          await recordRun(tx, lease, { title: `Change ${change}`, state: stands, planDigest: digest });
        },
      }),
    },
  });
  await database.transaction((tx) => lanes.wakeUp(tx, subject, { why: "test" }));
  await vi.waitFor(async () => expect((await runOf(database.pool, subject))?.planDigest).toBe(digest), 60_000);
  await worker.stop();
  return digest;
}

/** As if the plan had been applied: it published an mBOM of the item FX-110. */
export async function applyChange({ database: { pool } }: TestApi, change: string, digest: Digest): Promise<void> {
  const subject = subjectOf("change", change, "1000").id;
  await setPlanState(pool, digest, "applied");
  await pool.query("insert into outcomes (digest, action, subject, state) values ($1, 'publish', $2, 'done')", [
    digest,
    subject,
  ]);
  await recordPublication(pool, {
    plant: "1000" as PlantId,
    item: "FX-110" as ItemId,
    change: change as ChangeId,
    digest,
    before: null,
    after: { item: "FX-110", lines: [] },
    number: "BOM-000001",
    version: null,
    releasedAt: "2026-02-02T12:00:00.000Z",
  });
}

/** A session without the cost of hashing a password, which is not what most tests are about. */
async function sessionFor({ pool }: Database, account: string, role: Role): Promise<string> {
  await createAccount(pool, { account, role, passwordHash: "never used", createdBy: "test" });
  await setPassword(pool, account, { hash: "never used", mustChange: false });
  const token = randomToken();
  await createSession(pool, { tokenHash: tokenHash(token), account, lifetimeSeconds: 60 });
  return `heddle=${token}`;
}
