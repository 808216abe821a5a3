import type { Command } from "commander";
import type { ApartGroupDetail, ApartGroupView, ApartPage, ApartReplay } from "../../api/contract.ts";
import { EXIT, type Cli, type ExitCode } from "../command.ts";
import { drawApartGroup, drawApartGroups } from "../draw-kept-apart.ts";
import { connectHub, withHubOptions, type HubClientOptions } from "../hub-client.ts";
import { refuseShortReason } from "../reason.ts";

type ListOptions = HubClientOptions & {
  readonly state?: string;
  readonly source?: string;
  readonly code?: string;
  readonly plant?: string;
  readonly order?: string;
};
type ReasonOptions = HubClientOptions & { readonly reason: string };

/** `heddle kept-apart`: events of the shop floor that are not counted, and why. */
export function registerKeptApart(program: Command, cli: Cli): void {
  const keptApart = program
    .command("kept-apart")
    .description("Events of the shop floor that are not counted, with the reason.");
  withHubOptions(keptApart.command("list", { isDefault: true }))
    .description("List the groups that wait, newest first, at most 200.")
    .option("--state <state>", "waiting, replayed or dismissed")
    .option("--source <name>", "of one source")
    .option("--code <code>", "with one reason, such as order-unknown")
    .option("--plant <id>", "of one plant")
    .option("--order <number>", "of one order")
    .action((options: ListOptions) => cli.run(() => list(options, cli)));
  withHubOptions(keptApart.command("show"))
    .description("Show a group with its events.")
    .argument("<id>", "as the list shows it")
    .action((id: string, options: HubClientOptions) => cli.run(() => show(id, options, cli)));
  withHubOptions(keptApart.command("replay"))
    .description("Take a group's events in once more: what is right by now is counted.")
    .argument("<id>", "as the list shows it")
    .requiredOption("--reason <text>", "why, for the audit")
    .action((id: string, options: ReasonOptions) => cli.run(() => replay(id, options, cli)));
  withHubOptions(keptApart.command("dismiss"))
    .description("Put a group's events aside for good: they are not counted.")
    .argument("<id>", "as the list shows it")
    .requiredOption("--reason <text>", "why, for the audit")
    .action((id: string, options: ReasonOptions) => cli.run(() => dismiss(id, options, cli)));
}

async function list(options: ListOptions, cli: Cli): Promise<ExitCode> {
  const { state, source, code, plant, order } = options;
  const given = Object.entries({ state, source, code, plant, order, limit: "200" }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
  const hub = await connectHub(options);
  const page = await hub.call<ApartPage>(`GET /api/kept-apart?${new URLSearchParams(given).toString()}`);
  if (cli.json()) cli.out(JSON.stringify(page, null, 2));
  else cli.out(page.groups.length === 0 ? "nothing of that kind is kept apart" : drawApartGroups(page.groups));
  if (page.next !== null) cli.progress("there are older ones: narrow the list down");
  return EXIT.ok;
}

async function show(id: string, options: HubClientOptions, cli: Cli): Promise<ExitCode> {
  const hub = await connectHub(options);
  const detail = await hub.call<ApartGroupDetail>(`GET /api/kept-apart/${encodeURIComponent(id)}`);
  cli.out(cli.json() ? JSON.stringify(detail, null, 2) : drawApartGroup(detail));
  return EXIT.ok;
}

async function replay(id: string, { reason, ...options }: ReasonOptions, cli: Cli): Promise<ExitCode> {
  refuseShortReason(reason, "the events are taken in once more");
  const hub = await connectHub(options);
  const replayed = await hub.call<ApartReplay>(`POST /api/kept-apart/${encodeURIComponent(id)}/replay`, { reason });
  if (cli.json()) cli.out(JSON.stringify(replayed, null, 2));
  else {
    const { stored, known, apart } = replayed;
    cli.out(`${stored} counted now, ${known} counted before, ${apart} kept apart still`);
  }
  return EXIT.ok;
}

async function dismiss(id: string, { reason, ...options }: ReasonOptions, cli: Cli): Promise<ExitCode> {
  refuseShortReason(reason, "the events are not counted");
  const hub = await connectHub(options);
  const group = await hub.call<ApartGroupView>(`POST /api/kept-apart/${encodeURIComponent(id)}/dismiss`, { reason });
  cli.out(cli.json() ? JSON.stringify(group, null, 2) : `group ${id} is dismissed: its events are not counted`);
  return EXIT.ok;
}
