import { beforeEach, expect, it } from "vitest";
import { trial, type Client } from "../http/trial.ts";
import { startSandboxPlm } from "./server.ts";

const REPORT = {
  partNumber: "FX-210",
  revision: "A",
  title: "Scrap at assembly doubled",
  description: "Since ECO-0001 twice as many blowers do not fit together.",
  evidence: "412 of 9,800 before, 840 of 9,700 after; p < 0.001",
  occasion: "scrap:1000:FX-210:A:0010:2026-03",
  reportedBy: "heddle",
};

let client: Client;
beforeEach(async () => {
  ({ client } = await trial(startSandboxPlm, { seed: true }));
});

const file = (more: object = {}) => client("POST", "/api/v2/problem-reports", { ...REPORT, ...more });
const list = async (query = "") => (await client("GET", `/api/v2/problem-reports${query}`)).body.value;
const numbers = async (query: string) => (await list(query)).map(({ reportNumber }: never) => reportNumber);
const close = () => client("POST", "/api/v2/problem-reports/PR-0001/close", { reason: "fixed by ECO-0009" });

it("keeps a report on a part revision with occasion and evidence, and lists it", async () => {
  const { status, body } = await file();
  expect(status).toBe(201);
  expect(body).toEqual({
    reportNumber: "PR-0001",
    ...REPORT,
    state: "OPEN",
    createdAt: expect.any(String),
    closedAt: null,
    closeReason: null,
    etag: "v1",
  });
  expect(await list()).toEqual([body]);
  expect((await client("GET", "/api/v2/problem-reports/PR-0001")).body).toEqual(body);
});

it("finds reports by occasion, part and state, and does not notice that one comes twice", async () => {
  await file();
  await file();
  await file({ partNumber: "SMP-101", occasion: null });
  await client("POST", "/api/v2/problem-reports/PR-0002/close", { reason: "a copy of PR-0001" });
  expect(await numbers(`?occasion=${REPORT.occasion}`)).toEqual(["PR-0001", "PR-0002"]);
  expect(await numbers("?partNumber=FX-210&revision=A&state=OPEN")).toEqual(["PR-0001"]);
  expect(await numbers("?partNumber=SMP-101&partNumber=FX-310")).toEqual(["PR-0003"]);
});

it("is closed once, with a reason", async () => {
  await file();
  expect((await close()).body).toMatchObject({ state: "CLOSED", closeReason: "fixed by ECO-0009", etag: "v2" });
  expect(await close()).toMatchObject({ status: 409, body: { error: { code: "REPORT_CLOSED" } } });
});

it.each([
  [{ partNumber: "GHOST" }, 404, "PART_UNKNOWN"],
  [{ revision: "Z" }, 404, "REVISION_UNKNOWN"],
  [{ title: "" }, 400, "MALFORMED"],
])("refuses a report with %j", async (wrong, status, code) => {
  expect(await file(wrong)).toMatchObject({ status, body: { error: { code } } });
  expect(await list()).toEqual([]);
});
