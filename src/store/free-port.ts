import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/** Below the ports that systems give to outgoing connections (Linux from 32768, IANA from 49152). */
const FIRST = 20_000;
const LAST = 32_000;
const TRIES = 100;

/**
 * A port of 127.0.0.1 that nothing listens on: the `wanted` one, or any for 0. Any means one that the
 * system does not give to outgoing connections: else one of them could sit on it while a server that
 * owns the port starts again.
 *
 * @throws Error when the wanted one is taken, or no free one was found
 */
export async function freePort(wanted = 0): Promise<number> {
  if (wanted !== 0) return listensOn(wanted);
  for (let tried = 1; tried < TRIES; tried += 1) {
    try {
      return await listensOn(randomInt(FIRST, LAST));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    }
  }
  return listensOn(randomInt(FIRST, LAST));
}

/** The port, after a server listened on it for a moment. */
function listensOn(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(port)));
  });
}
