import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Finding } from "../domain/finding.ts";
import type {
  ChangeId,
  ItemId,
  JobOrderId,
  PlantId,
  ProductionOrderId,
  PurchaseOrderLineId,
  Revision,
} from "../domain/ids.ts";
import { ConnectorError, type ConnectorErrorKind } from "./connector-error.ts";
import type { FaultProxy } from "./fault-proxy.ts";
import type { LiveConnector } from "./live-connector.ts";
import { PROMISES, type ConnectorPromise, type Waivers } from "./waivers.ts";
import type { Cursor, IdempotencyKey, Page, Receipt } from "./port.ts";

/** One write, ready to be tried: its input names records that no other test touches. */
export type PreparedWrite = {
  readonly write: (key: IdempotencyKey) => Promise<Receipt>;
  readonly find: (key: IdempotencyKey) => Promise<Receipt | null>;
  /** How often the system shows it as done, read past the connector. */
  readonly timesDone: (key: IdempotencyKey) => Promise<number>;
  /** Someone else changes the record after the input was made; absent where the write has no version. */
  readonly disturb?: () => Promise<void>;
};

/** A list to poll, with what a test does to it past the connector. */
export type PreparedHistory = {
  readonly changedSince: (cursor: Cursor) => Promise<Page<string>>;
  /** Edits one line of a record that was there before, and tells the record's id. */
  readonly editLine: () => Promise<string>;
  /** Adds more records than one page holds, and tells their ids. */
  readonly addMany: () => Promise<readonly string[]>;
};

/** A record with bad data that was put into the system, and what must be said of it. */
export type PreparedBadData = {
  readonly read: () => Promise<readonly Finding[]>;
  readonly expected: readonly {
    readonly item: string;
    readonly line: RegExp | null;
    readonly field: string;
    readonly value: string;
  }[];
};

/** A real or fake system that runs, a connector to it through `proxy`, and a way in behind its back. */
export type Harness = {
  /** Must not try failures again by itself, so that they can be seen. */
  readonly connector: LiveConnector;
  readonly withWrongKey: LiveConnector;
  readonly proxy: FaultProxy;
  readonly plant: PlantId;
  /** By name, `items.create`, as the connector has them. */
  readonly writes: Readonly<Record<string, () => Promise<PreparedWrite>>>;
  /** By name of the capability that has `changedSince`. */
  readonly histories: Readonly<Record<string, PreparedHistory>>;
  readonly badData?: () => Promise<PreparedBadData>;
  readonly close: () => Promise<void>;
};

