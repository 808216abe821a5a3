import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cursorOf, moveCursor } from "./cursors.ts";
import type { Database } from "./database.ts";
import { acceptMessages, forgetMessages } from "./inbox.ts";
import { testDatabase } from "./testing.ts";

let database: Database;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

describe("the inbox", () => {
  it("takes a message once, also when its copies come at the same moment", async () => {
    const copies = Array.from({ length: 10 }, () => accept("plm", "msg-1"));

    expect((await Promise.all(copies)).filter((isNew) => isNew)).toHaveLength(1);
    expect(await accept("erp", "msg-1")).toBe(true); // another sender's number
  });

  it("forgets old messages only", async () => {
    await accept("plm", "old");
    await database.pool.query("update inbox set received_at = now() - interval '8 days' where id = 'old'");
    await accept("plm", "new");

    expect(await forgetMessages(database.pool, 7)).toBe(1);
    expect([await accept("plm", "new"), await accept("plm", "old")]).toEqual([false, true]);
  });
});

describe("a cursor", () => {
  it("moves on from where it stands, and for one hub only", async () => {
    const move = (from: string | null, to: string) =>
      moveCursor(database.pool, { system: "plm", capability: "changes", from, to });

    expect(await cursorOf(database.pool, "plm", "changes")).toBeNull();
    const both = await Promise.all([move(null, "10"), move(null, "10")]);
    expect(both.filter((moved) => moved)).toHaveLength(1);
    expect(await move("10", "20")).toBe(true);
    expect(await move("10", "30")).toBe(false);
    expect(await move(null, "30")).toBe(false);
    expect(await cursorOf(database.pool, "plm", "changes")).toBe("20");
  });
});

async function accept(source: string, id: string): Promise<boolean> {
  return (await acceptMessages(database.pool, [{ source, id, body: { type: "change.released" } }])).length === 1;
}
