import { afterEach, describe, expect, it, vi } from "vitest";
import type { Told } from "../../domain/feedback/told.ts";
import type { Connector } from "../port.ts";
import { startTrusted, type RunningJobControl } from "./harness.ts";
import { engineeringUnits } from "./unit-code.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function running(events = true): Promise<RunningJobControl> {
  const started = await startTrusted(events);
  closing.push(started.close);
  return started;
}

/** What a hub hears that listens from now on. */
async function listening(
  { shopEvents }: Connector,
  take: (told: readonly Told[]) => Promise<void> = async () => undefined,
) {
  const taken: Told[] = [];
  const onError = vi.fn<(error: Error) => void>();
  const { stop } = await shopEvents!.listen!(async (told) => {
    await take(told);
    taken.push(...told);
  }, onError);
  closing.push(stop);
  return { taken, onError, stop };
}

function ids(taken: readonly Told[]): readonly string[] {
  return taken.map((one) => (one.kind === "event" ? one.event.id.replace(/@.*/, "") : `unreadable ${one.id}`));
}

/** Puts a job there, as the hub would. */
function put({ floor }: RunningJobControl, id: string): void {
  floor.put({
    jobOrderID: id,
    jobOrderParameters: [{ ID: "HeddleVersion", value: { dataType: "UInt32", value: 1 } }],
    materialRequirements: [
      {
        materialDefinitionID: "FX-200",
        materialUse: "material produced",
        quantity: "10",
        engineeringUnits: engineeringUnits("EA"),
      },
    ],
  });
}

describe.each([
  ["with events", true],
  ["without events, by its list", false],
] as const)("a server %s", (_name, events) => {
  it("tells of a job from its start to its end", async () => {
    const server = await running(events);
    const { taken, onError } = await listening(server.connector);
    put(server, "1000:MO-1");
    server.floor.begin("1000:MO-1");
    await vi.waitFor(() => expect(ids(taken)).toEqual(["1000:MO-1/R-1000:MO-1/started"]), 60_000);
    server.floor.made("1000:MO-1", 9, 1);
    server.floor.end("1000:MO-1");
    await vi.waitFor(
      () =>
        expect(ids(taken).slice(1)).toEqual(["good", "scrap", "completed"].map((id) => `1000:MO-1/R-1000:MO-1/${id}`)),
      60_000,
    );
    expect(taken).toMatchObject(
      Array.from({ length: 4 }, () => ({ event: { plant: "1000", order: "MO-1", source: "opcua-job-control" } })),
    );
    expect(onError).not.toHaveBeenCalled();
  }, 20_000);
});

describe("a server with events", () => {
  it("tells of an interruption and of going on", async () => {
    const server = await running();
    const { taken } = await listening(server.connector);
    put(server, "1000:MO-1");
    server.floor.begin("1000:MO-1");
    await vi.waitFor(() => expect(taken).toHaveLength(1), 60_000);
    server.floor.act("Pause", "1000:MO-1");
    server.floor.act("Resume", "1000:MO-1");
    await vi.waitFor(
      () => expect(ids(taken).slice(1)).toEqual(["1000:MO-1/R-1000:MO-1/held", "1000:MO-1/R-1000:MO-1/resumed"]),
      60_000,
    );
  }, 20_000);

  it("tells what happened while nobody listened, the same whenever it is told", async () => {
    const server = await running();
    put(server, "1000:MO-1");
    server.floor.begin("1000:MO-1");
    server.floor.made("1000:MO-1", 4, 0);
    server.floor.end("1000:MO-1");
    const first = await listening(server.connector);
    await vi.waitFor(() => expect(ids(first.taken)).toContain("1000:MO-1/R-1000:MO-1/completed"), 60_000);
    const second = await listening(server.connect());
    await vi.waitFor(() => expect(second.taken).toEqual(first.taken), 60_000);
  }, 20_000);

  it("gives to the hub again what it could not take, and says so", async () => {
    const server = await running();
    const take = vi.fn<(told: readonly Told[]) => Promise<void>>().mockRejectedValueOnce(new Error("busy"));
    const { taken, onError } = await listening(server.connector, take);
    put(server, "1000:MO-1");
    server.floor.begin("1000:MO-1");
    await vi.waitFor(() => expect(ids(taken)).toEqual(["1000:MO-1/R-1000:MO-1/started"]), 60_000);
    expect(onError).toHaveBeenCalledExactlyOnceWith(new Error("busy"));
  }, 20_000);

  it("says that it is gone, and tells what happened meanwhile when it is back", async () => {
    const server = await running();
    const { taken, onError } = await listening(server.connector);
    put(server, "1000:MO-1");
    server.floor.begin("1000:MO-1");
    await vi.waitFor(() => expect(taken).toHaveLength(1), 60_000);
    server.floor.end("1000:MO-1");
    put(server, "1000:MO-2");
    await server.restart();
    server.floor.begin("1000:MO-2");
    await vi.waitFor(
      () =>
        expect(ids(taken)).toEqual(
          expect.arrayContaining(["1000:MO-1/R-1000:MO-1/completed", "1000:MO-2/R-1000:MO-2/started"]),
        ),
      60_000,
    );
    for (const [error] of onError.mock.calls) expect(error).toMatchObject({ kind: "unreachable" });
  }, 40_000);
});
