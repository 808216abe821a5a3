import { expect, it } from "vitest";
import { loadConfig } from "./heddle-config.ts";
import { loadEbom } from "./ebom-file.ts";
import { mistakeText, type Loaded } from "./mistake.ts";
import { loadVariants } from "./variants.ts";

const mistakes = <T>(loaded: Loaded<T>) => (loaded.ok ? [] : loaded.mistakes.map(mistakeText));

const VARIANTS = `
features:
  MOTOR: [AC, DC]
  COLOR: [RED, BLUE]
configurations:
  - { name: AC red, of: FX-200, item: FX-200-1, choices: { MOTOR: AC, COLOR: RED } }
  - { name: DC, of: FX-200, item: FX-200-2, choices: { MOTOR: DC } }
`;

it("reads a plant's variants", () => {
  expect(loadVariants("variants.yaml", VARIANTS)).toEqual({
    ok: true,
    value: {
      features: new Map([
        ["MOTOR", ["AC", "DC"]],
        ["COLOR", ["RED", "BLUE"]],
      ]),
      configurations: [
        { name: "AC red", of: "FX-200", item: "FX-200-1", choices: { MOTOR: "AC", COLOR: "RED" } },
        { name: "DC", of: "FX-200", item: "FX-200-2", choices: { MOTOR: "DC" } },
      ],
      subassemblies: "{item}-{choices}",
    },
  });
});

it("names every mistake with its place", () => {
  const text = `
features:
  MOTOR: [AC, DC, AC]
configurations:
  - { name: red, of: FX-200, item: FX-200-1, choices: { MOTOR: ACC } }
  - { name: red, of: FX-200, item: FX-200-1, choices: { COLOR: RED } }
subassemblies: "{item}"
`;
  expect(mistakes(loadVariants("variants.yaml", text))).toEqual([
    'variants.yaml:3:19 MOTOR has the value "AC" twice; keep one of the two',
    'variants.yaml:5:64 MOTOR has no value "ACC"; did you mean "AC"?',
    'variants.yaml:6:13 a second configuration with name "red"; give each its own',
    'variants.yaml:6:36 a second configuration with item "FX-200-1"; give each its own',
    'variants.yaml:6:57 there is no feature "COLOR"; use one of: MOTOR',
    expect.stringContaining("variants.yaml:7:16 "),
  ]);
});

const config = (choice: string) =>
  loadConfig(
    "heddle.yaml",
    `
connections:
  plm: { kind: sandbox-plm }
  erp: { kind: sandbox-erp }
plants:
  - id: "1000"
    plm: plm
    erp: erp
    rules: rules/1000.yaml
    currency: EUR
    timeZone: Europe/Berlin
    variants:
      features: { MOTOR: [AC, DC] }
      configurations:
        - { name: AC, of: FX-200, item: FX-200-1, choices: { MOTOR: ${choice} } }
`,
  );

it("stands in heddle.yaml at its plant, with the same checks", () => {
  const loaded = config("AC");
  expect(loaded.ok ? loaded.value.plants[0]?.variants?.configurations : null).toHaveLength(1);
  expect(mistakes(config("A C"))).toEqual(['heddle.yaml:15:69 MOTOR has no value "A C"; did you mean "AC"?']);
});

it("says where an option of an eBOM file is wrong", () => {
  const text = `
items:
  - item: FRAME
    lines:
      - { item: FAN, quantity: 1, option: MOTOR = AC and, place: cooling }
  - item: FAN
`;
  expect(mistakes(loadEbom("ebom.yaml", text))).toEqual([
    'ebom.yaml:5:57 option "MOTOR = AC and": the option ends where a feature, "not" or "(" is expected; write it as MOTOR = AC and not COLOR in (RED, BLUE); docs/variants.md describes it',
  ]);
  const right = loadEbom("ebom.yaml", text.replace(" and,", ","));
  expect(right.ok ? [...right.value.ebom.assemblies.values()][0]?.lines[0] : null).toMatchObject({
    option: { kind: "is", feature: "MOTOR", values: ["AC"] },
    place: "cooling",
  });
});
