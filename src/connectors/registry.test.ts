import { expect, it } from "vitest";
import { loadConfig } from "../config/heddle-config.ts";
import type { SystemId } from "../domain/ids.ts";
import type { SettingsError } from "./connector-kind.ts";
import { CONNECTOR_KINDS, makeConnector } from "./registry.ts";

const PLM = "plm" as SystemId;

it("needs no more than an address and a key", () => {
  const plm = makeConnector("sandbox-plm", PLM, { url: "http://127.0.0.1:4310", apiKey: "key" });
  expect(plm.system).toBe("plm");
  expect(plm.status()).toMatchObject({ state: "down", lastSeen: null });
});

it("names a kind that it does not know, and those that it does", () => {
  expect(() => makeConnector("acme", PLM, {})).toThrow(
    `connection plm: kind is "acme"; use one of ${Object.keys(CONNECTOR_KINDS).join(", ")}`,
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

it.each([
  ["transport", { url: "http://mes", apiKey: "key" }],
  ["transport", { transport: "pigeon", url: "http://mes", apiKey: "key" }],
  ["apiKey", { transport: "http", url: "http://mes" }],
  ["url", { transport: "mqtt", url: "http://broker", requestTopic: "to", answerTopic: "from" }],
  ["answerTopic", { transport: "mqtt", url: "mqtt://broker", requestTopic: "to" }],
])("names the wrong setting %s of the transport that was meant", (field, settings) => {
  expect(() => makeConnector("b2mml", "mes" as SystemId, settings)).toThrow(
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

it("reads from heddle.yaml what a folder of exports needs, and says what is wrong with it", () => {
  const kinds = Object.fromEntries(Object.entries(CONNECTOR_KINDS).map(([kind, { settings }]) => [kind, settings]));
  const mistakesOf = (settings: string) => {
    const text = `connections:\n  plm: { kind: files, settings: ${settings} }\nplants: []\n`;
    const loaded = loadConfig("heddle.yaml", text, kinds);
    return loaded.ok ? [] : loaded.mistakes.map(({ message, fix }) => `${message}; ${fix}`);
  };
  const columns = "{ item: Part, quantity: Qty, level: Level }";
  const mapping = `{ columns: ${columns}, units: { Stk: EA }, itemUnits: { GLUE: GRM }, unit: H87, indented: false }`;
  expect(mistakesOf(`{ folder: x, revisionPer: file, name: "{item}_rev{revision}.csv", mapping: ${mapping} }`)).toEqual(
    [],
  );
  expect(mistakesOf(`{ folder: x, revisionPer: week, name: rev.csv, mapping: { columns: { item: Part } } }`)).toEqual([
    expect.stringContaining('"week" is not known here'),
    '"rev.csv" does not fit here; write a name with {revision} in it, such as "{item}_rev{revision}.csv"',
    "missing quantity; add quantity: the name of a column",
  ]);
});
