import { afterAll, beforeAll, expect, it } from "vitest";
import { openShopFloor, type ShopFloor } from "../../flows/shop-floor-harness.ts";
import type { ApartCounts, ApartGroupDetail, ApartGroupView, ApartPage, ApartReplay, ErrorBody } from "../contract.ts";
import { startTestApi, type Caller, type TestApi } from "../testing.ts";

let api: TestApi;
let floor: ShopFloor;
let operator: Caller;
let viewer: Caller;

beforeAll(async () => {
  api = await startTestApi();
  floor = await openShopFloor(api.database);
  operator = await api.signedIn("operator");
  viewer = await api.signedIn("viewer");
});
afterAll(() => api.close());

function good(id: string, order: string) {
  const fact = { kind: "good", quantity: "5", unit: "EA" };
  return { id, order, operation: "0010", at: "2026-02-02T08:00:00.000Z", fact };
}

async function groupOf(order: string): Promise<ApartGroupView> {
  const { body } = await viewer<ApartPage>(`GET /api/kept-apart?order=${order}`);
  const [group] = body.groups;
  if (group === undefined) throw new Error(`nothing of ${order} waits`);
  return group;
}

it("shows what is not counted and why, with the events, and how much of it there is", async () => {
  await floor.tell(good("a-1", "MO-1"), good("a-2", "MO-1"));
  const group = await groupOf("MO-1");
  expect(group).toMatchObject({
    source: "cell",
    via: "mes",
    plant: "1000",
    order: "MO-1",
    code: "order-unknown",
    field: "order",
    count: 2,
    mayPass: true,
    state: "waiting",
    settledBy: null,
    cause: "Plant 1000 has no order MO-1.",
  });

  const { body } = await viewer<ApartGroupDetail>(`GET /api/kept-apart/${group.id}`);
  expect(body.events).toEqual([
    { source: "cell", plant: "1000", ...good("a-1", "MO-1") },
    { source: "cell", plant: "1000", ...good("a-2", "MO-1") },
  ]);

  const counts = await viewer<ApartCounts>("GET /api/kept-apart/counts");
  expect(counts.body.counts).toEqual([{ source: "cell", code: "order-unknown", count: 2, newest: group.receivedAt }]);
});

it("pages, and narrows by source and reason", async () => {
  await floor.tell(good("p-1", "MO-P1"), good("p-2", "MO-P2"), { ...good("p-3", "MO-P3"), source: "other" });
  const first = await viewer<ApartPage>("GET /api/kept-apart?limit=1&code=order-unknown&source=cell");
  const second = await viewer<ApartPage>(
    `GET /api/kept-apart?limit=1&code=order-unknown&source=cell&after=${first.body.next ?? ""}`,
  );
  const seen = [...first.body.groups, ...second.body.groups];
  expect(new Set(seen.map(({ id }) => id)).size).toBe(2);
  expect(seen.map(({ source }) => source)).toEqual(["cell", "cell"]);
  const none = await viewer<ApartPage>("GET /api/kept-apart?code=serial-reused");
  expect(none.body).toEqual({ groups: [], next: null });
});

it("takes a group in once more for an operator, with a reason, and tells what became of it", async () => {
  await floor.tell(good("r-1", "MO-2"));
  const group = await groupOf("MO-2");
  const operations = { "0010": { workCenter: "ASSY", runMinutes: null } };
  await floor.learn({ order: "MO-2", item: "FX-200", quantity: "40", operations });
  const request = `POST /api/kept-apart/${group.id}/replay`;
  const reason = { reason: "released late" };

  expect((await viewer(request, reason)).status).toBe(403);
  expect((await operator<ErrorBody>(request, { reason: "   " })).status).toBe(400);
  const { body } = await operator<ApartReplay>(request, reason);
  expect(body).toMatchObject({
    stored: 1,
    known: 0,
    apart: 0,
    group: { id: group.id, state: "replayed", settledBy: "operator", reason: "released late" },
  });

  const again = await operator<ErrorBody>(request, reason);
  expect({ status: again.status, code: again.body.error.code }).toEqual({ status: 409, code: "already-decided" });
});

it("puts a group aside for an operator, with a reason, once", async () => {
  await floor.tell(good("d-1", "MO-3"));
  const group = await groupOf("MO-3");
  const request = `POST /api/kept-apart/${group.id}/dismiss`;
  const reason = { reason: "a test of the terminal" };

  expect((await viewer(request, reason)).status).toBe(403);
  const { body } = await operator<ApartGroupView>(request, reason);
  expect(body).toMatchObject({ state: "dismissed", settledBy: "operator", reason: "a test of the terminal" });
  expect((await operator<ErrorBody>(request, reason)).body.error.message).toBe(
    `Group ${group.id} was dismissed by operator.`,
  );
  const dismissed = await viewer<ApartPage>("GET /api/kept-apart?state=dismissed");
  expect(dismissed.body.groups.map(({ id }) => id)).toEqual([group.id]);
});

it("has nothing under a number that nobody gave", async () => {
  expect((await viewer<ErrorBody>("GET /api/kept-apart/123456789")).body.error.code).toBe("not-found");
  expect((await viewer<ErrorBody>("GET /api/kept-apart/abc")).body.error.code).toBe("invalid-input");
});
