import { spawn, type ChildProcess } from "node:child_process";
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openDatabase } from "./database.ts";

let folder: string;
const hubs: ChildProcess[] = [];

beforeEach(async () => {
  const parent = await mkdtemp(join(tmpdir(), "heddle-embedded-"));
  await chmod(parent, 0o755);
  folder = join(parent, "postgres");
});
afterEach(async () => {
  hubs.splice(0).forEach((hub) => hub.kill("SIGKILL"));
  await (await openDatabase({ folder })).close(); // joins whatever was left running, and stops it
  await rm(join(folder, ".."), { recursive: true });
});

describe("an embedded database", () => {
  it("keeps its data, its port and its password from one start to the next", async () => {
    await inDatabase("create table kept (what text)", "insert into kept values ('a change')");
    const [port, password] = await Promise.all([read("port"), read("password")]);

    const rows = await inDatabase("select what from kept");

    expect(rows).toEqual([{ what: "a change" }]);
    expect(await Promise.all([read("port"), read("password")])).toEqual([port, password]);
    expect(await readdir(join(folder, "data"))).not.toContain("postmaster.pid");
  });

  it("syncs what it commits, and listens on loopback only, for those who know the password", async () => {
    const [settings] = await inDatabase(
      "select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit, current_setting('listen_addresses') as at",
    );
    const rules = await inDatabase("select distinct auth_method from pg_hba_file_rules");

    expect(settings).toEqual({ fsync: "on", commit: "on", at: "127.0.0.1" });
    expect(rules).toEqual([{ auth_method: "scram-sha-256" }]);
    expect((await stat(join(folder, "password"))).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  });

  it("takes another port when a stranger has taken the one it had", async () => {
    await inDatabase("select 1");
    const port = Number(await read("port"));
    const stranger = await listenOn(port);

    await inDatabase("select 1");

    expect(Number(await read("port"))).not.toBe(port);
    await new Promise((resolve) => stranger.close(resolve));
  });

  it("is shared by hubs that start together, and stopped by the last of them", async () => {
    const [one, other] = await Promise.all([startHub(), startHub()]);
    expect(one.said).toBe(other.said); // "open" and when the server was started

    await one.close();
    expect(await readdir(join(folder, "data"))).toContain("postmaster.pid");
    await other.close();
    expect(await readdir(join(folder, "data"))).not.toContain("postmaster.pid");
  });

  it("goes on with the server that a killed hub left running", async () => {
    const killed = await startHub();
    await killed.kill();

    const next = await startHub();

    expect(next.said).toBe(killed.said);
    await next.close();
    expect(await readdir(join(folder, "data"))).not.toContain("postmaster.pid");
  });

  it("recovers when hub and server were both killed, and nothing committed is lost", async () => {
    await inDatabase("create table kept (what text)");
    const hub = await startHub();
    await inDatabase("insert into kept values ('committed')");
    const server = Number((await read("data/postmaster.pid")).split("\n")[0]);
    await hub.kill();
    process.kill(server, "SIGKILL");

    expect(await inDatabase("select what from kept")).toEqual([{ what: "committed" }]);
  });

  it("starts its server again when that alone dies, on the same port", async () => {
    const told: string[] = [];
    const database = await openDatabase({ folder }, (error) => told.push(error.message));
    const server = Number((await read("data/postmaster.pid")).split("\n")[0]);

    process.kill(server, "SIGKILL");

    await vi.waitFor(() => expect(told).toContainEqual(expect.stringContaining("it is started again")), 60_000);
    await vi.waitFor(() => database.pool.query("select 1"), 60_000);
    await database.close();
    expect(await readdir(join(folder, "data"))).not.toContain("postmaster.pid");
  });

  it("is not misled by a process number that someone else has now", async () => {
    await inDatabase("select 1");
    const data = join(folder, "data");
    const note = [process.ppid, data, 1_700_000_000, 5432, "", "127.0.0.1", "", "ready"].join("\n");
    await writeFile(join(data, "postmaster.pid"), note);
    const { uid, gid } = await stat(data);
    await chown(join(data, "postmaster.pid"), uid, gid);

    expect(await inDatabase("select 1 as one")).toEqual([{ one: 1 }]);
  });

  it("starts over when the very first start was interrupted", async () => {
    await mkdir(join(folder, "data.making", "base"), { recursive: true });
    await writeFile(join(folder, "data.making", "PG_VERSION"), "18\n");

    expect(await inDatabase("select 1 as one")).toEqual([{ one: 1 }]);
    expect(await readdir(folder)).not.toContain("data.making");
  });

  it("touches no files that are not its own", async () => {
    await mkdir(join(folder, "data"), { recursive: true });
    await writeFile(join(folder, "data", "thesis.txt"), "do not lose");

    await expect(inDatabase("select 1")).rejects.toThrow(/holds files but no PostgreSQL data/);
    expect(await read("data/thesis.txt")).toBe("do not lose");
    await rm(join(folder, "data"), { recursive: true });
  });
});

describe.runIf(process.getuid?.() === 0)("an embedded database that root starts", () => {
  it("runs as someone else, who owns its folder", async () => {
    const hub = await startHub();
    const server = (await read("data/postmaster.pid")).split("\n")[0];
    const { uid } = await stat(join(folder, "data"));

    expect(uid).not.toBe(0);
    expect(await readFile(`/proc/${server}/status`, "utf8")).toContain(`Uid:\t${uid}\t${uid}`);
    await hub.close();
  });

  it("is put where that user can reach it, when the folder is in a place only root may enter", async () => {
    await chmod(join(folder, ".."), 0o700);
    await inDatabase("create table kept (what text)", "insert into kept values ('a change')");

    const moved = /is in (\S+): /.exec(await read("MOVED.txt"))?.[1] ?? "";
    expect(await readdir(moved)).toContain("data");
    expect(await inDatabase("select what from kept")).toEqual([{ what: "a change" }]);
    await rm(moved, { recursive: true });
    await chmod(join(folder, ".."), 0o755);
  });
});

async function inDatabase(...statements: string[]): Promise<unknown[]> {
  const database = await openDatabase({ folder });
  try {
    let rows: unknown[] = [];
    for (const statement of statements) ({ rows } = await database.pool.query(statement));
    return rows;
  } finally {
    await database.close();
  }
}

type Hub = { readonly said: string; readonly close: () => Promise<void>; readonly kill: () => Promise<void> };

/** A hub in a process of its own, once its database is open. */
async function startHub(): Promise<Hub> {
  const program = join(import.meta.dirname, "fixtures", "embedded-hub.ts");
  const hub = spawn(process.execPath, [program, folder], { stdio: ["pipe", "pipe", "inherit"] });
  hubs.push(hub);
  const gone = new Promise<void>((resolve) => hub.once("exit", () => resolve()));
  const said = await new Promise<string>((resolve, reject) => {
    hub.stdout.once("data", (chunk: Buffer) => resolve(chunk.toString()));
    hub.once("exit", (code) => reject(new Error(`the hub ended with ${code}`)));
  });
  return {
    said,
    async close() {
      hub.stdin.end();
      await gone;
    },
    async kill() {
      hub.kill("SIGKILL");
      await gone;
    },
  };
}

async function read(name: string): Promise<string> {
  return readFile(join(folder, name), "utf8");
}

async function listenOn(port: number): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", () => resolve()));
  expect((server.address() as AddressInfo).port).toBe(port);
  return server;
}
