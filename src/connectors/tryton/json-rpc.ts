import { ConnectorError, type FailurePlace } from "../connector-error.ts";
import type { Contract } from "../http/contract.ts";
import { openHttp, path } from "../http/http-client.ts";
import type { SystemId } from "../../domain/ids.ts";
import type { ConnectionStatus } from "../http/connection.ts";
import type { TrytonSettings } from "./config.ts";
import { CONTRACTS, DIALECT, type RpcAnswer } from "./wire.ts";

/** What goes with a call: the company it is made in, and the state that its records must still have. */
export type Context = Readonly<Record<string, unknown>>;

export type RpcCall<T> = {
  /** Completes "erp failed while …". */
  readonly doing: string;
  /** The record it is about, for errors. */
  readonly object?: string;
  /** `model.product.product.search_read` */
  readonly method: string;
  readonly params: readonly unknown[];
  readonly context: Context;
  readonly answer: Contract<T>;
};

/** Tryton's remote procedures. Each call is one transaction: an error means that nothing of it was done. */
export type Rpc = {
  readonly system: SystemId;
  readonly read: <T>(call: RpcCall<T>) => Promise<T>;
  readonly write: <T>(call: RpcCall<T>) => Promise<T>;
  readonly status: () => ConnectionStatus;
  /** What Tryton's clock shows now; null until it has answered. */
  readonly systemTime: () => string | null;
};

type Session = { readonly userId: number; readonly authorization: string };

/**
 * Signs in by password when the first call is made, and again when Tryton has forgotten the session. The
 * method stands in the address too, where a log or a proxy can see it; Tryton does not look at it there.
 */
export function openRpc(system: SystemId, settings: TrytonSettings): Rpc {
  const { database, user, password } = settings;
  const http = openHttp(system, { ...settings, apiKey: password }, DIALECT, null);
  const accepted = settings.acceptWarnings.map((pattern) => new RegExp(`^(?:${pattern})$`, "u"));
  let session: Promise<Session> | null = null;

  async function signIn(): Promise<Session> {
    const params = [user, { password }, "en"];
    const [userId, key] = await send({
      doing: `signing in as ${user}`,
      method: "common.db.login",
      params,
      isWrite: false,
      answer: CONTRACTS.session,
      headers: {},
    }).catch((error: unknown) => {
      const cause = "there is no database of this name, or no Tryton at this url";
      throw isNoDatabase(error) ? noDatabase({ system, doing: `signing in as ${user}` }, cause, error) : error;
    });
    const token = Buffer.from(`${user}:${userId}:${key}`).toString("base64");
    return { userId, authorization: `Session ${token}` };
  }

  function sessionNow(): Promise<Session> {
    session ??= signIn();
    return session;
  }

  function forget(ended: Promise<Session> | null): void {
    if (session === ended) session = null;
  }

  async function send<T>(
    call: Omit<RpcCall<T>, "context"> & { readonly isWrite: boolean; readonly headers: Record<string, string> },
  ): Promise<T> {
    const { doing, object, method, params, headers, isWrite } = call;
    const request = {
      doing,
      ...(object === undefined ? {} : { object }),
      path: `${path`/${database}/`}?${method}`,
      body: { id: 1, method, params },
      headers,
      answer: CONTRACTS.rpcAnswer,
    };
    const answer = await (isWrite ? http.write({ ...request, method: "POST" }) : http.read(request));
    const place: FailurePlace = { system, doing, ...(object === undefined ? {} : { object }) };
    if ("error" in answer) throw failureOf(answer.error, place);
    const checked = call.answer(answer.result);
    if ("value" in checked) return checked.value;
    const { field, problem } = checked;
    // A write whose answer is of another shape is done all the same.
    throw new ConnectorError(isWrite ? "answer lost" : "contract broken", {
      ...place,
      field,
      cause: `${field} of the answer ${problem}`,
    });
  }

  async function inSession<T>(call: RpcCall<T>, isWrite: boolean): Promise<T> {
    const params = [...call.params, call.context];
    for (let again = false; ; again = true) {
      const current = sessionNow();
      const { authorization } = await current.catch((error: unknown) => {
        forget(current);
        throw error;
      });
      try {
        return await send({ ...call, params, isWrite, headers: { authorization } });
      } catch (error) {
        // Whoever is not let in has not changed anything either: a write may be sent again as well.
        if (again || !isDeniedBySession(error)) throw error;
        forget(current);
      }
    }
  }

  /** Answers Tryton's question for a warning that the settings accept, and asks again. */
  async function answering<T>(call: RpcCall<T>): Promise<T> {
    for (let asked = 0; ; asked++) {
      try {
        return await inSession(call, true);
      } catch (error) {
        const name = warningOf(error);
        if (name === null || asked >= WARNINGS_MAX || !accepted.some((pattern) => pattern.test(name))) throw error;
        const { userId } = await sessionNow();
        await inSession(
          {
            doing: `answering the warning ${name}`,
            method: "model.res.user.warning.create",
            params: [[{ user: userId, name, always: false }]],
            context: call.context,
            answer: CONTRACTS.ids,
          },
          true,
        );
      }
    }
  }

  return {
    system,
    read: (call) => inSession(call, false),
    write: answering,
    status: http.status,
    systemTime: http.systemTime,
  };
}

