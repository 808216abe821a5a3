import { afterEach, expect, it } from "vitest";
import type { ChangePlan } from "../src/domain/change-plan.ts";
import type { ItemId, PlantId } from "../src/domain/ids.ts";
import type { PlantVariants } from "../src/domain/variant/configuration.ts";
import { bomDesk } from "../src/flows/bom-desk.ts";
import { startTrialHub, type TrialHub } from "./kit/trial-hub.ts";

let trial: TrialHub | null = null;
afterEach(() => trial?.close());

const configuration = (name: string, item: string, choices: Readonly<Record<string, string>>) => ({
  name,
  of: "FAN-100" as ItemId,
  item: item as ItemId,
  choices,
});
const VARIANTS: PlantVariants = {
  features: new Map([
    ["MOTOR", ["AC", "DC"]],
    ["COLOR", ["BLACK", "RED"]],
  ]),
  configurations: [
    configuration("AC black", "FAN-101", { MOTOR: "AC", COLOR: "BLACK" }),
    configuration("AC red", "FAN-102", { MOTOR: "AC", COLOR: "RED" }),
    configuration("DC", "FAN-103", { MOTOR: "DC", COLOR: "BLACK" }),
  ],
  subassemblies: "{item}-{choices}",
};

const source = (way: string) => ({ attributes: { sourcing: way } });
const bought = (partNumber: string) => ({
  partNumber,
  revision: "A",
  description: partNumber,
  partType: "purchased",
  lifecycle: "RELEASED",
});
const assembly = (partNumber: string, bom: readonly object[]) => ({
  ...bought(partNumber),
  partType: "assembly",
  lifecycle: "INWORK",
  ...source("make"),
  bom,
});
const use = (partNumber: string, quantity: string, variantCondition?: string, variantPlace?: string) => ({
  partNumber,
  quantity,
  ...(variantCondition === undefined ? {} : { variantCondition }),
  ...(variantPlace === undefined ? {} : { variantPlace }),
});

const introduced = (partNumber: string) => ({ partNumber, fromRevision: null, toRevision: "A" });

/** A fan in two motors and two colors, to be released by a change. */
async function draftFan({ plm }: TrialHub): Promise<string> {
  const { ecos } = await plm.send<{ ecos: string[] }>("POST", "/api/v2/import", {
    parts: [
      ...["MOT-AC", "MOT-DC", "PAINT", "SCREW"].map(bought),
      assembly("FAN-110", [
        use("MOT-AC", "1", "MOTOR = AC", "motor"),
        use("MOT-DC", "1", "MOTOR = DC", "motor"),
        use("SCREW", "4"),
      ]),
      assembly("FAN-100", [use("FAN-110", "1"), use("PAINT", "1", "COLOR != BLACK"), use("SCREW", "2")]),
    ],
    ecos: [{ title: "A fan", reason: "New", affectedParts: [introduced("FAN-100"), introduced("FAN-110")] }],
  });
  const [eco] = ecos;
  if (eco === undefined) throw new Error("the PLM made no change");
  return eco;
}

type Bom = {
  readonly itemCode: string;
  readonly lines: readonly {
    readonly componentCode: string;
    readonly quantity: string;
    readonly optionText: string | null;
  }[];
};

async function inForce({ erp }: TrialHub): Promise<readonly string[]> {
  const { value } = await erp.get<{ value: Bom[] }>("/erp/v1/boms?plant=1000&status=ACTIVE&expand=lines&limit=200");
  return value
    .filter(({ itemCode }) => itemCode.startsWith("FAN-"))
    .map(({ itemCode, lines }) => {
      const shown = lines.map(({ componentCode, quantity, optionText }) =>
        [quantity, componentCode, ...(optionText === null ? [] : [`when ${optionText}`])].join(" "),
      );
      return `${itemCode}: ${shown.join(", ")}`;
    })
    .toSorted();
}

it("a product with options becomes an item and an mBOM for each variant that the plant builds", async () => {
  trial = await startTrialHub({ variants: VARIANTS });
  const eco = await draftFan(trial);
  await trial.release(eco);
  await trial.reaches(eco, "awaiting approval");
  expect(created(await trial.planOf(eco))).toEqual([
    "FAN-101 FAN-100 (AC-BLACK)",
    "FAN-102 FAN-100 (AC-RED)",
    "FAN-103 FAN-100 (DC-BLACK)",
    "FAN-110-AC FAN-110 (AC)",
    "FAN-110-DC FAN-110 (DC)",
  ]);

  await trial.approve(eco);
  await trial.reaches(eco, "applied");
  expect(await inForce(trial)).toEqual([
    "FAN-101: 1 FAN-110-AC, 2 SCREW",
    "FAN-102: 1 FAN-110-AC, 1 PAINT, 2 SCREW",
    "FAN-103: 1 FAN-110-DC, 2 SCREW",
    "FAN-110-AC: 1 MOT-AC, 4 SCREW",
    "FAN-110-DC: 1 MOT-DC, 4 SCREW",
  ]);

  const desk = bomDesk(trial.hub);
  for (const item of ["FAN-101", "FAN-102", "FAN-103", "FAN-110-AC", "FAN-110-DC"] as ItemId[]) {
    expect(await desk.account("1000" as PlantId, item)).toMatchObject({ isBalanced: true, edits: [], notes: [] });
  }
  const { lines } = await desk.account("1000" as PlantId, "FAN-101" as ItemId);
  expect(lines.find(({ item }) => item === "PAINT")?.unplaced).toBe(
    "1 EA: not in configuration AC black because COLOR = BLACK",
  );

  await trial.lookAgain(eco, "ada");
  await trial.reaches(eco, "applied");
});

it("a product with options is one mBOM for all variants, where the plant has no configurations and the ERP holds options", async () => {
  trial = await startTrialHub();
  const eco = await draftFan(trial);
  await trial.release(eco);
  await trial.reaches(eco, "awaiting approval");
  await trial.approve(eco);
  await trial.reaches(eco, "applied");
  expect(await inForce(trial)).toEqual([
    "FAN-100: 1 FAN-110, 1 PAINT when not COLOR = BLACK, 2 SCREW",
    "FAN-110: 1 MOT-AC when MOTOR = AC, 1 MOT-DC when MOTOR = DC, 4 SCREW",
  ]);
});

function created({ actions }: ChangePlan): readonly string[] {
  return actions
    .flatMap((action) =>
      action.kind === "create item" && action.item.procurement === "make"
        ? [`${action.item.item} ${action.item.name}`]
        : [],
    )
    .toSorted();
}
