import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import type { FastifyInstance } from "fastify";
import type { HubConfig } from "../config/heddle-config.ts";
import { CliFailure } from "./failure.ts";

/** Said before anything is started: a second `heddle up` is the most usual mistake. @throws CliFailure */
export async function refuseTakenPort({ host, port }: Pick<HubConfig, "host" | "port">): Promise<void> {
  if (port === 0) return;
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, "listening");
  } catch (cause) {
    throw cannotListen({ host, port }, cause);
  }
  server.close();
  await once(server, "close");
}

/** Listens, and gives the address on this machine. @throws CliFailure */
export async function listen(app: FastifyInstance, { host, port }: HubConfig): Promise<string> {
  try {
    await app.listen({ host, port });
  } catch (cause) {
    throw cannotListen({ host, port }, cause);
  }
  const address = app.server.address() as AddressInfo;
  return `http://${shownHost(host)}:${address.port}`;
}

/** What to type into a browser on this machine. */
export function shownHost(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}

function cannotListen({ host, port }: Pick<HubConfig, "host" | "port">, cause: unknown): CliFailure {
  const code = cause instanceof Error && "code" in cause ? cause.code : null;
  if (code === "EADDRINUSE") {
    return new CliFailure(`port ${port} of ${host} is taken`, {
      field: "hub.port",
      fix: "see whether a hub runs already: npx heddle status. Else choose another port: --port 4701, or hub.port in heddle.yaml",
    });
  }
  return new CliFailure(`the hub cannot listen on ${host}, port ${port}`, {
    field: code === "EACCES" ? "hub.port" : "hub.host",
    fix: "choose an address of this machine and a port above 1023 in heddle.yaml",
    cause,
  });
}
