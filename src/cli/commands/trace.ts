import { Option, type Command } from "commander";
import type { AsBuiltView, ThreadNodeView, TraceView } from "../../api/contract.ts";
import { THREAD_KINDS } from "../../domain/thread-link.ts";
import { nodeName, nodeText } from "../../domain/trace/node-name.ts";
import { EXIT, type Cli, type ExitCode } from "../command.ts";
import { drawTrace } from "../draw-trace.ts";
import { CliFailure } from "../failure.ts";
import { connectHub, withHubOptions, type HubClient, type HubClientOptions } from "../hub-client.ts";
import { wholeNumber } from "../whole-number.ts";

type Options = HubClientOptions & {
  readonly kind?: string;
  readonly plant?: string;
  readonly back?: boolean;
  readonly forward?: boolean;
  readonly depth: string;
  readonly limit: string;
};

/** `heddle trace`: what one thing came from, and what came of it. */
export function registerTrace(program: Command, cli: Cli): void {
  withHubOptions(program.command("trace"))
    .description("Trace a serial, lot, item, order, change or report through the thread, back and forward.")
    .argument("<text>", "its number: SN-1, L-7, FX-110, MO-5001, ECO-0001, PR-0003")
    .addOption(new Option("--kind <kind>", "where several things have the number").choices(THREAD_KINDS))
    .option("--plant <id>", "where several plants have the number")
    .option("--back", "only what it came from")
    .option("--forward", "only what came of it")
    .option("--depth <number>", "so many links away at most", "8")
    .option("--limit <number>", "so many links of one thing at most", "20")
    .action((text: string, options: Options) => cli.run(() => trace(text, options, cli)));
}

async function trace(text: string, options: Options, cli: Cli): Promise<ExitCode> {
  const { kind, plant, back = false, forward = false } = options;
  const query = new URLSearchParams({
    text,
    ...(kind === undefined ? {} : { kind }),
    ...(plant === undefined ? {} : { plant }),
    direction: back === forward ? "both" : back ? "back" : "forward",
    depth: String(wholeNumber(options.depth, "--depth", 20)),
    limit: String(wholeNumber(options.limit, "--limit", 200)),
  });
  const hub = await connectHub(options);
  const view = await hub.call<TraceView>(`GET /api/trace?${query.toString()}`);
  if (view.node === null) throw notOne(text, view, options, hub.url);
  const asBuilt = await asBuiltOf(hub, view.node);
  cli.out(cli.json() ? JSON.stringify({ ...view, asBuilt }, null, 2) : drawTrace(view.node, view, asBuilt));
  return EXIT.ok;
}

/** What is on record of a serial or lot; null of anything else, and of what has no record. */
async function asBuiltOf(hub: HubClient, node: ThreadNodeView): Promise<AsBuiltView | null> {
  const { name, item } = nodeName(node);
  if ((node.kind !== "serial" && node.kind !== "lot") || item === null) return null;
  const path = [node.system, item, node.kind, name].map(encodeURIComponent).join("/");
  try {
    return await hub.call<AsBuiltView>(`GET /api/as-built/${path}`);
  } catch (failure) {
    if (failure instanceof CliFailure && failure.message.startsWith("Nothing is on record")) return null;
    throw failure;
  }
}

/** Most of what is listed to choose from. */
const LISTED = 20;

function notOne(text: string, { found: { by, nodes } }: TraceView, { kind, plant }: Options, url: string): CliFailure {
  const where = `${plant === undefined ? "" : ` in plant ${plant}`}${kind === undefined ? "" : `, of kind ${kind}`}`;
  const list = nodes.slice(0, LISTED).map((node) => `\n    ${nodeText(node)}, in ${node.system}`);
  const more = nodes.length > LISTED ? `\n    and ${nodes.length - LISTED} more` : "";
  if (by === "name") {
    return new CliFailure(`${nodes.length} things are called ${text}${where}:${list.join("")}${more}`, {
      system: "heddle",
      field: "text",
      fix: "say which one is meant: --kind, --plant, or its whole id such as SN-1@FX-110",
    });
  }
  const like = nodes.length === 0 ? "" : `; these begin so:${list.join("")}${more}`;
  return new CliFailure(
    `nothing is called ${text}${where}: looked for serials, lots, items, orders, changes, reports and all else in the ` +
      `thread of the hub at ${url}, and for serials and lots on record${like}`,
    {
      system: "heddle",
      field: "text",
      fix: "check the number. A thing is in the thread once Heddle has handled it or the shop floor has told of it",
    },
  );
}
