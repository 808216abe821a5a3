import type { Command } from "commander";
import type { Faults, SandboxOrders, SandboxOrdersMade, SandboxView } from "../../api/contract.ts";
import { EXIT, type Cli, type ExitCode } from "../command.ts";
import { CliFailure } from "../failure.ts";
import { connectHub, withHubOptions, type HubClient, type HubClientOptions } from "../hub-client.ts";
import { table } from "../table.ts";

/** `heddle sandbox`: what there is to try in the sandbox PLM, ERP and MES. */
export function registerSandbox(program: Command, cli: Cli): void {
  const sandbox = program.command("sandbox").description("Work with the sandbox systems of a hub run by up --sandbox.");
  const command = (name: string) => withHubOptions(sandbox.command(name));

  command("drafts")
    .description("List the changes that can be released, and how the systems misbehave.")
    .action((options: HubClientOptions) => cli.run(() => showDrafts(options, cli)));

  command("release")
    .description("Release a change in the sandbox PLM.")
    .argument("<change>")
    .action((change: string, options: HubClientOptions) => cli.run(() => release(change, options, cli)));

  command("release-order")
    .description("Release a planned production order in the sandbox ERP.")
    .argument("<order>")
    .action((order: string, options: HubClientOptions) => cli.run(() => releaseOrder(order, options, cli)));

  command("produce")
    .description("Plan and release production orders in the sandbox ERP; the sandbox MES builds them.")
    .argument("<item>", "with an mBOM, such as FX-211")
    .option("--pieces <number>", "of each order", "16")
    .option("--orders <number>", "how many", "1")
    .action((item: string, options: ProduceOptions) => cli.run(() => produce(item, options, cli)));

  command("break")
    .description("Make a sandbox system misbehave; what is not named stays as it is.")
    .argument("<system>", "its connection: plm, erp or mes")
    .option("--cut-after-write <percent>", "of writes: done, and the answer lost")
    .option("--server-error <percent>", "of requests: 500")
    .option("--too-many-requests <percent>", "of requests: 429")
    .option("--latency <ms>", "added to each request")
    .option("--duplicate-webhooks", "send each one twice")
    .option("--reorder-webhooks", "send the later one first")
    .action((system: string, options: BreakOptions) => cli.run(() => breakSystem(system, options, cli)));

  command("mend")
    .description("End all misbehaviour.")
    .argument("[system]", "its connection; all of them when none is named")
    .action((system: string | undefined, options: HubClientOptions) => cli.run(() => mend(system, options, cli)));
}

type ProduceOptions = HubClientOptions & { readonly pieces: string; readonly orders: string };

type BreakOptions = HubClientOptions & {
  readonly cutAfterWrite?: string;
  readonly serverError?: string;
  readonly tooManyRequests?: string;
  readonly latency?: string;
  readonly duplicateWebhooks?: boolean;
  readonly reorderWebhooks?: boolean;
};

const NO_FAULTS: Faults = {
  latencyMs: 0,
  tooManyRequestsPercent: 0,
  serverErrorPercent: 0,
  cutAfterWritePercent: 0,
  duplicateWebhooks: false,
  reorderWebhooks: false,
};

async function showDrafts(options: HubClientOptions, cli: Cli): Promise<ExitCode> {
  const { drafts, faults } = await viewOf(await connectHub(options));
  if (cli.json()) cli.out(JSON.stringify({ drafts, faults }, null, 2));
  else {
    const rows = drafts.map(({ change, title }) => [change, title]);
    const systems = Object.entries(faults).map(([system, each]) => [system, faultsText(each)]);
    cli.out(
      [
        rows.length === 0 ? "No drafts are left." : `Drafts\n${table(rows, { indent: "  ", right: [] })}`,
        `Systems\n${table(systems, { indent: "  ", right: [] })}`,
      ].join("\n\n"),
    );
  }
  return EXIT.ok;
}

async function release(change: string, options: HubClientOptions, cli: Cli): Promise<ExitCode> {
  const hub = await connectHub(options);
  await hub.call(`POST /api/sandbox/changes/${encodeURIComponent(change)}/release`);
  if (cli.json()) cli.out(JSON.stringify({ released: change }));
  else cli.out(`${change} is released in the sandbox PLM. See what comes of it: npx heddle status`);
  return EXIT.ok;
}

