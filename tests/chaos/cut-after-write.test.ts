import { afterAll, beforeAll, expect, it } from "vitest";
import type { HubProcess } from "../kit/hub-process.ts";
import { draftIntroductions, draftReplacements, jigs, orderBrackets, planProduction } from "../kit/jigs.ts";
import { everyOne } from "../kit/sandbox.ts";
import { startTrialPlant, type TrialPlant } from "../kit/trial-plant.ts";

let plant: TrialPlant;
let hub: HubProcess;

beforeAll(async () => {
  plant = await startTrialPlant();
  hub = await plant.startHub({ approves: "everything" });
  await plant.erp.misbehave({ cutAfterWritePercent: 100 });
});
afterAll(() => plant.close());

it("writes each of 100 changes once into an ERP that loses every answer", { timeout: 240_000 }, async () => {
  const fixtures = jigs(50);
  const numbers = fixtures.map(({ assembly }) => assembly);

  // Fifty jigs come in; the buyer orders their brackets, the planner plans to build them; then the bracket goes.
  const introductions = await draftIntroductions(plant.plm, fixtures);
  await applyAll(introductions);
  await plant.erp.misbehave({});
  await orderBrackets(plant.erp, fixtures);
  await planProduction(plant.erp, fixtures);
  await plant.erp.misbehave({ cutAfterWritePercent: 100 });
  const replacements = await draftReplacements(plant.plm, fixtures);
  await applyAll(replacements);

  const boms = await everyOne<Bom>(plant.erp, `/erp/v1/boms?${numbers.map((code) => `itemCode=${code}`).join("&")}`);
  expect(boms.map(({ itemCode, version, status }) => `${itemCode} v${version} ${status}`).toSorted()).toEqual(
    numbers.flatMap((code) => [`${code} v1 SUPERSEDED`, `${code} v2 ACTIVE`]),
  );

  expect(repeated(await everyOne<Item>(plant.erp, "/erp/v1/items"), ({ code }) => code)).toEqual([]);
  expect(repeated(await everyOne<Item>(plant.erp, "/erp/v1/item-costs"), ({ itemCode }) => itemCode)).toEqual([]);

  const sources = await everyOne<Source>(plant.erp, "/erp/v1/purchasing-info");
  expect(repeated(sources, ({ itemCode, supplierCode }) => `${itemCode} of ${supplierCode}`)).toEqual([]);
  for (const { bracket, lug } of fixtures) {
    expect(sources.filter(({ itemCode }) => itemCode === bracket || itemCode === lug)).toHaveLength(2);
  }

  const alerts = await everyOne<Alert>(plant.erp, "/erp/v1/alerts");
  const flagged = alerts.filter(({ text }) => text.includes("BRK-"));
  expect(flagged).toHaveLength(fixtures.length);
  expect(repeated(flagged, ({ objectId }) => objectId)).toEqual([]);

  const orders = await everyOne<Order>(
    plant.erp,
    `/erp/v1/production-orders?${numbers.map((code) => `itemCode=${code}`).join("&")}`,
  );
  for (const { number } of orders) {
    const log = await everyOne<LogEntry>(plant.erp, `/erp/v1/production-orders/${number}/log`);
    expect(log.map(({ action }) => action)).toEqual(["CREATED", "RE_EXPLODED"]);
  }

  // It was no fair weather: an mBOM takes two writes, and each of their answers was lost.
  for (const change of [...introductions, ...replacements]) {
    const { outcomes } = await hub.planOf(change);
    const published = outcomes.filter(({ action }) => action.startsWith("publish mBOM:"));
    expect(published).toEqual([expect.objectContaining({ state: "done", attempts: 2 })]);
    expect(await everyOne(plant.plm, `/api/v2/ecos/${change}/acknowledgements`)).toHaveLength(1);
  }
  expect((await hub.status()).unknownOutcomes).toBe(0);
});

async function applyAll(changes: readonly string[]): Promise<void> {
  for (const change of changes) await plant.release(change);
  for (const change of changes) await hub.reaches(change, "applied");
}

/** What stands in more than one record. */
function repeated<T>(records: readonly T[], nameOf: (record: T) => string): string[] {
  return [...Map.groupBy(records, nameOf)].flatMap(([name, of]) => (of.length > 1 ? [name] : []));
}

type Bom = { itemCode: string; version: number; status: string };
type Item = { code: string; itemCode: string };
type Source = { itemCode: string; supplierCode: string };
type Alert = { objectId: string; text: string };
type Order = { number: string };
type LogEntry = { action: string };
