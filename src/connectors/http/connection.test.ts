import { describe, expect, it } from "vitest";
import { ConnectorError, type ConnectorErrorKind } from "../connector-error.ts";
import { makeConnection } from "./connection.ts";

const LIMITS = { maxConcurrent: 2, maxPerSecond: 0, failuresToPause: 3, pauseMs: 5_000 };
const PLACE = { system: "erp", doing: "reading" };

function handClock() {
  const hands = { at: Date.parse("2026-03-01T12:00:00.000Z"), waited: [] as number[] };
  const wait = async (ms: number) => {
    hands.waited.push(ms);
    hands.at += ms;
  };
  return { hands, clock: { now: () => hands.at, wait } };
}

const fails = (kind: ConnectorErrorKind, retryAfterMs?: number) => async (): Promise<never> => {
  throw new ConnectorError(kind, {
    ...PLACE,
    cause: "as told",
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
};

describe("a connection", () => {
  it("is down until the system answered, and says when that was", async () => {
    const connection = makeConnection(LIMITS, handClock().clock);
    expect(connection.status()).toEqual({ state: "down", error: "not contacted yet", lastSeen: null });
    await connection.run(PLACE, async () => "an answer");
    expect(connection.status()).toEqual({ state: "up", error: null, lastSeen: "2026-03-01T12:00:00.000Z" });
  });

  it("pauses after three failures in a row, sends nothing, then lets one request try", async () => {
    const { hands, clock } = handClock();
    const connection = makeConnection(LIMITS, clock);
    for (let i = 0; i < 3; i++) await expect(connection.run(PLACE, fails("unreachable"))).rejects.toThrow("as told");
    expect(connection.status()).toMatchObject({ state: "paused", error: "unreachable: as told" });

    let sent = 0;
    const send = async () => (sent += 1);
    const refusal = connection.run(PLACE, send);
    await expect(refusal).rejects.toMatchObject({ kind: "unreachable", at: { retryAfterMs: 5_000 } });
    expect(sent).toBe(0);

    hands.at += 5_000;
    const { promise: answer, resolve: answerNow } = Promise.withResolvers<void>();
    const held = connection.run(PLACE, () => answer);
    await expect(connection.run(PLACE, send), "only one tries").rejects.toMatchObject({ kind: "unreachable" });
    answerNow();
    await held;
    expect(connection.status().state).toBe("up");
    await connection.run(PLACE, send);
    expect(sent).toBe(1);
  });

  it("pauses again when the try fails", async () => {
    const { hands, clock } = handClock();
    const connection = makeConnection(LIMITS, clock);
    for (let i = 0; i < 3; i++)
      await expect(connection.run(PLACE, fails("answer lost"))).rejects.toThrow("answer lost");
    hands.at += 5_000;
    await expect(connection.run(PLACE, fails("unreachable"))).rejects.toThrow("as told");
    await expect(connection.run(PLACE, async () => 1)).rejects.toThrow("paused after 4 failures in a row");
  });

  it("does not count a refusal of data as a failure of its own", async () => {
    const connection = makeConnection(LIMITS, handClock().clock);
    for (let i = 0; i < 9; i++) await expect(connection.run(PLACE, fails("rejected"))).rejects.toThrow("rejected");
    expect(connection.status()).toMatchObject({ state: "up", error: null });
  });

  it("is down, not paused, while access is denied", async () => {
    const connection = makeConnection(LIMITS, handClock().clock);
    await expect(connection.run(PLACE, fails("access denied"))).rejects.toThrow("access denied");
    expect(connection.status()).toMatchObject({ state: "down", error: "access denied: as told" });
  });

  it("leaves a busy system alone for as long as it asked", async () => {
    const { hands, clock } = handClock();
    const connection = makeConnection(LIMITS, clock);
    await expect(connection.run(PLACE, fails("overloaded", 20_000))).rejects.toThrow("overloaded");
    hands.at += 500;
    await expect(connection.run(PLACE, async () => 1)).rejects.toMatchObject({
      kind: "overloaded",
      at: { retryAfterMs: 19_500 },
    });
    hands.at += 19_500;
    expect(await connection.run(PLACE, async () => 1)).toBe(1);
  });

  it("waits itself when the system asked for a moment only", async () => {
    const { hands, clock } = handClock();
    const connection = makeConnection(LIMITS, clock);
    await expect(connection.run(PLACE, fails("overloaded", 1_000))).rejects.toThrow("overloaded");
    expect(await connection.run(PLACE, async () => 1)).toBe(1);
    expect(hands.waited).toEqual([1_000]);
  });

  it("keeps no more requests open than it may, and loses none", async () => {
    const connection = makeConnection(LIMITS, handClock().clock);
    let [open, most] = [0, 0];
    const request = async () => {
      open += 1;
      most = Math.max(most, open);
      await new Promise((resolve) => setImmediate(resolve));
      open -= 1;
    };
    await Promise.all(Array.from({ length: 20 }, () => connection.run(PLACE, request)));
    expect([most, open]).toEqual([2, 0]);
  });

  it("spaces requests as its limit per second says", async () => {
    const { hands, clock } = handClock();
    const connection = makeConnection({ ...LIMITS, maxPerSecond: 10 }, clock);
    for (let i = 0; i < 3; i++) await connection.run(PLACE, async () => i);
    expect(hands.waited).toEqual([100, 100]);
  });
});
