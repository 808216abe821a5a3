import type { Command } from "commander";
import type { DeviationList } from "../../api/contract.ts";
import { EXIT, type Cli, type ExitCode } from "../command.ts";
import { drawDeviations } from "../draw-deviations.ts";
import { drawOrder } from "../draw-order.ts";
import { CliFailure } from "../failure.ts";
import { connectHub, withHubOptions, type HubClientOptions } from "../hub-client.ts";
import { endInstant } from "../instant.ts";
import { findOrder, orderPath, readOrder, type OrderInPlant } from "../order-in-hub.ts";
import { refuseShortReason } from "../reason.ts";

type Options = HubClientOptions & { readonly plant?: string };
type AskOptions = Options & { readonly reason: string };
type ReleaseOptions = AskOptions & {
  readonly deviation?: boolean;
  readonly quantity?: string;
  readonly until?: string;
};

/** What a person may ask of an order: its name here and in the API, what it does, and the verb that says so. */
const ASKS = [
  [
    "dispatch-now",
    "Send an order to the MES now, before its shift starts. The gate holds for it all the same.",
    "dispatch",
  ],
  ["hold", "Keep an order from the MES until it is released; where the MES has it, ask it to hold the job.", "hold"],
  ["cancel", "Take an order back from the MES. It may be too late; the order's page then says so.", "cancel"],
  [
    "look-again",
    "Have the hub read and plan an order again, for instance after what blocked it was mended.",
    "look again at",
  ],
] as const;

/** `heddle order`: one order in full, and what a person can ask of it. */
export function registerOrder(program: Command, cli: Cli): void {
  const order = withOrderOptions(program.command("order"))
    .description("Show one order in full: ERP, hub and MES side by side, why it is held, versions, timeline.")
    .argument("<order>", "its number in the ERP")
    .action((number: string, options: Options) => cli.run(() => showOrder(number, options, cli)));

  for (const [ask, description, verb] of ASKS) {
    withOrderOptions(order.command(ask))
      .description(description)
      .argument("<order>", "its number in the ERP")
      .requiredOption("--reason <text>", "why, for the audit")
      .action((number: string, _: unknown, command: Command) =>
        cli.run(() => askOfOrder(number, ask, verb, command.optsWithGlobals<AskOptions>(), cli)),
      );
  }

  withOrderOptions(order.command("release"))
    .description("Take a person's hold or cancellation back; with --deviation, let the order through a closed gate.")
    .argument("<order>", "its number in the ERP")
    .requiredOption("--reason <text>", "why, for the audit")
    .option("--deviation", "build it by the superseded design; asks for the role approver")
    .option("--quantity <number>", "at most so many, in the item's unit; with --deviation")
    .option("--until <instant or day>", "no longer than that, a day to its end; with --deviation")
    .action((number: string, _: unknown, command: Command) =>
      cli.run(() => release(number, command.optsWithGlobals<ReleaseOptions>(), cli)),
    );
}

function withOrderOptions(command: Command): Command {
  return withHubOptions(command).option("--plant <id>", "where several plants have the number");
}

async function showOrder(number: string, options: Options, cli: Cli): Promise<ExitCode> {
  const hub = await connectHub(options);
  const view = await readOrder(hub, await findOrder(hub, number, options.plant));
  cli.out(cli.json() ? JSON.stringify(view, null, 2) : drawOrder(view));
  return EXIT.ok;
}

async function askOfOrder(number: string, ask: string, verb: string, options: AskOptions, cli: Cli): Promise<ExitCode> {
  refuseShortReason(options.reason, "this is asked of the order");
  const hub = await connectHub(options);
  const at = await findOrder(hub, number, options.plant);
  const asked = await hub.call(`POST ${orderPath(at)}/${ask}`, { reason: options.reason });
  if (cli.json()) cli.out(JSON.stringify(asked, null, 2));
  else cli.out(`Asked to ${verb} ${number} in plant ${at.plant}. ${seeText(at)}`);
  return EXIT.ok;
}

async function release(number: string, options: ReleaseOptions, cli: Cli): Promise<ExitCode> {
  if (options.deviation !== true) {
    refuseLimits(options);
    return askOfOrder(number, "release", "release", options, cli);
  }
  refuseShortReason(options.reason, "the order may be built by a superseded design");
  const { reason, quantity, until } = options;
  const body = {
    reason,
    ...(quantity === undefined ? {} : { quantity }),
    ...(until === undefined ? {} : { until: endInstant(until, "--until") }),
  };
  const hub = await connectHub(options);
  const at = await findOrder(hub, number, options.plant);
  const recorded = await hub.call<DeviationList>(`POST ${orderPath(at)}/release-with-deviation`, body);
  if (cli.json()) cli.out(JSON.stringify(recorded, null, 2));
  else {
    const drawn = drawDeviations(recorded.deviations, "  ");
    cli.out(`${number} in plant ${at.plant} is let through:\n${drawn}\n${seeText(at)}`);
  }
  return EXIT.ok;
}

function refuseLimits({ quantity, until }: ReleaseOptions): void {
  const given = quantity === undefined ? (until === undefined ? null : "--until") : "--quantity";
  if (given === null) return;
  throw new CliFailure(`${given} limits a deviation, and none is asked for`, {
    field: given,
    fix: `add --deviation to let the order through a closed gate, or leave ${given} out`,
  });
}

function seeText({ order, plant }: OrderInPlant): string {
  return `How it went: npx heddle order ${order} --plant ${plant}`;
}
