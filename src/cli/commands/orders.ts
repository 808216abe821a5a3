import type { Command } from "commander";
import { Value } from "typebox/value";
import { OrderState } from "../../api/contract.ts";
import { EXIT, type Cli, type ExitCode } from "../command.ts";
import { drawOrders } from "../draw-orders.ts";
import { CliFailure } from "../failure.ts";
import { connectHub, withHubOptions, type HubClientOptions } from "../hub-client.ts";
import { instantOf } from "../instant.ts";
import { listOrders } from "../order-in-hub.ts";

type Options = HubClientOptions & {
  readonly plant?: string;
  readonly state?: string;
  readonly shift?: string;
  readonly text?: string;
  readonly limit: string;
};

const STATES: readonly OrderState[] = OrderState.anyOf.map((literal) => literal.const);

/** `heddle orders`: every order as ERP, hub and MES see it. */
export function registerOrders(program: Command, cli: Cli): void {
  withHubOptions(program.command("orders"))
    .description("List production orders on their way to the MES: state in the ERP, here and in the MES, and why.")
    .option("--plant <id>", "of one plant")
    .option("--state <state>", `one of: ${STATES.join(", ")}`)
    .option("--shift <instant>", "the batch of a shift's start, as heddle shifts shows it")
    .option("--text <text>", "found in the order's number or its item")
    .option("--limit <number>", "at most so many", "50")
    .addHelpText("after", "\nOrders that the ERP has not released are listed only with --state 'not released'.")
    .action((options: Options) => cli.run(() => showOrders(options, cli)));
}

async function showOrders(options: Options, cli: Cli): Promise<ExitCode> {
  const { plant, state, shift, text } = options;
  const limit = limitOf(options.limit);
  const filter = {
    plant,
    text,
    state: state === undefined ? undefined : stateNamed(state),
    shift: shift === undefined ? undefined : instantOf(shift, "--shift"),
  };
  const found = await listOrders(await connectHub(options), filter, limit + 1);
  const orders = found.slice(0, limit);
  const hasMore = found.length > limit;
  if (cli.json()) cli.out(JSON.stringify({ orders, hasMore }, null, 2));
  else if (orders.length === 0) cli.out("no order matches");
  else cli.out([drawOrders(orders), ...(hasMore ? ["and more: --limit shows them"] : [])].join("\n"));
  return EXIT.ok;
}

function stateNamed(state: string): OrderState {
  if (Value.Check(OrderState, state)) return state;
  throw new CliFailure(`no order is ever "${state}"`, { field: "--state", fix: `write one of: ${STATES.join(", ")}` });
}

function limitOf(text: string): number {
  const limit = Number(text);
  if (Number.isSafeInteger(limit) && limit > 0) return limit;
  throw new CliFailure(`"${text}" is no number of orders`, { field: "--limit", fix: "write a whole number from 1" });
}
