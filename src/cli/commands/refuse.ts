import type { Command } from "commander";
import type { PlanDecision } from "../../api/contract.ts";
import { findChange, pathOf, readChange } from "../change-in-hub.ts";
import { EXIT, type Cli, type ExitCode } from "../command.ts";
import { CliFailure } from "../failure.ts";
import { connectHub, withHubOptions, type HubClientOptions } from "../hub-client.ts";
import { refuseShortReason } from "../reason.ts";

type Options = HubClientOptions & { readonly plant?: string; readonly digest?: string; readonly reason: string };

/** `heddle refuse`: say no to the plan of a change, or give up one that is blocked. */
export function registerRefuse(program: Command, cli: Cli): void {
  withHubOptions(program.command("refuse"))
    .description("Refuse the plan of a change in a plant: nothing of it is written.")
    .argument("<change>", "its number in the PLM, or of a rollback")
    .requiredOption("--reason <text>", "why not, for the audit")
    .option("--plant <id>", "where it concerns several")
    .option("--digest <digest>", "refuse only this plan, as status or the console shows it")
    .addHelpText(
      "after",
      "\nA plan that is blocked can be refused too, to give it up. When the change is planned otherwise later, that is\n" +
        "another plan, and asked anew.",
    )
    .action((change: string, options: Options) => cli.run(() => refuse(change, options, cli)));
}

async function refuse(change: string, options: Options, cli: Cli): Promise<ExitCode> {
  const { reason } = options;
  refuseShortReason(reason, "the plan is refused");
  const hub = await connectHub(options);
  const at = await findChange(hub, change, options.plant);
  const digest = options.digest ?? (await readChange(hub, at)).plan?.digest;
  if (digest === undefined) {
    throw new CliFailure(`${at.change} has no plan yet in plant ${at.plant}`, {
      system: "heddle",
      field: "change",
      fix: "wait until it is planned: npx heddle status",
    });
  }
  const made = await hub.call<PlanDecision>(`POST ${pathOf(at)}/decision`, { digest, decision: "refuse", reason });
  if (cli.json()) cli.out(JSON.stringify(made, null, 2));
  else cli.out(`the plan of ${at.change} is refused in plant ${at.plant}: ${made.reason}. Nothing of it is written.`);
  return EXIT.ok;
}
