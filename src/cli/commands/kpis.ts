import { writeFile } from "node:fs/promises";
import type { Command } from "commander";
import type { KpiReport } from "../../api/contract.ts";
import { EXIT, type Cli, type ExitCode } from "../command.ts";
import { drawKpis } from "../draw-kpis.ts";
import { CliFailure } from "../failure.ts";
import { connectHub, withHubOptions, type HubClient, type HubClientOptions } from "../hub-client.ts";

type Options = HubClientOptions & {
  readonly plant?: string;
  readonly revision?: string;
  readonly operation?: string;
  readonly workCenter?: string;
  readonly by?: string;
  readonly from?: string;
  readonly until?: string;
  readonly csv?: string;
  readonly xlsx?: string;
};

/** `heddle kpis`: how production went, by the indicators of ISO 22400-2. */
export function registerKpis(program: Command, cli: Cli): void {
  withHubOptions(program.command("kpis"))
    .description("Show how production of an item went: yield, scrap, cycle times and more, by ISO 22400-2.")
    .argument("[item]", "its number; left out: work centers, with availability and OEE")
    .option("--plant <id>", "at one plant")
    .option("--revision <revision>", "of one revision")
    .option("--operation <number>", "of one operation")
    .option("--work-center <name>", "at one work center")
    .option("--by <parts>", "rows by item, revision, operation, workCenter, changes, day, shift, order: day,operation")
    .option("--from <day>", "from that day on, by the plant's calendar")
    .option("--until <day>", "to the end of that day")
    .option("--csv <file>", "write a CSV file instead")
    .option("--xlsx <file>", "write an Excel workbook instead")
    .action((item: string | undefined, options: Options) => cli.run(() => showKpis(item, options, cli)));
}

async function showKpis(item: string | undefined, options: Options, cli: Cli): Promise<ExitCode> {
  const { plant, revision, operation, workCenter, from, until, csv, xlsx } = options;
  const by = options.by ?? (item === undefined ? "workCenter" : "operation");
  const given = Object.entries({ plant, item, revision, operation, workCenter, from, until, by }).flatMap(
    ([name, value]) => (value === undefined ? [] : [[name, value]]),
  );
  const query = new URLSearchParams(given).toString();
  const hub = await connectHub(options);
  const files = Object.entries({ csv, xlsx }).flatMap(([format, file]) =>
    file === undefined ? [] : [{ format, file }],
  );
  for (const { format, file } of files) {
    await save(hub, `GET /api/kpis?${query}&format=${format}`, file);
    cli.progress(`${file} is written`);
  }
  if (files.length > 0) return EXIT.ok;
  const report = await hub.call<KpiReport>(`GET /api/kpis?${query}`);
  cli.out(cli.json() ? JSON.stringify(report, null, 2) : drawKpis(report));
  return EXIT.ok;
}

async function save(hub: HubClient, request: string, file: string): Promise<void> {
  const bytes = await hub.download(request);
  try {
    await writeFile(file, bytes);
  } catch (cause) {
    throw new CliFailure(`cannot write ${file}`, {
      field: file,
      fix: "check the folder, and that it may be written",
      cause,
    });
  }
}
