import type { Command } from "commander";
import type { AskedRollback } from "../../api/contract.ts";
import { findChange, pathOf } from "../change-in-hub.ts";
import { EXIT, type Cli, type ExitCode } from "../command.ts";
import { CliFailure } from "../failure.ts";
import { connectHub, withHubOptions, type HubClientOptions } from "../hub-client.ts";
import { refuseShortReason } from "../reason.ts";

type Options = HubClientOptions & { readonly plant?: string; readonly reason?: string };

/** `heddle rollback`: have an applied change taken back by a change of Heddle's own. */
export function registerRollback(program: Command, cli: Cli): void {
  withHubOptions(program.command("rollback"))
    .description("Take an applied change back in a plant, by a new change that waits for an approval.")
    .argument("<change>", "the change that was applied")
    .option("--plant <id>", "where it concerns several")
    .option("--reason <text>", "why, for the audit")
    .addHelpText(
      "after",
      "\nThe mBOMs go back to what they were before the change, with what later changes and the plant's planners did\n" +
        "since; nothing is deleted. Whoever asks for it may not approve it. A rollback can be rolled back.",
    )
    .action((change: string, options: Options) => cli.run(() => rollback(change, options, cli)));
}

async function rollback(change: string, options: Options, cli: Cli): Promise<ExitCode> {
  const { reason } = options;
  if (reason === undefined) {
    throw new CliFailure("a rollback needs a reason", { field: "--reason", fix: 'say why: --reason "…"' });
  }
  refuseShortReason(reason, "the change is rolled back so");
  const hub = await connectHub(options);
  const found = await findChange(hub, change, options.plant);
  const asked = await hub.call<AskedRollback>(`POST ${pathOf(found)}/rollback`, { reason });
  if (cli.json()) cli.out(JSON.stringify(asked, null, 2));
  else {
    cli.out(
      `${asked.change} is planned to take ${asked.takesBack} back in plant ${asked.plant}; another person approves it.`,
    );
    const named = `${asked.change} --plant ${asked.plant}`;
    cli.out(`See it: npx heddle plan ${named}\nApprove it: npx heddle apply ${named} --reason "…"`);
  }
  return EXIT.ok;
}