/** Questions that one write may raise before Heddle gives up. */
const WARNINGS_MAX = 5;

/** Errors come with status 200. Tryton has rolled back what the call did, so none of these is "answer lost". */
function failureOf(error: RpcAnswer["error"], place: FailurePlace): ConnectorError {
  const [name, details] = error;
  const [first, second] = Array.isArray(details) ? details.map(String) : [String(details), undefined];
  if (name === "UserWarning") {
    const cause = `Tryton asks before it goes on: ${second ?? ""} (warning ${first ?? ""})`;
    return new ConnectorError("rejected", { ...place, cause }, new TrytonWarning(first ?? ""));
  }
  if (name === "ConcurrencyException") return new ConnectorError("version conflict", { ...place, cause: first ?? "" });
  if (name === "UserError") return new ConnectorError(kindOfUserError(first ?? ""), userErrorPlace(place, first ?? ""));
  if (/database is locked|could not serialize|deadlock detected/.test(name)) {
    return new ConnectorError("overloaded", { ...place, cause: name });
  }
  if (/^Database '.*' doesn't exist!$|database ".*" does not exist/s.test(name)) {
    return noDatabase(place, "Tryton has no database of this name");
  }
  // A bare Python error: a field, model or method that this Tryton does not have.
  return new ConnectorError("contract broken", { ...place, cause: `Tryton's own error: ${name}` });
}

function noDatabase(place: FailurePlace, cause: string, error?: unknown): ConnectorError {
  return new ConnectorError("not found", { ...place, field: "database", cause }, error);
}

/** On PostgreSQL, Tryton answers for a database that is not there with a page of its web server. */
function isNoDatabase(error: unknown): boolean {
  return error instanceof ConnectorError && error.at.cause?.startsWith("answered 404") === true;
}

/** The session speaks English, so these are Tryton's own texts whatever its users' languages. */
function kindOfUserError(message: string): "access denied" | "not found" | "rejected" {
  if (/^(You are not allowed to|Calling button "|ir\.msg_access_)/.test(message)) return "access denied";
  return message.includes("don't exist anymore") ? "not found" : "rejected";
}

function userErrorPlace(place: FailurePlace, message: string): FailurePlace {
  const field = /field "([^"]+)"/.exec(message)?.[1];
  return { ...place, ...(field === undefined ? {} : { field }), cause: message };
}

class TrytonWarning extends Error {
  override readonly name = "TrytonWarning";
}

function warningOf(error: unknown): string | null {
  return error instanceof ConnectorError && error.cause instanceof TrytonWarning ? error.cause.message : null;
}

/** Refused by HTTP, before any model was asked. */
function isDeniedBySession(error: unknown): boolean {
  return error instanceof ConnectorError && error.kind === "access denied" && error.at.cause === "answered 401";
}
