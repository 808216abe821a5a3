import { once } from "node:events";
import { createServer } from "node:http";

/** Answers everything at an address with a web page, as a proxy does whose system is gone. */
export type ErrorPage = { readonly close: () => Promise<void> };

/** @param at an address that nobody listens on. */
export async function startErrorPage(at: string, status: number): Promise<ErrorPage> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(status, { "content-type": "text/html" }).end("<html><h1>Down for maintenance</h1></html>");
  });
  const { hostname, port } = new URL(at);
  server.listen(Number(port), hostname);
  await once(server, "listening");
  return {
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
