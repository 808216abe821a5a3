import { parse } from "yaml";
import { Compile } from "typebox/schema";
import { describe, expect, it } from "vitest";
import {
  heddleEditorSchema,
  rulesEditorSchema,
  triggersEditorSchema,
  type JsonSchema,
} from "../src/config/editor-schema.ts";
import { loadConfig } from "../src/config/heddle-config.ts";
import { loadRules } from "../src/config/rule-file.ts";
import { loadTriggers } from "../src/config/trigger-file.ts";
import { CONNECTOR_KINDS } from "../src/connectors/registry.ts";
import { configurationPage } from "./configuration-page.ts";
import { filesIn, textOf } from "./project-files.ts";

const KINDS = Object.fromEntries(Object.entries(CONNECTOR_KINDS).map(([kind, { settings }]) => [kind, settings]));
const HEDDLE = heddleEditorSchema(KINDS);
const RULES = rulesEditorSchema();
const TRIGGERS = triggersEditorSchema();

const accepts = (schema: JsonSchema, text: string) => Compile(schema).Check(parse(text));

it.each([
  ["docs/heddle.schema.json", HEDDLE],
  ["docs/rules.schema.json", RULES],
  ["docs/triggers.schema.json", TRIGGERS],
])("%s is what Heddle reads files by; `npm run schemas` writes it anew", async (file, schema) => {
  await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(`../${file}`);
});

it("docs/configuration.md explains every field in its words; `npm run schemas` writes it anew", async () => {
  await expect(configurationPage(HEDDLE)).toMatchFileSnapshot("../docs/configuration.md");
});

it("describes every field that a person may write", () => {
  const undescribed = [
    ...fieldsOf(HEDDLE, ""),
    ...fieldsOf(RULES, "rules file"),
    ...fieldsOf(TRIGGERS, "trigger file"),
  ].filter(
    ([path, { description, additionalProperties }]) =>
      description === undefined && additionalProperties === undefined && !path.endsWith(".settings"),
  );
  expect(undescribed.map(([path]) => path)).toEqual([]);
});

/** Fields with their paths, at any depth. */
function fieldsOf(schema: JsonSchema, path: string): readonly (readonly [string, JsonSchema])[] {
  const {
    properties = {},
    additionalProperties,
    items,
    anyOf = [],
    allOf = [],
  } = schema as {
    properties?: Record<string, JsonSchema>;
    additionalProperties?: JsonSchema | boolean;
    items?: JsonSchema;
    anyOf?: JsonSchema[];
    allOf?: { then: JsonSchema }[];
  };
  const own = Object.entries(properties).filter(([, field]) => Object.keys(field).length > 0);
  return [
    ...own.map(([name, field]) => [`${path}.${name}`, field] as const),
    ...own.flatMap(([name, field]) => fieldsOf(field, `${path}.${name}`)),
    ...(typeof additionalProperties === "object" ? fieldsOf(additionalProperties, `${path}.*`) : []),
    ...(items === undefined ? [] : fieldsOf(items, `${path}[]`)),
    ...anyOf.flatMap((each) => fieldsOf(each, path)),
    ...allOf.flatMap(({ then }) => fieldsOf(then, path)),
  ];
}

