import { startSandboxMes } from "../../../sandbox/mes/server.ts";
import type { JobOrderId } from "../../domain/ids.ts";
import { type JobOrder } from "../../domain/job-order.ts";
import type { Harness, PreparedHistory, PreparedNull, PreparedShopEvents, PreparedWrite } from "../conformance.ts";
import type { Connector, Jobs } from "../port.ts";
import { ERROR_AS_200, startSandbox, type BackDoor } from "../sandbox-harness.ts";
import { trialJob } from "../trial-records-harness.ts";
import { tried } from "../tried-harness.ts";

const PATH = "/mes/v1/job-orders";

/** The sandbox MES under the conformance suite; its shop's clock stands still. */
export async function sandboxMesHarness(): Promise<Harness> {
  const sandbox = await startSandbox("sandbox-mes", startSandboxMes);
  const { backDoor } = sandbox;
  const { jobs } = sandbox.connector as Required<Connector>;
  let orders = 0;
  const nextJob = () => trialJob(`MO-${(orders += 1)}`);
  const standing = await dispatched(backDoor, nextJob());
  const unwanted = await dispatched(backDoor, nextJob());

  /** A job that the MES has, and its version there. */
  async function ready(): Promise<{ readonly job: JobOrder; readonly expected: string }> {
    const job = nextJob();
    return { job, expected: (await dispatched(backDoor, job)).etag };
  }

  /** How often the job's log has the action with this key. */
  async function logged(job: JobOrderId, action: string, key: string): Promise<number> {
    const log = await backDoor<{ value: { action: string }[] }>("GET", `${PATH}/${job}/log?reference=${key}`);
    return log.value.filter((entry) => entry.action === action).length;
  }

  const writes: Record<string, () => Promise<PreparedWrite>> = {
    async "jobs.dispatch"() {
      const job = nextJob();
      return {
        ...tried(jobs.dispatch, job),
        timesDone: async () =>
          (await backDoor<{ value: unknown[] }>("GET", `${PATH}?externalId=${job.id}`)).value.length,
      };
    },
    async "jobs.change"() {
      const { job, expected } = await ready();
      const value = { ...job, version: 2, priority: 9 };
      return {
        ...tried(jobs.change, { value, expected }),
        timesDone: (key) => logged(job.id, "CHANGED", key),
        disturb: () => toggled(backDoor, job.id, expected),
      };
    },
    async "jobs.hold"() {
      const { job, expected } = await ready();
      return {
        ...tried(jobs.hold, { job: job.id, reason: "ECO-1 takes its design away", expected }),
        timesDone: (key) => logged(job.id, "HELD", key),
        disturb: () => toggled(backDoor, job.id, expected),
      };
    },
    async "jobs.release"() {
      const { job, expected: before } = await ready();
      const { etag } = await held(backDoor, job.id, before);
      return {
        ...tried(jobs.release, { job: job.id, expected: etag }),
        timesDone: (key) => logged(job.id, "RELEASED", key),
        async disturb() {
          const released = await backDoor<Sent>("POST", `${PATH}/${job.id}/release`, {}, etag);
          await held(backDoor, job.id, released.etag);
        },
      };
    },
    async "jobs.cancel"() {
      const { job } = await ready();
      return {
        ...tried(jobs.cancel, { job: job.id, reason: "the customer cancelled" }),
        timesDone: (key) => logged(job.id, "CANCEL_ASKED", key),
      };
    },
  };

  const history: PreparedHistory = {
    changedSince: jobs.changedSince,
    async editLine() {
      const path = `${PATH}/${standing.externalId}`;
      const { version, components, etag } = await backDoor<Sent>("GET", path);
      const { number: _number, etag: _first, ...sent } = standing;
      const [first, ...rest] = components;
      const next = version + 1;
      const edited = { ...sent, version: next, components: [{ ...first, quantity: String(next) }, ...rest] };
      await backDoor("PUT", path, edited, etag);
      return standing.externalId;
    },
    // A job is cancelled, never deleted.
    async deleteOne() {
      await backDoor("POST", `${PATH}/${unwanted.externalId}/cancel`, { reason: "sent by mistake" });
      return unwanted.externalId;
    },
    async addMany() {
      const ids: string[] = [];
      for (let i = 0; i < 210; i++) ids.push((await dispatched(backDoor, nextJob())).externalId);
      return ids;
    },
  };

  return {
    ...sandbox,
    writes,
    histories: { jobs: history },
    shopEvents: shopEvents(backDoor, sandbox.connector.system),
    nulls: async () => nulls(jobs, (await ready()).job.id),
    errorAs200: ERROR_AS_200,
  };
}

