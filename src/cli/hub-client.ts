import type { Command } from "commander";
import type { ErrorBody } from "../api/contract.ts";
import { readConfig } from "../hub/read-config.ts";
import { CliFailure } from "./failure.ts";
import { readLocalAccess, type LocalAccess } from "./local-access.ts";

/** How to reach a hub that runs, as its commands are told. */
export type HubClientOptions = { readonly config: string; readonly url?: string; readonly key?: string };

/** A hub's HTTP API. */
export type HubClient = {
  readonly url: string;
  /** Sends `GET /api/status`, say, and gives the answer's JSON. @throws CliFailure */
  readonly call: <Answer>(request: string, body?: object) => Promise<Answer>;
  /** The same for an answer that is text. @throws CliFailure */
  readonly text: (request: string) => Promise<string>;
  /** As `call`, of an answer that is a file. @throws CliFailure */
  readonly download: (request: string) => Promise<Uint8Array>;
};

/** The options by which a command finds the hub. */
export function withHubOptions(command: Command): Command {
  return command
    .option("--config <file>", "of the hub on this machine", "heddle.yaml")
    .option("--url <address>", "of another hub (or HEDDLE_URL)")
    .option("--key <key>", "an API key of it (or HEDDLE_API_KEY, which others on this machine cannot see)");
}

/**
 * Finds the hub and the right to talk to it: what is given by option or environment, else what the hub on
 * this machine left in its data folder. Its key goes to no other address.
 *
 * @throws CliFailure
 */
export async function connectHub(options: HubClientOptions): Promise<HubClient> {
  const given = { url: options.url ?? setting("HEDDLE_URL"), key: options.key ?? setting("HEDDLE_API_KEY") };
  const local = given.url !== null && given.key !== null ? null : await localHub(options.config, given.url);
  const url = (given.url ?? local?.url ?? "").replace(/\/+$/, "");
  if (!/^https?:\/\//.test(url)) {
    throw new CliFailure(`"${url}" is not the address of a hub`, {
      field: options.url === undefined ? "HEDDLE_URL" : "--url",
      fix: "write it as http://127.0.0.1:4700",
    });
  }
  const isHere = local !== null && local.url === url;
  const key = given.key ?? (isHere ? local.apiKey : null);
  if (key === null) throw await withoutKey(url);
  return {
    url,
    async call<Answer>(request: string, body?: object) {
      const text = await (await answerTo(url, key, request, body)).text();
      return (text === "" ? null : JSON.parse(text)) as Answer;
    },
    text: async (request) => (await answerTo(url, key, request)).text(),
    download: async (request) => (await answerTo(url, key, request)).bytes(),
  };
}

/** The same, or null where none is named and none runs on this machine that lets us in. @throws CliFailure */
export async function findHub(options: HubClientOptions): Promise<HubClient | null> {
  if (options.url !== undefined || setting("HEDDLE_URL") !== null) return connectHub(options);
  const { hub } = await readConfig(options.config);
  const access = await readLocalAccess(hub.dataFolder);
  const hasKey = (options.key ?? setting("HEDDLE_API_KEY") ?? access?.apiKey ?? null) !== null;
  return access !== null && hasKey && (await isAlive(access.url)) ? connectHub(options) : null;
}

async function isAlive(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health/live`, { signal: AbortSignal.timeout(5_000) })).ok;
  } catch {
    return false; // it was stopped, and left its address behind
  }
}

function setting(name: string): string | null {
  const value = process.env[name];
  return value === undefined || value === "" ? null : value;
}

async function localHub(configFile: string, givenUrl: string | null): Promise<Omit<LocalAccess, "pid"> | null> {
  if (givenUrl !== null && !isLoopback(givenUrl)) return null;
  const { hub } = await readConfig(configFile);
  const access = await readLocalAccess(hub.dataFolder);
  return access ?? { url: `http://${hub.host}:${hub.port}`, apiKey: null };
}

function isLoopback(url: string): boolean {
  return ["localhost", "127.0.0.1", "[::1]"].includes(URL.parse(url)?.hostname ?? "");
}

async function withoutKey(url: string): Promise<CliFailure> {
  await send(`${url}/health/live`, { signal: AbortSignal.timeout(5_000) }); // one that does not run needs no key
  return new CliFailure(`there is no API key for the hub at ${url}`, {
    field: "HEDDLE_API_KEY",
    fix: "make one on the hub's machine: npx heddle key add --account <name>, and set HEDDLE_API_KEY to it",
  });
}

async function answerTo(url: string, key: string, request: string, body?: object): Promise<Response> {
  const [method = "", path = ""] = request.split(" ");
  const answer = await send(url + path, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(60_000),
  });
  if (!answer.ok) throw refusal(url, request, answer.status, await answer.text());
  return answer;
}

async function send(address: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(address, request);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { origin } = new URL(address);
    throw new CliFailure(`no hub answers at ${origin}`, {
      system: "heddle",
      fix: "start it: npx heddle up (with --sandbox to try it), or say where it is: HEDDLE_URL or --url",
      cause: error.cause ?? error,
    });
  }
}

function refusal(url: string, request: string, status: number, text: string): CliFailure {
  const { error } = problemIn(text) ?? {};
  if (error === undefined) {
    return new CliFailure(`${url} answered ${status} to ${request}`, {
      fix: "check that this is the address of a hub",
    });
  }
  return new CliFailure(error.message, {
    system: error.system ?? "heddle",
    ...(error.field === undefined ? {} : { field: error.field }),
    fix: fixOf(error),
  });
}

function fixOf({ code, fix }: ErrorBody["error"]): string {
  if (code === "sign-in-required")
    return "the API key is not valid (any more): start the hub again, or set HEDDLE_API_KEY to a new one";
  return fix ?? "read docs/api.md about it";
}

function problemIn(text: string): ErrorBody | null {
  try {
    return JSON.parse(text) as ErrorBody;
  } catch {
    return null; // no hub answers like this, and the caller says so
  }
}
