import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ebom, line, sourcing } from "../../src/domain/bom/bom-builder.ts";
import type { ChangePlan } from "../../src/domain/change-plan.ts";
import type { ChangeId } from "../../src/domain/ids.ts";
import { toJson } from "../../src/domain/json.ts";
import { applied, books, planned, type Books, type Scenario } from "../../src/domain/plan-harness.ts";
import type { RunState } from "../../src/domain/run-state.ts";
import { change, plantItem, standardCost } from "../../src/domain/testing.ts";
import { noteConflicts } from "../../src/flows/note-conflicts.ts";
import { sealed } from "../../src/flows/sealed.ts";
import { storePlan } from "../../src/store/plans.ts";
import { recordRun } from "../../src/store/runs.ts";
import { subjectOf } from "../../src/store/subject.ts";
import { holdSubject } from "../../src/store/testing.ts";
import { startConsole } from "../kit/trial-console.ts";
import { accessibilityViolations } from "./accessibility.ts";
import { look, openView } from "./console.ts";

/** A screw gives way to another in so many brackets; in some of them planners had changed the very line. */
const PARENTS = 600;
const EDITED = 60;
const DONE = 200;

const PARTS = Array.from({ length: PARENTS }, (_, at) => `BRACKET-${String(at + 1).padStart(4, "0")}`);

function eco(id: string, screws: string, more: Parameters<typeof change>[1] = {}): Scenario {
  return {
    change: { ...change(Object.fromEntries(PARTS.map((part) => [part, {}])), more), id: id as ChangeId },
    ebom: ebom(Object.fromEntries(PARTS.map((part) => [part, [line("SCREW", screws), line("PLATE", "1")]]))),
    rules: sourcing({ buy: ["SCREW", "PLATE"] }),
  };
}

const FIRST = eco("ECO-1", "4");
const SECOND = eco("ECO-2", "6", { title: "Six screws in every bracket", releasedAt: "2026-02-02T12:00:00.000Z" });
const EMPTY = books({
  items: [...PARTS.map((part) => plantItem(part, { procurement: "make" })), plantItem("SCREW"), plantItem("PLATE")],
  costs: [standardCost("SCREW", "0.1"), standardCost("PLATE", "2")],
});

/** As the first change left it, with five screws by hand in the first brackets. */
function edited(brackets: number): Books {
  const left = applied(planned(FIRST, EMPTY).plan, EMPTY);
  const byHand = new Set(PARTS.slice(0, brackets));
  const five = planned(eco("ECO-0", "5"), EMPTY).plan.mboms[0]?.after.lines.find(({ item }) => item === "SCREW");
  if (five === undefined) throw new Error("a bracket has no screw");
  const mboms = left.mboms.map((mbom) => ({
    ...mbom,
    lines: mbom.lines.map((held) =>
      byHand.has(mbom.item) && held.item === "SCREW" ? { ...held, quantity: five.quantity } : held,
    ),
  }));
  return { ...left, mboms, baselines: new Map() };
}

describe("a change of many assemblies in the console", () => {
  let trial: Awaited<ReturnType<typeof startConsole>>;
  let page: Page;
  beforeAll(async () => {
    trial = await startConsole();
    page = await trial.signedIn("ada", "approver");
  });
  afterAll(() => trial.close());

  it("leads from every line that was edited by hand to its question, however many there are", async () => {
    await leave(planned(SECOND, edited(EDITED)).plan, "blocked", "blocked", 0);
    await page.goto(`${trial.url}/changes/ECO-2/P1?view=merge`);
    await page.getByText(`${EDITED} conflicts to answer`).waitFor();
    await look(page, "mass-merge");
    const table = page.getByRole("table", { name: "Edits of the plant’s planners" });
    const answer = table.getByRole("row", { name: new RegExp(`BRACKET-00${EDITED}`) }).getByRole("link");
    await answer.click();
    await page
      .getByRole("heading", { level: 1, name: `Quantity of SCREW in the mBOM of BRACKET-00${EDITED}` })
      .waitFor();
  });

  it("says how far it has come, and stays quick to look through while it is written", async () => {
    const { plan } = planned(SECOND, edited(0));
    await leave(plan, "approved", "applying", DONE);
    await page.goto(`${trial.url}/changes/ECO-2/P1`);
    const actions = plan.actions.length.toLocaleString("en");
    await page.locator("header").getByText(`${DONE} of ${actions} writes are done.`).waitFor();
    await page.getByText(`${DONE} of ${actions}`, { exact: true }).waitFor();
    await look(page, "mass-plan");
    for (const view of ["Plan", "Manufacturing BOMs", "Why", "Account", "Cost", "Actions"]) {
      await openView(page, view);
      await page.getByRole("tabpanel").getByText("BRACKET-0001").first().waitFor({ state: "attached" });
      const elements = await page.evaluate("document.querySelectorAll('main *').length");
      expect(elements, `elements on the page, at ${view}`).toBeLessThan(4_000);
      await look(page, `mass-${view}`);
    }
    expect(await accessibilityViolations(page)).toEqual([]);
    await page.getByRole("progressbar", { name: "Actions done" }).waitFor();
  });

  /** As the flow leaves it: its newest plan, the questions that it asks, and the writes that are done. */
  async function leave(plan: ChangePlan, state: "blocked" | "approved", stands: RunState, done: number): Promise<void> {
    const { database } = trial.api;
    const subject = subjectOf("change", plan.change.id, plan.plant);
    const { digest } = sealed(plan);
    const lease = await holdSubject(database, subject);
    await database.transaction(async (tx) => {
      await storePlan(tx, { subject: subject.id, digest, plan: toJson(plan), state, requestedBy: "plm" });
      await noteConflicts(tx, subject.id, plan);
      const reason = done === 0 ? null : `${done} of ${plan.actions.length.toLocaleString("en")} writes are done.`;
      await recordRun(tx, lease, { title: plan.change.title, state: stands, reason, planDigest: digest });
      await tx.query(
        `insert into outcomes (digest, action, subject, state) select $1, action, $2, 'done' from unnest($3::text[]) action`,
        [digest, subject.id, plan.actions.slice(0, done).map(({ id }) => id)],
      );
    });
  }
});
