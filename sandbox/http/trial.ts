import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { RunningServer, ServerOptions } from "./server.ts";

export const API_KEY = "trial-key";

type Answer = {
  readonly status: number;
  readonly headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers of every shape
  readonly body: any;
};

export type Client = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Answer>;

/** A folder that is gone after the test. */
export function trialFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "heddle-sandbox-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A server on a free port for one test, and a client of it. */
export async function trial<Options extends object>(
  start: (options: ServerOptions & Options) => Promise<RunningServer>,
  options: Options & Partial<ServerOptions>,
): Promise<{ server: RunningServer; client: Client; url: string }> {
  const server = await start({ folder: options.folder ?? trialFolder(), port: 0, apiKey: API_KEY, ...options });
  onTestFinished(() => server.close());
  return { server, client: clientOf(server.url), url: server.url };
}

export function clientOf(url: string): Client {
  return async (method, path, body, headers = {}) => {
    const answer = await fetch(url + path, {
      method,
      headers: { "x-api-key": API_KEY, "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: text === "" ? null : JSON.parse(text) };
  };
}

/** The header that says which version of a record is meant. */
export function match(etag: string): Record<string, string> {
  return { "if-match": `"${etag}"` };
}
