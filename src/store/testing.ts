import { createHash, randomBytes, randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import type { ItemId, ProductionOrderId } from "../domain/ids.ts";
import { openDatabase, type Database } from "./database.ts";
import { openEmbedded, type Embedded } from "./embedded.ts";
import { claimLeases, type LeaseToken } from "./leases.ts";
import { migrate } from "./migrate.ts";
import type { SettledOrder } from "./orders.ts";
import { markQueued } from "./runs.ts";
import { prepareEventMonths } from "./shop-events.ts";
import type { Subject } from "./subject.ts";

/** Test runs of one checkout share a server; each database below is its caller's own. */
const FOLDER = join(
  tmpdir(),
  `heddle-test-${createHash("sha256")
    .update(import.meta.dirname)
    .digest("hex")
    .slice(0, 12)}`,
);
/** What a killed test left behind is dropped after this. */
const LEFT_BEHIND_MS = 3_600_000;

export type TestDatabase = Database & {
  /** For child processes of the test. */
  readonly url: string;
};

/** An empty database with Heddle's schema on a real PostgreSQL; `close` drops it. */
export async function testDatabase(): Promise<TestDatabase> {
  const database = await emptyDatabase();
  await migrate(database);
  await prepareEventMonths(database.pool);
  return database;
}

/** As `testDatabase`, without the schema. */
export async function emptyDatabase(): Promise<TestDatabase> {
  const embedded = await openEmbedded(FOLDER, (error) => console.error(error.message));
  const name = `test_${Date.now()}_${randomBytes(4).toString("hex")}`;
  await asOwner(embedded, async (owner) => {
    await dropLeftBehind(owner);
    await owner.query(`create database ${name}`);
  });
  const url = urlOf(embedded, name);
  const database = await openDatabase({ url });
  return {
    ...database,
    url,
    async close() {
      await database.close();
      await asOwner(embedded, (owner) => owner.query(`drop database if exists ${name} with (force)`));
      await embedded.leave();
    },
  };
}

/** Takes the subject, as a worker does before it writes; whoever held it has lost it. */
export async function holdSubject(database: Database, subject: Subject): Promise<LeaseToken> {
  const holder = `test-${randomUUID()}`;
  return database.transaction(async (tx) => {
    await markQueued(tx, subject);
    const jobs = [{ subject: subject.id, job: randomUUID(), jobAttempt: 0 }];
    const fences = await claimLeases(tx, { holder, jobs, leaseMs: 60_000 });
    return { subject: subject.id, holder, fence: fences.get(subject.id) ?? 0 };
  });
}

/** An order of FRAME that the MES has taken. */
export function settledOrder(order: string, more: Partial<SettledOrder> = {}): SettledOrder {
  return {
    order: order as ProductionOrderId,
    item: "FRAME" as ItemId,
    fromOrder: null,
    state: "dispatched",
    reason: null,
    shown: {},
    acknowledged: 1,
    heldByHeddle: false,
    dispatchAt: null,
    shiftAt: null,
    shiftName: null,
    shiftDay: null,
    dispatchedAt: null,
    ...more,
  };
}

async function dropLeftBehind(owner: Client): Promise<void> {
  const { rows } = await owner.query<{ datname: string }>(
    "select datname from pg_database where datname ~ '^test_[0-9]+_'",
  );
  for (const { datname } of rows) {
    const age = Date.now() - Number(datname.split("_")[1]);
    if (age > LEFT_BEHIND_MS) await owner.query(`drop database if exists ${datname} with (force)`);
  }
}

async function asOwner(embedded: Embedded, work: (owner: Client) => Promise<unknown>): Promise<void> {
  const owner = new Client({ ...embedded.connection, database: "postgres" });
  await owner.connect();
  try {
    await work(owner);
  } finally {
    await owner.end();
  }
}

function urlOf({ connection: { user, password, host, port } }: Embedded, database: string): string {
  return `postgres://${user}:${String(password)}@${host}:${port}/${database}`;
}