async function releaseOrder(order: string, options: HubClientOptions, cli: Cli): Promise<ExitCode> {
  const hub = await connectHub(options);
  await hub.call(`POST /api/sandbox/production-orders/${encodeURIComponent(order)}/release`);
  if (cli.json()) cli.out(JSON.stringify({ released: order }));
  else cli.out(`${order} is released in the sandbox ERP.`);
  return EXIT.ok;
}

async function produce(item: string, options: ProduceOptions, cli: Cli): Promise<ExitCode> {
  const wanted: SandboxOrders = {
    item,
    pieces: wholeNumber("--pieces", options.pieces, 1_000, 1),
    orders: wholeNumber("--orders", options.orders, 50, 1),
  };
  const hub = await connectHub(options);
  const { orders } = await hub.call<SandboxOrdersMade>("POST /api/sandbox/production-orders", wanted);
  if (cli.json()) cli.out(JSON.stringify({ orders }));
  else cli.out(`Released in the sandbox ERP, each of ${wanted.pieces} ${item}: ${orders.join(", ")}`);
  return EXIT.ok;
}

async function breakSystem(system: string, options: BreakOptions, cli: Cli): Promise<ExitCode> {
  const wanted = faultsOf(options);
  if (Object.keys(wanted).length === 0) {
    throw new CliFailure("nothing says how it should misbehave", {
      field: "--cut-after-write",
      fix: `for instance: npx heddle sandbox break ${system} --cut-after-write 100`,
    });
  }
  const hub = await connectHub(options);
  const { faults } = await viewOf(hub);
  return setFaults(hub, { [system]: { ...(faults[system] ?? NO_FAULTS), ...wanted } }, cli);
}

async function mend(system: string | undefined, options: HubClientOptions, cli: Cli): Promise<ExitCode> {
  const hub = await connectHub(options);
  const systems = system === undefined ? Object.keys((await viewOf(hub)).faults) : [system];
  return setFaults(hub, Object.fromEntries(systems.map((each) => [each, NO_FAULTS])), cli);
}

async function setFaults(hub: HubClient, faults: SandboxView["faults"], cli: Cli): Promise<ExitCode> {
  for (const [system, each] of Object.entries(faults)) {
    await hub.call(`PUT /api/sandbox/faults/${encodeURIComponent(system)}`, each);
  }
  if (cli.json()) cli.out(JSON.stringify({ faults }, null, 2));
  else
    cli.out(
      Object.entries(faults)
        .map(([system, each]) => `${system}: ${faultsText(each)}`)
        .join("\n"),
    );
  return EXIT.ok;
}

async function viewOf(hub: HubClient): Promise<SandboxView> {
  return hub.call<SandboxView>("GET /api/sandbox");
}

function faultsOf(options: BreakOptions): Partial<Faults> {
  const { cutAfterWrite, serverError, tooManyRequests, latency, duplicateWebhooks, reorderWebhooks } = options;
  return {
    ...(cutAfterWrite === undefined
      ? {}
      : { cutAfterWritePercent: wholeNumber("--cut-after-write", cutAfterWrite, 100) }),
    ...(serverError === undefined ? {} : { serverErrorPercent: wholeNumber("--server-error", serverError, 100) }),
    ...(tooManyRequests === undefined
      ? {}
      : { tooManyRequestsPercent: wholeNumber("--too-many-requests", tooManyRequests, 100) }),
    ...(latency === undefined ? {} : { latencyMs: wholeNumber("--latency", latency, 60_000) }),
    ...(duplicateWebhooks === undefined ? {} : { duplicateWebhooks }),
    ...(reorderWebhooks === undefined ? {} : { reorderWebhooks }),
  };
}

function wholeNumber(field: string, text: string, max: number, min = 0): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= min && number <= max) return number;
  throw new CliFailure(`"${text}" does not fit here`, { field, fix: `write a whole number from ${min} to ${max}` });
}

function faultsText(faults: Faults): string {
  const words = [
    faults.latencyMs === 0 ? "" : `${faults.latencyMs} ms slower`,
    faults.tooManyRequestsPercent === 0 ? "" : `${faults.tooManyRequestsPercent} % answered 429`,
    faults.serverErrorPercent === 0 ? "" : `${faults.serverErrorPercent} % answered 500`,
    faults.cutAfterWritePercent === 0 ? "" : `${faults.cutAfterWritePercent} % of writes done and not answered`,
    faults.duplicateWebhooks ? "webhooks come twice" : "",
    faults.reorderWebhooks ? "webhooks come out of order" : "",
  ].filter(Boolean);
  return words.length === 0 ? "works as it should" : words.join(", ");
}
