import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import { loadCases, runCase, type CaseResult } from "../../config/rule-cases.ts";
import { loadRules } from "../../config/rule-file.ts";
import { inheritedFiles } from "../../domain/bom/rules.ts";
import { EXIT, type Cli, type ExitCode } from "../command.ts";
import { CliFailure } from "../failure.ts";
import { readInput, readInputs } from "../input-file.ts";

const RULES = /\.ya?ml$/;
const CASES = /\.cases\.ya?ml$/;

/** `heddle rules test`: does what the rules say, against the example cases that stand beside them. */
export function registerRulesTest(program: Command, cli: Cli): void {
  const rules = program.command("rules").description("Work with a plant's rules.");
  rules
    .command("test")
    .description("Plan the example cases that stand beside rule files, and compare with what they expect.")
    .argument("[files...]", "rule files, or their cases; all of the folder rules/ when none is named")
    .addHelpText("after", "\nExit code 0 when every case passes, 1 when one does not or a file is wrong.")
    .action((files: string[]) => cli.run(() => testRules(files, cli)));
}

type Tested = {
  readonly file: string;
  /** The files that it inherits rules from, as seen from it. */
  readonly inherits: readonly string[];
  readonly cases: string;
  readonly results: readonly CaseResult[];
};

async function testRules(named: readonly string[], cli: Cli): Promise<ExitCode> {
  const files = named.length === 0 ? await ruleFiles("rules") : [...new Set(named.map(rulesOf))];
  const tested = await readInputs<Tested[]>(...files.map(testFile));
  const results = tested.flatMap((each) => each.results);
  const failed = results.filter(({ passed }) => !passed).length;
  if (cli.json()) cli.out(JSON.stringify({ passed: results.length - failed, failed, files: tested }, null, 2));
  else cli.out([...tested.map(drawTested), `${results.length - failed} of ${results.length} cases pass`].join("\n"));
  return failed === 0 ? EXIT.ok : EXIT.error;
}

/** Where the cases of a rule file stand. */
export function casesOf(file: string): string {
  return file.replace(RULES, (extension) => `.cases${extension}`);
}

/** @throws CliFailure, FileMistakes */
export async function testFile(file: string): Promise<Tested> {
  const cases = casesOf(file);
  const [rules, examples] = await readInputs(readInput(file, loadRules), readInput(cases, loadCases));
  return { file, inherits: inheritedFiles(rules), cases, results: examples.map((example) => runCase(example, rules)) };
}

function drawTested({ file, inherits, cases, results }: Tested): string {
  const lines = results.map((result) => (result.passed ? `  ok    ${result.name}` : drawFailure(result, cases)));
  return [[file, ...inherits].join(" with "), ...lines, ""].join("\n");
}

function drawFailure({ name, line, difference }: CaseResult, cases: string): string {
  const compared = difference.map(({ sign, text }) => `          ${sign} ${text}`);
  return [`  FAIL  ${name}`, `        ${cases}:${line}  - expected, + planned`, ...compared].join("\n");
}

function rulesOf(file: string): string {
  return file.replace(/\.cases(\.ya?ml)$/, "$1");
}

/** Rule files of a folder that have cases beside them. */
async function ruleFiles(folder: string): Promise<readonly string[]> {
  const names = await namesIn(folder);
  const files = names.filter((name) => CASES.test(name)).map((name) => rulesOf(join(folder, name)));
  if (files.length > 0) return files.toSorted();
  throw new CliFailure(`no cases in the folder ${folder}/`, {
    field: folder,
    fix: "write some beside a rule file, as rules/1000.cases.yaml for rules/1000.yaml, or name the file",
  });
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    throw new CliFailure(`cannot read the folder ${folder}/`, {
      field: folder,
      fix: "name the rule files, or start heddle in the folder that has rules/",
      cause,
    });
  }
}
