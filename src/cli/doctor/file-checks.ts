import { existsSync } from "node:fs";
import { relative } from "node:path";
import type { Config } from "../../config/heddle-config.ts";
import { loadRules } from "../../config/rule-file.ts";
import { loadTriggers } from "../../config/trigger-file.ts";
import { ok, type Check } from "../../connectors/check.ts";
import { readConfig } from "../../hub/read-config.ts";
import { casesOf, testFile } from "../commands/rules-test.ts";
import { CliFailure, FileMistakes } from "../failure.ts";
import { readInput } from "../input-file.ts";

/** What `heddle.yaml` says, and how it is; null when it cannot be used. */
export async function configChecks(
  file: string,
): Promise<{ readonly config: Config | null; readonly checks: readonly Check[] }> {
  try {
    const config = await readConfig(file);
    const { connections, plants } = config;
    return { config, checks: [ok(file, `connections: ${connections.length}, plants: ${plants.length}`)] };
  } catch (error) {
    return { config: null, checks: failureChecks(file, error) };
  }
}

/** Every rule file and the cases beside it. */
export async function ruleChecks({ plants, folder }: Config): Promise<readonly Check[]> {
  const checks = plants.map(async ({ id, rules }): Promise<readonly Check[]> => {
    const name = relative(folder, rules);
    try {
      const { rules: read, version } = await readInput(rules, (file, text) => loadRules(file, text, [id]));
      return [
        ok(name, `${read.length} rules, version ${version.slice(0, 12)}`),
        await casesCheck(rules, relative(folder, casesOf(rules))),
      ];
    } catch (error) {
      return failureChecks(name, error);
    }
  });
  return (await Promise.all(checks)).flat();
}

/** Every trigger file. */
export async function triggerChecks({ plants, folder }: Config): Promise<readonly Check[]> {
  const checks = plants.map(async ({ id, triggers }): Promise<readonly Check[]> => {
    if (triggers === null) return [];
    const name = relative(folder, triggers);
    try {
      const read = await readInput(triggers, (file, text) => loadTriggers(file, text, [id]));
      return [ok(name, `${read.triggers.length} triggers`)];
    } catch (error) {
      return failureChecks(name, error);
    }
  });
  return (await Promise.all(checks)).flat();
}

async function casesCheck(rules: string, name: string): Promise<Check> {
  if (!existsSync(casesOf(rules))) {
    return {
      name,
      state: "warning",
      detail: "there are no cases, so nobody sees when a new rule breaks an old one",
      fix: "write what the rules must do: docs/rules.md shows how",
    };
  }
  const { results } = await testFile(rules);
  const failed = results.filter(({ passed }) => !passed);
  if (failed.length === 0) return ok(name, `${results.length} cases pass`);
  return {
    name,
    state: "failure",
    detail: `${failed.length} of ${results.length} cases fail: ${failed.map((each) => each.name).join("; ")}`,
    fix: `see where: npx heddle rules test ${rules}`,
  };
}

/** @throws what is no mistake of a person */
function failureChecks(name: string, error: unknown): readonly Check[] {
  if (error instanceof FileMistakes) {
    return error.mistakes.map(({ line, column, message, fix }) => ({
      name,
      state: "failure",
      detail: `line ${line}, column ${column}: ${message}`,
      fix,
    }));
  }
  if (!(error instanceof CliFailure)) throw error;
  return [{ name, state: "failure", detail: error.message, fix: error.detail.fix }];
}
