import { mkdtemp, rm } from "node:fs/promises";
import { PLANT } from "./trial-records-harness.ts";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PlantId, SystemId } from "../domain/ids.ts";
import { startFaultProxy, type FaultProxy } from "./fault-proxy.ts";
import type { LiveConnector } from "./live-connector.ts";
import { makeConnector } from "./registry.ts";

const API_KEY = "conformance-key";

/** How every sandbox words an error; here as a proxy before them might pass it on. */
export const ERROR_AS_200 = {
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ error: { code: "INTERNAL", message: "the database is locked", field: null } }),
};

/** Talks to a sandbox server past the connector, as another user of it would. */
export type BackDoor = <T>(method: string, path: string, body?: unknown, ifMatch?: string) => Promise<T>;

export type RunningSandbox = {
  readonly connector: LiveConnector;
  readonly withWrongKey: LiveConnector;
  readonly proxy: FaultProxy;
  readonly plant: PlantId;
  readonly backDoor: BackDoor;
  readonly close: () => Promise<void>;
};

type Start = (options: {
  readonly folder: string;
  readonly port: number;
  readonly apiKey: string;
  readonly seed: boolean;
}) => Promise<{ readonly url: string; readonly close: () => Promise<void> }>;

/** A seeded sandbox server of one kind behind a proxy that can break, and connectors to it. For tests. */
export async function startSandbox(kind: string, start: Start): Promise<RunningSandbox> {
  const folder = await mkdtemp(join(tmpdir(), `${kind}-`));
  const server = await start({ folder, port: 0, apiKey: API_KEY, seed: true });
  const proxy = await startFaultProxy(server.url, (method, path) => method !== "GET" && !path.endsWith("/query"));
  const settings = { url: proxy.url, attempts: 1, failuresToPause: 1_000 };
  const system = kind as SystemId;
  return {
    connector: makeConnector(kind, system, { ...settings, apiKey: API_KEY }),
    withWrongKey: makeConnector(kind, system, { ...settings, apiKey: "some-other-key" }),
    proxy,
    plant: PLANT,
    backDoor: openBackDoor(server.url),
    async close() {
      await proxy.stop();
      await server.close();
      await rm(folder, { recursive: true });
    },
  };
}

function openBackDoor(url: string): BackDoor {
  return async <T>(method: string, path: string, body?: unknown, ifMatch?: string) => {
    const headers: Record<string, string> = { "x-api-key": API_KEY };
    if (body !== undefined) headers["content-type"] = "application/json";
    if (ifMatch !== undefined) headers["if-match"] = `"${ifMatch}"`;
    const response = await fetch(url + path, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${text}`);
    return (text === "" ? null : JSON.parse(text)) as T;
  };
}
