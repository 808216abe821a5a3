import { afterAll } from "vitest";
import { testDatabase, type TestDatabase } from "../store/testing.ts";
import { openLanes, type Lanes } from "./lanes.ts";

/** Lanes over a database of a test file's own, closed after its tests: `const { database, lanes } = await testLanes()`. */
export async function testLanes(): Promise<{ readonly database: TestDatabase; readonly lanes: Lanes }> {
  const database = await testDatabase();
  const lanes = await openLanes(database);
  afterAll(async () => {
    await lanes.close();
    await database.close();
  });
  return { database, lanes };
}
