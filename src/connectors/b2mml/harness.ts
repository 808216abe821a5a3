import type { JobOrderId, PlantId, SystemId } from "../../domain/ids.ts";
import type { Harness, PreparedWrite } from "../conformance.ts";
import { startFaultProxy, type FaultProxy } from "../fault-proxy.ts";
import type { LiveConnector } from "../live-connector.ts";
import type { Jobs } from "../port.ts";
import { makeConnector } from "../registry.ts";
import { tried } from "../tried-harness.ts";
import { startBroker, type Broker } from "./broker-harness.ts";
import type { Edition } from "./edition.ts";
import { fakeMes, serveOverHttp, serveOverMqtt, type FakeMes, type Interception } from "./fake.ts";
import { hasSchemas, sampleJob, schemaProblems } from "./testing.ts";

const API_KEY = "conformance-key";
const SYSTEM = "mes" as SystemId;
const QUICK = { attempts: 1, failuresToPause: 1_000 };
/** How long an answer over MQTT is waited for: each one that is lost costs a test as much. */
const ANSWER_MS = 700;

/** What a test may set; the rest is as `heddle.yaml` has it by default. */
export type MesOptions = {
  readonly edition?: Edition;
  readonly verbs?: "process" | "sync";
  readonly workMasters?: boolean;
  readonly clientId?: string;
  /** How long an answer over MQTT is waited for, in milliseconds. */
  readonly timeoutMs?: number;
};

export type RunningB2mml = {
  readonly mes: FakeMes;
  readonly connector: LiveConnector & { readonly jobs: Jobs };
  readonly withWrongKey: LiveConnector;
  readonly proxy: FaultProxy;
  /** @throws Error when a message of edition 7.01 was not valid by MESA's schemas, where these are there. */
  readonly close: () => Promise<void>;
};

/** Asks change nothing; all else does. */
function isWrite(xml: string): boolean {
  return !/<Get[A-Z]\w+ /.test(xml.slice(0, 200));
}

function settingsOf({ edition = "7.01", verbs = "process", workMasters = false }: MesOptions) {
  return { ...QUICK, version: edition, verbs, workMasters, receiver: "fake-mes" };
}

/** The MES, with every message of edition 7.01 that it sees held against MESA's schemas, where these are there. */
function watchedMes(edition: Edition): { readonly mes: FakeMes; readonly assertValid: () => void } {
  const problems: string[] = [];
  const isChecked = edition === "7.01" && hasSchemas;
  const mes = fakeMes(edition, (xml) => {
    if (!isChecked) return;
    for (const problem of schemaProblems(xml)) problems.push(`${problem} in ${xml}`);
  });
  return {
    mes,
    assertValid() {
      if (problems.length > 0) throw new Error(`not valid by the schemas: ${problems.slice(0, 3).join("\n")}`);
    },
  };
}

export async function startB2mmlOverHttp(options: MesOptions = {}): Promise<RunningB2mml> {
  const { mes, assertValid } = watchedMes(options.edition ?? "7.01");
  const server = await serveOverHttp(mes, API_KEY);
  const proxy = await startFaultProxy(server.url, (_method, _path, body) => isWrite(body));
  const settings = { ...settingsOf(options), transport: "http", url: `${proxy.url}/b2mml` };
  const connector = makeConnector("b2mml", SYSTEM, { ...settings, apiKey: API_KEY });
  const withWrongKey = makeConnector("b2mml", SYSTEM, { ...settings, apiKey: "some-other-key" });
  return {
    mes,
    connector: withJobs(connector),
    withWrongKey,
    proxy,
    async close() {
      await connector.close?.();
      await withWrongKey.close?.();
      await proxy.stop();
      await server.close();
      assertValid();
    },
  };
}

export const TOPICS = { request: "plant/1000/b2mml/request", answer: "plant/1000/b2mml/answer" };

export async function startB2mmlOverMqtt(options: MesOptions = {}): Promise<RunningB2mml> {
  const { mes, assertValid } = watchedMes(options.edition ?? "7.01");
  const broker = await startBroker();
  const faults = makeFaults(broker);
  const credentials = { username: broker.username, password: broker.password };
  const peer = await serveOverMqtt(mes, { url: broker.url, ...credentials }, TOPICS, faults.intercept);
  const settings = {
    ...settingsOf(options),
    transport: "mqtt",
    url: broker.url,
    requestTopic: TOPICS.request,
    answerTopic: TOPICS.answer,
    timeoutMs: options.timeoutMs ?? ANSWER_MS,
    ...(options.clientId === undefined ? {} : { clientId: options.clientId }),
  };
  const connector = makeConnector("b2mml", SYSTEM, { ...settings, ...credentials });
  const withWrongKey = makeConnector("b2mml", SYSTEM, { ...settings, ...credentials, password: "some-other" });
  return {
    mes,
    connector: withJobs(connector),
    withWrongKey,
    proxy: faults.proxy,
    async close() {
      await connector.close?.();
      await withWrongKey.close?.();
      await peer.close();
      await broker.close();
      assertValid();
    },
  };
}

function withJobs(connector: LiveConnector): LiveConnector & { readonly jobs: Jobs } {
  const { jobs } = connector;
  if (jobs === undefined) throw new Error("the connector has no jobs");
  return { ...connector, jobs };
}

