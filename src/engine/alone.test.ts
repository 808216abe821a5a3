import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { testDatabase, type TestDatabase } from "../store/testing.ts";
import { startAlone } from "./alone.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

function hub(name: string, at: Set<string>) {
  const begin = async () => {
    at.add(name);
    return { stop: async () => void at.delete(name) };
  };
  return startAlone({ database, name: "mes events", begin, onError: () => {} });
}

it("is done by one hub at a time, and by the next when that one stops", async () => {
  const at = new Set<string>();
  const one = hub("one", at);
  await vi.waitFor(() => expect([...at]).toEqual(["one"]), 60_000);
  const two = hub("two", at);
  await one.stop();
  await vi.waitFor(() => expect([...at]).toEqual(["two"]), 60_000);
  await two.stop();
  expect(at.size).toBe(0);
});

it("ends with the hub's session in the database, and begins again", async () => {
  let begun = 0;
  let stopped = 0;
  const begin = async () => {
    begun += 1;
    return { stop: async () => void (stopped += 1) };
  };
  const alone = startAlone({ database, name: "broker", begin, onError: () => {} });
  await vi.waitFor(() => expect(begun).toBe(1), 60_000);
  await database.pool.query(
    "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted and pid <> pg_backend_pid() and database = (select oid from pg_database where datname = current_database())",
  );
  await vi.waitFor(() => expect([begun, stopped]).toEqual([2, 1]), 60_000);
  await alone.stop();
  expect(stopped).toBe(2);
});