/** Runs every promise that is not waived against a connector. */
export function testConnector(name: string, makeHarness: () => Promise<Harness>, waivers: Waivers): void {
  let harness: Harness;
  let keys = 0;
  const nextKey = () => `test:${name}:${(keys += 1)}` as IdempotencyKey;
  const writes = () => Object.entries(harness.writes);

  const TESTS: Record<ConnectorPromise, () => Promise<void>> = {
    async "proves access"() {
      await harness.connector.check();
      expect(harness.connector.status()).toMatchObject({ state: "up", error: null, lastSeen: expect.any(String) });
    },

    async "wrong credentials are access denied"() {
      await failure("access denied", harness.withWrongKey.check());
      expect(harness.withWrongKey.status().state).toBe("down");
    },

    async "same key twice leaves one record"() {
      for (const [write, prepare] of writes()) {
        const key = nextKey();
        const prepared = await prepare();
        expect(await prepared.find(key), `${write}, before`).toBeNull();
        const first = await prepared.write(key);
        const second = await prepared.write(key);
        expect(second.id, write).toBe(first.id);
        expect(await prepared.timesDone(key), write).toBe(1);
      }
    },

    async "a lost answer is found again"() {
      for (const [write, prepare] of writes()) {
        // A write may take several requests: each one's answer is lost once.
        for (let nth = 1; ; nth++) {
          const key = nextKey();
          const prepared = await prepare();
          harness.proxy.cutAfterWrite(nth);
          const attempt = prepared.write(key);
          if (await hasFinished(attempt)) {
            expect(harness.proxy.calm(), `${write} took less than ${nth} requests`).toBe(true);
            expect(nth, `${write} sends at least one request`).toBeGreaterThan(1);
            break;
          }
          await failure("answer lost", attempt);
          const found = await prepared.find(key);
          const receipt = found ?? (await prepared.write(key));
          expect(await prepared.find(key), write).toEqual(receipt);
          expect(await prepared.timesDone(key), `${write}, answer ${nth} lost`).toBe(1);
        }
      }
    },

    async "an answer lost before it was done is found to be not done"() {
      for (const [write, prepare] of writes()) {
        const key = nextKey();
        const prepared = await prepare();
        harness.proxy.cutBeforeWrite(1);
        await failure("answer lost", prepared.write(key));
        expect(await prepared.find(key), write).toBeNull();
        expect(await prepared.timesDone(key), write).toBe(0);
        await prepared.write(key);
        expect(await prepared.timesDone(key), write).toBe(1);
      }
    },

    async "a version conflict is told, nothing is overwritten"() {
      let disturbed = 0;
      for (const [write, prepare] of writes()) {
        const key = nextKey();
        const prepared = await prepare();
        if (prepared.disturb === undefined) continue;
        disturbed += 1;
        await prepared.disturb();
        await failure("version conflict", prepared.write(key), write);
        expect(await prepared.find(key), write).toBeNull();
        expect(await prepared.timesDone(key), write).toBe(0);
      }
      expect(disturbed, "writes that have a version").toBeGreaterThan(0);
    },

    async "a line-only edit is seen by polling"() {
      for (const [history, prepared] of Object.entries(harness.histories)) {
        const { cursor } = await pollAll(prepared, null);
        const edited = await prepared.editLine();
        expect((await pollAll(prepared, cursor)).ids, history).toContain(edited);
      }
    },

    async "paging misses nothing"() {
      for (const [history, prepared] of Object.entries(harness.histories)) {
        const before = await pollAll(prepared, null);
        const added = await prepared.addMany();
        const after = await pollAll(prepared, before.cursor);
        expect(after.pages, `${history} has more than one page`).toBeGreaterThan(1);
        expect([...new Set(after.ids)].toSorted(), history).toEqual([...added].toSorted());
        expect(await prepared.changedSince(after.cursor)).toEqual({ ids: [], cursor: after.cursor, more: false });
      }
    },

    async "bad data is named by system, object and field"() {
      const { read, expected } = (await harness.badData?.()) ?? { read: async () => [], expected: [] };
      const findings = await read();
      expect(expected.length).toBeGreaterThan(0);
      for (const { item, line, field, value } of expected) {
        const ofField = findings.filter((one) => one.item === item && one.field === field);
        const finding = ofField.find((one) => isLine(one.line, line) && one.cause.includes(value));
        expect(finding, `${item} ${field} ${value} in ${JSON.stringify(findings)}`).toMatchObject({
          severity: "blocked",
          system: harness.connector.system,
        });
        expect(finding?.fix).not.toBe("");
      }
    },

    async "429 carries the wait"() {
      harness.proxy.answerNext(429, { "retry-after": "7" }, "slow down");
      const error = await failure("overloaded", harness.connector.check());
      expect(error.at.retryAfterMs).toBe(7_000);
      expect(harness.connector.status().state).toBe("paused");
    },

    async "unreachable is told"() {
      await harness.proxy.stop();
      try {
        const error = await failure("unreachable", harness.connector.check());
        expect(error.at).toMatchObject({ system: harness.connector.system, cause: expect.any(String) });
        expect(harness.connector.status()).toMatchObject({
          state: "down",
          error: expect.stringContaining("unreachable"),
        });
      } finally {
        await harness.proxy.start();
      }
      await harness.connector.check();
      expect(harness.connector.status().state).toBe("up");
    },

    async "an HTML error page is contract broken"() {
      for (const status of [200, 404]) {
        harness.proxy.answerNext(status, { "content-type": "text/html" }, "<html><body>Sign in</body></html>");
        await failure("contract broken", harness.connector.check());
      }
    },

    async "a record that does not exist is absent or not found"() {
      const reads = missingReads(harness.connector, harness.plant);
      expect(reads.length).toBeGreaterThan(0);
      for (const [what, read] of reads) {
        const answer = await read().catch((error: unknown) => error);
        if (answer instanceof ConnectorError) expect(answer.kind, what).toBe("not found");
        else expect(sizeOf(answer), what).toBe(0);
      }
    },
  };

  describe(`the connector ${name}`, () => {
    beforeAll(async () => {
      harness = await makeHarness();
    });
    afterAll(async () => {
      await harness.close();
    });

    it("has a sample for each write and each history", () => {
      expect(Object.keys(harness.writes).toSorted()).toEqual(writesOf(harness.connector));
      expect(Object.keys(harness.histories).toSorted()).toEqual(historiesOf(harness.connector));
    });

    // The one that leaves the connection paused comes last.
    const inOrder = [...PROMISES].toSorted(
      (a, b) => Number(a === "429 carries the wait") - Number(b === "429 carries the wait"),
    );
    for (const promise of inOrder) {
      const reason = waivers[promise];
      if (reason === undefined) it(promise, TESTS[promise]);
      else it.skip(`${promise} (waived: ${reason})`, TESTS[promise]);
    }
  });
}