/** What terminals tell: the shop's clock stands still, so nothing else is told meanwhile. */
function shopEvents(backDoor: BackDoor, system: string): PreparedShopEvents {
  let told = 0;
  const nextEvent = () => ({ ...EVENT, id: `EVT-T${(told += 1)}` });
  const tell = (events: readonly object[]) => backDoor("POST", "/_sandbox/events", { events });
  return {
    async happen() {
      const events = Array.from({ length: 250 }, nextEvent);
      await tell(events);
      return events.map(({ id, source }) => ({ source: `${system}:${source}`, id }));
    },
    async tellBad() {
      const bad = { ...nextEvent(), quantities: { good: "a few", scrap: "0", rework: "0" } };
      await tell([bad]);
      return { id: bad.id, field: "quantities.good" };
    },
  };
}

/** Written by hand, so that a mistake of the mapping shows. */
const EVENT = {
  source: "LAS-1/1",
  type: "GOOD",
  time: "2026-03-02T06:17:11.779Z",
  plant: "1000",
  order: "MO-1",
  jobNumber: "JOB-000001",
  externalId: "1000:MO-1",
  jobVersion: 1,
  itemCode: "SMP-101",
  revision: "A",
  operation: "0010",
  workCenter: "LAS-1",
  station: "LAS-1/1",
  operator: "OP-114",
  quantities: { good: "1", scrap: "0", rework: "0" },
  unit: "EA",
  workSeconds: 24.5,
  reworked: false,
  reason: null,
  lot: "JOB-000001",
  serials: [],
  material: null,
  measurement: null,
  defect: null,
  about: null,
  instead: null,
};

function nulls(jobs: Jobs, job: JobOrderId): readonly PreparedNull[] {
  const now = async () => {
    const found = (await jobs.read([job])).get(job);
    if (found === undefined) throw new Error(`the MES does not have ${job}, which was just sent`);
    return found.value;
  };
  return [
    { what: "the cancellation of a job that nobody cancels", read: async () => (await now()).cancellation },
    { what: "the refusal of a job that was taken", read: async () => (await now()).refusal },
  ];
}

type Sent = {
  readonly externalId: string;
  readonly version: number;
  readonly components: readonly object[];
  readonly number: string;
  readonly etag: string;
};

/** Sends a job past the connector: written by hand, so that a mistake of the mapping shows. */
async function dispatched(backDoor: BackDoor, { id, plant, order }: JobOrder): Promise<Sent> {
  const sent = {
    externalId: id,
    plant,
    order,
    version: 1,
    itemCode: "SMP-101",
    name: "Motor bracket",
    quantity: "5",
    unit: "EA",
    priority: 0,
    operations: [{ operation: "0010", name: "Laser cut", workCenter: "LAS-1", setupSeconds: 900, runSeconds: 25 }],
    components: [{ line: "0010", operation: "0010", itemCode: "RAW-DC01-15", quantity: "1.06", unit: "KGM" }],
  };
  const { number, etag } = await backDoor<Sent>("POST", PATH, sent);
  return { ...sent, number, etag };
}

async function held(backDoor: BackDoor, job: JobOrderId, etag: string): Promise<Sent> {
  return await backDoor<Sent>("POST", `${PATH}/${job}/hold`, { reason: "machine down" }, etag);
}

/** Somebody holds a job and lets it go again. */
async function toggled(backDoor: BackDoor, job: JobOrderId, etag: string): Promise<void> {
  const { etag: after } = await held(backDoor, job, etag);
  await backDoor("POST", `${PATH}/${job}/release`, {}, after);
}
