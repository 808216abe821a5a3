import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Type } from "typebox";
import { describe, expect, it } from "vitest";
import type { SystemId } from "../domain/ids.ts";
import { kindsNamed, loadConfig } from "./heddle-config.ts";
import { mistakeText } from "./mistake.ts";

const DEMO = readFileSync("heddle.yaml", "utf8");

const KINDS = {
  plm: Type.Object({
    url: Type.String({ pattern: "^https?://" }),
    apiKey: Type.String(),
    attempts: Type.Integer({ minimum: 1, default: 4 }),
  }),
  mes: Type.Union([
    Type.Object({ transport: Type.Literal("http"), url: Type.String({ pattern: "^https?://" }) }),
    Type.Object({ transport: Type.Literal("mqtt"), url: Type.String({ pattern: "^mqtt://" }), topic: Type.String() }),
  ]),
  "@acme/heddle-connector-x": { problem: "the package @acme/heddle-connector-x is not installed", fix: "install it" },
};

function connected(connections: string, rest = "plants: []"): string {
  return `connections:\n${connections}\n${rest}\n`;
}

function mistakesOf(text: string): readonly string[] {
  const loaded = loadConfig("heddle.yaml", text, KINDS);
  return loaded.ok ? [] : loaded.mistakes.map(mistakeText);
}

function mistakesOfMes(settings: string): readonly string[] {
  return mistakesOf(connected(`  mes: { kind: mes, settings: { ${settings} } }`));
}

