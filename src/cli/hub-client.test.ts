import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { freePort } from "../store/free-port.ts";
import { findHub } from "./hub-client.ts";
import { writeLocalAccess } from "./local-access.ts";

/** A folder with a `heddle.yaml`, where a hub may have run and left word. */
let folder: string;
let config: string;
let server: Server | null = null;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "heddle-hub-client-"));
  config = join(folder, "heddle.yaml");
  await writeFile(config, await readFile("heddle.yaml", "utf8"));
});
afterEach(async () => {
  server?.close();
  server = null;
  await rm(folder, { recursive: true });
});

const leave = (port: number, apiKey: string | null = "hdl_test") =>
  writeLocalAccess(join(folder, ".heddle"), { url: `http://127.0.0.1:${port}`, pid: 1, apiKey });

it("finds the hub that runs on this machine", async () => {
  server = createServer((_, response) => response.end("{}"));
  await new Promise<void>((listening) => server?.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  await leave(port);
  expect((await findHub({ config }))?.url).toBe(`http://127.0.0.1:${port}`);

  await leave(port, null); // an admin has disabled the account of this machine
  expect(await findHub({ config })).toBeNull();
  expect(await findHub({ config, key: "hdl_mine" })).not.toBeNull();
});

it("finds none where none has run, or where it was stopped", async () => {
  expect(await findHub({ config })).toBeNull();
  await leave(await freePort());
  expect(await findHub({ config })).toBeNull();
});

it("takes the hub that is named, which has to answer then", async () => {
  const url = `http://127.0.0.1:${await freePort()}`;
  const hub = await findHub({ config, url, key: "hdl_test" });
  await expect(hub?.call("GET /api/status")).rejects.toThrow(`no hub answers at ${url}`);
});
