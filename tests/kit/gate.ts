import { createServer, request as forward, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** Stands between a hub and its systems, sees every request pass, and can be shut at a chosen one. */
export type Gate = {
  /** Where each system is found through the gate, in the order they were given. */
  readonly urls: readonly string[];
  /** Every request that passed, in order of their ends. Polls are not among them: those come by the clock. */
  readonly passed: () => readonly Passage[];
  /**
   * Lets `count` more of these through and shuts: the last is done by its system and never answered, and
   * whatever comes after it gets no answer either.
   */
  readonly shutAfter: (count: number, of: (request: Requested) => boolean) => void;
  /** Whether that last one is done. */
  readonly isShut: () => boolean;
  /** Lets everything through again. */
  readonly open: () => void;
  readonly close: () => Promise<void>;
};

type Requested = { readonly method: string; readonly path: string };

export type Passage = Requested & {
  readonly sent: string;
  readonly answered: string;
  /** `performance.now()` when it came and when its system had answered. */
  readonly from: number;
  readonly until: number;
};

export function anyRequest(): boolean {
  return true;
}

export function isWrite({ method, path }: Requested): boolean {
  return method !== "GET" && !path.endsWith("/query");
}

export async function startGate(...targets: readonly string[]): Promise<Gate> {
  const passages: Passage[] = [];
  let left = Infinity;
  let counted: (request: Requested) => boolean = anyRequest;
  let shut = false;

  async function pass(target: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "GET", url: path = "/" } = request;
    const from = performance.now();
    const sent = await buffer(request);
    if (left === 0) return; // too late: it waits at the gate until whoever sent it is gone
    const isPoll = path.includes("since=");
    const counts = !isPoll && counted({ method, path });
    if (counts) left -= 1;
    const isLast = counts && left === 0;
    const answer = await exchange(target, request, sent);
    const body = await buffer(answer);
    if (!isPoll) {
      passages.push({
        method,
        path,
        sent: String(sent),
        answered: String(body),
        from,
        until: performance.now(),
      });
    }
    if (isLast) shut = true;
    if (!shut) response.writeHead(answer.statusCode ?? 500, answer.headers).end(body);
  }

  const servers = await Promise.all(
    targets.map((target) =>
      listening((request, response) => {
        pass(target, request, response).catch(() => request.socket.destroy()); // as if the system itself had gone
      }),
    ),
  );

  return {
    urls: servers.map((server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    passed: () => passages,
    shutAfter(count, of) {
      left = count;
      counted = of;
    },
    isShut: () => shut,
    open() {
      left = Infinity;
      shut = false;
    },
    async close() {
      await Promise.all(servers.map(closed));
    },
  };
}

function exchange(target: string, { method, url, headers }: IncomingMessage, body: Buffer): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const onward = forward(new URL(url ?? "/", target), { method: method ?? "GET", headers, agent: false }, resolve);
    onward.once("error", reject);
    onward.end(body);
  });
}

async function listening(handle: (request: IncomingMessage, response: ServerResponse) => void): Promise<Server> {
  const server = createServer(handle);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return server;
}

async function closed(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
