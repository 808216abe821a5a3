import { afterAll, beforeAll, expect, it } from "vitest";
import { emptyDatabase, type TestDatabase } from "../../src/store/testing.ts";
import { isWrite, startGate, type Gate, type Passage } from "../kit/gate.ts";
import type { HubProcess } from "../kit/hub-process.ts";
import { everyOne } from "../kit/sandbox.ts";
import { startTrialPlant, type TrialPlant } from "../kit/trial-plant.ts";
import { until } from "../kit/until.ts";

/** Two hubs on one PostgreSQL server, each with a gate of its own to the ERP, so that it is seen who wrote what. */
let database: TestDatabase;
let plant: TrialPlant;
let gates: { readonly doomed: Gate; readonly other: Gate };
let doomed: HubProcess;
let other: HubProcess;
let holders: { readonly doomed: string; readonly other: string };
let changes: string[];

beforeAll(async () => {
  database = await emptyDatabase();
  plant = await startTrialPlant();
  gates = { doomed: await startGate(plant.erp.url), other: await startGate(plant.erp.url) };
  const shared = { approves: "everything", databaseUrl: database.url } as const;
  [doomed, other] = await Promise.all([
    plant.startHub({ ...shared, erpUrl: gates.doomed.urls[0] ?? "" }),
    plant.startHub({ ...shared, erpUrl: gates.other.urls[0] ?? "", name: "other" }),
  ]);
  holders = { doomed: (await doomed.status()).hub, other: (await other.status()).hub };
  await keepLeaseLog(database);

  // The moment is when one hub has just made its fortieth mBOM draft and waits, in vain, for the answer.
  gates.doomed.shutAfter(40, ({ method, path }) => method === "POST" && path.endsWith("/boms"));
  const { ecos } = await plant.plm.send<{ ecos: string[] }>("POST", "/_sandbox/bulk-changes", { count: 200 });
  changes = ecos;
  for (const change of changes) await plant.release(change);
  await until("the killing moment", async () => gates.doomed.isShut() || null, describe, 80_000);
  await doomed.kill();
  await until(
    "all are applied, and nothing waits to be looked at",
    async () => (await isOver()) || null,
    describe,
    80_000,
  );
}, 180_000);
afterAll(async () => {
  await plant.close();
  await Promise.all([gates.doomed.close(), gates.other.close()]);
  await database.close();
});

it("share the work", async () => {
  const shares = Map.groupBy(await leaseLog(), ({ holder }) => holder);
  expect(shares.get(holders.doomed)?.length).toBeGreaterThan(20);
  expect(shares.get(holders.other)?.length).toBeGreaterThan(20);
  expect(assembliesOf(gates.doomed).size).toBeGreaterThan(20);
  expect(assembliesOf(gates.other).size).toBeGreaterThan(20);
});

it("never hold one subject both: it goes from hand to hand only through nobody's", async () => {
  const bySubject = Map.groupBy(await leaseLog(), ({ subject }) => subject);
  expect(bySubject.size).toBe(changes.length);
  for (const [subject, log] of bySubject) {
    const hands = log.map(({ holder }) => holder);
    const grabbed = hands.some((holder, at) => holder !== null && (hands[at - 1] ?? null) !== null);
    expect(grabbed, `${subject}: ${hands.join(" → ")}`).toBe(false);
    expect(hands.at(-1), subject).toBeNull();
  }
});

it("never write for one subject at the same time", () => {
  const first = assembliesOf(gates.doomed);
  const second = assembliesOf(gates.other);
  const handedOver = [...first.keys()].filter((assembly) => second.has(assembly));
  expect(handedOver.length).toBeGreaterThan(0); // at least the one with the draft
  for (const assembly of handedOver) {
    const ended = Math.max(...(first.get(assembly) ?? []).map((passage) => passage.until));
    const begun = Math.min(...(second.get(assembly) ?? []).map((passage) => passage.from));
    expect(begun, assembly).toBeGreaterThan(ended);
  }
});

it("lose nothing and do nothing twice when one of them is killed", async () => {
  const codes = await everyOne<{ code: string }>(plant.erp, "/erp/v1/items");
  const assemblies = codes.map(({ code }) => code).filter((code) => code.startsWith("BLK-"));
  const boms = await everyOne<{ itemCode: string; status: string }>(plant.erp, "/erp/v1/boms");
  const published = boms.filter(({ itemCode }) => itemCode.startsWith("BLK-"));
  expect(new Set(assemblies).size).toBe(changes.length);
  expect(assemblies).toHaveLength(changes.length);
  expect(published.map(({ itemCode, status }) => `${itemCode} ${status}`).toSorted()).toEqual(
    assemblies.map((code) => `${code} ACTIVE`).toSorted(),
  );
  for (const change of changes) {
    expect(await everyOne(plant.plm, `/api/v2/ecos/${change}/acknowledgements`), change).toHaveLength(1);
  }
  const { rows } = await database.pool.query(
    "select subject from audit where what = 'publish mBOM' group by subject having count(*) <> 1",
  );
  expect(rows).toEqual([]);
  expect(await other.status()).toMatchObject({ lanes: { waiting: 0, active: 0 }, unknownOutcomes: 0 });
});

async function isOver(): Promise<boolean> {
  const { states, lanes } = await other.status();
  return states["applied"] === changes.length && lanes.waiting + lanes.active === 0;
}

async function describe(): Promise<string> {
  return `${JSON.stringify(await other.status())}\n${other.told()}`;
}

/** Writes down every change of hands, in the transaction that makes it. */
async function keepLeaseLog({ pool }: TestDatabase): Promise<void> {
  await pool.query(`
    create table lease_log (id bigint generated always as identity, subject text, holder text);
    create function log_lease() returns trigger language plpgsql as $$
    begin
      insert into lease_log (subject, holder) values (new.subject, new.holder);
      return null;
    end $$;
    create trigger lease_logged after insert or update of holder on leases for each row execute function log_lease();
  `);
}

type Hand = { readonly subject: string; readonly holder: string | null };

async function leaseLog(): Promise<Hand[]> {
  const { rows } = await database.pool.query<Hand>("select subject, holder from lease_log order by id");
  return rows;
}

/** What passed the gate to write of each assembly. */
function assembliesOf(gate: Gate): Map<string, Passage[]> {
  return Map.groupBy(gate.passed().filter(isWrite), ({ answered }) => {
    const { code, itemCode } = JSON.parse(answered) as { code?: string; itemCode?: string };
    return code ?? itemCode ?? "nothing";
  });
}
