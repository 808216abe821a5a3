import type { Command } from "commander";
import type { Config } from "../../config/heddle-config.ts";
import type { ChangeId } from "../../domain/ids.ts";
import { resolveConnections } from "../../hub/connections.ts";
import { readConfig } from "../../hub/read-config.ts";
import { startHub, type HubOptions, type RunningHub } from "../../main.ts";
import { freePort } from "../../store/free-port.ts";
import { countByState } from "../../store/runs.ts";
import { EXIT, type Cli, type ExitCode } from "../command.ts";
import { CliFailure } from "../failure.ts";
import { readLocalAccess, writeLocalAccess } from "../local-access.ts";
import { refuseTakenPort } from "../listen.ts";
import { makeLogger } from "../log-lines.ts";
import { sandboxControl } from "../sandbox-control.ts";
import { withKnownSandboxKeys, withSandboxKeys } from "../sandbox-keys.ts";
import { sandboxSystems, startSandboxes } from "../sandbox-systems.ts";

type Options = { readonly config: string; readonly sandbox?: boolean; readonly port?: string };

/** `heddle up`: the hub, until it is stopped. */
export function registerUp(program: Command, cli: Cli): void {
  program
    .command("up")
    .description("Run the hub: take changes from the PLM, plan them, apply what is approved.")
    .option("--config <file>", "what to connect", "heddle.yaml")
    .option("--sandbox", "also run the sandbox PLM, ERP and MES that the configuration names")
    .option("--port <number>", "listen on this port instead of the configured one")
    .addHelpText("after", "\nStop it with Ctrl-C or SIGTERM: it finishes what it is writing first.")
    .action((options: Options) => cli.run(() => up(options, cli)));
}

/** The draft that a hub which knows no change yet begins with. */
const FIRST_CHANGE = "ECO-0001" as ChangeId;

async function up(options: Options, cli: Cli): Promise<ExitCode> {
  const logger = makeLogger(cli.progress, { json: cli.json() });
  const config = await configOf(options);
  await refuseTakenPort(config.hub);
  const stop = untilStopped();

  await using started = new AsyncDisposableStack();
  started.defer(stop.forget);
  const { environment, sandbox } = await surroundings(options, config, logger, started);
  const hub = await startHub({ config, environment, logger, sandbox });
  started.defer(() => hub.stop());
  await letCommandsIn(hub, config);
  cli.out(cli.json() ? JSON.stringify(readyJson(hub)) : readyText(hub, options));
  if (sandbox !== null) await beginWith(FIRST_CHANGE, hub, sandbox);

  logger.info(`${await stop.asked}: stopping`);
  return EXIT.ok;
}

async function configOf({ config: file, port, sandbox = false }: Options): Promise<Config> {
  const config = await readConfig(file);
  const wanted = port === undefined ? config.hub.port : Number(port);
  if (!Number.isInteger(wanted) || wanted < 0 || wanted > 65_535) {
    throw new CliFailure(`"${port}" is not a port`, { field: "--port", fix: "write a number from 0 to 65535" });
  }
  // The sandbox PLM must be told where its webhooks go before the hub listens.
  return { ...config, hub: { ...config.hub, port: wanted === 0 && sandbox ? await freePort() : wanted } };
}

type Surroundings = Pick<HubOptions, "environment" | "sandbox">;

/** The environment, and in it the sandbox systems where they are wanted. */
async function surroundings(
  { sandbox = false }: Options,
  config: Config,
  logger: HubOptions["logger"],
  started: AsyncDisposableStack,
): Promise<Surroundings> {
  const { dataFolder, port } = config.hub;
  if (!sandbox) return { environment: await withKnownSandboxKeys(dataFolder, process.env), sandbox: null };
  const environment = await withSandboxKeys(dataFolder, process.env);
  const systems = sandboxSystems(await resolveConnections(config, environment), `http://127.0.0.1:${port}`);
  const running = await startSandboxes(systems, config, logger);
  started.defer(() => running.stop());
  return { environment, sandbox: sandboxControl(systems) };
}

/** Lets the other commands on this machine reach the hub, as the account `cli`. */
async function letCommandsIn(hub: RunningHub, { hub: { dataFolder } }: Config): Promise<void> {
  const known = await readLocalAccess(dataFolder);
  const apiKey = await hub.keepLocalKey(known?.apiKey ?? null);
  await writeLocalAccess(dataFolder, { url: hub.url, pid: process.pid, apiKey });
}

/** So that there is something to see. A hub that knows a change, or a change that is no draft, is left as it is. */
async function beginWith(
  change: ChangeId,
  { database }: RunningHub,
  sandbox: NonNullable<HubOptions["sandbox"]>,
): Promise<void> {
  const known = Object.values(await countByState(database.pool)).some((count) => count > 0);
  if (!known) await sandbox.release(change);
}

function readyJson({ url, firstAccount, hasConsole }: RunningHub): unknown {
  return { ready: true, url, firstAccount, hasConsole };
}

function readyText({ url, firstAccount, hasConsole }: RunningHub, { sandbox = false }: Options): string {
  const rows = [
    `Heddle is ready: ${url}`,
    ...(hasConsole ? [] : ["  There is no page yet; build it: npm run build:console"]),
    firstAccount === null
      ? "  Sign in with your account; a forgotten password: npx heddle account reset admin"
      : `  Sign in as ${firstAccount.account} with the one-time password ${firstAccount.oneTimePassword}`,
    "",
    "Try, in another terminal:",
    "  npx heddle status                                     how everything is",
    "  npx heddle orders                                     production orders on their way to the MES",
    ...(sandbox ? SANDBOX_HINTS : []),
    "  npx heddle plan --ebom examples/fume-extractor/ebom.yaml --rules rules/1000.yaml \\",
    "                  --against examples/fume-extractor/mbom.yaml",
    "                                                        plan from files, without any system",
  ];
  return rows.join("\n");
}

const SANDBOX_HINTS = [
  `  npx heddle apply ${FIRST_CHANGE} --reason "checked"          approve its plan and see it applied`,
  "  npx heddle sandbox release ECO-0002                   release another change in the PLM",
  "  npx heddle sandbox break erp --cut-after-write 100    have the ERP lose every answer; then: sandbox mend",
];

type Stop = { readonly asked: Promise<string>; readonly forget: () => void };

/** A launcher and a process group may both pass one signal on: what comes this soon after it is the same. */
const SAME_SIGNAL_MS = 1_000;

/** Resolves when somebody wants an end. Whoever asks again, later, gets it at once. */
function untilStopped(): Stop {
  const { promise, resolve } = Promise.withResolvers<string>();
  let askedAt = Infinity;
  const onSignal = (signal: string) => {
    if (performance.now() - askedAt > SAME_SIGNAL_MS) process.exit(EXIT.error);
    askedAt = Math.min(askedAt, performance.now());
    resolve(signal);
  };
  const onDisconnect = () => resolve("the process that started it ended"); // the launcher, killed
  for (const signal of SIGNALS) process.on(signal, onSignal);
  process.once("disconnect", onDisconnect);
  if (process.send !== undefined && !process.connected) onDisconnect();
  const forget = () => {
    for (const signal of SIGNALS) process.off(signal, onSignal);
    process.off("disconnect", onDisconnect);
  };
  return { asked: promise, forget };
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
