import { parseArgs } from "node:util";
import type { RunningServer, ServerOptions } from "./server.ts";

type CommandLine = ServerOptions & {
  readonly webhook?: { readonly url: string; readonly secret: string };
  /** How many times as fast as real time the shop of the MES works. */
  readonly speed: number;
  /** What time it is in a shop that was never opened before: an instant. */
  readonly clock?: string;
};

/** The options of the servers' mains, from the command line and the environment. @throws Error naming the missing one. */
export function optionsFromCommandLine(): CommandLine {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "0" },
      host: { type: "string", default: "127.0.0.1" },
      folder: { type: "string" },
      "api-key": { type: "string" },
      seed: { type: "boolean", default: false },
      speed: { type: "string", default: "60" },
      clock: { type: "string" },
      "webhook-url": { type: "string" },
      "webhook-secret": { type: "string" },
    },
  });
  const url = values["webhook-url"];
  const secret = values["webhook-secret"] ?? process.env["SANDBOX_WEBHOOK_SECRET"];
  return {
    folder: needed(values.folder, "--folder"),
    port: Number(values.port),
    host: values.host,
    apiKey: needed(values["api-key"] ?? process.env["SANDBOX_API_KEY"], "--api-key (or SANDBOX_API_KEY)"),
    seed: values.seed,
    speed: Number(values.speed),
    ...(values.clock === undefined ? {} : { clock: instant(values.clock, "--clock") }),
    ...(url === undefined
      ? {}
      : { webhook: { url, secret: needed(secret, "--webhook-secret (or SANDBOX_WEBHOOK_SECRET)") } }),
  };
}

/**
 * Says where the server listens and closes it on SIGINT or SIGTERM; started by another process over a
 * channel, it ends with that one, however that ended.
 */
export function runUntilStopped(system: string, server: RunningServer): void {
  console.log(`${system} listening on ${server.url}`);
  const stop = () => void server.close().then(() => process.exit(0));
  process.once("SIGINT", stop).once("SIGTERM", stop).once("disconnect", stop);
  if (process.send !== undefined && !process.connected) stop();
}

function instant(text: string, option: string): string {
  if (Number.isNaN(Date.parse(text))) throw new Error(`${option} is no instant: ${text}`);
  return text;
}

function needed(value: string | undefined, option: string): string {
  if (value === undefined || value === "") throw new Error(`${option} is missing`);
  return value;
}
