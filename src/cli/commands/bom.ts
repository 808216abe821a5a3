import type { Command } from "commander";
import type { BomAccount, BomDiff } from "../../api/contract.ts";
import { accountSheet, comparisonSheet } from "../../domain/bom/bom-sheets.ts";
import { BOM_VERSION_WORDS, parseBomVersion, type BomVersion } from "../../domain/bom/bom-version.ts";
import { isDifferent } from "../../domain/bom/compare-boms.ts";
import { parseDay, type Day } from "../../domain/calendar.ts";
import type { ItemId } from "../../domain/ids.ts";
import { compareFiles, type BomFiles } from "../bom-files.ts";
import { EXIT, type Cli, type ExitCode } from "../command.ts";
import { drawAccount, drawComparison, type ShownComparison } from "../draw-bom.ts";
import { CliFailure } from "../failure.ts";
import { connectHub, withHubOptions, type HubClientOptions } from "../hub-client.ts";
import { FORMATS, writeReport, type Report, type ReportOptions } from "../report.ts";

type DiffOptions = HubClientOptions &
  ReportOptions & {
    readonly from: string;
    readonly to: string;
    readonly plant?: string;
    readonly all?: boolean;
    readonly ebom?: string;
    readonly mapping?: string;
    readonly rules?: string;
    readonly variants?: string;
    readonly against?: string;
    readonly date?: string;
    readonly detailedExitcode?: boolean;
  };
type AccountOptions = HubClientOptions & ReportOptions & { readonly plant: string };

/** `heddle bom`: an item's bills of material compared, and its account checked. */
export function registerBom(program: Command, cli: Cli): void {
  const bom = program.command("bom").description("Compare bills of material, and check what became of each quantity.");
  withReport(withHubOptions(bom.command("diff")))
    .description("Compare two bills of material of an item: eBOM, planned, published, or as the ERP has it.")
    .argument("<item>", "its number in the plant, or with --from and --to ebom: in engineering")
    .requiredOption("--from <version>", BOM_VERSION_WORDS)
    .requiredOption("--to <version>", "the same")
    .option("--plant <id>", "the plant; with files the one of the rules")
    .option("--all", "show lines that are the same too")
    .option("--ebom <file>", "compare files instead: the engineering structure, for ebom:<revision> and planned")
    .option("--mapping <file>", "what the columns of --ebom are, where it is a CSV file or an Excel workbook")
    .option("--rules <file>", "the plant's rules, for planned")
    .option("--variants <file>", "the plant's variants, for planned")
    .option("--against <file>", "the plant's mBOMs as they stand, for erp")
    .option("--date <YYYY-MM-DD>", "plan files as of this day instead of today")
    .option("--detailed-exitcode", "exit with 2 when there are differences")
    .addHelpText(
      "after",
      `
heddle bom diff FX-210 --plant 1000 --from published --to erp asks the hub. With --ebom or --against it needs nothing
but the files: heddle bom diff FX-210 --from ebom:B --to planned --ebom ebom.yaml --rules rules/1000.yaml

Exit code 0: compared. 1: it could not be. 2: there are differences (only with --detailed-exitcode).`,
    )
    .action((item: string, options: DiffOptions) => cli.run(() => diff(item as ItemId, options, cli)));

  withReport(withHubOptions(bom.command("account")))
    .description("Check what became of every eBOM quantity of a published mBOM, against PLM and ERP as they are now.")
    .argument("<item>", "its number in the plant")
    .requiredOption("--plant <id>", "the plant")
    .addHelpText("after", "\nExit code 0: it balances. 1: it could not be checked. 2: it does not balance.")
    .action((item: string, options: AccountOptions) => cli.run(() => account(item as ItemId, options, cli)));
}

function withReport(command: Command): Command {
  return command
    .option("--format <format>", FORMATS.join(", "))
    .option("--output <file>", "write it there instead of printing it");
}

async function diff(item: ItemId, options: DiffOptions, cli: Cli): Promise<ExitCode> {
  const [from, to] = [version(options.from, "--from"), version(options.to, "--to")];
  const files = filesOf(options);
  const comparison: ShownComparison =
    files === null ? await diffInHub(item, options) : await compareFiles(item, from, to, files);
  const report: Report = {
    json: comparison,
    text: () => drawComparison(comparison, options.all === true),
    sheet: () => comparisonSheet(comparison),
    name: "bom-diff",
  };
  await writeReport(report, options, cli);
  return options.detailedExitcode === true && isDifferent(comparison.lines) ? EXIT.changes : EXIT.ok;
}

function version(words: string, field: string): BomVersion {
  const named = parseBomVersion(words);
  if (named !== null) return named;
  throw new CliFailure(`"${words}" names no bill of material`, { field, fix: `write one of: ${BOM_VERSION_WORDS}` });
}

const FILE_OPTIONS = ["ebom", "mapping", "rules", "variants", "against", "date"] as const;

/** Null where the hub is to be asked. */
function filesOf(options: DiffOptions): BomFiles | null {
  const { ebom = null, mapping = null, rules = null, variants = null, against = null, plant = null } = options;
  if (ebom !== null || against !== null) {
    return { ebom, mapping, rules, variants, against, plant, today: dayOf(options) };
  }
  const stray = FILE_OPTIONS.find((option) => options[option] !== undefined);
  if (stray === undefined) return null;
  throw new CliFailure(`--${stray} is for files`, { field: `--${stray}`, fix: "name --ebom or --against as well" });
}

function dayOf({ date }: DiffOptions): Day {
  const day = parseDay(date ?? new Date().toISOString().slice(0, "YYYY-MM-DD".length));
  if (day !== null) return day;
  throw new CliFailure(`"${date}" is not a day`, { field: "--date", fix: "write it as 2026-03-31" });
}

async function diffInHub(item: ItemId, options: DiffOptions): Promise<ShownComparison> {
  const { plant, from, to } = options;
  if (plant === undefined) {
    throw new CliFailure("nothing says which plant", { field: "--plant", fix: "name it: --plant 1000" });
  }
  const query = new URLSearchParams({ from, to });
  const hub = await connectHub(options);
  return hub.call<BomDiff>(`GET ${pathOf(plant, item)}/diff?${query.toString()}`);
}

async function account(item: ItemId, options: AccountOptions, cli: Cli): Promise<ExitCode> {
  const hub = await connectHub(options);
  const checked = await hub.call<BomAccount>(`GET ${pathOf(options.plant, item)}/account`);
  const report: Report = {
    json: checked,
    text: () => drawAccount(checked),
    sheet: () => accountSheet(checked),
    name: "bom-account",
  };
  await writeReport(report, options, cli);
  return checked.isBalanced ? EXIT.ok : EXIT.changes;
}

function pathOf(plant: string, item: string): string {
  return `/api/boms/${encodeURIComponent(plant)}/${encodeURIComponent(item)}`;
}
