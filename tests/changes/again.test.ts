import { afterAll, beforeAll, expect, it } from "vitest";
import { startTrialHub, type TrialHub } from "../kit/trial-hub.ts";
import { until } from "../kit/until.ts";

let trial: TrialHub;
beforeAll(async () => {
  trial = await startTrialHub();
});
afterAll(() => trial.close());

const LINE = "PO-1001/10";
type Alert = { readonly number: string; readonly objectId: string };

async function openFlag(): Promise<Alert | null> {
  const { value } = await trial.erp.get<{ value: Alert[] }>("/erp/v1/alerts?state=OPEN");
  return value.find(({ objectId }) => objectId === LINE) ?? null;
}

/** As when the order's line is received, and the receipt is reversed after that: the flag is gone, its reason is not. */
async function loseFlag(): Promise<void> {
  const flag = await openFlag();
  if (flag === null) throw new Error(`${LINE} carries no flag`);
  await trial.erp.send("POST", `/erp/v1/alerts/${flag.number}/close`, { reason: "Taken back by Heddle: received" });
  await trial.lookAgain("ECO-0001", null);
}

it("what was undone after it was written is written again, as often as it is undone", async () => {
  await trial.release("ECO-0001");
  await trial.reaches("ECO-0001", "awaiting approval");
  await trial.approve("ECO-0001");
  await trial.reaches("ECO-0001", "applied");

  await loseFlag();
  await trial.reaches("ECO-0001", "awaiting approval");
  await trial.approve("ECO-0001");
  await until("the flag is there again", openFlag);
  await trial.reaches("ECO-0001", "applied");

  await loseFlag(); // the very plan that was approved and carried out
  await until("the flag is there once more", openFlag);
  expect(await trial.reaches("ECO-0001", "applied")).toMatchObject({ reason: null });
});
