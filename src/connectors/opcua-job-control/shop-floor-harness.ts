/** States by their numbers in `ISA95JobOrderReceiverObjectType`. */
export const STATES = {
  NotAllowedToStart: 1,
  AllowedToStart: 2,
  Running: 3,
  Interrupted: 4,
  Ended: 5,
  Aborted: 6,
} as const;
type StateName = keyof typeof STATES;

/** Bits of a method's ReturnStatus, OPC 10031-4 B.2. */
export const NO_ERROR = 0;
export const UNKNOWN_JOB_ORDER = 1;
const INVALID_STATUS = 3;
const UNABLE_TO_ACCEPT = 4;

type Transition = { readonly from: readonly StateName[]; readonly to: StateName | "gone" };

/** Which method leads from which states where. */
const TRANSITIONS: Readonly<Record<string, Transition>> = {
  Start: { from: ["NotAllowedToStart"], to: "AllowedToStart" },
  RevokeStart: { from: ["AllowedToStart"], to: "NotAllowedToStart" },
  Pause: { from: ["Running"], to: "Interrupted" },
  Resume: { from: ["Interrupted"], to: "Running" },
  Stop: { from: ["Running", "Interrupted"], to: "Ended" },
  Abort: { from: ["NotAllowedToStart", "AllowedToStart", "Running", "Interrupted"], to: "Aborted" },
  Cancel: { from: ["NotAllowedToStart", "AllowedToStart"], to: "gone" },
  Clear: { from: ["Ended", "Aborted"], to: "gone" },
};
export const METHODS_ON_AN_ID = Object.keys(TRANSITIONS);
export const METHODS_ON_AN_ORDER = ["Store", "StoreAndStart", "Update"];

/** The fields of an ISA95JobOrderDataType. */
export type StoredOrder = { readonly jobOrderID: string } & Readonly<Record<string, unknown>>;

export type StoredJob = {
  readonly order: StoredOrder;
  readonly state: StateName;
  /** A number, or the text of one where the server keeps texts. */
  readonly good: number | string;
  readonly scrap: number | string;
  readonly begun: Date | null;
  readonly ended: Date | null;
  /** More fields of its ISA95JobResponseDataType. */
  readonly response: Readonly<Record<string, unknown>>;
};

/** The state machine of OPC 10031-4, and people who work. Outlives the server before it. */
export type ShopFloor = {
  readonly jobs: () => readonly StoredJob[];
  readonly job: (id: string) => StoredJob | undefined;
  /** A method on one job, by id: the bit of its ReturnStatus. */
  readonly act: (method: string, id: string) => number;
  /** `Store`, `StoreAndStart` or `Update`. */
  readonly take: (method: string, order: StoredOrder) => number;
  /** How often a method did its work on a job. */
  readonly timesDone: (method: string, id: string) => number;
  /** As if another client stored it, and changed it. */
  readonly put: (order: StoredOrder, state?: StateName) => void;
  readonly edit: (id: string, more: Readonly<Record<string, unknown>>) => void;
  readonly begin: (id: string) => void;
  readonly made: (id: string, good: number | string, scrap: number | string) => void;
  readonly end: (id: string) => void;
  /** Fields of the job's response, from the next time on that it is told. */
  readonly fill: (id: string, response: Readonly<Record<string, unknown>>) => void;
  /** Takes a job off the list without a word to anybody. */
  readonly remove: (id: string) => void;
  /** Who is told of each job that moved; one at a time. */
  readonly tell: (listener: (job: StoredJob) => void) => void;
};

export function openShopFloor(): ShopFloor {
  const jobs = new Map<string, StoredJob>();
  const done: { readonly method: string; readonly id: string }[] = [];
  let listener: ((job: StoredJob) => void) | null = null;

  function put(order: StoredOrder, state: StateName = "AllowedToStart"): void {
    const job = { order, state, good: 0, scrap: 0, begun: null, ended: null, response: {} };
    jobs.set(order.jobOrderID, job);
    listener?.(job);
  }

  function change(id: string, more: Partial<StoredJob>): void {
    const job = jobs.get(id);
    if (job === undefined) throw new Error(`the shop floor does not have job ${id}`);
    const changed = { ...job, ...more };
    jobs.set(id, changed);
    listener?.(changed);
  }

  function act(method: string, id: string): number {
    const job = jobs.get(id);
    const transition = TRANSITIONS[method];
    if (job === undefined) return UNKNOWN_JOB_ORDER;
    if (transition === undefined || !transition.from.includes(job.state)) return INVALID_STATUS;
    if (transition.to === "gone") {
      jobs.delete(id);
      listener?.(job);
    } else {
      const isOver = transition.to === "Aborted" || transition.to === "Ended";
      change(id, { state: transition.to, ...(isOver ? { ended: new Date() } : {}) });
    }
    done.push({ method, id });
    return NO_ERROR;
  }

  function take(method: string, order: StoredOrder): number {
    const { jobOrderID: id } = order;
    const job = jobs.get(id);
    if (method === "Update") {
      if (job === undefined) return UNKNOWN_JOB_ORDER;
      if (job.state !== "AllowedToStart" && job.state !== "NotAllowedToStart") return INVALID_STATUS;
      change(id, { order });
    } else {
      if (job !== undefined || id === "") return UNABLE_TO_ACCEPT;
      put(order, method === "Store" ? "NotAllowedToStart" : "AllowedToStart");
    }
    done.push({ method, id });
    return NO_ERROR;
  }

  return {
    jobs: () => [...jobs.values()],
    job: (id) => jobs.get(id),
    act,
    take,
    timesDone: (method, id) => done.filter((one) => one.method === method && one.id === id).length,
    put,
    edit: (id, more) => change(id, { order: { jobOrderID: id, ...jobs.get(id)?.order, ...more } }),
    begin: (id) => change(id, { state: "Running", begun: new Date() }),
    made: (id, good, scrap) => change(id, { good, scrap }),
    remove: (id) => void jobs.delete(id),
    fill(id, response) {
      const job = jobs.get(id);
      if (job !== undefined) jobs.set(id, { ...job, response });
    },
    end: (id) => change(id, { state: "Ended", ended: new Date() }),
    tell: (to) => void (listener = to),
  };
}
