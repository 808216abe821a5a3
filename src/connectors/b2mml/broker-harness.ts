import { spawn, type ChildProcess } from "node:child_process";
import { pbkdf2Sync, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Aedes, type Client } from "aedes";
import { freePort } from "../../store/free-port.ts";

export type Broker = {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** Nobody can connect any more, and who was connected is not. */
  readonly stop: () => Promise<void>;
  readonly start: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** One that can be looked into. */
export type BrokerInProcess = Broker & {
  /** Breaks the connection of one client, whose session stays. */
  readonly disconnect: (clientId: string) => Promise<void>;
  /** How often somebody subscribed. */
  readonly subscriptions: () => number;
  /** From now on nobody may subscribe. */
  readonly refuseSubscriptions: () => void;
};

const [USERNAME, PASSWORD] = ["heddle", "conformance-password"];

/** A broker as plants have them where `HEDDLE_MOSQUITTO` names its program; else one in this process. */
export async function startBroker(): Promise<Broker> {
  const mosquitto = process.env["HEDDLE_MOSQUITTO"];
  return mosquitto === undefined ? await startBrokerInProcess() : await startMosquitto(mosquitto);
}

/** A broker in this process, whose sessions outlive its being stopped. */
export async function startBrokerInProcess(): Promise<BrokerInProcess> {
  const clients = new Map<string, Client>();
  let mayListen = true;
  let subscriptions = 0;
  const aedes = new Aedes({
    authorizeSubscribe: (_client, subscription, done) => done(null, mayListen ? subscription : null),
    authenticate(_client, name, given, done) {
      if (name === USERNAME && given?.toString() === PASSWORD) done(null, true);
      else done(Object.assign(new Error("not you"), { returnCode: 4 }), null);
    },
  });
  await aedes.listen();
  aedes.on("subscribe", () => void (subscriptions += 1));
  aedes.on("client", (client) => clients.set(client.id, client));
  const sockets = new Set<Socket>();
  let port = 0;
  const listening = async () => {
    const server = createServer((socket) => {
      socket.setNoDelay(true);
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
      aedes.handle(socket);
    });
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    port = (server.address() as AddressInfo).port;
    return server;
  };
  let server = await listening();
  const stop = async () => {
    const closed = once(server, "close");
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return {
    url: `mqtt://127.0.0.1:${port}`,
    username: USERNAME,
    password: PASSWORD,
    stop,
    async start() {
      server = await listening();
    },
    async disconnect(clientId) {
      await new Promise<void>((resolve) => {
        const client = clients.get(clientId);
        if (client === undefined) throw new Error(`${clientId} is not connected`);
        client.close(() => resolve());
      });
    },
    subscriptions: () => subscriptions,
    refuseSubscriptions: () => void (mayListen = false),
    async close() {
      await stop();
      await new Promise<void>((resolve) => aedes.close(() => resolve()));
    },
  };
}

/** Eclipse Mosquitto as a process of its own, which keeps its sessions in a file while it is stopped. */
async function startMosquitto(program: string): Promise<Broker> {
  const folder = await mkdtemp(join(tmpdir(), "mosquitto-"));
  const port = await freePort();
  await writeFile(join(folder, "passwords"), `${USERNAME}:${hashed(PASSWORD)}\n`);
  const lines = [
    `listener ${port} 127.0.0.1`,
    "allow_anonymous false",
    "set_tcp_nodelay true",
    `password_file ${join(folder, "passwords")}`,
    "persistence true",
    `persistence_location ${folder}/`,
    "user root",
  ];
  await writeFile(join(folder, "mosquitto.conf"), `${lines.join("\n")}\n`);
  const running = async () => {
    const started = spawn(program, ["-c", join(folder, "mosquitto.conf")], { stdio: "ignore" });
    await listens(port, started);
    return started;
  };
  let child = await running();
  const stop = async () => {
    const exited = once(child, "exit");
    child.kill("SIGTERM");
    await exited;
  };
  return {
    url: `mqtt://127.0.0.1:${port}`,
    username: USERNAME,
    password: PASSWORD,
    stop,
    async start() {
      child = await running();
    },
    async close() {
      await stop();
      await rm(folder, { recursive: true });
    },
  };
}

/** As `mosquitto_passwd` writes it: PBKDF2 with SHA-512. */
function hashed(password: string): string {
  const salt = randomBytes(12);
  const hash = pbkdf2Sync(password, salt, 101, 64, "sha512");
  return `$7$101$${salt.toString("base64")}$${hash.toString("base64")}`;
}

async function listens(port: number, child: ChildProcess): Promise<void> {
  for (let attempt = 1; attempt <= 200; attempt++) {
    if (child.exitCode !== null) throw new Error(`mosquitto ended with ${child.exitCode}`);
    if (await canConnect(port)) return;
    await wait(25);
  }
  throw new Error(`mosquitto does not listen on port ${port}`);
}

async function canConnect(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  const isOpen = await Promise.race([
    once(socket, "connect").then(() => true),
    once(socket, "error").then(() => false),
  ]).catch(() => false);
  socket.destroy();
  return isOpen;
}
