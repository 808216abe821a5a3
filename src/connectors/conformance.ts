import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Finding } from "../domain/finding.ts";
import { eventName } from "../domain/feedback/shop-event.ts";
import type { PlantId, ProductionOrderId } from "../domain/ids.ts";
import { multiplied, type Quantity } from "../domain/quantity.ts";
import { rational, rationalText, type Rational } from "../domain/rational.ts";
import { ConnectorError, type ConnectorErrorKind } from "./connector-error.ts";
import type { FaultProxy } from "./fault-proxy.ts";
import type { LiveConnector } from "./live-connector.ts";
import { PROMISES, type ConnectorPromise, type Waivers } from "./waivers.ts";
import type { Cursor, IdempotencyKey, Page, Posting, Production, Receipt, ShopEvents } from "./port.ts";
import type { Told } from "../domain/feedback/told.ts";
import { NO_SUCH, readProbes } from "./read-probes.ts";

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
  /** Deletes a record that was there before, or a line of it, as the system lets people; tells the id to be polled. */
  readonly deleteOne?: () => Promise<string>;
  /** Adds more records than one page holds, and tells their ids. */
  readonly addMany: () => Promise<readonly string[]>;
};

/** A number that stands in the system and that a float would spoil, such as `1234567.000001`. */
export type PreparedNumber = {
  readonly what: string;
  readonly read: () => Promise<Rational>;
  /** As plain decimal text. */
  readonly expected: string;
};

