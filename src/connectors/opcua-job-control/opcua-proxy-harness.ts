import { createConnection, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import type { FaultProxy } from "../fault-proxy.ts";
import type { Cut } from "./job-control-harness.ts";

/**
 * Stands between the connector and the server. What goes through is encrypted, so the server says when a write comes
 * (`onCall`) and the connection is cut around it.
 */
export type OpcuaProxy = FaultProxy & {
  readonly port: number;
  readonly passTo: (port: number) => void;
  readonly onCall: () => Cut;
  /** Breaks every connection; new ones are let through. */
  readonly cut: () => void;
};

export async function startOpcuaProxy(): Promise<OpcuaProxy> {
  let target = 0;
  let fault: { nth: number; readonly cut: Cut } | null = null;
  const sockets = new Set<Socket>();

  function passOn(incoming: Socket): void {
    const onward = createConnection(target, "127.0.0.1");
    for (const [one, other] of [
      [incoming, onward],
      [onward, incoming],
    ] as const) {
      sockets.add(one);
      one.on("error", () => other.destroy());
      one.on("close", () => {
        sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  }

  function cut(): void {
    for (const socket of sockets) socket.destroy();
  }

  let server = await listening(passOn, 0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `opc.tcp://127.0.0.1:${port}`,
    port,
    passTo: (to) => void (target = to),
    onCall() {
      if (fault === null) return null;
      fault.nth -= 1;
      if (fault.nth > 0) return null;
      const due = fault.cut;
      fault = null;
      return due;
    },
    cut,
    cutBeforeWrite: (nth) => void (fault = { nth, cut: "before" }),
    cutAfterWrite: (nth) => void (fault = { nth, cut: "after" }),
    answerWrite: answerForServer,
    answerNext: answerForServer,
    calm() {
      const wasSet = fault !== null;
      fault = null;
      return wasSet;
    },
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      cut();
      await closed;
    },
    async start() {
      server = await listening(passOn, port);
    },
  };
}

function answerForServer(): never {
  throw new Error("nobody can answer for a server on a secure channel");
}

async function listening(handle: (socket: Socket) => void, port: number): Promise<Server> {
  const server = createServer(handle);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return server;
}
