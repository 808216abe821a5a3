import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** Stands before a system and changes what it answers. */
export type Tampering = {
  readonly url: string;
  /** What becomes of the answer's body from now on. */
  readonly with: (change: (body: string) => string) => void;
  readonly close: () => Promise<void>;
};

export async function startTampering(target: string): Promise<Tampering> {
  let change: (body: string) => string = String;

  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "GET", url = "/" } = request;
    const headers = Object.entries(request.headers).flatMap(([name, value]): [string, string][] =>
      typeof value === "string" && !HOP_BY_HOP.has(name) ? [[name, value]] : [],
    );
    const sent = await text(request);
    const answer = await fetch(target + url, { method, headers, ...(sent === "" ? {} : { body: sent }) });
    const etag = answer.headers.get("etag");
    response
      .writeHead(answer.status, { "content-type": "application/json", ...(etag === null ? {} : { etag }) })
      .end(change(await answer.text()));
  }

  const server = createServer((request, response) => {
    pass(request, response).catch(() => request.socket.destroy()); // as if the system itself had gone
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    with: (wanted) => void (change = wanted),
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

const HOP_BY_HOP = new Set(["host", "connection", "content-length", "transfer-encoding", "keep-alive"]);
