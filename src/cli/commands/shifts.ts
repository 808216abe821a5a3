import type { Command } from "commander";
import type { OrderRow, ShiftBatch, ShiftBatches } from "../../api/contract.ts";
import { shiftProgress } from "../../domain/shift-progress.ts";
import { EXIT, type Cli, type ExitCode } from "../command.ts";
import { drawOrders } from "../draw-orders.ts";
import { CliFailure } from "../failure.ts";
import { connectHub, withHubOptions, type HubClientOptions } from "../hub-client.ts";
import { instantOf, instantText } from "../instant.ts";
import { listOrders } from "../order-in-hub.ts";
import { table } from "../table.ts";

type Options = HubClientOptions & { readonly plant?: string; readonly preview?: boolean };

/** `heddle shifts`: the batches of orders that go, or went, at shift starts. */
export function registerShifts(program: Command, cli: Cli): void {
  withHubOptions(program.command("shifts"))
    .description("Show the batches of orders that go to the MES at shift starts, and how far each is.")
    .argument("[at]", "a shift's start: list what goes with it, and what would not and why")
    .option("--plant <id>", "of one plant")
    .option("--preview", "list that for the next shift's start")
    .action((at: string | undefined, options: Options) => cli.run(() => showShifts(at, options, cli)));
}

async function showShifts(at: string | undefined, options: Options, cli: Cli): Promise<ExitCode> {
  const wanted = at === undefined ? null : instantOf(at, "at");
  const hub = await connectHub(options);
  const query = options.plant === undefined ? "" : `?${new URLSearchParams({ plant: options.plant }).toString()}`;
  const { batches } = await hub.call<ShiftBatches>(`GET /api/shifts${query}`);
  if (wanted === null && options.preview !== true) {
    cli.out(cli.json() ? JSON.stringify({ batches }, null, 2) : drawBatches(batches));
    return EXIT.ok;
  }
  const chosen = wanted === null ? nextBatches(batches, Date.now()) : batchesAt(batches, wanted);
  const previews = await Promise.all(
    chosen.map(async (batch) => ({
      batch,
      orders: await listOrders(hub, { plant: batch.plant, shift: batch.at }),
    })),
  );
  cli.out(cli.json() ? JSON.stringify({ previews }, null, 2) : previews.map(drawPreview).join("\n\n"));
  return EXIT.ok;
}

/** The next shift's start of each plant. */
function nextBatches(batches: readonly ShiftBatch[], now: number): readonly ShiftBatch[] {
  const ahead = batches.filter(({ at }) => Date.parse(at) > now);
  const plants = [...new Set(ahead.map(({ plant }) => plant))];
  const next = plants.flatMap((plant) => ahead.find((batch) => batch.plant === plant) ?? []);
  if (next.length > 0) return next;
  throw new CliFailure("no order waits for a shift's start", {
    system: "heddle",
    field: "--preview",
    fix: "see what went: npx heddle shifts. Whether orders wait for shifts at all is written in heddle.yaml, as the plant's orders",
  });
}

function batchesAt(batches: readonly ShiftBatch[], instant: string): readonly ShiftBatch[] {
  const found = batches.filter(({ at }) => Date.parse(at) === Date.parse(instant));
  if (found.length > 0) return found;
  throw new CliFailure(`no shift starts at ${instantText(instant)}`, {
    system: "heddle",
    field: "at",
    fix: "take one that npx heddle shifts shows, as it stands there",
  });
}

function drawBatches(batches: readonly ShiftBatch[]): string {
  if (batches.length === 0) return "no order waits for a shift's start, and none went with one";
  const manyPlants = new Set(batches.map(({ plant }) => plant)).size > 1;
  const rows = batches.map((batch) => [
    instantText(batch.at),
    manyPlants ? batch.plant : "",
    `${batch.shift}, ${batch.day}`,
    batch.orders.toLocaleString("en"),
    batch.orders === 0 ? "" : bar(batch),
    statesText(batch.states),
  ]);
  return table([["Starts", manyPlants ? "Plant" : "", "Shift", "Orders", "", ""], ...rows], { right: [3] });
}

const BAR_WIDTH = 20;

/** `██████████··········  50 %`: what the MES has of all that belongs to the batch. */
function bar({ orders, states }: ShiftBatch): string {
  const share = shiftProgress(states).gone / orders;
  const full = Math.floor(share * BAR_WIDTH);
  const percent = `${Math.floor(share * 100)} %`;
  return `${"█".repeat(full)}${"·".repeat(BAR_WIDTH - full)} ${percent.padStart("100 %".length)}`;
}

/** `480 dispatched, 20 held` */
function statesText(states: ShiftBatch["states"]): string {
  return Object.entries(states)
    .filter(([, count]) => count > 0)
    .map(([state, count]) => `${count.toLocaleString("en")} ${state}`)
    .join(", ");
}

/** Beyond this a terminal shows nothing that a person would read; `--json` has all. */
const SHOWN_MAX = 50;

function drawPreview({ batch, orders }: { batch: ShiftBatch; orders: readonly OrderRow[] }): string {
  const stopped = orders.filter(isStopped);
  const going = orders.filter((row) => !isStopped(row));
  return [
    `${batch.shift} of ${batch.day} in plant ${batch.plant}, ${instantText(batch.at)}`,
    `${counted(stopped.length)} ${stopped.length === 1 ? "does" : "do"} not go with it`,
    ...(stopped.length === 0 ? [] : [drawSome(stopped)]),
    `${counted(going.length)} ${going.length === 1 ? "goes" : "go"} with it`,
    ...(going.length === 0 ? [] : [drawSome(going)]),
  ].join("\n");
}

function counted(orders: number): string {
  return `${orders.toLocaleString("en")} ${orders === 1 ? "order" : "orders"}`;
}

function isStopped({ state }: OrderRow): boolean {
  return shiftProgress({ [state]: 1 }).stopped > 0;
}

function drawSome(orders: readonly OrderRow[]): string {
  const more = orders.length - SHOWN_MAX;
  const rest = more > 0 ? `\n  and ${more.toLocaleString("en")} more: --json lists all` : "";
  return drawOrders(orders.slice(0, SHOWN_MAX), "  ") + rest;
}
