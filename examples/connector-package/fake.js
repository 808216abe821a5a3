// @ts-check
import { once } from "node:events";
import { createServer } from "node:http";

const SHEET = {
  part: "BRACKET",
  plant: "1000",
  steps: [{ step: "0010", text: "Saw", machine: "SAW-1", setupSeconds: 300, runSeconds: 45 }],
};

/**
 * A routing-sheet service with one sheet, for tests.
 *
 * @param {string} token
 */
export async function startFake(token) {
  const server = createServer((request, response) => {
    const { status, body } = request.headers["x-token"] === token ? answer(request.url) : refusal(401, "who are you?");
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${address.port}`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

/** @param {string | undefined} url */
function answer(url) {
  if (url === "/sheets") return { status: 200, body: { count: 1 } };
  if (url === "/sheets/1000/BRACKET") return { status: 200, body: SHEET };
  return refusal(404, `there is no sheet ${url}`);
}

/**
 * @param {number} status
 * @param {string} refused
 */
function refusal(status, refused) {
  return { status, body: { refused } };
}
