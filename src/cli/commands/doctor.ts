import type { Command } from "commander";
import type { Config } from "../../config/heddle-config.ts";
import type { Check } from "../../connectors/check.ts";
import { EXIT, type Cli, type ExitCode } from "../command.ts";
import { databaseChecks } from "../doctor/database-checks.ts";
import { configChecks, ruleChecks, triggerChecks } from "../doctor/file-checks.ts";
import { hubChecks } from "../doctor/hub-checks.ts";
import { consoleCheck, dataFolderChecks, nodeCheck } from "../doctor/machine-checks.ts";
import { countsText, drawChecks, hasFailure } from "../draw-checks.ts";
import { withKnownSandboxKeys } from "../sandbox-keys.ts";
import { testConnections } from "../test-connections.ts";

type Options = { readonly config: string };
type Group = { readonly group: string; readonly checks: readonly Check[] };

/** `heddle doctor`: everything that a hub needs, looked at without changing anything. */
export function registerDoctor(program: Command, cli: Cli): void {
  program
    .command("doctor")
    .description("Look at everything that a hub needs: machine, files, database, address, connections.")
    .option("--config <file>", "the hub's configuration", "heddle.yaml")
    .addHelpText("after", "\nExit code 0 when nothing failed, 1 when something did. It changes nothing.")
    .action((options: Options) => cli.run(() => examine(options, cli)));
}

async function examine({ config: file }: Options, cli: Cli): Promise<ExitCode> {
  const { config, checks } = await configChecks(file);
  const groups = [
    {
      group: "machine",
      checks: [nodeCheck(), consoleCheck(), ...(config === null ? [] : await dataFolderChecks(config.hub.dataFolder))],
    },
    {
      group: "files",
      checks: [
        ...checks,
        ...(config === null ? [NO_CONFIG] : [...(await ruleChecks(config)), ...(await triggerChecks(config))]),
      ],
    },
    ...(config === null ? [] : await groupsOf(config)),
  ];
  const all = groups.flatMap((each) => each.checks);
  if (cli.json()) cli.out(JSON.stringify({ ok: !hasFailure(all), groups }, null, 2));
  else cli.out([...groups.map(drawGroup), countsText(all)].join("\n\n"));
  return hasFailure(all) ? EXIT.error : EXIT.ok;
}

const NO_CONFIG: Check = {
  name: "everything else",
  state: "skipped",
  detail: "not looked at: rules, database, address and connections stand in the configuration",
};

async function groupsOf(config: Config): Promise<readonly Group[]> {
  const environment = await withKnownSandboxKeys(config.hub.dataFolder, process.env);
  const [database, hub, connections] = await Promise.all([
    databaseChecks(config, environment),
    hubChecks(config.hub),
    testConnections(config, environment),
  ]);
  return [
    { group: "database", checks: database },
    { group: "hub", checks: hub },
    ...connections.map((each) => ({ group: `connection ${each.system} (${each.kind})`, checks: each.checks })),
  ];
}

function drawGroup({ group, checks }: Group): string {
  return `${group}\n${drawChecks(checks)}`;
}
