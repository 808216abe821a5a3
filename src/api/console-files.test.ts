import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestApi, type TestApi } from "./testing.ts";

let folder: string;
let api: TestApi;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "console-"));
  await mkdir(join(folder, "assets"));
  await writeFile(join(folder, "index.html"), "<title>Heddle</title>");
  await writeFile(join(folder, "assets/app-1a2b.js"), "export {};");
  api = await startTestApi({ consoleFolder: folder });
});
afterAll(async () => {
  await api.close();
  await rm(folder, { recursive: true });
});

const page = { accept: "text/html" };

it.each([["/"], ["/changes/ECO-0001/1000"]])(
  "answers the page %s with the console, never from a cache",
  async (path) => {
    const { status, body, headers } = await api.stranger<string>(`GET ${path}`, undefined, page);
    expect({ status, body, cache: headers["cache-control"] }).toEqual({
      status: 200,
      body: "<title>Heddle</title>",
      cache: "no-cache",
    });
  },
);

it("lets browsers keep files that are named by their content", async () => {
  const { headers } = await api.stranger("GET /assets/app-1a2b.js");
  expect(headers["cache-control"]).toBe("public, max-age=31536000, immutable");
});

it.each([["/api/nothing"], ["/webhooks/plm"], ["/metrics/x"]])(
  "answers %s as what it is, also to a browser",
  async (path) => {
    expect(await api.stranger(`GET ${path}`, undefined, page)).toMatchObject({
      status: 404,
      body: { error: { code: "not-found" } },
    });
  },
);

it("serves nothing outside its folder", async () => {
  expect(await api.stranger("GET /..%2f..%2fetc/passwd")).not.toMatchObject({ status: 200 });
  expect(await api.stranger("GET /assets/missing.js")).toMatchObject({ status: 404 });
});