it("accepts the files of this project, which name it to editors", () => {
  expect(textOf("heddle.yaml")).toMatch(/^# yaml-language-server: \$schema=docs\/heddle\.schema\.json\n/);
  expect(accepts(HEDDLE, textOf("heddle.yaml"))).toBe(true);
  for (const file of filesIn("examples/*/heddle*.yaml")) {
    expect(textOf(file)).toMatch(/^# yaml-language-server: \$schema=\.\.\/\.\.\/docs\/heddle\.schema\.json\n/);
    expect(accepts(HEDDLE, textOf(file)), file).toBe(true);
    expect(loadConfig(file, textOf(file), KINDS), file).toMatchObject({ ok: true });
  }
  for (const file of filesIn("examples/*/rules.yaml")) {
    expect(accepts(RULES, textOf(file)), file).toBe(true);
    expect(loadRules(file, textOf(file)), file).toMatchObject({ ok: true });
  }
  const files = filesIn("rules/*.yaml").filter((file) => !file.endsWith(".cases.yaml"));
  expect(files.length).toBeGreaterThan(0);
  for (const file of files) {
    expect(textOf(file)).toMatch(/^# yaml-language-server: \$schema=\.\.\/docs\/rules\.schema\.json\n/);
    expect(accepts(RULES, textOf(file)), file).toBe(true);
  }
  const triggers = filesIn("feedback/*.yaml");
  expect(triggers.length).toBeGreaterThan(0);
  for (const file of triggers) {
    expect(textOf(file)).toMatch(/^# yaml-language-server: \$schema=\.\.\/docs\/triggers\.schema\.json\n/);
    expect(accepts(TRIGGERS, textOf(file)), file).toBe(true);
    expect(loadTriggers(file, textOf(file)), file).toMatchObject({ ok: true });
  }
});

const PLM = "{ kind: sandbox-plm, settings: { url: 'http://plm', apiKey: '${env:KEY}' } }";
const connected = (connection: string, rest = "") => `connections: { plm: ${connection} }\nplants: []\n${rest}`;
const batched = (orders: string) =>
  `connections: { plm: ${PLM} }
plants:
  - { id: "1", plm: plm, erp: plm, mes: plm, rules: r.yaml, currency: EUR, timeZone: UTC, orders: { ${orders} } }
`;
const fedBack = (feedback: string) => batched("").replace("orders: {  }", `feedback: { ${feedback} }`);
const trigger = (text: string) => `plant: "1000"\ntriggers: [{ name: x, ${text} }]\n`;
const rule = (text: string) => `plant: "1000"\nrules: [{ name: x, ${text} }]\n`;

/** Whatever the one says of a file, the other says too. */
describe("an editor and Heddle agree on", () => {
  it.each([
    [connected(PLM), true],
    [connected("{ kind: sandbox-plm }"), false],
    [connected("{ kind: sandbox-pml, settings: {} }"), false],
    [connected("{ kind: sandbox-plm, settings: { url: plm, apiKey: x } }"), false],
    [connected("{ kind: sandbox-plm, settings: { url: '${env:URL}', apiKey: '${file:key}' } }"), true],
    [connected("{ kind: sandbox-plm, settings: { url: 'http://plm', apiKey: x, atempts: 1 } }"), false],
    [connected("{ kind: sandbox-plm, settings: { url: 'http://plm', apiKey: x, attempts: 11 } }"), false],
    [connected("{ kind: sandbox-plm, settings: { url: 'http://plm', apiKey: 123456 } }"), true],
    [connected(PLM, "hub: { port: 70000 }"), false],
    [connected(PLM, "hub: { port: 4701, host: 0.0.0.0, publicUrl: https://heddle.example.com }"), true],
    [connected(PLM, "hubb: {}"), false],
    [connected(PLM, "schedules: { polling: { plm: 5 } }"), true],
    [connected(PLM, "schedules: { polling: { plm: soon } }"), false],
    ["connections: {}", false],
    [batched("shifts: [{ name: early, start: 06:00 }], dispatch: shift start"), true],
    [batched("shifts: [{ name: early, start: '6:00' }]"), false],
    [batched("shifts: [{ name: early, start: '06:00', days: [monday] }]"), false],
    [batched("closed: [2026-12-24], byType: { rework: on release }, urgentFrom: 90"), true],
    [batched("closed: [Christmas]"), false],
    [batched("dispatch: at once"), false],
    [batched("supersededInMes: flag"), true],
    [fedBack("triggers: t.yaml, clockToleranceMinutes: 5, workCenters: [ASM-1]"), true],
    [fedBack("retentionDays: 0"), false],
    [fedBack("postEvery: 5"), false],
  ])("heddle.yaml: %s", (text, isRight) => {
    expect(loadConfig("heddle.yaml", text, KINDS).ok).toBe(isRight);
    expect(accepts(HEDDLE, text)).toBe(isRight);
  });

  it.each([
    [rule("make:"), true],
    [rule("make: true"), true],
    [rule("make: yes-please"), false],
    [rule("make: true, buy: true"), false],
    [rule("when: 'true'"), false],
    [rule("exlude: { reason: no }"), false],
    [rule("exclude: {}"), false],
    [rule("operation: 0010"), true],
    [rule("supply: pusch"), false],
    [rule("scrap: { component: 2.5 }"), true],
    [rule("add: { item: GLUE, quantity: 0.5, unit: GRM, per: assembly }"), true],
    [rule("replace: { items: { A: B, C: { with: D, factor: 2 } } }"), true],
  ])("a rule file: %s", (text, isRight) => {
    expect(loadRules("rules.yaml", text).ok).toBe(isRight);
    expect(accepts(RULES, text)).toBe(isRight);
  });

  it.each([
    [trigger("watch: run time, opens: { percent: 15, orders: 3, outOf: 5 }, closes: { percent: 8, orders: 3 }"), true],
    [trigger("watch: run time, opens: { points: 15, orders: 3 }, closes: { points: 8, orders: 3 }"), false],
    [
      trigger("watch: scrap, opens: { points: 2.5, orders: 3 }, closes: { points: 1, orders: 3 }, approval: none"),
      true,
    ],
    [trigger("watch: scrap, opens: { points: 2, orders: 0 }, closes: { points: 1, orders: 3 }"), false],
    [trigger("watch: skrap, opens: { points: 2, orders: 1 }, closes: { points: 1, orders: 3 }"), false],
    [
      trigger(
        "watch: scrap, propose: [routing time], opens: { points: 2, orders: 1 }, closes: { points: 1, orders: 3 }",
      ),
      false,
    ],
    [trigger("watch: nonconformance, opens: { times: 3, orders: 2 }, closes: { times: 0, orders: 3 }"), true],
    [trigger("watch: substitution, operations: [0010], opens: { times: 3, orders: 2 }"), false],
  ])("a trigger file: %s", (text, isRight) => {
    expect(loadTriggers("triggers.yaml", text).ok).toBe(isRight);
    expect(accepts(TRIGGERS, text)).toBe(isRight);
  });
});