describe("heddle.yaml", () => {
  it("reads the demo's", () => {
    const loaded = loadConfig("heddle.yaml", DEMO);
    expect(loaded).toMatchObject({
      ok: true,
      value: {
        hub: { host: "127.0.0.1", port: 4700, dataFolder: resolve(".heddle") },
        databaseUrl: "${env:DATABASE_URL:-}",
        plants: [
          { id: "1000", plm: "plm", erp: "erp", mes: "mes", rules: resolve("rules/1000.yaml"), currency: "EUR" },
        ],
      },
    });
  });

  it("polls each system as often as its schedule says", () => {
    const systems = "  plm: { kind: plm }\n  erp: { kind: plm }";
    const rest = "plants: []\npolling: { seconds: 60 }\nschedules: { polling: { plm: 5 } }";
    const loaded = loadConfig("heddle.yaml", connected(systems, rest));
    if (!loaded.ok) throw new Error(loaded.mistakes.map(mistakeText).join("\n"));
    const every = (system: string) => loaded.value.pollingSecondsOf(system as SystemId);
    expect([every("plm"), every("erp")]).toEqual([5, 60]);
    expect(
      mistakesOf(
        connected(
          "  plm: { kind: plm, settings: { url: http://x, apiKey: x } }",
          "plants: []\nschedules: { polling: { pml: 5, plm: 0 } }",
        ),
      ),
    ).toEqual([
      'heddle.yaml:4:25 no connection is called "pml"; did you mean "plm"?',
      "heddle.yaml:4:38 0 is out of range; write a whole number from 1 to 86400",
    ]);
  });

  it("reads settings that depend on one of them, and tells a mistake of the ones that are meant", () => {
    expect(mistakesOfMes("transport: http, url: http://x")).toEqual([]);
    expect(mistakesOfMes("topic: a/b, url: mqtt://x, transport: mqtt")).toEqual([]);
    expect(mistakesOfMes("transport: mqtt, url: http://x")).toEqual([
      "heddle.yaml:2:31 missing topic; add topic",
      'heddle.yaml:2:55 "http://x" does not fit here; write text that matches ^mqtt://',
    ]);
    expect(mistakesOfMes("url: mqtt://x")).toEqual(["heddle.yaml:2:31 missing transport; add transport: http or mqtt"]);
    expect(mistakesOfMes("transport: mqt, url: x")).toEqual([
      'heddle.yaml:2:44 "mqt" is not known here; did you mean "mqtt"?',
    ]);
  });

  it("says why the package of a kind cannot be used", () => {
    const kind = 'kind: "@acme/heddle-connector-x"';
    expect(mistakesOf(connected(`  mes: { ${kind} }`))).toEqual([
      "heddle.yaml:2:16 the package @acme/heddle-connector-x is not installed; install it",
    ]);
    expect(
      kindsNamed("heddle.yaml", connected(`  mes: { ${kind} }\n  plm: { kind: plm }\n  erp: { kind: plm }`)),
    ).toEqual(["@acme/heddle-connector-x", "plm"]);
  });

  it("holds no secret, only where it is kept", () => {
    const loaded = loadConfig("heddle.yaml", DEMO);
    expect(loaded.ok && loaded.value.connections.map(({ settings }) => settings)).toMatchObject([
      { apiKey: "${env:SANDBOX_API_KEY}" },
      { apiKey: "${env:SANDBOX_API_KEY}" },
      { apiKey: "${env:SANDBOX_API_KEY}" },
    ]);
    expect(loaded.ok && loaded.value.connections.flatMap(({ webhookSecrets }) => webhookSecrets)).toEqual([
      "${env:SANDBOX_WEBHOOK_SECRET}",
      "${env:SANDBOX_WEBHOOK_SECRET}",
      "${env:SANDBOX_WEBHOOK_SECRET}",
    ]);
  });

  it("listens on loopback and approves nothing but flags taken back, unless it says otherwise", () => {
    const loaded = loadConfig("/etc/heddle/heddle.yaml", connected("  plm: { kind: plm }"));
    if (!loaded.ok) throw new Error(loaded.mistakes.map(mistakeText).join("\n"));
    const { hub, policy, pollingSecondsOf, databaseUrl } = loaded.value;
    const pollingSeconds = pollingSecondsOf("plm" as SystemId);
    expect(hub).toEqual({ host: "127.0.0.1", port: 4700, dataFolder: "/etc/heddle/.heddle", publicUrl: null });
    expect({ pollingSeconds, databaseUrl }).toEqual({ pollingSeconds: 30, databaseUrl: null });
    const plan = {
      actions: { "take back flag": 2 },
      findings: { blocked: 0, warning: 0, info: 1 },
      actionRequired: 0,
      costDelta: 0,
    };
    expect(policy.approves(plan)).toBe(true);
    expect(policy.approves({ ...plan, actions: { "take back flag": 1, "publish mBOM": 1 } })).toBe(false);
    expect(policy.approves({ ...plan, findings: { blocked: 0, warning: 1, info: 0 } })).toBe(false);
  });

  it("says every mistake with its place and what to do", () => {
    expect(
      mistakesOf(`hubb: {}
hub: { port: 70000 }
connections:
  plm:
    kind: plm
    settings: { url: ftp, apiKey: x, atempts: 2 }
  mes:
    kind: plmm
plants:
  - { id: "1", plm: plm, erp: erp, rules: r.yaml, currency: Euro, timeZone: Europe/Berlim }
  - { id: "1", plm: plm, erp: mes, rules: r.yaml, currency: EUR, timeZone: UTC }
policy: { autoApprove: { when: findings.blockd == 0 } }
polling: { seconds: soon }
`),
    ).toEqual([
      'heddle.yaml:1:1 unknown field "hubb"; did you mean "hub"?',
      "heddle.yaml:2:14 70000 is out of range; write a whole number from 0 to 65535",
      'heddle.yaml:6:22 "ftp" does not fit here; write text that matches ^https?://',
      'heddle.yaml:6:38 unknown field "atempts"; did you mean "attempts"?',
      'heddle.yaml:8:11 unknown kind "plmm"; did you mean "plm"?',
      'heddle.yaml:10:31 no connection is called "erp"; use one of: plm, mes',
      'heddle.yaml:10:61 "Euro" does not fit here; write a currency by its ISO 4217 code, such as EUR',
      'heddle.yaml:10:77 unknown time zone "Europe/Berlim"; did you mean "Europe/Berlin"?',
      'heddle.yaml:11:11 a second plant "1"; keep one of the two',
      'heddle.yaml:12:41 unknown name "blockd" in the condition; did you mean "blocked"?',
      'heddle.yaml:13:21 expected a whole number, found "soon"; write a whole number',
    ]);
  });

  it("takes a reference where the final text is not known yet", () => {
    expect(
      mistakesOf(connected("  plm: { kind: plm, settings: { url: '${env:URL}', apiKey: '${file:key}' } }")),
    ).toEqual([]);
  });

  it("asks for what a kind of connection needs", () => {
    expect(mistakesOf(connected("  plm: { kind: plm, settings: { url: http://x } }"))).toEqual([
      "heddle.yaml:2:31 missing apiKey; add apiKey",
    ]);
  });
});
