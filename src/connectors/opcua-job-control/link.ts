import { once } from "node:events";
import type { CallMethodRequestLike, CallMethodResult } from "node-opcua-client";
import type { SystemId } from "../../domain/ids.ts";
import { ConnectorError, type FailurePlace } from "../connector-error.ts";
import { systemClock } from "../http/clock.ts";
import { makeConnection, type ConnectionStatus } from "../http/connection.ts";
import type { OpcuaJobControlSettings } from "./config.ts";
import { badStatus, isAbsent, noAnswer, notConnected, wasNotSent } from "./failure.ts";
import { refused, toStatus } from "./return-status.ts";
import type { SystemDescription } from "../port.ts";
import { openSession, toPlain, withinTime, type OpenSession } from "./session.ts";
import { toDescription } from "./mapping.ts";
import { CONTRACTS, JOB_ORDER_DATA_TYPE, STATE_DATA_TYPE, type JobResponse, type Method } from "./wire.ts";

/** Calls in one request: servers bound their number. */
const CALLS_PER_REQUEST = 100;

/** A method call: on a job order as a whole, or on one by its id. */
type Command = {
  readonly method: Method;
  readonly on: string | Readonly<Record<string, unknown>>;
  /** For whoever looks at the machine. */
  readonly comments: readonly string[];
};

/** The server's job control, over one session that is made when it is first needed. */
export type Link = {
  readonly system: SystemId;
  readonly status: () => ConnectionStatus;
  readonly describe: () => Promise<SystemDescription>;
  /** The JobOrderList as it stands, each entry as plain JSON. */
  readonly list: (doing: string) => Promise<readonly unknown[]>;
  /** The responses that there are, in the order of the ids; empty without a response provider. */
  readonly responses: (doing: string, ids: readonly string[]) => Promise<readonly JobResponse[]>;
  /**
   * The responses of all jobs in these states, by their numbers, each as plain JSON; empty where the server has no
   * method for that.
   */
  readonly responsesByState: (doing: string, states: readonly number[]) => Promise<readonly unknown[]>;
  /** @throws ConnectorError for a ReturnStatus that is a refusal. */
  readonly command: (place: Omit<FailurePlace, "system">, command: Command) => Promise<void>;
  readonly close: () => Promise<void>;
};

