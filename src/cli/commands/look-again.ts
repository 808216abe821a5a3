import type { Command } from "commander";
import { EXIT, type Cli, type ExitCode } from "../command.ts";
import { findChange, pathOf } from "../change-in-hub.ts";
import { connectHub, withHubOptions, type HubClientOptions } from "../hub-client.ts";

type Options = HubClientOptions & { readonly plant?: string };

/** `heddle look-again`: read, plan and go on with a change, now. */
export function registerLookAgain(program: Command, cli: Cli): void {
  withHubOptions(program.command("look-again"))
    .description("Have the hub read and plan a change again, for instance after what blocked it was mended.")
    .argument("<change>", "its number in the PLM")
    .option("--plant <id>", "where it concerns several")
    .addHelpText("after", "\nWho asks for a plan may not approve it.")
    .action((change: string, options: Options) => cli.run(() => lookAgain(change, options, cli)));
}

async function lookAgain(change: string, options: Options, cli: Cli): Promise<ExitCode> {
  const hub = await connectHub(options);
  const found = await findChange(hub, change, options.plant);
  const asked = await hub.call(`POST ${pathOf(found)}/look-again`);
  if (cli.json()) cli.out(JSON.stringify(asked, null, 2));
  else cli.out(`${found.change} in plant ${found.plant} is looked at again. See: npx heddle status`);
  return EXIT.ok;
}
