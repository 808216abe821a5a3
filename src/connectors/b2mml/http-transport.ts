import { Pool } from "undici";
import { ConnectorError, type FailurePlace } from "../connector-error.ts";
import { systemClock, type Clock } from "../http/clock.ts";
import { makeConnection } from "../http/connection.ts";
import { exchange } from "../http/exchange.ts";
import { noAnswer, refused, type RawAnswer, type RefusalDialect } from "../http/failure.ts";
import type { B2mmlOverHttp } from "./config.ts";
import { EDITIONS } from "./edition.ts";
import { answerIn, patiently, type Message, type Transport } from "./transport.ts";
import { kindOf } from "./refusal.ts";
import { readAnswer, type Answer } from "./wire.ts";
import { readXml, XML_LENGTH_MAX, type XmlElement } from "./xml.ts";

/** Posts each message and takes the response's body for the answer. */
export function httpTransport(settings: B2mmlOverHttp, clock: Clock = systemClock): Transport {
  const { namespace } = EDITIONS[settings.version];
  const base = new URL(settings.url);
  const connection = makeConnection(settings, clock);
  // A pool belongs to one origin and follows no redirect, so the key goes nowhere else.
  const pool = new Pool(base.origin, {
    connections: settings.maxConcurrent,
    maxResponseSize: XML_LENGTH_MAX,
    connect: { timeout: settings.timeoutMs },
  });
  const request = {
    method: "POST",
    path: base.pathname,
    headers: {
      "content-type": "application/xml; charset=utf-8",
      accept: "application/xml",
      "x-api-key": settings.apiKey,
    },
  } as const;

  async function post({ xml, place, isWrite }: Message) {
    try {
      const { status, headers, text } = await exchange(pool, { ...request, body: xml }, settings.timeoutMs);
      const retryAfter = headers["retry-after"];
      return { status, retryAfter: typeof retryAfter === "string" ? retryAfter : undefined, text };
    } catch (error) {
      throw noAnswer(error, place, isWrite);
    }
  }

  async function once(message: Message): Promise<Answer> {
    const { status, retryAfter, text } = await post(message);
    if (status >= 200 && status < 300) return answerIn(text, namespace, message);
    const raw: RawAnswer = { status, retryAfter, body: bodyOf(text, namespace) };
    const failure = refused(raw, message.place, message.isWrite, DIALECT, clock.now());
    throw failure ?? new Error(`an answer of status ${status} is neither a success nor a failure`);
  }

  return {
    status: connection.status,
    async ask(message) {
      try {
        return await patiently(connection, settings.attempts, clock, message.place, () => once(message));
      } catch (error) {
        throw error instanceof ConnectorError ? withoutSecret(error, settings.apiKey) : error;
      }
    },
    close: () => pool.close(),
  };
}

function bodyOf(text: string, namespace: string): RawAnswer["body"] {
  const read = readXml(text, namespace);
  return read.root === undefined ? { problem: read.problem } : { json: read.root };
}

/** A refusal with an error status may still carry the MES's own words. */
const DIALECT: RefusalDialect = {
  read(body) {
    const refusal = readAnswer(body as XmlElement)?.refusal ?? null;
    return refusal === null ? null : { code: refusal.code, message: refusal.words, field: null };
  },
  kindOf: ({ code, message }) => kindOf({ code, words: message }),
};

/** A system may repeat what it was sent; its words go into logs and onto pages. */
function withoutSecret(error: ConnectorError, secret: string): ConnectorError {
  const at: FailurePlace = { ...error.at };
  const words = at.cause
    ?.replaceAll(secret, "•••")
    .replaceAll(/\p{Cc}+/gu, " ")
    .slice(0, 500);
  return words === undefined || words === at.cause ? error : new ConnectorError(error.kind, { ...at, cause: words });
}
