import { once } from "node:events";
import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { freePort } from "./free-port.ts";

describe("a free port", () => {
  it("is none that an outgoing connection may be given", async () => {
    const ports = await Promise.all(Array.from({ length: 20 }, () => freePort()));
    expect(ports.filter((port) => port < 1024 || port >= 32_768)).toEqual([]);
  });

  it("is the wanted one, unless something listens there", async () => {
    const wanted = await freePort();
    expect(await freePort(wanted)).toBe(wanted);
    const server = createServer().listen(wanted, "127.0.0.1");
    await once(server, "listening");
    await expect(freePort(wanted)).rejects.toThrow(/EADDRINUSE/);
    server.close();
  });
});
