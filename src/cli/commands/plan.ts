import type { Command } from "commander";
import { parseDay, type Day } from "../../domain/calendar.ts";
import { toJson } from "../../domain/json.ts";
import { EXIT, type Cli, type ExitCode } from "../command.ts";
import { drawPlan } from "../draw-plan.ts";
import { explainInPlan } from "../explain-plan.ts";
import { CliFailure } from "../failure.ts";
import { planFiles, type FilePlan } from "../plan-files.ts";

type Options = {
  readonly ebom?: string;
  readonly rules?: string;
  readonly against?: string;
  readonly plant?: string;
  readonly date?: string;
  readonly explain?: string;
  readonly detailedExitcode?: boolean;
};

/** `heddle plan`: what a plant should build a product from, and why. */
export function registerPlan(program: Command, cli: Cli): void {
  program
    .command("plan")
    .description("Plan the mBOMs of an eBOM by a plant's rules, and compare them with what the plant builds today.")
    .option("--ebom <file>", "the engineering structure, YAML or JSON")
    .option("--rules <file>", "the plant's rules")
    .option("--against <file>", "the plant's mBOMs as they stand: shows only what changes")
    .option("--plant <id>", "refuse rules of another plant")
    .option("--date <YYYY-MM-DD>", "plan as of this day instead of today")
    .option("--explain <item|line>", "say why an item or an eBOM line comes out as it does")
    .option("--detailed-exitcode", "exit with 2 when there are changes")
    .addHelpText(
      "after",
      `
Exit code 0: planned. 1: a file or an option is wrong. 2: planned, and not in step with --against (only
with --detailed-exitcode). 3: planned, and findings block it.`,
    )
    .action((options: Options) => cli.run(() => planFromFiles(filesOf(options), options, cli)));
}

type Files = { readonly ebom: string; readonly rules: string };

function filesOf({ ebom, rules }: Options): Files {
  if (ebom !== undefined && rules !== undefined) return { ebom, rules };
  throw new CliFailure("nothing says what to plan", {
    field: ebom === undefined ? "--ebom" : "--rules",
    fix: "name the structure and the rules: heddle plan --ebom ebom.yaml --rules rules/1000.yaml",
  });
}

async function planFromFiles(files: Files, options: Options, cli: Cli): Promise<ExitCode> {
  const { against = null, plant = null, explain: subject } = options;
  const filePlan = await planFiles({ ...files, against, plant, today: dayOf(options) });
  if (subject === undefined) cli.out(cli.json() ? jsonText(planJson(filePlan)) : drawPlan(filePlan));
  else {
    const explanations = explainInPlan(subject, filePlan);
    cli.out(cli.json() ? jsonText({ subject, explanations }) : explanations.join("\n\n"));
  }
  return exitCodeOf(filePlan, options.detailedExitcode === true);
}

function dayOf({ date }: Options): Day {
  const day = parseDay(date ?? new Date().toISOString().slice(0, "YYYY-MM-DD".length));
  if (day !== null) return day;
  throw new CliFailure(`"${date}" is not a day`, { field: "--date", fix: "write it as 2026-03-31" });
}

function exitCodeOf({ plan, comparison }: FilePlan, detailed: boolean): ExitCode {
  if (plan.findings.some(({ severity }) => severity === "blocked")) return EXIT.blocked;
  return detailed && comparison !== null && comparison.changed.size > 0 ? EXIT.changes : EXIT.ok;
}

/** The whole plan, for programs: exact numbers are text, as everywhere in Heddle's JSON. */
function planJson({ rules, ebom, today, plan, comparison }: FilePlan): unknown {
  const { plant, version } = rules;
  return toJson({ plant, rulesVersion: version, tops: ebom.tops, today, ...plan, comparison });
}

function jsonText(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