function isLine(found: string | null, expected: RegExp | null): boolean {
  return found === null || expected === null ? found === expected : expected.test(found);
}

/** Waits for a failure of one kind. */
async function failure(kind: ConnectorErrorKind, attempt: Promise<unknown>, what?: string): Promise<ConnectorError> {
  const error = await attempt.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error, what).toBeInstanceOf(ConnectorError);
  const failed = error as ConnectorError;
  expect(failed.kind, `${what ?? ""} ${failed.message}`).toBe(kind);
  return failed;
}

async function hasFinished(attempt: Promise<unknown>): Promise<boolean> {
  return await attempt.then(
    () => true,
    () => false,
  );
}

async function pollAll(
  history: PreparedHistory,
  from: Cursor,
): Promise<{ ids: string[]; cursor: Cursor; pages: number }> {
  const ids: string[] = [];
  let cursor = from;
  for (let pages = 1; ; pages++) {
    const page = await history.changedSince(cursor);
    ids.push(...page.ids);
    cursor = page.cursor;
    if (!page.more) return { ids, cursor, pages };
  }
}

/** `items.create`, `mbom.publish` …: whatever in the connector is a write. */
function writesOf(connector: LiveConnector): readonly string[] {
  return membersOf(
    connector,
    (member) => typeof member === "object" && member !== null && "write" in member && "find" in member,
  );
}

function historiesOf(connector: LiveConnector): readonly string[] {
  const polled = Object.entries(connector).filter(([, group]) => typeof group === "object" && "changedSince" in group);
  return polled.map(([name]) => name).toSorted();
}

function membersOf(connector: LiveConnector, isWanted: (member: unknown) => boolean): readonly string[] {
  return Object.entries(connector)
    .flatMap(([group, held]) => {
      const members = typeof held === "object" ? Object.entries(held as Record<string, unknown>) : [];
      return members.flatMap(([name, member]) => (isWanted(member) ? [`${group}.${name}`] : []));
    })
    .toSorted();
}

function missingReads(
  connector: LiveConnector,
  plant: PlantId,
): readonly (readonly [string, () => Promise<unknown>])[] {
  const item = "NO-SUCH-ITEM" as ItemId;
  const { changes, ebom, items, procurement, routings, mbom, costs, purchaseOrders, productionOrders, flags, jobs } =
    connector;
  const nobody = "NO-SUCH-SUPPLIER" as Parameters<NonNullable<typeof procurement>["knownSuppliers"]>[0][number];
  const reads: readonly (readonly [string, (() => Promise<unknown>) | undefined])[] = [
    ["changes.read", changes && (() => changes.read("NO-SUCH-CHANGE" as ChangeId))],
    ["ebom.read", ebom && (async () => (await ebom.read(item, "A" as Revision)).ebom.items)],
    ["ebom.whereUsed", ebom && (() => ebom.whereUsed(item))],
    ["items.read", items && (() => items.read([item], plant))],
    ["procurement.read", procurement && (() => procurement.read([item], plant))],
    ["procurement.knownSuppliers", procurement && (() => procurement.knownSuppliers([nobody]))],
    ["mbom.read", mbom && (() => mbom.read([item], plant))],
    ["mbom.whereUsed", mbom && (() => mbom.whereUsed(item, plant))],
    ["routings.read", routings && (() => routings.read([item], plant))],
    ["costs.read", costs && (() => costs.read([item], plant))],
    ["purchaseOrders.openOf", purchaseOrders && (() => purchaseOrders.openOf([item], plant))],
    ["purchaseOrders.read", purchaseOrders && (() => purchaseOrders.read(["NO-SUCH/1" as PurchaseOrderLineId]))],
    ["productionOrders.openOf", productionOrders && (() => productionOrders.openOf([item], plant))],
    ["productionOrders.read", productionOrders && (() => productionOrders.read(["NO-SUCH" as ProductionOrderId]))],
    ["jobs.read", jobs && (() => jobs.read(["NO-SUCH-JOB" as JobOrderId]))],
    ["flags.of", flags && (() => flags.of("NO-SUCH-CHANGE" as ChangeId))],
  ];
  return reads.flatMap(([what, read]) => (read === undefined ? [] : [[what, read] as const]));
}

function sizeOf(answer: unknown): number | null {
  if (Array.isArray(answer)) return answer.length;
  return answer instanceof Map || answer instanceof Set ? answer.size : null;
}
