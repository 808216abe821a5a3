import type { Command } from "commander";
import type { Deviation, DeviationList } from "../../api/contract.ts";
import { EXIT, type Cli, type ExitCode } from "../command.ts";
import { drawDeviations } from "../draw-deviations.ts";
import { connectHub, withHubOptions, type HubClientOptions } from "../hub-client.ts";
import { endInstant } from "../instant.ts";
import { refuseShortReason } from "../reason.ts";

type Options = HubClientOptions & { readonly plant?: string; readonly item?: string };
type RevokeOptions = HubClientOptions & { readonly reason: string };
type AddOptions = HubClientOptions & {
  readonly plant: string;
  readonly item: string;
  readonly supersededBy: string;
  readonly reason: string;
  readonly quantity?: string;
  readonly until?: string;
};

/** `heddle deviations`: recorded leave to build by a superseded design. */
export function registerDeviations(program: Command, cli: Cli): void {
  const deviations = program
    .command("deviations")
    .description("Leave to build orders by a design that a change has superseded.");
  withHubOptions(deviations.command("list", { isDefault: true }))
    .description("List what was given, with its limits and what they have let through.")
    .option("--plant <id>", "of one plant")
    .option("--item <number>", "of one item")
    .action((options: Options) => cli.run(() => list(options, cli)));
  withHubOptions(deviations.command("add"))
    .description("Let all orders of an item through; for one order: heddle order release <order> --deviation.")
    .requiredOption("--plant <id>")
    .requiredOption("--item <number>", "whose old design may be built")
    .requiredOption("--superseded-by <change>", "the change, or the mBOM's or routing's number, that closes the gate")
    .requiredOption("--reason <text>", "why, for the audit")
    .option("--quantity <number>", "at most so many, in the item's unit")
    .option("--until <instant or day>", "no longer than that, a day to its end")
    .action((options: AddOptions) => cli.run(() => add(options, cli)));
  withHubOptions(deviations.command("revoke"))
    .description("Take a deviation back: the gate closes again for orders that have not gone.")
    .argument("<id>", "as the list shows it")
    .requiredOption("--reason <text>", "why, for the audit")
    .action((id: string, options: RevokeOptions) => cli.run(() => revoke(id, options, cli)));
}

async function list(options: Options, cli: Cli): Promise<ExitCode> {
  const { plant, item } = options;
  const given = Object.entries({ plant, item }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
  const hub = await connectHub(options);
  const found = await hub.call<DeviationList>(`GET /api/deviations?${new URLSearchParams(given).toString()}`);
  if (cli.json()) cli.out(JSON.stringify(found, null, 2));
  else cli.out(found.deviations.length === 0 ? "no deviation was given" : drawDeviations(found.deviations));
  return EXIT.ok;
}

async function add(options: AddOptions, cli: Cli): Promise<ExitCode> {
  const { plant, item, supersededBy, reason, quantity, until } = options;
  refuseShortReason(reason, "the old design may be built");
  const made = await (
    await connectHub(options)
  ).call<Deviation>("POST /api/deviations", {
    plant,
    item,
    supersededBy,
    reason,
    ...(quantity === undefined ? {} : { quantity }),
    ...(until === undefined ? {} : { until: endInstant(until, "--until") }),
  });
  cli.out(cli.json() ? JSON.stringify(made, null, 2) : drawDeviations([made]));
  return EXIT.ok;
}

async function revoke(id: string, options: RevokeOptions, cli: Cli): Promise<ExitCode> {
  refuseShortReason(options.reason, "the deviation is taken back");
  const hub = await connectHub(options);
  const revoked = await hub.call(`POST /api/deviations/${encodeURIComponent(id)}/revoke`, { reason: options.reason });
  if (cli.json()) cli.out(JSON.stringify(revoked, null, 2));
  else cli.out(`deviation ${id} is revoked; the gate closes again for orders that have not gone`);
  return EXIT.ok;
}
