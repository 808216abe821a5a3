import { Type, type Static } from "typebox";
import { optional, Reference } from "../http/body.ts";
import type { Stored, Term } from "../http/collection.ts";
import { unknownRecord } from "../http/errors.ts";
import type { JobRun } from "./job-run.ts";
import type { Mes } from "./state.ts";

const Code = Type.String({ minLength: 1, maxLength: 60 });
const Text = Type.String({ maxLength: 100 });
const Seconds = Type.Number({ minimum: 0, maximum: 10_000_000 });

const WrittenOperation = Type.Object(
  {
    operation: Type.String({ minLength: 1, maxLength: 10 }),
    name: Type.String({ maxLength: 200 }),
    workCenter: optional(Code),
    setupSeconds: optional(Seconds),
    runSeconds: optional(Seconds),
  },
  { additionalProperties: false },
);

const WrittenComponent = Type.Object(
  {
    line: Type.String({ minLength: 1, maxLength: 20 }),
    operation: optional(Text),
    itemCode: Code,
    quantity: Text,
    unit: Text,
    supplyType: optional(Type.Enum(["PUSH", "PULL", "BULK", "BACKFLUSH"])),
    lot: optional(Text),
  },
  { additionalProperties: false },
);

export const WrittenJob = Type.Object(
  {
    externalId: Type.String({ minLength: 1, maxLength: 100 }),
    plant: Code,
    order: Code,
    version: Type.Integer({ minimum: 1, maximum: 1_000_000_000 }),
    itemCode: Code,
    revision: optional(Text),
    name: Type.String({ maxLength: 200 }),
    orderType: optional(Text),
    splitFrom: optional(Text),
    reworkOf: optional(Text),
    quantity: Text,
    unit: Text,
    priority: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
    start: optional(Text),
    end: optional(Text),
    bomNumber: optional(Text),
    routingNumber: optional(Text),
    operations: Type.Array(WrittenOperation, { maxItems: 500 }),
    components: Type.Array(WrittenComponent, { maxItems: 5000 }),
    reference: optional(Reference),
  },
  { additionalProperties: false },
);
export type WrittenJob = Static<typeof WrittenJob>;

export type JobOperation = {
  readonly operation: string;
  readonly name: string;
  readonly workCenter: string;
  /** Once per job. */
  readonly setupSeconds: number | null;
  /** For each piece. */
  readonly runSeconds: number | null;
};

/** What an operation takes from stock, for the whole job. */
export type JobComponent = {
  readonly line: string;
  readonly operation: string;
  readonly itemCode: string;
  readonly quantity: string;
  readonly unit: string;
  readonly supplyType: "PUSH" | "PULL" | "BULK" | "BACKFLUSH" | null;
  /** The lot that must be used. */
  readonly lot: string | null;
};

/** What the shop is asked to make, as checked: two that say the same have the same JSON. */
export type JobContent = {
  readonly externalId: string;
  readonly plant: string;
  readonly order: string;
  readonly version: number;
  readonly itemCode: string;
  readonly revision: string | null;
  readonly name: string;
  readonly orderType: string | null;
  /** The order that this one was split from, and the one whose pieces it reworks. */
  readonly splitFrom: string | null;
  readonly reworkOf: string | null;
  /** Whole pieces. */
  readonly quantity: string;
  readonly unit: string;
  readonly priority: number;
  readonly start: string | null;
  readonly end: string | null;
  readonly bomNumber: string | null;
  readonly routingNumber: string | null;
  readonly operations: readonly JobOperation[];
  readonly components: readonly JobComponent[];
};

/** The states of OPC 10031-4, with one of its own for a job that ended before it began. */
type JobState =
  | "NOT_ALLOWED_TO_START"
  | "ALLOWED_TO_START"
  | "RUNNING"
  | "INTERRUPTED"
  | "ENDED"
  | "ABORTED"
  | "CANCELLED";

export type Cancellation = {
  readonly answer: "ASKED" | "DONE" | "TOO_LATE" | "PARTLY_DONE";
  readonly reason: string;
  readonly askedAt: string;
  readonly answeredAt: string | null;
};

export type Job = {
  readonly content: JobContent;
  readonly state: JobState;
  readonly holdReason: string | null;
  readonly cancellation: Cancellation | null;
  /** Why the last change was refused; null once one is taken. */
  readonly refusal: string | null;
  readonly receivedAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  /** Null until it begins. */
  readonly run: JobRun | null;
  /**
   * Counts what a client decides by: version, state and answers. It makes the ETag, so that a piece more
   * does not stop somebody from holding the job.
   */
  readonly edition: number;
};

export type JobAction =
  | "RECEIVED"
  | "CHANGED"
  | "CHANGE_REFUSED"
  | "HELD"
  | "RELEASED"
  | "STARTED"
  | "CANCEL_ASKED"
  | "CANCEL_ANSWERED"
  | "ENDED";

export type JobLogEntry = {
  readonly job: string;
  readonly at: string;
  readonly action: JobAction;
  readonly reference: string | null;
  readonly note: string | null;
};

/** What the MES tells of by webhook when a job's state or an answer moved. */
export type JobMoved = {
  readonly type: "job.received" | "job.changed" | "job.state-changed" | "job.cancel-answered";
  readonly data: {
    readonly number: string;
    readonly externalId: string;
    readonly version: number;
    readonly state: JobState;
    readonly cancellation: Cancellation["answer"] | null;
    readonly sequence: number;
  };
};

/** States in which the shop floor or an answer may still move a job. */
const OPEN: readonly JobState[] = ["NOT_ALLOWED_TO_START", "ALLOWED_TO_START", "RUNNING", "INTERRUPTED"];

export function isOpen({ state }: Job): boolean {
  return OPEN.includes(state);
}

export function jobTerms(job: Job): Term[] {
  const { externalId, plant, order } = job.content;
  const isMoving = isOpen(job) || job.cancellation?.answer === "ASKED";
  return [
    ["externalId", externalId],
    ["plant", plant],
    ["order", order],
    ["state", job.state],
    ["moving", isMoving ? "yes" : "no"],
  ];
}

/** By the MES's number, else by the external id. @throws ApiError 404 */
export function jobOf(mes: Mes, id: string): Stored<Job> {
  const job = mes.jobs.get(id) ?? findJob(mes, id);
  if (job === null) throw unknownRecord("JOB", id);
  return job;
}

export function findJob(mes: Mes, externalId: string): Stored<Job> | null {
  return mes.jobs.list([{ kind: "externalId", any: [externalId] }], 0, 1)[0] ?? null;
}

/** A job as an ETag names it. */
export function edition(stored: Stored<Job>): Stored<Job> {
  return { ...stored, version: stored.value.edition };
}

export function jobEvent(type: JobMoved["type"], { number, value, sequence }: Stored<Job>): JobMoved {
  const { externalId, version } = value.content;
  const cancellation = value.cancellation?.answer ?? null;
  return { type, data: { number, externalId, version, state: value.state, cancellation, sequence } };
}
