import { resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Client, DatabaseError, Pool, type ClientConfig, type PoolClient, type PoolConfig } from "pg";
import { openEmbedded } from "./embedded.ts";

/** A PostgreSQL server by its address, or the folder of one that Heddle brings and runs itself. */
export type DatabaseAddress = { readonly url: string } | { readonly folder: string };

export type Transaction = PoolClient;
/**
 * The pool, where each statement commits by itself, or a transaction. Callers decide. Statements of the busiest
 * paths have a `name`, so that PostgreSQL keeps their plan; only such as have one plan whatever the tables hold.
 */
export type Db = Pool | Transaction;

export type Database = {
  readonly pool: Pool;
  /**
   * Commits when `fn` is through, rolls back when it throws. After a deadlock or a serialization failure
   * `fn` runs again, so it must do nothing but work in the database.
   */
  readonly transaction: <T>(fn: (tx: Transaction) => Promise<T>) => Promise<T>;
  /** A connection of the caller's own, for LISTEN and session locks. The caller ends it. */
  readonly connect: () => Promise<Client>;
  readonly close: () => Promise<void>;
};

/** Connections that one hub opens at most: its slots, its API and a few to spare. */
const CONNECTIONS_MAX = 20;
const ATTEMPTS_MAX = 5;
const TRY_AGAIN = new Set(["40001", "40P01"]); // serialization failure, deadlock

/**
 * Opens the database and proves that it answers. `onError` hears of connections that break while idle;
 * the pool replaces them by itself.
 *
 * @throws Error that names the address (without its password) and what to do, when it cannot be reached.
 */
export async function openDatabase(
  at: DatabaseAddress,
  onError: (error: Error) => void = ignoreIdleLoss,
): Promise<Database> {
  if ("url" in at) return connected({ connectionString: at.url }, shown(at.url), onError);
  const embedded = await openEmbedded(resolve(at.folder), onError);
  const database = await connected(embedded.connection, `the embedded PostgreSQL in ${at.folder}`, onError);
  return {
    ...database,
    async close() {
      await database.close();
      await embedded.leave();
    },
  };
}

async function connected(where: ClientConfig, name: string, onError: (error: Error) => void): Promise<Database> {
  const config: PoolConfig = {
    ...where,
    application_name: "heddle",
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
    statement_timeout: 30_000,
    lock_timeout: 10_000,
    // A process that freezes inside a transaction must not keep others from its rows.
    idle_in_transaction_session_timeout: 5_000,
  };
  const pool = new Pool({ ...config, max: CONNECTIONS_MAX, pipeline: true });
  pool.on("error", onError);
  try {
    await pool.query("select 1");
  } catch (cause) {
    await pool.end();
    const words = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `${name} does not answer: ${words}. Check that it runs and that its address and password are right.`,
      { cause },
    );
  }
  return {
    pool,
    transaction: (fn) => transaction(pool, fn),
    async connect() {
      const client = new Client(config);
      client.on("error", onError);
      await client.connect();
      return client;
    },
    close: () => pool.end(),
  };
}

async function transaction<T>(pool: Pool, fn: (tx: Transaction) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await attemptTransaction(pool, fn);
    } catch (error) {
      if (attempt === ATTEMPTS_MAX || !TRY_AGAIN.has(sqlState(error))) throw error;
      await pause(Math.random() * 20 * 2 ** attempt);
    }
  }
}

async function attemptTransaction<T>(pool: Pool, fn: (tx: Transaction) => Promise<T>): Promise<T> {
  const tx = await pool.connect();
  let broken: Error | undefined;
  const onBroken = (error: Error) => (broken = error);
  tx.on("error", onBroken);
  try {
    // Sent ahead of the first statement, not waited for: every transaction is one answer shorter.
    const [, result] = await together(tx.query("begin"), fn(tx));
    await tx.query("commit");
    return result;
  } catch (error) {
    await tx.query("rollback").catch((lost: Error) => (broken = lost));
    throw error;
  } finally {
    tx.off("error", onBroken);
    tx.release(broken); // a connection in doubt is closed, not used again
  }
}

/** A part of a transaction that can fail alone: what it wrote is taken back, and the transaction goes on. */
export async function savepoint<T>(tx: Transaction, fn: () => Promise<T>): Promise<T> {
  await tx.query("savepoint part");
  try {
    const result = await fn();
    await tx.query("release savepoint part");
    return result;
  } catch (error) {
    await tx.query("rollback to savepoint part");
    throw error;
  }
}

/**
 * Statements that do not wait for each other's results, sent one behind the other without waiting. All of them
 * have ended when this does. @throws what the first that failed threw: in a transaction the later ones fail for it.
 */
export async function together<Results extends readonly unknown[]>(
  ...statements: { readonly [At in keyof Results]: Promise<Results[At]> }
): Promise<Results> {
  await Promise.allSettled(statements);
  const results: unknown[] = [];
  for (const statement of statements) results.push(await statement);
  return results as unknown as Results;
}

/** PostgreSQL's code of an error, for instance `23505`; empty when it is not one of PostgreSQL's. */
export function sqlState(error: unknown): string {
  return error instanceof DatabaseError ? (error.code ?? "") : "";
}

/**
 * Whether an error tells of the database's state rather than of a wrong statement: it is down, starting,
 * full, or too slow. The same work may succeed later.
 */
export function isDatabaseTrouble(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== "") return /^(08|40|53|57|58)/.test(state) || state === "55P03" || state === "25P03";
  if (!(error instanceof Error)) return false;
  const fromSocket = "syscall" in error && "port" in error;
  return (
    fromSocket ||
    /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered)/.test(error.message)
  );
}

function shown(url: string): string {
  try {
    const { hostname, port, pathname } = new URL(url);
    return `PostgreSQL at ${hostname}${port === "" ? "" : `:${port}`}${pathname}`;
  } catch {
    return "PostgreSQL at DATABASE_URL"; // what cannot be read is not shown: it may hold the password
  }
}

/** The pool has already dropped the connection and opens another for the next query, which tells of any lasting trouble. */
function ignoreIdleLoss(): void {}
