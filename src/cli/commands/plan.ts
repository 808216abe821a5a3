import type { Command } from "commander";
import { parseDay, type Day } from "../../domain/calendar.ts";
import { toJson } from "../../domain/json.ts";
import type { ChangeId } from "../../domain/ids.ts";
import { EXIT, type Cli, type ExitCode } from "../command.ts";
import { drawChangePlan, isBlocked } from "../draw-change-plan.ts";
import { drawPlan } from "../draw-plan.ts";
import { explainInPlan } from "../explain-plan.ts";
import { CliFailure } from "../failure.ts";
import { findHub, withHubOptions, type HubClientOptions } from "../hub-client.ts";
import { planFiles, type FilePlan } from "../plan-files.ts";
import { planInHub, planLive } from "../plan-live.ts";

type Options = HubClientOptions & {
  readonly ebom?: string;
  readonly mapping?: string;
  readonly rules?: string;
  readonly against?: string;
  readonly variants?: string;
  readonly plant?: string;
  readonly date?: string;
  readonly explain?: string;
  readonly detailedExitcode?: boolean;
};

/** `heddle plan`: what a change would do to a plant, or what a plant should build a product from; and why. */
export function registerPlan(program: Command, cli: Cli): void {
  withHubOptions(program.command("plan"))
    .description("Plan a change from the live systems, or an eBOM from files; nothing is written anywhere.")
    .argument("[change]", "its number in the PLM, to plan it from the systems that --config connects")
    .option("--ebom <file>", "the engineering structure: YAML or JSON, or with --mapping CSV or Excel")
    .option("--mapping <file>", "what the columns of --ebom are, where it is a CSV file or an Excel workbook")
    .option("--rules <file>", "the plant's rules")
    .option("--variants <file>", "the variants that the plant builds of products with options")
    .option("--against <file>", "the plant's mBOMs as they stand: shows only what changes")
    .option("--plant <id>", "the plant to plan a change for; with files: refuse rules of another plant")
    .option("--date <YYYY-MM-DD>", "plan as of this day instead of today")
    .option("--explain <item|line>", "say why an item or an eBOM line comes out as it does")
    .option("--detailed-exitcode", "exit with 2 when there are changes")
    .addHelpText(
      "after",
      `
heddle plan ECO-0001 asks the hub that runs here (or at --url), which plans with all that it remembers; without
one it asks PLM and ERP itself. heddle plan --ebom … --rules … needs nothing but the files.

Exit code 0: planned. 1: a file or an option is wrong, or a system does not answer. 2: planned, and not in
step with the ERP or with --against (only with --detailed-exitcode). 3: planned, and findings block it.`,
    )
    .action((change: string | undefined, options: Options) =>
      cli.run(() =>
        change === undefined
          ? planFromFiles(filesOf(options), options, cli)
          : planFromSystems(change as ChangeId, options, cli),
      ),
    );
}

/** What such a plan cannot know. */
const WITHOUT_HUB = `No hub was asked, for none runs here that lets us in, so this is planned from PLM and ERP alone: what planners edited
since Heddle published shows as overwritten, answers to conflicts do not count, and a rollback is not known. Start the
hub (npx heddle up), or name it (--url, --key), for the plan that it would carry out.`;

const FILE_OPTIONS = ["ebom", "mapping", "rules", "variants", "against", "date", "explain"] as const;

async function planFromSystems(change: ChangeId, options: Options, cli: Cli): Promise<ExitCode> {
  const stray = FILE_OPTIONS.find((option) => options[option] !== undefined);
  if (stray !== undefined) {
    throw new CliFailure(`--${stray} is for plans from files`, {
      field: `--${stray}`,
      fix: `leave it out to plan ${change} from the systems, or leave out ${change}`,
    });
  }
  const asked = { config: options.config, plant: options.plant ?? null };
  const hub = await findHub(options);
  const { plan, digest } = hub === null ? await planLive(change, asked) : await planInHub(hub, change, asked);
  if (hub === null) cli.progress(WITHOUT_HUB);
  cli.out(cli.json() ? jsonText(toJson({ digest, ...plan })) : drawChangePlan(plan, digest));
  if (isBlocked(plan)) return EXIT.blocked;
  return options.detailedExitcode === true && plan.actions.length > 0 ? EXIT.changes : EXIT.ok;
}

type Files = { readonly ebom: string; readonly rules: string };

function filesOf({ ebom, rules }: Options): Files {
  if (ebom !== undefined && rules !== undefined) return { ebom, rules };
  throw new CliFailure("nothing says what to plan", {
    field: ebom === undefined ? "--ebom" : "--rules",
    fix: "name a change: heddle plan ECO-0001, or files: heddle plan --ebom ebom.yaml --rules rules/1000.yaml",
  });
}

async function planFromFiles(files: Files, options: Options, cli: Cli): Promise<ExitCode> {
  const { mapping = null, against = null, plant = null, variants = null, explain: subject } = options;
  const filePlan = await planFiles({ ...files, mapping, against, plant, variants, today: dayOf(options) });
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
