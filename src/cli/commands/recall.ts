import { writeFile } from "node:fs/promises";
import type { Command } from "commander";
import type { RecallCount, RecalledUnit, RecallPage } from "../../api/contract.ts";
import { EXIT, type Cli, type ExitCode } from "../command.ts";
import { CliFailure } from "../failure.ts";
import { connectHub, withHubOptions, type HubClientOptions } from "../hub-client.ts";
import { instantText } from "../instant.ts";
import { table } from "../table.ts";
import { wholeNumber } from "../whole-number.ts";

type Options = HubClientOptions & {
  readonly lot?: string;
  readonly serial?: string;
  readonly item?: string;
  readonly before?: string;
  readonly plant?: string;
  readonly count?: boolean;
  readonly csv?: string;
  readonly limit: string;
};

/** Units of one request. */
const PAGE = 500;
const LIMIT_MAX = 200_000;

/** `heddle recall`: what was built with a lot, or before a change. */
export function registerRecall(program: Command, cli: Cli): void {
  withHubOptions(program.command("recall"))
    .description("List every serial (lot or order where there are none) built with a lot, or before a change.")
    .option("--lot <number>", "built with this lot, through any depth of subassemblies")
    .option("--serial <number>", "built with this serial")
    .option("--item <number>", "of the lot or serial, where several items have the number")
    .option("--before <change>", "units of the change's items that were built without it")
    .option("--plant <id>", "of one plant")
    .option("--count", "only how many")
    .option("--csv <file>", "write all of them as CSV; - for the standard output")
    .option("--limit <number>", "list at most so many", "100")
    .action((options: Options) => cli.run(() => recall(options, cli)));
}

async function recall(options: Options, cli: Cli): Promise<ExitCode> {
  const { lot, serial, item, before, plant } = options;
  if ([lot, serial, before].filter((one) => one !== undefined).length !== 1) {
    throw new CliFailure("a recall is of one lot, one serial or one change", {
      field: "--lot",
      fix: "give one of --lot, --serial and --before",
    });
  }
  const given = Object.entries({ lot, serial, item, before, plant }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
  const limit = wholeNumber(options.limit, "--limit", LIMIT_MAX);
  const hub = await connectHub(options);
  const query = new URLSearchParams(given).toString();
  if (options.csv !== undefined) return exportCsv(await hub.text(`GET /api/recall.csv?${query}`), options.csv, cli);
  if (options.count === true) {
    const count = await hub.call<RecallCount>(`GET /api/recall/count?${query}`);
    cli.out(cli.json() ? JSON.stringify(count, null, 2) : countText(count));
    return EXIT.ok;
  }

  const units: RecalledUnit[] = [];
  let page: RecallPage;
  let after: string | null = null;
  do {
    const asked: URLSearchParams = new URLSearchParams([
      ...given,
      ["limit", String(Math.min(PAGE, limit - units.length))],
    ]);
    if (after !== null) asked.set("after", after);
    page = await hub.call<RecallPage>(`GET /api/recall?${asked.toString()}`);
    units.push(...page.units);
    after = page.next;
  } while (after !== null && units.length < limit);

  const hasMore = after !== null;
  if (cli.json()) cli.out(JSON.stringify({ recall: page.recall, units, hasMore }, null, 2));
  else {
    const rest = hasMore ? ["and more: --limit lists them, --csv writes all, --count counts them"] : [];
    cli.out(
      [`${page.recall}: ${hasMore ? `the first ${units.length}` : units.length}`, drawUnits(units), ...rest].join("\n"),
    );
  }
  return EXIT.ok;
}

async function exportCsv(csv: string, file: string, cli: Cli): Promise<ExitCode> {
  if (file === "-") {
    cli.out(csv.trimEnd());
    return EXIT.ok;
  }
  try {
    await writeFile(file, csv);
  } catch (cause) {
    throw new CliFailure(`cannot write ${file}`, {
      field: "--csv",
      fix: "check the path, and that it may be written",
      cause,
    });
  }
  const units = csv.trimEnd().split("\r\n").length - 1;
  cli.progress(`wrote ${units} ${units === 1 ? "unit" : "units"} to ${file}`);
  return EXIT.ok;
}

function countText({ recall: words, serials, lots, orders, isAtLeast }: RecallCount): string {
  const parts = [
    `${serials} serials`,
    ...(lots === 0 ? [] : [`${lots} lots without serials`]),
    ...(orders === 0 ? [] : [`${orders} orders without serials or lots`]),
  ];
  return `${words}: ${isAtLeast ? "at least " : ""}${parts.join(", ")}`;
}

function drawUnits(units: readonly RecalledUnit[]): string {
  const rows = units.map(({ kind, id, item, revision, plant, order, builtAt, changes, because }) => [
    kind,
    id,
    revision === null ? item : `${item} rev ${revision}`,
    plant,
    order ?? "",
    builtAt === null ? "" : instantText(builtAt),
    changes?.join(" ") ?? "",
    because ?? "",
  ]);
  const head = ["Kind", "Number", "Item", "Plant", "Order", "Built", "Changes", "Why"];
  return table([head, ...rows], { indent: "  ", right: [] });
}
