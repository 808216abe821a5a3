import { createServer, request as forward, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

type Fault =
  | { readonly kind: "cut before" }
  | { readonly kind: "cut after" }
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly headers: Record<string, string>;
      readonly body: string;
    };

/** Stands between a connector and a real server, and breaks what it is told to break. For tests. */
export type FaultProxy = {
  readonly url: string;
  /** The `nth` write from now is not passed on and its connection cut. */
  readonly cutBeforeWrite: (nth: number) => void;
  /** The `nth` write from now is passed on, and the connection cut in place of its answer. */
  readonly cutAfterWrite: (nth: number) => void;
  /** The `nth` write from now is not passed on but answered so. */
  readonly answerWrite: (nth: number, status: number, headers: Record<string, string>, body: string) => void;
  /** The next request of any kind is not passed on but answered so. */
  readonly answerNext: (status: number, headers: Record<string, string>, body: string) => void;
  /** Forgets every fault that has not struck; says whether there was one. */
  readonly calm: () => boolean;
  /** Nothing listens at the address any more. */
  readonly stop: () => Promise<void>;
  /** Something listens there again. */
  readonly start: () => Promise<void>;
};

/** @param isWrite which requests change something at the target: by method and path, or by what they send. */
export async function startFaultProxy(
  target: string,
  isWrite: (method: string, path: string, body: string) => boolean,
): Promise<FaultProxy> {
  let ofWrite: { nth: number; readonly fault: Fault } | null = null;
  let ofNext: Fault | null = null;
  let port = 0;

  function faultOf(request: IncomingMessage, body: Buffer): Fault | null {
    const next = ofNext;
    ofNext = null;
    if (next !== null) return next;
    if (ofWrite === null || !isWrite(request.method ?? "", request.url ?? "", body.toString("utf8"))) return null;
    ofWrite.nth -= 1;
    if (ofWrite.nth > 0) return null;
    const { fault } = ofWrite;
    ofWrite = null;
    return fault;
  }

  function passOn(request: IncomingMessage, response: ServerResponse): void {
    buffer(request).then(
      (body) => passOnBody(request, body, response),
      () => request.socket.destroy(),
    );
  }

  function passOnBody(request: IncomingMessage, body: Buffer, response: ServerResponse): void {
    const fault = faultOf(request, body);
    if (fault?.kind === "cut before") {
      request.socket.destroy();
      return;
    }
    if (fault?.kind === "answer") {
      response.writeHead(fault.status, fault.headers).end(fault.body);
      return;
    }
    const { method, headers } = request;
    const onward = forward(
      new URL(request.url ?? "/", target),
      { method: method ?? "GET", headers, agent: false },
      (answer) => {
        void answerWith(answer, response, fault);
      },
    );
    onward.on("error", () => request.socket.destroy());
    onward.end(body);
  }

  async function answerWith(answer: IncomingMessage, response: ServerResponse, fault: Fault | null): Promise<void> {
    const body = await buffer(answer);
    if (fault?.kind === "cut after") response.socket?.destroy();
    else response.writeHead(answer.statusCode ?? 500, answer.headers).end(body);
  }

  let server = await listening(passOn, port);
  port = (server.address() as AddressInfo).port;

  return {
    url: `http://127.0.0.1:${port}`,
    cutBeforeWrite: (nth) => void (ofWrite = { nth, fault: { kind: "cut before" } }),
    cutAfterWrite: (nth) => void (ofWrite = { nth, fault: { kind: "cut after" } }),
    answerWrite: (nth, status, headers, body) =>
      void (ofWrite = { nth, fault: { kind: "answer", status, headers, body } }),
    answerNext: (status, headers, body) => void (ofNext = { kind: "answer", status, headers, body }),
    calm() {
      const wasSet = ofWrite !== null || ofNext !== null;
      ofWrite = null;
      ofNext = null;
      return wasSet;
    },
    stop: () => closed(server),
    async start() {
      server = await listening(passOn, port);
    },
  };
}

async function listening(
  handle: (request: IncomingMessage, response: ServerResponse) => void,
  port: number,
): Promise<Server> {
  const server = createServer(handle);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return server;
}

async function closed(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