/** Something that is empty in the system (null, false, an empty text: whatever it has for that). */
export type PreparedNull = {
  readonly what: string;
  /** Must give null, or a list or map without entries. */
  readonly read: () => Promise<unknown>;
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

/** Production to book, with what a test does past the connector. */
export type PreparedProduction = {
  /**
   * A posting that nobody booked yet, to a released order that no other test touches: figures of one operation, and
   * one component that comes from a lot.
   */
  readonly posting: () => Promise<Posting>;
  /** How much of the posting's component the ERP's own books say is used on its order, as plain decimal text. */
  readonly used: (posting: Posting) => Promise<string>;
  /** Somebody books the same in the ERP itself. */
  readonly bookByHand: (posting: Posting) => Promise<void>;
  /** Somebody finishes or closes the order in the ERP itself. */
  readonly close: (order: ProductionOrderId) => Promise<void>;
};

/** A shop floor that tells, with what a test does past the connector. */
export type PreparedShopEvents = {
  /** Has more happen than one page tells, and says what: source and id of each, as the connector gives them. */
  readonly happen: () => Promise<readonly { readonly source: string; readonly id: string }[]>;
  /** Has something told that cannot be read, and says which id it bears and which field is wrong. */
  readonly tellBad: () => Promise<{ readonly id: string | null; readonly field: string }>;
};

/**
 * A real or fake system that runs, a connector to it through `proxy`, and a way in behind its back. What is
 * optional is needed by the one promise that it prepares, unless that is waived.
 */
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
  readonly production?: PreparedProduction;
  readonly shopEvents?: PreparedShopEvents;
  readonly badData?: () => Promise<PreparedBadData>;
  readonly exactNumbers?: () => Promise<readonly PreparedNumber[]>;
  readonly nulls?: () => Promise<readonly PreparedNull[]>;
  /** An error as this system words it, for an answer of status 200. */
  readonly errorAs200?: { readonly headers: Record<string, string>; readonly body: string };
  /** Ends, at the system, the session that the connector works in. */
  readonly endSession?: () => Promise<void>;
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
      const { version = null, now = null } = (await harness.connector.describe?.()) ?? {};
      expect(version, "its version").not.toBe("");
      if (now !== null) expect(Math.abs(Date.parse(now) - Date.now()), "its clock").toBeLessThan(DAY_MS);
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
      expect(
        disturbed,
        "writes with `disturb` in harness.ts; waive this promise if none has a version",
      ).toBeGreaterThan(0);
    },

    async "a line-only edit is seen by polling"() {
      for (const [history, prepared] of Object.entries(harness.histories)) {
        const { cursor } = await pollAll(prepared, null);
        const edited = await prepared.editLine();
        expect((await pollAll(prepared, cursor)).ids, history).toContain(edited);
      }
    },

    async "a deletion is seen by polling"() {
      for (const [history, prepared] of Object.entries(harness.histories)) {
        const deleteOne = needed(prepared.deleteOne, `histories.${history}.deleteOne`);
        const { cursor } = await pollAll(prepared, null);
        const deleted = await deleteOne();
        expect((await pollAll(prepared, cursor)).ids, history).toContain(deleted);
      }
    },

    async "paging under concurrent writes misses nothing"() {
      for (const [history, prepared] of Object.entries(harness.histories)) {
        const before = await pollAll(prepared, null);
        const first = await prepared.addMany();
        const page = await prepared.changedSince(before.cursor);
        // Between two pages somebody touches what was read, or is still to be read, and adds more.
        const edited = await prepared.editLine();
        const second = await prepared.addMany();
        const after = page.more ? await pollAll(prepared, page.cursor) : { ids: [] };
        const seen = new Set([...page.ids, ...after.ids]);
        expect(
          [...first, edited, ...second].filter((id) => !seen.has(id)),
          `${history} missed`,
        ).toEqual([]);
      }
    },

    async "a clock that is wrong does not lose changes"() {
      for (const [history, prepared] of Object.entries(harness.histories)) {
        for (const aheadMs of [DAY_MS, -DAY_MS]) {
          const { cursor } = await withClock(aheadMs, () => pollAll(prepared, null));
          const edited = await prepared.editLine();
          expect((await pollAll(prepared, cursor)).ids, `${history}, ${aheadMs} ms ahead`).toContain(edited);
        }
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
      const { read, expected } = await needed(harness.badData, "badData")();
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

    async "numbers as text are read exactly"() {
      const numbers = await needed(harness.exactNumbers, "exactNumbers")();
      expect(numbers.length).toBeGreaterThan(0);
      for (const { what, read, expected } of numbers) expect(rationalText(await read()), what).toBe(expected);
    },

    async "null results are absent"() {
      const nulls = await needed(harness.nulls, "nulls")();
      expect(nulls.length).toBeGreaterThan(0);
      for (const { what, read } of nulls) {
        const answer = await read();
        expect(answer === null || sizeOf(answer) === 0, `${what} is ${JSON.stringify(answer)}`).toBe(true);
      }
    },

    async "an error that came as HTTP 200 is an error"() {
      const { headers, body } = needed(harness.errorAs200, "errorAs200");
      harness.proxy.answerNext(200, headers, body);
      const error = await harness.connector.check().catch((reason: unknown) => reason);
      expect(error, "check").toBeInstanceOf(ConnectorError);
      for (const [write, prepare] of writes()) {
        const key = nextKey();
        const prepared = await prepare();
        harness.proxy.answerWrite(1, 200, headers, body);
        const refused = await prepared.write(key).catch((reason: unknown) => reason);
        expect(refused, write).toBeInstanceOf(ConnectorError);
        expect(await prepared.find(key), write).toBeNull();
        expect(await prepared.timesDone(key), write).toBe(0);
      }
    },

    async "a session that ends in mid-run is renewed"() {
      const endSession = needed(harness.endSession, "endSession");
      await harness.connector.check();
      await endSession();
      await harness.connector.check();
      for (const [history, prepared] of Object.entries(harness.histories)) {
        await endSession();
        await expect(prepared.changedSince(null), history).resolves.toBeDefined();
      }
      for (const [write, prepare] of writes()) {
        const key = nextKey();
        const prepared = await prepare();
        await endSession();
        await prepared.write(key);
        expect(await prepared.timesDone(key), write).toBe(1);
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
      const probes = readProbes(harness.connector).filter(({ asks }) => asks !== "history");
      expect(probes.length, "reads that connector.ts has").toBeGreaterThan(0);
      for (const { name: what, run } of probes) {
        const answer = await run(NO_SUCH, harness.plant).catch((error: unknown) => error);
        if (answer instanceof ConnectorError) expect(answer.kind, what).toBe("not found");
        else expect(answer, what).toEqual({ count: 0 });
      }
    },

    async "what was booked is read back, and what is below zero takes it back"() {
      const { post, read } = ability(harness.connector.production);
      const prepared = needed(harness.production, "production");
      const posting = await prepared.posting();
      expect(
        posting.consumptions.map(({ lot }) => lot !== null),
        "its lots",
      ).toEqual([true]);
      await post.write(posting, nextKey());
      expect(await postingsOf(read, posting.order)).toEqual([posting]);
      const [used] = posting.consumptions.map(({ quantity }) => rationalText(quantity.amount));
      expect(await prepared.used(posting)).toBe(used);

      const back = takenBack(posting);
      await post.write(back, nextKey());
      expect(await postingsOf(read, posting.order)).toEqual([posting, back]);
      expect(await prepared.used(posting)).toBe("0");
    },

    async "a posting is booked once, whatever key it comes with"() {
      const { post, read } = ability(harness.connector.production);
      const posting = await needed(harness.production, "production").posting();
      const first = await post.write(posting, nextKey());
      expect((await post.write(posting, nextKey())).id).toBe(first.id);
      expect(await post.find(posting, nextKey())).toEqual(first);
      expect(await postingsOf(read, posting.order)).toEqual([posting]);
    },

    async "a posting to a closed order is rejected in the system's words"() {
      const { post, read } = ability(harness.connector.production);
      const prepared = needed(harness.production, "production");
      const posting = await prepared.posting();
      await prepared.close(posting.order);
      const key = nextKey();
      const { at } = await failure("rejected", post.write(posting, key));
      expect(at).toMatchObject({ object: posting.order, cause: expect.stringMatching(/\w+ \w+/) });
      expect(await post.find(posting, key)).toBeNull();
      expect(await postingsOf(read, posting.order)).toEqual([]);
    },

    async "what people booked is not taken for Heddle's"() {
      const { post, read } = ability(harness.connector.production);
      const prepared = needed(harness.production, "production");
      const posting = await prepared.posting();
      await prepared.bookByHand(posting);
      expect(await postingsOf(read, posting.order)).toEqual([]);
      expect(await post.find(posting, nextKey())).toBeNull();
      await post.write(posting, nextKey());
      expect(await postingsOf(read, posting.order)).toEqual([posting]);
    },

    async "what the shop told is paged without a gap"() {
      const { toldSince } = ability(harness.connector.shopEvents);
      const { happen } = needed(harness.shopEvents, "shopEvents");
      const before = await toldAll(toldSince, null);
      const first = await happen();
      const page = await ability(toldSince)(before.cursor);
      expect(page.more, "`shopEvents.happen` of harness.ts has more happen than one page tells").toBe(true);
      // Between two pages more is told.
      const second = await happen();
      const after = await toldAll(toldSince, page.cursor);
      const seen = new Set([...page.told, ...after.told].map(nameOf));
      expect([...first, ...second].map(eventName).filter((event) => !seen.has(event))).toEqual([]);
      expect(await ability(toldSince)(after.cursor)).toEqual({ told: [], cursor: after.cursor, more: false });
    },

    async "what cannot be read of the shop floor is told apart, with its field"() {
      const { toldSince } = ability(harness.connector.shopEvents);
      const { happen, tellBad } = needed(harness.shopEvents, "shopEvents");
      const before = await toldAll(toldSince, null);
      const bad = await tellBad();
      const good = await happen();
      const { told } = await toldAll(toldSince, before.cursor);
      const apart = told.flatMap((one) => (one.kind === "unreadable" ? [one] : []));
      expect(apart).toEqual([
        {
          kind: "unreadable",
          source: apart[0]?.source,
          id: bad.id,
          text: expect.stringMatching(/./),
          faults: [{ field: bad.field, cause: expect.stringMatching(/./), fix: expect.stringMatching(/./) }],
        },
      ]);
      const seen = new Set(told.map(nameOf));
      expect(good.map(eventName).filter((event) => !seen.has(event))).toEqual([]);
    },
  };

  describe(`the connector ${name}`, () => {
    beforeAll(async () => {
      harness = await makeHarness();
    });
    afterAll(async () => {
      await harness.close();
    });

    it("has an ability", () => {
      const abilities = [
        ...readProbes(harness.connector).map((probe) => probe.name),
        ...writesOf(harness.connector),
        ...Object.keys(harness.connector.shopEvents ?? {}),
      ];
      expect(abilities, "add the first one in connector.ts; src/connectors/port.ts has all there are").not.toEqual([]);
    });

    it("has a sample for each write and each history", () => {
      const { writes: prepared, histories } = harness;
      expect(Object.keys(prepared).toSorted(), "`writes` of harness.ts").toEqual(writesOf(harness.connector));
      expect(Object.keys(histories).toSorted(), "`histories` of harness.ts").toEqual(historiesOf(harness.connector));
    });

    // The one that leaves the connection paused comes last.
    const inOrder = [...PROMISES].toSorted(
      (a, b) => Number(a === "429 carries the wait") - Number(b === "429 carries the wait"),
    );
    for (const promise of inOrder) {
      const reason = waivers[promise];
      if (reason !== undefined) {
        it.skip(`${promise} (waived: ${reason})`, TESTS[promise]);
        continue;
      }
      it(promise, async ({ skip }) => {
        if (OF_WRITES.has(promise) && writes().length === 0) skip("it writes nothing");
        if (OF_PRODUCTION.has(promise) && harness.connector.production === undefined) skip("it books no production");
        if (OF_SHOP_EVENTS.has(promise) && harness.connector.shopEvents?.toldSince === undefined) {
          skip("it is not asked what the shop tells");
        }
        if (OF_HISTORIES.has(promise) && Object.keys(harness.histories).length === 0) skip("it has no history");
        await TESTS[promise]();
      });
    }
  });
}

/** Promises about writes, and about histories: a connector that has none promises nothing about them. */
const OF_WRITES: ReadonlySet<ConnectorPromise> = new Set([
  "same key twice leaves one record",
  "a lost answer is found again",
  "an answer lost before it was done is found to be not done",
  "a version conflict is told, nothing is overwritten",
]);
const OF_HISTORIES: ReadonlySet<ConnectorPromise> = new Set([
  "a line-only edit is seen by polling",
  "a deletion is seen by polling",
  "paging misses nothing",
  "paging under concurrent writes misses nothing",
  "a clock that is wrong does not lose changes",
]);

const OF_PRODUCTION: ReadonlySet<ConnectorPromise> = new Set([
  "what was booked is read back, and what is below zero takes it back",
  "a posting is booked once, whatever key it comes with",
  "a posting to a closed order is rejected in the system's words",
  "what people booked is not taken for Heddle's",
]);
const OF_SHOP_EVENTS: ReadonlySet<ConnectorPromise> = new Set([
  "what the shop told is paged without a gap",
  "what cannot be read of the shop floor is told apart, with its field",
]);

/** Clocks of trial systems may be off; a clock that is read wrongly is off by more, or no instant at all. */
const DAY_MS = 86_400_000;

/** @throws Error that says what to write next, where a harness does not prepare a promise. */
function needed<T>(preparation: T | undefined, name: string): T {
  if (preparation !== undefined) return preparation;
  throw new Error(`write \`${name}\` in harness.ts; or waive this promise in waivers.ts, with the reason`);
}

/** What was looked for before the test began. */
function ability<T>(group: T | undefined): T {
  if (group !== undefined) return group;
  throw new Error("the connector lost an ability");
}

async function postingsOf(read: Production["read"], order: ProductionOrderId): Promise<readonly Posting[]> {
  const held = (await read([order])).get(order);
  if (held === undefined) throw new Error(`${order} is not read, which is there`);
  return held.value.postings;
}

const below = (quantity: Quantity) => multiplied(quantity, rational(-1n));

/** All of a posting below zero. */
function takenBack(posting: Posting): Posting {
  return {
    ...posting,
    id: `${posting.id}-`,
    confirmations: posting.confirmations.map((one) => ({
      ...one,
      good: below(one.good),
      scrap: below(one.scrap),
      rework: below(one.rework),
      setupMs: 0 - one.setupMs,
      runMs: 0 - one.runMs,
    })),
    consumptions: posting.consumptions.map((one) => ({ ...one, quantity: below(one.quantity) })),
  };
}

function nameOf(told: Told): string {
  return told.kind === "event" ? eventName(told.event) : "";
}

async function toldAll(
  toldSince: ShopEvents["toldSince"],
  from: Cursor,
): Promise<{ readonly told: readonly Told[]; readonly cursor: Cursor }> {
  const told: Told[] = [];
  for (let cursor = from; ;) {
    const page = await ability(toldSince)(cursor);
    told.push(...page.told);
    cursor = page.cursor;
    if (!page.more) return { told, cursor };
  }
}

/** Runs `fn` while this process takes it to be another time. */
async function withClock<T>(aheadMs: number, fn: () => Promise<T>): Promise<T> {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + aheadMs });
  try {
    return await fn();
  } finally {
    vi.useRealTimers();
  }
}

function sizeOf(answer: unknown): number | null {
  if (Array.isArray(answer)) return answer.length;
  return answer instanceof Map || answer instanceof Set ? answer.size : null;
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
