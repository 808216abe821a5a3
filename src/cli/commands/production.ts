import type { Command } from "commander";
import { Value } from "typebox/value";
import { BookingState, type BookingPage, type BookingRow, type BookingView } from "../../api/contract.ts";
import { EXIT, type Cli, type ExitCode } from "../command.ts";
import { drawBooking, drawBookings } from "../draw-bookings.ts";
import { CliFailure } from "../failure.ts";
import { connectHub, withHubOptions, type HubClient, type HubClientOptions } from "../hub-client.ts";
import { refuseShortReason } from "../reason.ts";

type Options = HubClientOptions & { readonly plant?: string; readonly state?: string };
type AskOptions = Options & { readonly reason: string };
type DecideOptions = AskOptions & { readonly finding?: string; readonly post?: boolean; readonly leaveOut?: boolean };

const STATES: readonly BookingState[] = BookingState.anyOf.map((literal) => literal.const);
const PAGE = 200;

/** `heddle production`: what was made and used, what the ERP holds of it, and what a person must decide. */
export function registerProduction(program: Command, cli: Cli): void {
  const production = withPlaceOptions(program.command("production"))
    .description("Show what was made and used beside what is booked in the ERP: of one order, or the list of all.")
    .argument("[order]", "its number in the ERP")
    .option("--state <state>", `of the list, one of: ${STATES.join(", ")}`)
    .action((order: string | undefined, options: Options) =>
      cli.run(() => (order === undefined ? showList(options, cli) : showOrder(order, options, cli))),
    );

  withPlaceOptions(production.command("decide"))
    .description(
      "Book what does not fit the ERP's order in spite of that, or leave it out; asks for the role approver.",
    )
    .argument("<order>", "its number in the ERP")
    .option("--finding <key>", "which one, as heddle production <order> shows it; not needed where only one waits")
    .option("--post", "book it")
    .option("--leave-out", "leave it as the ERP holds it")
    .requiredOption("--reason <text>", "why, for the audit")
    .action((order: string, _: unknown, command: Command) =>
      cli.run(() => decide(order, command.optsWithGlobals<DecideOptions>(), cli)),
    );

  withPlaceOptions(production.command("look-again"))
    .description("Have an order compared with the ERP again, for instance after it was opened there again.")
    .argument("<order>", "its number in the ERP")
    .action((order: string, _: unknown, command: Command) =>
      cli.run(() => lookAgain(order, command.optsWithGlobals<Options>(), cli)),
    );
}

function withPlaceOptions(command: Command): Command {
  return withHubOptions(command).option("--plant <id>", "of one plant");
}

async function showList({ plant, state, ...options }: Options, cli: Cli): Promise<ExitCode> {
  const bookings = await listed(await connectHub(options), { plant, state: stateNamed(state) });
  if (cli.json()) cli.out(JSON.stringify({ bookings }, null, 2));
  else cli.out(bookings.length === 0 ? "no order matches" : drawBookings(bookings));
  return EXIT.ok;
}

async function showOrder(order: string, options: Options, cli: Cli): Promise<ExitCode> {
  const hub = await connectHub(options);
  const view = await hub.call<BookingView>(`GET ${await pathOf(hub, order, options.plant)}`);
  cli.out(cli.json() ? JSON.stringify(view, null, 2) : drawBooking(view));
  return EXIT.ok;
}

async function decide(order: string, options: DecideOptions, cli: Cli): Promise<ExitCode> {
  if ((options.post === true) === (options.leaveOut === true)) {
    const fix = "write --post to book it in spite of that, or --leave-out";
    throw new CliFailure("it must be booked or left out", { field: "--post", fix });
  }
  refuseShortReason(options.reason, "this is decided");
  const hub = await connectHub(options);
  const path = await pathOf(hub, order, options.plant);
  const finding = options.finding ?? (await onlyFinding(hub, path, order));
  const decision = options.post === true ? "post" : "leave out";
  const asked = await hub.call(`POST ${path}/decision`, { finding, decision, reason: options.reason });
  if (cli.json()) cli.out(JSON.stringify(asked, null, 2));
  else cli.out(`Decided: ${finding} is ${decision === "post" ? "booked" : "left out"}. ${seeText(order)}`);
  return EXIT.ok;
}

async function lookAgain(order: string, options: Options, cli: Cli): Promise<ExitCode> {
  const hub = await connectHub(options);
  const asked = await hub.call(`POST ${await pathOf(hub, order, options.plant)}/look-again`);
  if (cli.json()) cli.out(JSON.stringify(asked, null, 2));
  else cli.out(`Asked to look again at ${order}. ${seeText(order)}`);
  return EXIT.ok;
}

function seeText(order: string): string {
  return `How it went: npx heddle production ${order}`;
}

/** @throws CliFailure where none waits, or more than one does */
async function onlyFinding(hub: HubClient, path: string, order: string): Promise<string> {
  const { findings } = await hub.call<BookingView>(`GET ${path}`);
  const open = findings.filter(({ decided }) => decided === null);
  const [only, ...more] = open;
  if (only !== undefined && more.length === 0) return only.key;
  throw new CliFailure(`${open.length} findings of ${order} wait for a decision`, {
    field: "--finding",
    fix:
      only === undefined
        ? `see what was decided: npx heddle production ${order}`
        : `say which one: ${open.map(({ key }) => `--finding "${key}"`).join(" or ")}`,
  });
}

/** Page by page. */
async function listed(
  hub: HubClient,
  filter: {
    readonly plant?: string | undefined;
    readonly state?: BookingState | undefined;
    readonly order?: string | undefined;
  },
): Promise<readonly BookingRow[]> {
  const bookings: BookingRow[] = [];
  let after: string | null = null;
  do {
    const given = Object.entries({ ...filter, after }).flatMap(([name, value]) => (value ? [[name, value]] : []));
    const query = new URLSearchParams([...given, ["limit", String(PAGE)]]);
    const page: BookingPage = await hub.call<BookingPage>(`GET /api/production?${query.toString()}`);
    bookings.push(...page.bookings);
    after = page.next;
  } while (after !== null);
  return bookings;
}

/** The order that is meant where only one plant has the number. @throws CliFailure */
async function pathOf(hub: HubClient, order: string, plant: string | undefined): Promise<string> {
  const plants = plant === undefined ? await plantsWith(hub, order) : [plant];
  const [only, ...more] = plants;
  if (only !== undefined && more.length === 0) {
    return `/api/production/${encodeURIComponent(only)}/${encodeURIComponent(order)}`;
  }
  if (only === undefined) {
    throw new CliFailure(`nothing of order ${order} is booked`, {
      system: "heddle",
      field: "order",
      fix: "see which orders are: npx heddle production. An order is there once the shop floor has told of it",
    });
  }
  throw new CliFailure(`the number ${order} stands in ${plants.length} plants: ${plants.join(", ")}`, {
    field: "--plant",
    fix: `say which one is meant: --plant ${only}`,
  });
}

async function plantsWith(hub: HubClient, order: string): Promise<readonly string[]> {
  return (await listed(hub, { order })).map(({ plant }) => plant);
}

function stateNamed(state: string | undefined): BookingState | undefined {
  if (state === undefined || Value.Check(BookingState, state)) return state;
  throw new CliFailure(`no booking is ever "${state}"`, {
    field: "--state",
    fix: `write one of: ${STATES.join(", ")}`,
  });
}
