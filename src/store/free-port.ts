import { createServer, type AddressInfo } from "node:net";

/**
 * A port of 127.0.0.1 that nothing listens on: the `wanted` one, or any for 0.
 *
 * @throws Error when the wanted one is taken
 */
export function freePort(wanted = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(wanted, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
