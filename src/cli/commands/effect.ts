import type { Command } from "commander";
import type { ChangeEffect } from "../../api/contract.ts";
import { findChange } from "../change-in-hub.ts";
import { EXIT, type Cli, type ExitCode } from "../command.ts";
import { drawEffect } from "../draw-effect.ts";
import { connectHub, withHubOptions, type HubClientOptions } from "../hub-client.ts";

type Options = HubClientOptions & { readonly plant?: string };

/** `heddle effect`: what a change did to production. */
export function registerEffect(program: Command, cli: Cli): void {
  withHubOptions(program.command("effect"))
    .description("Tell what a change did to production: where it cut in, run time, scrap, rework, first-pass yield.")
    .argument("<change>", "its number in the PLM")
    .option("--plant <id>", "where it concerns several")
    .action((change: string, options: Options) => cli.run(() => tell(change, options, cli)));
}

async function tell(change: string, options: Options, cli: Cli): Promise<ExitCode> {
  const hub = await connectHub(options);
  const { plant } = await findChange(hub, change, options.plant);
  const query = new URLSearchParams({ plant });
  const effect = await hub.call<ChangeEffect>(
    `GET /api/changes/${encodeURIComponent(change)}/effect?${query.toString()}`,
  );
  cli.out(cli.json() ? JSON.stringify(effect, null, 2) : drawEffect(effect));
  return EXIT.ok;
}
