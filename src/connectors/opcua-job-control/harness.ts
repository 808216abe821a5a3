import { copyFile, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JobOrderId, SystemId } from "../../domain/ids.ts";
import { type Job } from "../../domain/job-order.ts";
import type { Held } from "../../domain/plant-item.ts";
import type { Harness, PreparedHistory, PreparedNull, PreparedNumber, PreparedWrite } from "../conformance.ts";
import { ConnectorError } from "../connector-error.ts";
import type { LiveConnector } from "../live-connector.ts";
import type { Connector, Jobs } from "../port.ts";
import { makeConnector } from "../registry.ts";
import { PLANT, trialJob } from "../trial-records-harness.ts";
import { tried } from "../tried-harness.ts";
import { RECEIVER, RESPONSES, startJobControl, type JobControlServer } from "./job-control-harness.ts";
import { startOpcuaProxy, type OpcuaProxy } from "./opcua-proxy-harness.ts";
import { openShopFloor, type ShopFloor } from "./shop-floor-harness.ts";

const KIND = "opcua-job-control";
const USER = { name: "heddle", password: "conformance" };

export type RunningJobControl = {
  readonly connector: LiveConnector;
  readonly jobs: Jobs;
  /** What is there, and what the people there do. */
  readonly floor: ShopFloor;
  readonly server: () => JobControlServer;
  readonly proxy: OpcuaProxy;
  /** What `heddle.yaml` would say of the connection. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** One more connector to the server, with other settings. */
  readonly connect: (more?: object) => LiveConnector;
  /** Exchanges the certificates of both sides, as an operator does who moves them from `rejected` to `trusted`. */
  readonly introduce: (pkiFolder: string) => Promise<void>;
  readonly folder: string;
  /** Stops the server and starts it again: its sessions are gone, its jobs are not. */
  readonly restart: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** A server with job control behind a proxy that can break, and a connector to it that both trust. For tests. */
export async function startTrusted(events = true): Promise<RunningJobControl> {
  const folder = await mkdtemp(join(tmpdir(), "opcua-"));
  const proxy = await startOpcuaProxy();
  const floor = openShopFloor();
  const start = () =>
    startJobControl({
      floor,
      folder: join(folder, "server"),
      advertised: proxy.url,
      user: USER,
      onCall: proxy.onCall,
      cut: proxy.cut,
      events,
    });
  let server = await start();
  proxy.passTo(server.port);

  const settings = {
    url: proxy.url,
    receiver: RECEIVER,
    responses: RESPONSES,
    pkiFolder: join(folder, "heddle"),
    userName: USER.name,
    password: USER.password,
    publishingMs: 50,
    timeoutMs: 5_000,
    failuresToPause: 1_000,
  };
  const connectors: LiveConnector[] = [];
  function connect(more: object = {}): LiveConnector {
    const connector = makeConnector(KIND, KIND as SystemId, { ...settings, ...more });
    connectors.push(connector);
    return connector;
  }

  async function introduce(pkiFolder: string): Promise<void> {
    // The first contact makes Heddle's certificate, and fails: neither side knows the other.
    const refusal = await connect({ pkiFolder })
      .check()
      .catch((error: unknown) => error);
    if (!(refusal instanceof ConnectorError) || refusal.kind !== "access denied") throw refusal;
    const rejected = join(pkiFolder, "rejected");
    for (const file of await readdir(rejected)) await rm(join(rejected, file));
    await copyFile(server.certificateFile, join(pkiFolder, "trusted", "certs", "server.pem"));
    await server.trust(join(pkiFolder, "own", "certs", "client_certificate.pem"));
  }

  await introduce(join(folder, "heddle"));
  const connector = connect();
  return {
    connector,
    jobs: (connector as Required<Connector>).jobs,
    floor,
    server: () => server,
    proxy,
    settings,
    connect,
    introduce,
    folder,
    async restart() {
      await server.close();
      server = await start();
      proxy.passTo(server.port);
    },
    async close() {
      for (const one of connectors) await one.close?.();
      await proxy.stop();
      await server.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** OPC UA Job Control under the conformance suite; nothing happens on its shop floor. */
export async function opcuaJobControlHarness(): Promise<Harness> {
  const running = await startTrusted();
  const { connector, connect, floor, jobs, proxy, close } = running;
  let orders = 0;
  const nextJob = () => trialJob(`MO-${(orders += 1)}`);
  const standing = nextJob();
  floor.put(storedOrder(standing.id));
  const unwanted = nextJob();
  floor.put(storedOrder(unwanted.id));
  let edits = 0;

  /** A job that the server has, and its version there. */
  async function ready(state: "AllowedToStart" | "NotAllowedToStart" = "AllowedToStart") {
    const job = nextJob();
    floor.put(storedOrder(job.id), state);
    return { job, expected: (await theJob(jobs, job.id)).version };
  }
  const disturbed = async (id: JobOrderId) => floor.edit(id, { priority: 77 });

  const writes: Record<string, () => Promise<PreparedWrite>> = {
    async "jobs.dispatch"() {
      const job = nextJob();
      return {
        ...tried(jobs.dispatch, job),
        timesDone: async () => floor.timesDone("StoreAndStart", job.id),
      };
    },
    async "jobs.change"() {
      const { job, expected } = await ready();
      return {
        ...tried(jobs.change, { value: { ...job, version: 2, priority: 9 }, expected }),
        timesDone: async () => floor.timesDone("Update", job.id),
        disturb: () => disturbed(job.id),
      };
    },
    async "jobs.hold"() {
      const { job, expected } = await ready();
      return {
        ...tried(jobs.hold, { job: job.id, reason: "ECO-1 takes its design away", expected }),
        timesDone: async () => floor.timesDone("RevokeStart", job.id),
        disturb: () => disturbed(job.id),
      };
    },
    async "jobs.release"() {
      const { job, expected } = await ready("NotAllowedToStart");
      return {
        ...tried(jobs.release, { job: job.id, expected }),
        timesDone: async () => floor.timesDone("Start", job.id),
        disturb: () => disturbed(job.id),
      };
    },
    async "jobs.cancel"() {
      const { job } = await ready();
      return {
        ...tried(jobs.cancel, { job: job.id, reason: "the customer cancelled" }),
        timesDone: async () => floor.timesDone("Cancel", job.id),
      };
    },
  };

  const history: PreparedHistory = {
    changedSince: jobs.changedSince,
    async editLine() {
      const [made, ...rest] = storedOrder(standing.id).materialRequirements;
      const quantity = `${(edits += 1)}.5`;
      floor.edit(standing.id, { materialRequirements: [made, ...rest.map((line) => ({ ...line, quantity }))] });
      return standing.id;
    },
    async deleteOne() {
      floor.remove(unwanted.id);
      return unwanted.id;
    },
    async addMany() {
      return Array.from({ length: 210 }, () => {
        const { id } = nextJob();
        floor.put(storedOrder(id));
        return id;
      });
    },
  };

  return {
    connector,
    withWrongKey: connect({ password: "some-other-password" }),
    proxy,
    plant: PLANT,
    writes,
    histories: { jobs: history },
    exactNumbers: async () => exactNumbers(running, nextJob().id),
    nulls: async () => nulls(jobs, (await ready()).job.id),
    endSession: async () => running.server().endSessions(),
    close,
  };
}

function exactNumbers({ floor, jobs }: RunningJobControl, job: JobOrderId): readonly PreparedNumber[] {
  floor.put(storedOrder(job));
  floor.begin(job);
  floor.made(job, "12345678901234567.000001", 1_234_567.000_001);
  return [
    {
      what: "good as text",
      read: async () => (await theJob(jobs, job)).value.good.amount,
      expected: "12345678901234567.000001",
    },
    {
      what: "scrap as Double",
      read: async () => (await theJob(jobs, job)).value.scrap.amount,
      expected: "1234567.000001",
    },
  ];
}

function nulls(jobs: Jobs, job: JobOrderId): readonly PreparedNull[] {
  return [
    {
      what: "the cancellation of a job that nobody cancels",
      read: async () => (await theJob(jobs, job)).value.cancellation,
    },
    { what: "the refusal of a job that was taken", read: async () => (await theJob(jobs, job)).value.refusal },
  ];
}

async function theJob(jobs: Jobs, id: JobOrderId): Promise<Held<Job>> {
  const held = (await jobs.read([id])).get(id);
  if (held === undefined) throw new Error(`the server does not have ${id}`);
  return held;
}

/** A job order as another client would store it: written by hand, so that a mistake of the mapping shows. */
export function storedOrder(id: string) {
  const pieces = { namespaceUri: "http://www.opcfoundation.org/UA/units/un/cefact", unitId: 0x4541 };
  const kilograms = { ...pieces, unitId: 0x4b474d };
  return {
    jobOrderID: id,
    description: [{ text: "Motor bracket" }],
    priority: 0,
    jobOrderParameters: [{ ID: "HeddleVersion", value: { dataType: "UInt32", value: 1 } }],
    materialRequirements: [
      { materialDefinitionID: "SMP-101", materialUse: "material produced", quantity: "5", engineeringUnits: pieces },
      {
        materialDefinitionID: "RAW-DC01-15",
        materialUse: "material consumed",
        quantity: "1.06",
        engineeringUnits: kilograms,
      },
    ],
  };
}
