import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate, zstdDecompress } from "node:zlib";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { Type } from "typebox";
import { readEvent } from "../../domain/feedback/event-json.ts";
import { unreadable, type Told } from "../../domain/feedback/told.ts";
import type { Taken } from "../../flows/commit-events.ts";
import { IntakeBusy } from "../../flows/shop-intake.ts";
import { ShopEventsTaken } from "../contract.ts";
import { tooComplex } from "../limits.ts";
import { signedIn } from "../principal.ts";
import { ApiError } from "../problem.ts";
import { answers, type RouteGroup } from "../route-group.ts";

/** What one request may bring: packed, and unpacked. */
const BYTES_MAX = 8 * 1024 * 1024;
const UNPACKED_MAX = 32 * 1024 * 1024;
const EVENTS_MAX = 10_000;
/** Of what is kept apart, so many are named in the answer; all are counted. */
const NAMED_MAX = 100;

/** An event has some thirty keys on four levels. */
const COMPLEXITY = { depth: 16, keys: 100 * EVENTS_MAX };

const JSON_TYPES = new Set(["application/json"]);
const LINES_TYPES = new Set(["application/x-ndjson", "application/ndjson", "application/jsonl"]);

const Params = Type.Object({ connection: Type.String({ minLength: 1, maxLength: 100 }) });

/**
 * Takes what the shop floor tells over HTTP. An answer means that it is committed: stored, known before, or kept apart
 * with its reason. When the hub cannot keep up it answers 429, and nothing of the request was done.
 */
export const shopEventRoutes: RouteGroup =
  ({ shopEvents }) =>
  async (app) => {
    acceptPacked(app);

    app.post(
      "/api/shop-events",
      {
        bodyLimit: BYTES_MAX,
        schema: {
          summary:
            "Take events of the shop floor: a JSON array, an object with `events`, one event, or a line for each",
          response: answers({ 200: ShopEventsTaken }),
        },
      },
      async (request) => taken(shopEvents.take, readBody(request), viaOf(request)),
    );

    app.post(
      "/api/shop-events/:connection",
      {
        bodyLimit: BYTES_MAX,
        schema: {
          summary: "Take a message of a connection's own kind, such as B2MML, that tells of events",
          params: Params,
          response: answers({ 200: ShopEventsTaken }),
        },
      },
      async (request) => {
        const { connection } = request.params;
        const read = shopEvents.readers.get(connection);
        if (read === undefined) {
          throw new ApiError("not-found", `Connection "${connection}" takes no messages that tell of events.`, {
            fix: "post Heddle's own JSON to /api/shop-events, or name a connection whose kind reads messages",
          });
        }
        const told = readMessage(() => read({ body: bytesOf(request), contentType: typeOf(request) }), connection);
        return taken(shopEvents.take, told, connection);
      },
    );
  };

type Take = (told: readonly Told[], via: string) => Promise<Taken>;

async function taken(take: Take, told: readonly Told[], via: string): Promise<ShopEventsTaken> {
  const { stored, known, apart } = await busyAs429(() => take(told, via));
  return {
    received: told.length,
    stored,
    known,
    keptApart: apart.length,
    apart: apart.slice(0, NAMED_MAX).map((note) => ({ ...note })),
  };
}

async function busyAs429<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof IntakeBusy)) throw error;
    throw new ApiError("busy", error.message, { retryAfter: error.retryAfterMs / 1_000, cause: error });
  }
}

function viaOf(request: FastifyRequest): string {
  return `api ${signedIn(request).account}`;
}

function typeOf({ headers }: FastifyRequest): string {
  return (headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
}

function bytesOf({ body }: FastifyRequest): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

/** @throws ApiError for a body of which no event can be made out */
function readBody(request: FastifyRequest): readonly Told[] {
  const type = typeOf(request);
  const text = bytesOf(request).toString("utf8");
  const told = LINES_TYPES.has(type) ? readLines(text) : JSON_TYPES.has(type) ? readJson(text) : null;
  if (told === null) {
    throw new ApiError("media-type-unsupported", `Events do not come as "${type}".`, {
      field: "content-type",
      fix: "send application/json or application/x-ndjson; gzip, deflate, br and zstd may pack it",
    });
  }
  if (told.length <= EVENTS_MAX) return told;
  throw new ApiError("body-too-complex", `The body holds ${told.length} events.`, {
    fix: `send at most ${EVENTS_MAX} events in one request`,
  });
}

function readJson(text: string): readonly Told[] {
  const complaint = tooComplex(text, COMPLEXITY);
  if (complaint !== null)
    throw new ApiError("body-too-complex", complaint, { fix: "send events as docs/feedback.md shows" });
  const json = parsed(text);
  const events = Array.isArray(json) ? json : isFields(json) && Array.isArray(json["events"]) ? json["events"] : [json];
  return (events as readonly unknown[]).map(readEvent);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ApiError("body-not-json", "The body is not valid JSON.", { cause });
  }
}

function isFields(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === "object" && json !== null;
}

/** A line that is no JSON spoils no other. */
function readLines(text: string): readonly Told[] {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const complaint = tooComplex(line, COMPLEXITY);
      if (complaint !== null)
        return unreadable(line, [{ field: "", cause: complaint, fix: "Send one event on each line." }]);
      try {
        return readEvent(JSON.parse(line));
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
        return unreadable(line, [
          { field: "", cause: "The line is not valid JSON.", fix: "Send one event on each line." },
        ]);
      }
    });
}

/** The connector's own words for what its system does not send: its sender must see them. */
function readMessage(read: () => readonly Told[], connection: string): readonly Told[] {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "ConnectorError") throw error;
    throw new ApiError("invalid-input", error.message, { system: connection, field: "body", cause: error });
  }
}

const UNPACK: Readonly<Record<string, (packed: Buffer) => Promise<Buffer>>> = {
  gzip: (packed) => promisify(gunzip)(packed, { maxOutputLength: UNPACKED_MAX }),
  deflate: (packed) => promisify(inflate)(packed, { maxOutputLength: UNPACKED_MAX }),
  br: (packed) => promisify(brotliDecompress)(packed, { maxOutputLength: UNPACKED_MAX }),
  zstd: (packed) => promisify(zstdDecompress)(packed, { maxOutputLength: UNPACKED_MAX }),
};

/** Bodies as bytes, unpacked. */
function acceptPacked(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, async (request: FastifyRequest, body: Buffer) => {
    const packing = (request.headers["content-encoding"] ?? "identity").toLowerCase();
    if (packing === "identity") return body;
    const unpack = Object.hasOwn(UNPACK, packing) ? UNPACK[packing] : undefined;
    if (unpack === undefined) {
      throw new ApiError("media-type-unsupported", `Bodies are not unpacked from "${packing}".`, {
        field: "content-encoding",
        fix: `pack them with ${Object.keys(UNPACK).join(", ")}, or not at all`,
      });
    }
    return unpack(body).catch((cause: unknown) => {
      const isTooLong = cause instanceof Error && "code" in cause && cause.code === "ERR_BUFFER_TOO_LARGE";
      if (isTooLong)
        throw new ApiError("body-too-large", `The body unpacks to more than ${UNPACKED_MAX} bytes.`, { cause });
      throw new ApiError("invalid-input", `The body is not packed with ${packing}.`, {
        field: "content-encoding",
        cause,
      });
    });
  });
}
