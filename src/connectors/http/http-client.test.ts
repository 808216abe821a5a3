import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Type } from "typebox";
import { afterEach, describe, expect, it } from "vitest";
import type { SystemId } from "../../domain/ids.ts";
import { ConnectorError } from "../connector-error.ts";
import { contract } from "./contract.ts";
import { openHttp, path, type Http } from "./http-client.ts";

const API_KEY = "sesame-7c1f";
const part = contract(Type.Object({ number: Type.String(), lines: Type.Array(Type.Object({ unit: Type.String() })) }));
const bolt = { number: "BOLT", lines: [{ unit: "EA" }] };

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise<void>((resolve) => (server === undefined ? resolve() : server.close(() => resolve())));
  server = undefined;
});

/** A system that answers each request with the next handler, the last one for ever. */
async function system(...handlers: RequestListener[]): Promise<{ http: Http; requests: IncomingMessage[] }> {
  return await systemWithKeyIn("x-api-key", handlers);
}

async function systemWithKeyIn(
  apiKeyHeader: string,
  handlers: readonly RequestListener[],
): Promise<{ http: Http; requests: IncomingMessage[] }> {
  const requests: IncomingMessage[] = [];
  server = createServer((request, response) => {
    requests.push(request);
    handlers[Math.min(requests.length, handlers.length) - 1]?.(request, response);
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const settings = {
    url: `http://127.0.0.1:${port}/base/`,
    apiKey: API_KEY,
    // Long for a busy machine, and no longer than a test waits for what never answers.
    timeoutMs: 2_000,
    maxConcurrent: 4,
    maxPerSecond: 0,
    attempts: 3,
    failuresToPause: 100,
    pauseMs: 1_000,
  };
  const dialect = {
    read: (body: unknown) =>
      typeof body === "object" && body !== null && "code" in body
        ? { code: String(body.code), message: "no", field: "unit" }
        : null,
    kindOf: () => undefined,
  };
  const clock = { now: () => Date.now(), wait: async () => {} };
  return { http: openHttp("erp" as SystemId, settings, dialect, apiKeyHeader, clock), requests };
}

const answers =
  (status: number, body: unknown, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) => {
    response.writeHead(status, headers).end(typeof body === "string" ? body : JSON.stringify(body));
  };
const hangsUp: RequestListener = (request) => void request.socket.destroy();
const neverAnswers: RequestListener = () => {};

const read = (http: Http) =>
  http.read({ doing: "reading a part", object: "BOLT", path: path`/parts/${"BOLT/2 x"}`, answer: part });
const write = (http: Http) =>
  http.write({
    doing: "creating a part",
    object: "BOLT",
    method: "POST",
    path: "/parts",
    body: bolt,
    ifMatch: "v3",
    answer: part,
  });

async function failureOf(attempt: Promise<unknown>): Promise<ConnectorError> {
  const error = await attempt.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ConnectorError);
  return error as ConnectorError;
}

describe("a request", () => {
  it("goes below the base address with the key, ids encoded", async () => {
    const { http, requests } = await system(answers(200, bolt));
    expect(await read(http)).toEqual(bolt);
    expect(requests[0]).toMatchObject({ url: "/base/parts/BOLT%2F2%20x", headers: { "x-api-key": API_KEY } });
  });

  it("carries the key as a bearer token where the system takes it in authorization", async () => {
    const { http, requests } = await systemWithKeyIn("authorization", [answers(200, bolt)]);
    await read(http);
    expect(requests[0]?.headers).toMatchObject({ authorization: `Bearer ${API_KEY}` });
  });

  it("carries the version that a write was made for", async () => {
    const { http, requests } = await system(answers(200, bolt));
    await write(http);
    expect(requests[0]).toMatchObject({
      method: "POST",
      headers: { "if-match": '"v3"', "content-type": "application/json" },
    });
  });
});

describe("what certainly was not done is tried again", () => {
  it("a read that failed", async () => {
    const { http, requests } = await system(answers(500, {}), hangsUp, answers(200, bolt));
    expect(await read(http)).toEqual(bolt);
    expect(requests).toHaveLength(3);
  });

  it("until the attempts are used up", async () => {
    const { http, requests } = await system(answers(502, "<html>"));
    expect((await failureOf(read(http))).kind).toBe("unreachable");
    expect(requests).toHaveLength(3);
  });

  it("but not a write whose answer was lost, in any way", async () => {
    for (const loss of [
      hangsUp,
      neverAnswers,
      answers(500, {}),
      answers(503, {}),
      answers(201, "<html>"),
      answers(201, {}),
    ]) {
      const { http, requests } = await system(loss);
      expect((await failureOf(write(http))).kind).toBe("answer lost");
      expect(requests).toHaveLength(1);
      server?.closeAllConnections();
      server?.close();
    }
  });

  it("and not when the system asks to wait longer than a request should", async () => {
    const { http, requests } = await system(answers(503, {}, { "retry-after": "60" }));
    const error = await failureOf(write(http));
    expect(error).toMatchObject({ kind: "overloaded", at: { retryAfterMs: 60_000 } });
    expect(requests).toHaveLength(1);
  });
});

describe("a failure", () => {
  const KINDS = [
    [400, "rejected"],
    [401, "access denied"],
    [403, "access denied"],
    [404, "not found"],
    [409, "version conflict"],
    [412, "version conflict"],
    [422, "rejected"],
    [428, "contract broken"],
    [429, "overloaded"],
  ] as const;
  it.each(KINDS)("of status %i is %s", async (status, kind) => {
    const { http } = await system(answers(status, { code: "SOME_CODE" }));
    const error = await failureOf(write(http));
    expect(error.kind).toBe(kind);
    expect(error.at).toMatchObject({
      system: "erp",
      doing: "creating a part",
      object: "BOLT",
      field: "unit",
      cause: "SOME_CODE: no",
    });
  });

  it("names the field that is not as agreed", async () => {
    const { http } = await system(answers(200, { number: "BOLT", lines: [{ unit: "EA" }, { unit: 7 }] }));
    const error = await failureOf(read(http));
    expect(error).toMatchObject({ kind: "contract broken", at: { field: "lines[1].unit" } });
  });

  it("never shows the key, even when the system repeats it", async () => {
    const { http } = await system(answers(400, { code: `the key ${API_KEY} is old` }));
    const error = await failureOf(read(http));
    expect(JSON.stringify([error.message, error.at, http.status()])).not.toContain(API_KEY);
    expect(error.at.cause).toContain("the key ••• is old");
  });

  it("is a redirect, which would take the key elsewhere", async () => {
    const { http, requests } = await system(answers(302, "", { location: "https://elsewhere.example/" }));
    const error = await failureOf(read(http));
    expect(error).toMatchObject({ kind: "contract broken", at: { cause: expect.stringContaining("redirect") } });
    expect(requests).toHaveLength(1);
  });

  it("is an answer nested deeper than 64 levels", async () => {
    const { http } = await system(answers(200, "[".repeat(65) + "]".repeat(65)));
    expect(await failureOf(read(http))).toMatchObject({
      kind: "contract broken",
      at: { cause: expect.stringContaining("nested deeper") },
    });
  });

  it("is an answer above 32 MiB", async () => {
    const { http } = await system(answers(200, " ".repeat(33 * 1024 * 1024)));
    expect((await failureOf(read(http))).kind).toBe("contract broken");
  });

  it("of a 404 that is not the system's own is not an absent record", async () => {
    const { http } = await system(answers(404, "<html>no route</html>"));
    const error = await failureOf(http.readIfThere({ doing: "looking up", path: "/parts/BOLT", answer: part }));
    expect(error.kind).toBe("contract broken");
  });
});
