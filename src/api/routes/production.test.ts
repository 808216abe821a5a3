import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { drawLines, made, used } from "../../domain/feedback/posting-harness.ts";
import { fromJson, toJson } from "../../domain/json.ts";
import type { PostingLines } from "../../domain/feedback/posting-sums.ts";
import { bookingHubOf, ledger } from "../../flows/production-to-erp-harness.ts";
import type { BookingPage, BookingView } from "../contract.ts";
import { startTestApi, type Caller, type TestApi } from "../testing.ts";

let api: TestApi;
let viewer: Caller;
let operator: Caller;
let approver: Caller;
let erp: ReturnType<typeof ledger>;
let hub: ReturnType<typeof bookingHubOf>;

beforeAll(async () => {
  api = await startTestApi();
  [viewer, operator, approver] = await Promise.all([
    api.signedIn("viewer"),
    api.signedIn("operator", "olga"),
    api.signedIn("approver", "ada"),
  ]);
});
afterAll(() => api.close());

beforeEach(async () => {
  await api.database.pool.query("truncate runs, bookings, order_production cascade; delete from pgboss.job");
  erp = ledger();
  hub = bookingHubOf(api.database, api.lanes, erp);
  await hub.counts(made({ "0010": "10 good done" }, [used("10 TUBE", "25 EA"), used("20 WIRE", "1 KGM")]));
  await hub.look();
});

const PATH = "/api/production/P1/MO-1";
const excess = "consumed-beyond-plan 10 TUBE";
const answer = { finding: excess, decision: "post", reason: "Five were bent." };

async function view(): Promise<BookingView> {
  return (await viewer<BookingView>(`GET ${PATH}`)).body;
}

function drawn(lines: unknown): readonly string[] {
  return drawLines(fromJson<PostingLines>(lines));
}

describe("production", () => {
  it("is listed with what waits for a person, narrowed by state and plant", async () => {
    const listed = async (query: string) =>
      (await viewer<BookingPage>(`GET /api/production?${query}`)).body.bookings.map(({ order }) => order);

    const { body } = await viewer<BookingPage>("GET /api/production");
    expect(body).toMatchObject({
      bookings: [{ order: "MO-1", plant: "P1", item: "FRAME", state: "to decide", toDecide: 1, postings: 1 }],
      next: null,
    });
    expect(await listed("state=to%20decide&plant=P1")).toEqual(["MO-1"]);
    expect(await listed("state=booked")).toEqual([]);
    expect(await listed("plant=P2")).toEqual([]);
  });

  it("is shown beside what the ERP holds and lacks", async () => {
    const { findings, held, outstanding, actuals } = await view();

    expect(actuals).toEqual(
      toJson(made({ "0010": "10 good done" }, [used("10 TUBE", "25 EA"), used("20 WIRE", "1 KGM")])),
    );
    expect(drawn(held)).toEqual(["0010: 10 EA good final", "20 WIRE: 1 KGM"]);
    expect(drawn(outstanding)).toEqual(["10 TUBE: 25 EA"]);
    expect(findings).toMatchObject([{ key: excess, code: "consumed-beyond-plan", extent: "5 EA", decided: null }]);
  });

  it("is booked as an approver decides", async () => {
    expect((await approver(`POST ${PATH}/decision`, answer)).status).toBe(202);
    expect((await view()).findings).toMatchObject([{ decided: { decision: "post", by: "ada" } }]);
    expect(await api.lanes.list(api.database.pool)).toMatchObject([{ subject: "production:MO-1@P1", by: "ada" }]);

    expect(await hub.look("ada")).toBe("booked");
    const { row, outstanding, timeline } = await view();
    expect(row).toMatchObject({ state: "booked", postings: 2, toDecide: 0 });
    expect(drawn(outstanding)).toEqual([]);
    expect(timeline.map(({ what, who }) => `${who}: ${what}`)).toContain("ada: booking decided: post");
  });

  it("takes the last word of a person who changes their mind", async () => {
    await approver(`POST ${PATH}/decision`, answer);
    await approver(`POST ${PATH}/decision`, { ...answer, decision: "leave out" });

    expect(await hub.look("ada")).toBe("booked");
    expect((await view()).row.postings).toBe(1);
  });

  it("is decided by approvers only, on what is there, with a reason", async () => {
    expect((await operator(`POST ${PATH}/decision`, answer)).body.error.code).toBe("role-too-low");
    expect((await approver(`POST ${PATH}/decision`, { ...answer, finding: "order-closed" })).body.error).toMatchObject({
      code: "not-found",
      field: "body.finding",
    });
    expect((await approver(`POST ${PATH}/decision`, { ...answer, reason: "    " })).body.error.code).toBe(
      "invalid-input",
    );
    expect((await approver("POST /api/production/P1/MO-9/decision", answer)).body.error.code).toBe("not-found");
    expect(await api.lanes.list(api.database.pool)).toEqual([]);
  });

  it("is looked at again when an operator asks", async () => {
    expect((await operator(`POST ${PATH}/look-again`)).status).toBe(202);
    expect(await api.lanes.list(api.database.pool)).toMatchObject([{ why: "asked to look again", by: "olga" }]);
    expect((await operator("POST /api/production/P1/MO-9/look-again")).status).toBe(404);
    expect((await viewer("GET /api/production/P1/MO-9")).status).toBe(404);
  });
});
