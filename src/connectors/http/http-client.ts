import { Pool, type Dispatcher } from "undici";
import type { SystemId } from "../../domain/ids.ts";
import { ConnectorError, type FailurePlace } from "../connector-error.ts";
import { systemClock, type Clock } from "./clock.ts";
import { LONGEST_WAIT_MS, makeConnection, type ConnectionStatus } from "./connection.ts";
import type { Contract } from "./contract.ts";
import { exchange } from "./exchange.ts";
import { noAnswer, refused, type RawAnswer, type RefusalDialect } from "./failure.ts";
import { readJson } from "./json-text.ts";
import type { HttpSettings } from "./settings.ts";

/** An answer that may be larger is refused unread: it would not fit beside the hub's other work. */
const ANSWER_BYTES_MAX = 32 * 1024 * 1024;

export type Query = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** A request that only reads, whatever its method, and so may be repeated. */
type ReadCall<T> = {
  /** Completes "erp failed while …". */
  readonly doing: string;
  /** The record it is about, for errors. */
  readonly object?: string;
  /** Below the base address, made by `path`. */
  readonly path: string;
  readonly query?: Query;
  /** Makes it a POST: a query too long for an address. */
  readonly body?: unknown;
  /** Beside the key: a session, for a system that has no keys. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly answer: Contract<T>;
};

type WriteCall<T> = Omit<ReadCall<T>, "query"> & {
  readonly method: "POST" | "PUT" | "PATCH" | "DELETE";
  /** The version that the record must still have. */
  readonly ifMatch?: string;
};

/** JSON over HTTP to one system. Every rejection is a `ConnectorError`. */
export type Http = {
  readonly system: SystemId;
  readonly read: <T>(call: ReadCall<T>) => Promise<T>;
  /** Null when the system itself says that there is no such record. */
  readonly readIfThere: <T>(call: ReadCall<T>) => Promise<T | null>;
  readonly write: <T>(call: WriteCall<T>) => Promise<T>;
  readonly status: () => ConnectionStatus;
  /** What the system's clock shows now, going by the Date header of its last answer; null without one. */
  readonly systemTime: () => string | null;
};

/** Makes a path of fixed text and identifiers, each encoded as one segment: path`/items/${id}`. */
export function path(texts: TemplateStringsArray, ...ids: readonly string[]): string {
  return texts.map((text, i) => text + (ids[i] === undefined ? "" : encodeURIComponent(ids[i]))).join("");
}

type Request = {
  readonly method: Dispatcher.HttpMethod;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string | null;
};

/**
 * @param apiKeyHeader name of the header that carries the key; in `authorization` it stands as a bearer token;
 *   null where each call brings its own headers.
 */