/** The faults of a `FaultProxy`, where there is no HTTP to break: the MES's end of the topics, and the broker. */
function makeFaults(broker: Broker): { readonly proxy: FaultProxy; readonly intercept: Interception } {
  let fault: { nth: number; readonly fate: "drop message" | "drop answer" } | null = null;
  return {
    intercept(xml) {
      if (fault === null || !isWrite(xml)) return "pass";
      fault.nth -= 1;
      if (fault.nth > 0) return "pass";
      const { fate } = fault;
      fault = null;
      return fate;
    },
    proxy: {
      url: broker.url,
      cutBeforeWrite: (nth) => void (fault = { nth, fate: "drop message" }),
      cutAfterWrite: (nth) => void (fault = { nth, fate: "drop answer" }),
      answerWrite: noStatus,
      answerNext: noStatus,
      calm() {
        const wasSet = fault !== null;
        fault = null;
        return wasSet;
      },
      stop: broker.stop,
      start: broker.start,
    },
  };
}

function noStatus(): never {
  throw new Error("MQTT has no answers with a status");
}

/** B2MML over HTTP under the conformance suite, with work masters: a write of two messages. */
export async function b2mmlOverHttpHarness(): Promise<Harness> {
  return harnessOf(await startB2mmlOverHttp({ workMasters: true }));
}

export async function b2mmlOverMqttHarness(): Promise<Harness> {
  return harnessOf(await startB2mmlOverMqtt());
}

function harnessOf({ mes, connector, withWrongKey, proxy, close }: RunningB2mml): Harness {
  const { jobs } = connector;
  let orders = 0;
  const nextOrder = () => `MO-${(orders += 1)}`;
  const timesDone = async (key: string) => mes.timesDone(key);

  /** A job that the MES has, with the version that it was read in. */
  async function standing(prepare: (job: JobOrderId) => void = () => undefined) {
    const job = sampleJob(nextOrder());
    await jobs.dispatch.write(job, `standing:${orders}` as Parameters<typeof jobs.dispatch.write>[1]);
    prepare(job.id);
    const held = (await jobs.read([job.id])).get(job.id);
    if (held === undefined) throw new Error("the job that was just made is not there");
    return { job, expected: held.version };
  }

  const writes: Record<string, () => Promise<PreparedWrite>> = {
    "jobs.dispatch": async () => ({ ...tried(jobs.dispatch, sampleJob(nextOrder())), timesDone }),
    async "jobs.change"() {
      const { job, expected } = await standing();
      const value = { ...job, version: 2, priority: 9 };
      return { ...tried(jobs.change, { value, expected }), timesDone, disturb: async () => mes.start(job.id) };
    },
    async "jobs.hold"() {
      const { job, expected } = await standing();
      const input = { job: job.id, reason: "ECO-1 takes its design away", expected };
      return { ...tried(jobs.hold, input), timesDone, disturb: async () => mes.start(job.id) };
    },
    async "jobs.release"() {
      const held = await standing();
      const key = `held:${orders}` as Parameters<typeof jobs.hold.write>[1];
      const { version } = await jobs.hold.write({ job: held.job.id, reason: "wait", expected: held.expected }, key);
      if (version === null) throw new Error("the held job has no version");
      const input = { job: held.job.id, expected: version };
      return { ...tried(jobs.release, input), timesDone, disturb: async () => mes.complete(held.job.id) };
    },
    async "jobs.cancel"() {
      const { job } = await standing();
      return { ...tried(jobs.cancel, { job: job.id, reason: "the customer withdrew" }), timesDone };
    },
  };

  return {
    connector,
    withWrongKey,
    proxy,
    plant: "1000" as PlantId,
    writes,
    histories: {
      jobs: {
        changedSince: jobs.changedSince,
        async editLine() {
          const { job } = await standing();
          mes.report(job.id, "3", "1");
          return job.id;
        },
        async deleteOne() {
          const { job } = await standing();
          mes.withdraw(job.id);
          return job.id;
        },
        async addMany() {
          const many = Array.from({ length: 210 }, () => sampleJob(nextOrder()));
          for (const job of many)
            await jobs.dispatch.write(job, `many:${job.order}` as Parameters<typeof jobs.dispatch.write>[1]);
          return many.map(({ id }) => id);
        },
      },
    },
    async exactNumbers() {
      const { job } = await standing((id) => mes.report(id, "1234567.000001", "0.1"));
      const held = async () => (await jobs.read([job.id])).get(job.id)!.value;
      return [
        { what: "good pieces", read: async () => (await held()).good.amount, expected: "1234567.000001" },
        { what: "scrap", read: async () => (await held()).scrap.amount, expected: "0.1" },
      ];
    },
    async nulls() {
      const { job } = await standing();
      const held = async () => (await jobs.read([job.id])).get(job.id)!.value;
      return [
        { what: "the cancellation of a job that nobody cancelled", read: async () => (await held()).cancellation },
        { what: "the refusal of a job that was not refused", read: async () => (await held()).refusal },
        { what: "jobs that the MES does not know", read: () => jobs.read(["1000:NONE" as JobOrderId]) },
      ];
    },
    errorAs200: {
      headers: { "content-type": "application/xml" },
      body:
        '<ConfirmBOD xmlns="http://www.mesa.org/xml/B2MML"><DataArea><Confirm><ResponseCriteria>' +
        '<ResponseExpression actionCode="Rejected"/><ChangeStatus><ReasonCode>Licence</ReasonCode></ChangeStatus>' +
        "</ResponseCriteria></Confirm><BOD/></DataArea></ConfirmBOD>",
    },
    close,
  };
}
