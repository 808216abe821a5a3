import * as fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Database } from "./database.ts";
import { emptyDatabase } from "./testing.ts";
import { textArray } from "./text-array.ts";

let database: Database;

beforeAll(async () => {
  database = await emptyDatabase();
});

afterAll(() => database.close());

it("is the same texts to PostgreSQL", async () => {
  const text = fc.string({ unit: "grapheme", maxLength: 30 }).map((one) => one.replaceAll("\0", ""));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.option(text, { nil: null }), { maxLength: 20 }), async (texts) => {
      const { rows } = await database.pool.query<{ texts: string[] }>("select $1::text[] as texts", [textArray(texts)]);
      expect(rows[0]?.texts).toEqual(texts);
    }),
    { examples: [[[]], [[null]], [['"quoted"', "{a,b}", "back\\slash", "NULL", ""]]] },
  );
});