export function openHttp(
  system: SystemId,
  settings: HttpSettings,
  dialect: RefusalDialect,
  apiKeyHeader: string | null,
  clock: Clock = systemClock,
): Http {
  const base = new URL(settings.url);
  const prefix = base.pathname.replace(/\/$/, "");
  const connection = makeConnection(settings, clock);
  // A pool belongs to one origin and follows no redirect, so the key goes nowhere else.
  const pool = new Pool(base.origin, {
    connections: settings.maxConcurrent,
    maxResponseSize: ANSWER_BYTES_MAX,
    connect: { timeout: settings.timeoutMs },
  });

  /** How far the system's clock was ahead of ours at its last answer. */
  let aheadMs: number | null = null;

  function noteDate(date: string | readonly string[] | undefined): void {
    const said = Date.parse(String(date));
    aheadMs = Number.isNaN(said) ? null : said - clock.now();
  }

  async function send(request: Request, place: FailurePlace, isWrite: boolean): Promise<RawAnswer> {
    try {
      const { status, headers, text } = await exchange(pool, request, settings.timeoutMs);
      const retryAfter = headers["retry-after"];
      noteDate(headers["date"]);
      return {
        status,
        retryAfter: typeof retryAfter === "string" ? retryAfter : undefined,
        body: status === 204 ? { json: null } : readJson(text),
      };
    } catch (error) {
      throw noAnswer(error, place, isWrite);
    }
  }

  async function once<T>(request: Request, place: FailurePlace, isWrite: boolean, answer: Contract<T>): Promise<T> {
    const raw = await send(request, place, isWrite);
    const failure = refused(raw, place, isWrite, dialect, clock.now());
    if (failure !== null) throw withoutSecret(failure);
    // A write whose answer cannot be read is most likely done: looking it up decides, not the answer.
    const unreadable = isWrite ? "answer lost" : "contract broken";
    if ("problem" in raw.body) {
      throw withoutSecret(
        new ConnectorError(unreadable, { ...place, cause: `the answer is unreadable: ${raw.body.problem}` }),
      );
    }
    const checked = answer(raw.body.json);
    if ("value" in checked) return checked.value;
    const { field, problem } = checked;
    throw new ConnectorError(unreadable, { ...place, field, cause: `${field} of the answer ${problem}` });
  }

  /** Tries again what certainly was not done; whoever called decides on everything else. */
  async function patiently<T>(
    request: Request,
    place: FailurePlace,
    isWrite: boolean,
    answer: Contract<T>,
  ): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await connection.run(place, () => once(request, place, isWrite, answer));
      } catch (error) {
        if (!(error instanceof ConnectorError)) throw error;
        const wait = error.at.retryAfterMs ?? 100 * 2 ** (attempt - 1) * (0.5 + Math.random() / 2);
        if (error.retry !== "later" || attempt >= settings.attempts || wait > LONGEST_WAIT_MS) throw error;
        await clock.wait(wait);
      }
    }
  }

  /** A system may repeat what it was sent; its words go into logs and onto pages. */
  function withoutSecret(error: ConnectorError): ConnectorError {
    const { cause } = error.at;
    if (cause === undefined) return error;
    const words = cause
      .replaceAll(settings.apiKey, "•••")
      .replaceAll(/\p{Cc}+/gu, " ")
      .slice(0, 500);
    return words === cause ? error : new ConnectorError(error.kind, { ...error.at, cause: words });
  }

  function headersOf(...extra: Readonly<Record<string, string>>[]): Record<string, string> {
    return Object.assign({ accept: "application/json" }, credentials(), ...extra) as Record<string, string>;
  }

  function credentials(): Record<string, string> {
    if (apiKeyHeader === null) return {};
    return { [apiKeyHeader]: apiKeyHeader === "authorization" ? `Bearer ${settings.apiKey}` : settings.apiKey };
  }

  const JSON_BODY = { "content-type": "application/json" };

  async function read<T>(call: ReadCall<T>): Promise<T> {
    const request: Request = {
      method: call.body === undefined ? "GET" : "POST",
      path: prefix + call.path + queryText(call.query ?? {}),
      headers: headersOf(call.body === undefined ? {} : JSON_BODY, call.headers ?? {}),
      body: call.body === undefined ? null : JSON.stringify(call.body),
    };
    return await patiently(request, placeOf(system, call), false, call.answer);
  }

  return {
    system,
    read,
    async readIfThere(call) {
      try {
        return await read(call);
      } catch (error) {
        if (error instanceof ConnectorError && error.kind === "not found") return null;
        throw error;
      }
    },
    async write(call) {
      const request: Request = {
        method: call.method,
        path: prefix + call.path,
        headers: headersOf(
          call.body === undefined ? {} : JSON_BODY,
          call.ifMatch === undefined ? {} : { "if-match": `"${call.ifMatch}"` },
          call.headers ?? {},
        ),
        body: call.body === undefined ? null : JSON.stringify(call.body),
      };
      return await patiently(request, placeOf(system, call), true, call.answer);
    },
    status: connection.status,
    systemTime: () => (aheadMs === null ? null : new Date(clock.now() + aheadMs).toISOString()),
  };
}

function placeOf(system: SystemId, call: { readonly doing: string; readonly object?: string }): FailurePlace {
  return { system, doing: call.doing, ...(call.object === undefined ? {} : { object: call.object }) };
}

function queryText(query: Query): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [value].flat().map((one) => `${name}=${encodeURIComponent(one)}`),
  );
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}
