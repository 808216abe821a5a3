import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { OrderView } from "../../src/api/contract.ts";
import type { JobOrder } from "../../src/domain/job-order.ts";
import { fromJson } from "../../src/domain/json.ts";
import { quantityText } from "../../src/domain/quantity.ts";
import { sandbox } from "../kit/sandbox.ts";
import { startConsoleOfHub, type TrialStart } from "../kit/trial-console.ts";

/** The one command that `npm start` runs: what a terminal tells of an order appears on the pages by itself. */
describe("what the shop floor tells", () => {
  let trial: TrialStart;
  let page: Page;

  beforeAll(async () => {
    trial = await startConsoleOfHub();
    page = trial.admin;
  });
  afterAll(() => trial.close());

  it("is booked in the ERP and stands in the figures while somebody looks", async () => {
    await page.goto(`${trial.url}/orders/1000/MO-5008`);
    await page.locator("header .state", { hasText: "dispatched" }).waitFor();
    const job = await jobOf("MO-5008");
    await page.goto(`${trial.url}/production/bookings`);
    await page.getByRole("heading", { level: 1, name: "Bookings in the ERP" }).waitFor();

    await tellAllOf(job);
    await page.getByRole("link", { name: "MO-5008" }).click();
    await page.locator("header .state", { hasText: /booked|completed/ }).waitFor();
    const [first] = job.operations;
    const row = page.getByRole("row", { name: new RegExp(`^${first?.operation}`) });
    await row.getByText("nothing").waitFor();
    expect(await row.innerText()).toContain(`${quantityText(job.quantity)} good`);
    const erp = sandbox(`http://127.0.0.1:${trial.at.ports.erp}`);
    const { value } = await erp.get<{ value: { order: string }[] }>("/erp/v1/postings?plant=1000&order=MO-5008");
    expect(value.length).toBeGreaterThan(0);

    await page.getByRole("link", { name: `of ${job.item}` }).click();
    await page.getByRole("heading", { level: 1, name: job.item }).waitFor();
    await page
      .getByRole("row", { name: new RegExp(`^${first?.operation}`) })
      .first()
      .waitFor();
  });

  async function jobOf(order: string): Promise<JobOrder> {
    const answer = await page.request.get(`${trial.url}/api/orders/1000/${order}`);
    const { versions } = (await answer.json()) as OrderView;
    return fromJson<JobOrder>(versions[0]?.jobOrder);
  }

  /** Every operation was begun ten minutes ago and has made all pieces. */
  async function tellAllOf({ order, operations, quantity }: JobOrder): Promise<void> {
    const began = new Date(Date.now() - 600_000).toISOString();
    const now = new Date().toISOString();
    const [amount = "", unit = ""] = quantityText(quantity).split(" ");
    const events = operations.flatMap(({ operation }) => {
      const told = { source: "terminal", plant: "1000", order, operation };
      return [
        { ...told, id: `${operation}-s`, at: began, fact: { kind: "operation started" } },
        {
          ...told,
          id: `${operation}-g`,
          at: now,
          since: began,
          fact: { kind: "good", quantity: amount, unit, workedMs: 540_000 },
        },
        { ...told, id: `${operation}-c`, at: now, fact: { kind: "operation completed" } },
      ];
    });
    const answer = await page.request.post(`${trial.url}/api/shop-events`, {
      headers: { "x-heddle": "1" },
      data: events,
    });
    expect(await answer.json()).toMatchObject({ stored: events.length, apart: [] });
  }
});
