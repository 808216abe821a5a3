import type { PlantId, SystemId } from "../../domain/ids.ts";
import type { Harness } from "../conformance.ts";
import { startBroker } from "../b2mml/broker-harness.ts";
import { makeConnector } from "../registry.ts";

/** A broker under the conformance suite: who is let in, and what is said when it is gone. */
export async function mqttHarness(): Promise<Harness> {
  const broker = await startBroker();
  const { url, username, password } = broker;
  const connect = (more: object) =>
    makeConnector("mqtt", "line" as SystemId, { url, username, password, json: ["line/#"], timeoutMs: 2_000, ...more });
  return {
    connector: connect({}),
    withWrongKey: connect({ password: "some-other" }),
    proxy: {
      url,
      cutBeforeWrite: noWrites,
      cutAfterWrite: noWrites,
      answerWrite: noWrites,
      answerNext: noWrites,
      calm: () => false,
      stop: broker.stop,
      start: broker.start,
    },
    plant: "1000" as PlantId,
    writes: {},
    histories: {},
    close: broker.close,
  };
}

function noWrites(): never {
  throw new Error("nothing is written to a broker");
}
