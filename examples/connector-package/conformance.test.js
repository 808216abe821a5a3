// @ts-check
// The suite that every connector of Heddle passes, against a fake of the service.
import { testConnector } from "heddle/conformance";
import { startFaultProxy } from "heddle/fault-proxy";
import { connectorKind } from "./connector.js";
import { startFake } from "./fake.js";

const PLANT = /** @type {import("heddle/connector").PlantId} */ ("1000");

async function harness() {
  const fake = await startFake("good-token");
  const proxy = await startFaultProxy(fake.url, (method) => method !== "GET");
  /** @param {string} apiKey */
  const connect = (apiKey) =>
    connectorKind.make(/** @type {import("heddle/connector").SystemId} */ ("sheets"), {
      url: proxy.url,
      apiKey,
      attempts: 1,
      failuresToPause: 1_000,
    });
  const connector = connect("good-token");
  const unknown = /** @type {import("heddle/connector").ItemId} */ ("NUT");
  return {
    connector,
    withWrongKey: connect("bad-token"),
    proxy,
    plant: PLANT,
    writes: {},
    histories: {},
    nulls: async () => [
      { what: "an item without a sheet", read: async () => connector.routings?.read([unknown], PLANT) },
    ],
    errorAs200: { headers: { "content-type": "application/json" }, body: '{"refused":"closed for the night"}' },
    async close() {
      await proxy.stop();
      await fake.close();
    },
  };
}

testConnector("routing sheets", harness, connectorKind.waivers);