export function openLink(system: SystemId, settings: OpcuaJobControlSettings, onMoved: (event: unknown) => void): Link {
  const connection = makeConnection(settings, systemClock);
  let current: Promise<OpenSession> | null = null;

  function connect(): Promise<OpenSession> {
    const opening = openSession(settings, {
      onMoved,
      onGone: () => {
        if (current === opening) current = null;
      },
    });
    current = opening;
    opening.catch(() => {
      if (current === opening) current = null;
    });
    return opening;
  }

  /** A session that can be used now; one that is being repaired is waited for. */
  async function ready(place: FailurePlace): Promise<OpenSession> {
    try {
      const open = await (current ?? connect());
      await restored(open, settings.timeoutMs);
      return open;
    } catch (error) {
      throw notConnected(error, place);
    }
  }

  async function request<T>(place: FailurePlace, isWrite: boolean, ask: (open: OpenSession) => Promise<T>): Promise<T> {
    return await connection.run(place, async () => {
      for (let attempt = 1; ; attempt++) {
        const open = await ready(place);
        try {
          return await withinTime(settings.timeoutMs, ask(open));
        } catch (error) {
          // The break may have come to light only now: what changes nothing is asked again when it is repaired.
          const isRepeatable = !(error instanceof ConnectorError) && (!isWrite || wasNotSent(error));
          if (attempt > 1 || !isRepeatable) throw noAnswer(error, place, isWrite);
        }
      }
    });
  }

  async function describe(): Promise<SystemDescription> {
    const place = { system, doing: "reading version and clock" };
    return await request(place, false, async ({ opcua, session }) => {
      const { Server_ServerStatus_BuildInfo_SoftwareVersion: version, Server_ServerStatus_CurrentTime: now } =
        opcua.VariableIds;
      const asked = [version, now].map((node) => ({ nodeId: opcua.makeNodeId(node) }));
      return toDescription(...(await session.read(asked)).map((told) => told.value.value as unknown));
    });
  }

  async function list(doing: string): Promise<readonly unknown[]> {
    const place = { system, doing };
    return await request(place, false, async ({ opcua, session, nodes }) => {
      const { statusCode, value } = await session.read({
        nodeId: nodes.jobOrderList,
        attributeId: opcua.AttributeIds.Value,
      });
      if (statusCode.isBad()) throw badStatus(statusCode.name, place, false);
      return promised(CONTRACTS.list(toPlain(value.value ?? [])), place, "JobOrderList");
    });
  }

  async function responses(doing: string, ids: readonly string[]): Promise<readonly JobResponse[]> {
    const place = { system, doing };
    const found: JobResponse[] = [];
    for (let at = 0; at < ids.length; at += CALLS_PER_REQUEST) {
      const some = ids.slice(at, at + CALLS_PER_REQUEST);
      const results = await request(place, false, async ({ opcua, session, nodes }) => {
        if (nodes.responses === null) return [];
        const { object, request: method } = nodes.responses;
        const calls = some.map((id): CallMethodRequestLike => ({
          objectId: object,
          methodId: method,
          inputArguments: [{ dataType: opcua.DataType.String, value: id }],
        }));
        return await session.call(calls);
      });
      for (const result of results) {
        if (isAbsent(result.statusCode.name)) continue;
        if (result.statusCode.isBad()) throw badStatus(result.statusCode.name, place, false);
        const [response] = result.outputArguments ?? [];
        if (response?.value == null) continue; // no response yet, or none any more
        found.push(promised(CONTRACTS.jobResponse(toPlain(response.value)), place, "JobResponse"));
      }
    }
    return found;
  }

  async function responsesByState(doing: string, states: readonly number[]): Promise<readonly unknown[]> {
    const place = { system, doing };
    const found: unknown[] = [];
    for (const stateNumber of states) {
      const result = await request(place, false, async ({ opcua, session, nodes }) => {
        if (nodes.responses === null || nodes.responses.byState === null) return null;
        const type = opcua.makeNodeId(STATE_DATA_TYPE, nodes.namespace);
        const fields = { browsePath: { elements: [] }, stateText: { text: "" }, stateNumber };
        const state = await session.constructExtensionObject(type, fields);
        return await session.call({
          objectId: nodes.responses.object,
          methodId: nodes.responses.byState,
          inputArguments: [
            { dataType: opcua.DataType.ExtensionObject, arrayType: opcua.VariantArrayType.Array, value: [state] },
          ],
        });
      });
      if (result === null || isAbsent(result.statusCode.name)) continue;
      if (result.statusCode.isBad()) throw badStatus(result.statusCode.name, place, false);
      const [those] = result.outputArguments ?? [];
      for (const one of promised(CONTRACTS.list(toPlain(those?.value ?? [])), place, "JobResponses")) found.push(one);
    }
    return found;
  }

  async function command(at: Omit<FailurePlace, "system">, { method, on, comments }: Command): Promise<void> {
    const place = { ...at, system };
    const result = await request(place, true, async ({ opcua, session, nodes }): Promise<CallMethodResult> => {
      const methodId = nodes.methods.get(method);
      if (methodId === undefined) {
        throw new ConnectorError("rejected", { ...place, field: method, cause: `the server has no method ${method}` });
      }
      const first =
        typeof on === "string"
          ? { dataType: opcua.DataType.String, value: on }
          : {
              dataType: opcua.DataType.ExtensionObject,
              value: await session.constructExtensionObject(opcua.makeNodeId(JOB_ORDER_DATA_TYPE, nodes.namespace), {
                ...on,
              }),
            };
      const second = {
        dataType: opcua.DataType.LocalizedText,
        arrayType: opcua.VariantArrayType.Array,
        value: comments.map((text) => ({ text })),
      };
      return await session.call({ objectId: nodes.receiver, methodId, inputArguments: [first, second] });
    });
    if (result.statusCode.isBad()) throw badArgument(result, place) ?? badStatus(result.statusCode.name, place, true);
    const status = toStatus(result.outputArguments?.[0]?.value);
    if (status === null) {
      throw new ConnectorError("contract broken", { ...place, cause: `${method} answered without a ReturnStatus` });
    }
    const refusal = refused(status, place);
    if (refusal !== null) throw refusal;
    if (!result.statusCode.isGood()) throw badStatus(result.statusCode.name, place, true);
  }

  async function close(): Promise<void> {
    const closing = current;
    current = null;
    const open = await closing?.catch(() => null);
    await open?.close();
  }

  return { system, status: connection.status, describe, list, responses, responsesByState, command, close };
}

/** Waits until node-opcua has repaired the session. */
async function restored({ session }: OpenSession, timeoutMs: number): Promise<void> {
  if (!session.isReconnecting) return;
  try {
    await once(session, "session_restored", { signal: AbortSignal.timeout(timeoutMs) });
  } catch (error) {
    throw new Error(`the connection broke and was not repaired within ${timeoutMs} ms`, { cause: error });
  }
}

function badArgument(
  { statusCode, inputArgumentResults }: CallMethodResult,
  place: FailurePlace,
): ConnectorError | null {
  const at = (inputArgumentResults ?? []).findIndex((code) => code.isBad());
  if (at < 0) return null;
  const field = at === 0 ? "the first argument" : "Comment";
  const cause = `${statusCode.name}: ${field} is ${inputArgumentResults?.[at]?.name}`;
  return new ConnectorError("rejected", { ...place, field, cause });
}

function promised<T>(
  read: { readonly value: T } | { readonly field: string; readonly problem: string },
  place: FailurePlace,
  what: string,
): T {
  if ("value" in read) return read.value;
  const field = `${what}, ${read.field}`;
  throw new ConnectorError("contract broken", { ...place, field, cause: `${field} ${read.problem}` });
}
