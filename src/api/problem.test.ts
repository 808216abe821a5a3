import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { API_ERRORS } from "./problem.ts";

it("documents every error code in docs/api.md, in order and with its status and fix", () => {
  const page = readFileSync(new URL("../../docs/api.md", import.meta.url), "utf8");

  const documented = [...page.matchAll(/^\| `([\w-]+)` +\| (\d{3}) +\| (.+?) +\|$/gm)].map(([, ...cells]) => cells);

  expect(documented).toEqual(Object.entries(API_ERRORS).map(([code, { status, fix }]) => [code, `${status}`, fix]));
});
