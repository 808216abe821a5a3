import type { Command } from "commander";
import type { ChangePage, ChangeRow, Status } from "../../api/contract.ts";
import { EXIT, type Cli, type ExitCode } from "../command.ts";
import { connectHub, withHubOptions, type HubClientOptions } from "../hub-client.ts";
import { table } from "../table.ts";

/** `heddle status`: how the hub, its connections and the changes are. */
export function registerStatus(program: Command, cli: Cli): void {
  withHubOptions(program.command("status"))
    .description("Show how the hub, its connections and the last changes are.")
    .addHelpText("after", "\nExit code 0 when the hub answers, 1 when it does not.")
    .action((options: HubClientOptions) => cli.run(() => showStatus(options, cli)));
}

const CHANGES_SHOWN = 20;

async function showStatus(options: HubClientOptions, cli: Cli): Promise<ExitCode> {
  const hub = await connectHub(options);
  const status = await hub.call<Status>("GET /api/status");
  const { changes, next } = await hub.call<ChangePage>(`GET /api/changes?limit=${CHANGES_SHOWN}`);
  if (cli.json()) cli.out(JSON.stringify({ url: hub.url, ...status, changes }, null, 2));
  else cli.out(statusText(hub.url, status, changes, next !== null));
  return EXIT.ok;
}

function statusText(url: string, status: Status, changes: readonly ChangeRow[], hasMore: boolean): string {
  const { version, lanes, unknownOutcomes, openConflicts, connections, states, orders } = status;
  return [
    `Heddle ${version} at ${url}`,
    "",
    "Connections",
    table(
      connections.map(({ system, kind, state, error }) => [system, kind, state, state === "up" ? "" : (error ?? "")]),
      { indent: "  ", right: [] },
    ),
    "",
    "Changes",
    changes.length === 0 ? "  none yet: none was released in the PLM" : table(changes.map(changeRow), CHANGE_STYLE),
    hasMore ? `  and older ones: ${total(states)} in all` : "",
    "",
    ...conflictLines(openConflicts),
    "",
    ...ordersLines(orders),
    "",
    `Work: ${lanes.active} being looked at, ${lanes.waiting} waiting; ${unknownText(unknownOutcomes)}`,
  ]
    .filter((line, at, lines) => line !== "" || lines[at - 1] !== "")
    .join("\n");
}

const CHANGE_STYLE = { indent: "  ", right: [] };

function changeRow(row: ChangeRow): readonly string[] {
  const orders =
    row.actionRequired === 0
      ? ""
      : `${row.actionRequired} ${row.actionRequired === 1 ? "open order asks" : "open orders ask"} for action`;
  const money = row.exposure === null ? "" : row.exposure;
  return [row.change, row.plant, row.state, row.title, [orders, money].filter(Boolean).join(", "), detailText(row)];
}

/** Why it stands there, and what it waits for. */
function detailText({ reason, waitsFor }: ChangeRow): string {
  return [reason ?? "", waitsFor.length === 0 ? "" : `waits for ${waitsFor.join(", ")}`].filter(Boolean).join(" ");
}

function conflictLines(open: number): readonly string[] {
  if (open === 0) return [];
  return ["Conflicts", `  ${open.toLocaleString("en")} to be answered by a person: npx heddle conflicts`];
}

/** `12 dispatched, 1 held`; nothing where no order is known. */
function ordersLines(orders: Status["orders"]): readonly string[] {
  const counts = Object.entries(orders).map(([state, count]) => `${count.toLocaleString("en")} ${state}`);
  return counts.length === 0 ? [] : ["Orders", `  ${counts.join(", ")}`];
}

function total(states: Status["states"]): number {
  return Object.values(states).reduce((sum, count) => sum + count, 0);
}

function unknownText(count: number): string {
  return count === 0 ? "no write is in doubt" : `${count} ${count === 1 ? "write is" : "writes are"} in doubt`;
}
