import type { Command } from "commander";
import type { Config, ConnectionConfig } from "../../config/heddle-config.ts";
import { didYouMean } from "../../config/nearest-word.ts";
import { readConfig } from "../../hub/read-config.ts";
import { EXIT, type Cli, type ExitCode } from "../command.ts";
import { countsText, drawChecks, hasFailure } from "../draw-checks.ts";
import { CliFailure } from "../failure.ts";
import { withKnownSandboxKeys } from "../sandbox-keys.ts";
import { testConnections, type ConnectionReport } from "../test-connections.ts";

type Options = { readonly config: string };

/** `heddle connector test`: proves connections, step by step. */
export function registerConnectorTest(program: Command, cli: Cli): void {
  const connector = program.command("connector").description("Work with the connections of heddle.yaml.");
  connector
    .command("test")
    .description("Prove address, access, clock, rights and abilities of connections. It never writes to them.")
    .argument("[names...]", "connections of the configuration; all of them when none is named")
    .option("--config <file>", "where they are configured", "heddle.yaml")
    .addHelpText(
      "after",
      "\nExit code 0 when nothing failed, 1 when something did. Rights to write show at the first write.",
    )
    .action((names: string[], options: Options) => cli.run(() => testNamed(names, options, cli)));
}

async function testNamed(names: readonly string[], { config: file }: Options, cli: Cli): Promise<ExitCode> {
  const config = await readConfig(file);
  const wanted = names.length === 0 ? config.connections : names.map((name) => connectionNamed(name, config, file));
  const reports = await testConnections(config, await withKnownSandboxKeys(config.hub.dataFolder, process.env), wanted);
  if (cli.json()) cli.out(JSON.stringify({ connections: reports }, null, 2));
  else cli.out(reports.map(drawReport).join("\n\n"));
  return reports.some(({ checks }) => hasFailure(checks)) ? EXIT.error : EXIT.ok;
}

function drawReport({ system, kind, checks }: ConnectionReport): string {
  return `${system} (${kind}): ${countsText(checks)}\n${drawChecks(checks, system)}`;
}

function connectionNamed(name: string, { connections }: Config, file: string): ConnectionConfig {
  const found = connections.find(({ system }) => system === name);
  if (found !== undefined) return found;
  const names = connections.map(({ system }) => system);
  throw new CliFailure(`${file} has no connection ${name}`, { field: "connections", fix: didYouMean(name, names) });
}
