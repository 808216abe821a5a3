import { afterAll, beforeAll, expect, it } from "vitest";
import { ACCESS } from "./access-table.ts";
import { startTestApi, type TestApi } from "./testing.ts";

let api: TestApi;
type Document = {
  openapi: string;
  paths: Record<string, Record<string, { summary?: string; responses: Record<string, unknown> }>>;
};
let document: Document;

beforeAll(async () => {
  api = await startTestApi();
  document = (await api.stranger<Document>("GET /api/openapi.json")).body;
});
afterAll(() => api.close());

it("is what docs/openapi.json says; `vitest run src/api/openapi.test.ts -u` writes it anew", async () => {
  await expect(`${JSON.stringify(document, null, 2)}\n`).toMatchFileSnapshot("../../docs/openapi.json");
});

it("describes every route of the API in words, and how each refuses", () => {
  expect(document.openapi).toBe("3.1.0");
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { summary, responses }]) => {
      expect(summary).toMatch(/^[A-Z]/);
      expect(responses).toHaveProperty("4XX");
      return `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ":$1")}`;
    }),
  );
  const undescribed = Object.keys(ACCESS).filter((route) => !described.includes(route));
  expect(undescribed).toEqual(["GET /api/openapi.json", "GET /*", "HEAD /*"]);
});
