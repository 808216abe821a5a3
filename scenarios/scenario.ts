import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Type, type Static } from "typebox";
import { CliFailure, FileMistakes } from "../src/cli/failure.ts";
import { readInput } from "../src/cli/input-file.ts";
import { planFiles, type FilePlan } from "../src/cli/plan-files.ts";
import { mistakeText } from "../src/config/mistake.ts";
import { openSource } from "../src/config/source-file.ts";
import { loadVariants } from "../src/config/variants.ts";
import { parseDay, type Day } from "../src/domain/calendar.ts";
import type { PlantVariants } from "../src/domain/variant/configuration.ts";
import { hubScenario, type HubFiles, type HubScenario } from "./hub-scenario.ts";

/** Where the library is: folders of topics, in each a folder per case. */
const LIBRARY = import.meta.dirname;

/** What a case's folder may hold. Those that are required stand in every one. */
export const FILES = {
  required: ["README.md", "rules.yaml", "expected.txt"],
  optional: [
    "ebom.yaml",
    "ebom.csv",
    "ebom-before.yaml",
    "ebom-between.yaml",
    "mapping.yaml",
    "plant.yaml",
    "resolutions.yaml",
    "schedule.csv",
    "variants.yaml",
    "scenario.yaml",
  ],
};

/** The day that plans are made on where `scenario.yaml` names none. */
const DAY = "2026-03-01" as Day;

const DayText = Type.String({ hint: "a day, as 2026-03-31" });

/** What a case says beside its files: the day it is planned on, the days that changes take effect, what is asked. */
const Settings = Type.Object({
  date: Type.Optional(DayText),
  betweenFrom: Type.Optional(DayText),
  effectiveFrom: Type.Optional(DayText),
  rollBack: Type.Optional(Type.Boolean()),
});
type Settings = Static<typeof Settings>;

/** Every case as `topic/name`, in order. */
export function scenarioNames(): readonly string[] {
  return foldersIn("").flatMap((topic) => foldersIn(topic).map((name) => `${topic}/${name}`));
}

function foldersIn(folder: string): readonly string[] {
  return readdirSync(join(LIBRARY, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted();
}

export function filesOf(scenario: string): readonly string[] {
  return readdirSync(join(LIBRARY, scenario)).toSorted();
}

export function textOf(scenario: string, file: string): string {
  return readFileSync(pathOf(scenario, file), "utf8");
}

export function pathOf(scenario: string, file: string): string {
  return join(LIBRARY, scenario, file);
}

/** What is planned of a case's files; `hub` where the plan depends on what the hub remembers and the plant has. */
export type PlannedScenario = {
  readonly filePlan: FilePlan;
  readonly variants: PlantVariants | null;
  readonly hub: HubScenario | null;
};

/** The plan that `heddle plan` makes of the case's files, or the text with which it refuses them. */
export async function planScenario(scenario: string): Promise<PlannedScenario | string> {
  const files = new Set(filesOf(scenario));
  const pathIfThere = (file: string) => (files.has(file) ? pathOf(scenario, file) : null);
  const settings = readSettings(scenario, files);
  const hubFiles: HubFiles = {
    before: pathIfThere("ebom-before.yaml"),
    between: pathIfThere("ebom-between.yaml"),
    plant: pathIfThere("plant.yaml"),
    resolutions: pathIfThere("resolutions.yaml"),
    schedule: pathIfThere("schedule.csv"),
    betweenFrom: settings.betweenFrom === undefined ? null : dayOf(settings.betweenFrom),
    effectiveFrom: settings.effectiveFrom === undefined ? null : dayOf(settings.effectiveFrom),
    rollBack: settings.rollBack ?? false,
  };
  const ofHub = hubFiles.before !== null || hubFiles.schedule !== null;
  try {
    const filePlan = await planFiles({
      ebom: pathOf(scenario, files.has("ebom.csv") ? "ebom.csv" : "ebom.yaml"),
      mapping: pathIfThere("mapping.yaml"),
      rules: pathOf(scenario, "rules.yaml"),
      against: ofHub ? null : hubFiles.plant,
      plant: null,
      variants: pathIfThere("variants.yaml"),
      today: settings.date === undefined ? DAY : dayOf(settings.date),
    });
    const variants = files.has("variants.yaml")
      ? await readInput(pathOf(scenario, "variants.yaml"), loadVariants)
      : null;
    return { filePlan, variants, hub: ofHub ? await hubScenario(filePlan, hubFiles) : null };
  } catch (failure) {
    if (failure instanceof FileMistakes) return refusal(failure, scenario);
    throw failure;
  }
}

function readSettings(scenario: string, files: ReadonlySet<string>): Settings {
  if (!files.has("scenario.yaml")) return {};
  const source = openSource(`${scenario}/scenario.yaml`, textOf(scenario, "scenario.yaml"));
  const settings = source.read([], Settings);
  if (settings === null) throw new FileMistakes(source.mistakes());
  return settings;
}

function dayOf(text: string): Day {
  const day = parseDay(text);
  if (day === null) throw new CliFailure(`"${text}" is not a day`, { field: "date", fix: "write it as 2026-03-31" });
  return day;
}

function refusal({ mistakes }: FileMistakes, scenario: string): string {
  const folder = join(LIBRARY, scenario, "/");
  return [
    "Refused: nothing is planned.",
    ...mistakes.map((one) => `  ${mistakeText(one).replace(folder, "")}`),
    "",
  ].join("\n");
}
