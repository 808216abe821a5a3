import { expect, it } from "vitest";
import type { SystemId } from "../domain/ids.ts";
import { CONNECTOR_KINDS, makeConnector, SettingsError } from "./registry.ts";

const PLM = "plm" as SystemId;

it("needs no more than an address and a key", () => {
  const plm = makeConnector("sandbox-plm", PLM, { url: "http://127.0.0.1:4310", apiKey: "key" });
  expect(plm.system).toBe("plm");
  expect(plm.status()).toMatchObject({ state: "down", lastSeen: null });
});

it("names a kind that it does not know, and those that it does", () => {
  expect(() => makeConnector("acme", PLM, {})).toThrow(
    'connection plm: kind is "acme"; use one of opcua-job-control, sandbox-erp, sandbox-mes, sandbox-plm',
  );
});

it.each([
  ["apiKey", { url: "http://plm" }],
  ["url", { url: "plm", apiKey: "key" }],
  ["url", { url: "http://user:secret@plm", apiKey: "key" }],
  ["timeoutMs", { url: "http://plm", apiKey: "key", timeoutMs: "5" }],
])("names the wrong setting %s", (field, settings) => {
  expect(() => makeConnector("sandbox-plm", PLM, settings)).toThrow(
    expect.objectContaining({ name: "SettingsError", field }) as SettingsError,
  );
});

it("never shows a setting's value", () => {
  expect(() => makeConnector("sandbox-plm", PLM, { url: "http://plm", apiKey: "has a space" })).toThrow(
    /^(?!.*has a space)/,
  );
});

it("gives a reason for every promise that a connector need not keep", () => {
  for (const { waivers } of Object.values(CONNECTOR_KINDS)) {
    for (const reason of Object.values(waivers)) expect(reason.length).toBeGreaterThan(30);
  }
});
