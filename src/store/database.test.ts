import { afterAll, beforeAll, expect, it } from "vitest";
import { isDatabaseTrouble, openDatabase, sqlState, together, type Transaction } from "./database.ts";
import { testDatabase, type TestDatabase } from "./testing.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
  await database.pool.query("create table stock (item text primary key, quantity integer)");
});
afterAll(() => database.close());

it("commits all of a transaction or nothing", async () => {
  await expect(
    database.transaction(async (tx) => {
      await tx.query("insert into stock values ('BOLT', 4)");
      throw new Error("on second thoughts");
    }),
  ).rejects.toThrow("on second thoughts");
  expect(await quantities()).toEqual([]);

  await database.transaction((tx) => tx.query("insert into stock values ('BOLT', 4), ('NUT', 4)"));
  expect(await quantities()).toEqual([4, 4]);
});

it("fails as the first of statements that go together, when all of them have ended", async () => {
  await database.pool.query("truncate stock; insert into stock values ('BOLT', 4)");
  const ended: string[] = [];
  const stock = async (tx: Transaction, item: string) => {
    await tx.query("insert into stock values ($1, 1)", [item]).finally(() => ended.push(item));
  };
  const work = database.transaction((tx) => together(stock(tx, "NUT"), stock(tx, "BOLT"), stock(tx, "WASHER")));

  expect(sqlState(await work.catch((error: unknown) => error))).toBe("23505"); // BOLT is there already
  expect(ended).toEqual(["NUT", "BOLT", "WASHER"]);
  expect(await quantities()).toEqual([4]);
});

it("gives the results of statements that go together", async () => {
  const both = database.transaction((tx) => together(tx.query("select 1 as n"), tx.query("select 2 as n")));
  expect((await both).map(({ rows }) => rows)).toEqual([[{ n: 1 }], [{ n: 2 }]]);
});

it("runs a transaction again that lost out in a deadlock", async () => {
  await database.pool.query("truncate stock; insert into stock values ('BOLT', 0), ('NUT', 0)");
  const bothHold = barrier(2);
  let runs = 0;
  const addTo = (one: string, other: string) =>
    database.transaction(async (tx) => {
      runs++;
      await add(tx, one);
      await bothHold();
      await add(tx, other);
    });

  await Promise.all([addTo("BOLT", "NUT"), addTo("NUT", "BOLT")]);

  expect(await quantities()).toEqual([2, 2]);
  expect(runs).toBe(3);
});

it("lets a transaction that fell asleep hold nobody up", async () => {
  const { rows } = await database.pool.query("select current_setting('idle_in_transaction_session_timeout') as idle");

  expect(rows).toEqual([{ idle: "5s" }]);
});

it("tells a database in trouble from a wrong statement", async () => {
  const wrong = await database.pool.query("select nonsense").catch((error: unknown) => error);
  const late = await database
    .transaction((tx) => tx.query("set local statement_timeout = 10; select pg_sleep(1)"))
    .catch((error: unknown) => error);
  const down = await openDatabase({ url: "postgres://nobody@127.0.0.1:1/none" }).catch((error: Error) => error.cause);

  expect([wrong, late, down].map(isDatabaseTrouble)).toEqual([false, true, true]);
  expect(sqlState(wrong)).toBe("42703");
});

it("says which server does not answer and what to do, and never its password", async () => {
  const opening = openDatabase({ url: "postgres://heddle:s3cret@127.0.0.1:1/thread" });

  await expect(opening).rejects.toThrow(
    /^PostgreSQL at 127\.0\.0\.1:1\/thread does not answer: .*ECONNREFUSED.*\. Check that it runs/,
  );
  await expect(opening).rejects.not.toThrow(/s3cret/);
});

async function quantities(): Promise<number[]> {
  const { rows } = await database.pool.query<{ quantity: number }>("select quantity from stock order by item");
  return rows.map((row) => row.quantity);
}

async function add(tx: Transaction, item: string): Promise<void> {
  await tx.query("update stock set quantity = quantity + 1 where item = $1", [item]);
}

/** Resolves for the first `count` callers once all of them have come, and at once for any after them. */
function barrier(count: number): () => Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let come = 0;
  return async () => {
    if (++come === count) resolve();
    await promise;
  };
}
