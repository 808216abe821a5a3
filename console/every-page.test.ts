import { expect, it } from "vitest";
import { everyPage } from "./every-page.ts";

it("reads on until the list ends, also past pages of which nothing is shown", async () => {
  const asked: (string | null)[] = [];
  const pages = await everyPage(async (after) => {
    asked.push(after);
    const number = after === null ? 1 : Number(after);
    return { rows: [`row ${number}`], next: number < 3 ? String(number + 1) : null };
  });
  expect(asked).toEqual([null, "2", "3"]);
  expect(pages.flatMap(({ rows }) => rows)).toEqual(["row 1", "row 2", "row 3"]);
});
