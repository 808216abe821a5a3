import { isDeepStrictEqual } from "node:util";
import type { JobOrderId, SystemId } from "../../domain/ids.ts";
import type { CancelAnswer, Job, JobComponent, JobOperation, JobOrder, JobState } from "../../domain/job-order.ts";
import type { SupplyType } from "../../domain/mbom.ts";
import type { OrderOrigin } from "../../domain/order.ts";
import type { Held } from "../../domain/plant-item.ts";
import { quantityText, type Quantity } from "../../domain/quantity.ts";
import {
  compare,
  equals,
  isWhole,
  parseRational,
  rational,
  rationalText,
  roundedUp,
  type Rational,
} from "../../domain/rational.ts";
import { isCount, KNOWN_UNITS, parseUnit, type Unit } from "../../domain/unit.ts";
import { badData } from "../bad-data.ts";
import { shortened } from "../shortened.ts";
import type * as Wire from "./wire.ts";

/** The MES's limits. */
const NAME_MAX = 200;
const PIECES_MAX = 10_000n;
const DECIMALS_MAX = 6;
const OPERATION_MAX = 10;
const LINE_MAX = 20;

const STATE = {
  NOT_ALLOWED_TO_START: "waiting",
  ALLOWED_TO_START: "ready",
  RUNNING: "running",
  INTERRUPTED: "interrupted",
  ENDED: "completed",
  ABORTED: "aborted",
  CANCELLED: "cancelled",
} as const satisfies Record<Wire.JobOrder["state"], JobState>;

const ANSWER = {
  ASKED: "asked",
  DONE: "done",
  TOO_LATE: "too late",
  PARTLY_DONE: "partly done",
} as const satisfies Record<NonNullable<Wire.JobOrder["cancellation"]>["answer"], CancelAnswer>;

const SUPPLY_WORD = { push: "PUSH", pull: "PULL", bulk: "BULK", backflush: "BACKFLUSH" } as const satisfies Record<
  SupplyType,
  string
>;

export function toJobId({ externalId }: { readonly externalId: string }): JobOrderId {
  return externalId as JobOrderId;
}

export function toHeldJob(job: Wire.JobOrder, system: SystemId): Held<Job> {
  const unit = toUnit(job, system);
  const value: Job = {
    id: toJobId(job),
    number: job.number,
    version: job.version,
    state: STATE[job.state],
    good: { amount: toRational(job.good), unit },
    scrap: { amount: toRational(job.scrap), unit },
    cancellation: job.cancellation === null ? null : ANSWER[job.cancellation.answer],
    refusal: job.refusal,
  };
  return { value, version: job.etag };
}

/** A job as the MES takes it. @throws ConnectorError "rejected" for a figure that it cannot write. */
export function fromJobOrder(job: JobOrder, system: SystemId): Wire.JobContent {
  return {
    externalId: job.id,
    plant: job.plant,
    order: job.order,
    version: job.version,
    itemCode: job.item,
    revision: job.revision,
    name: shortened(job.name, NAME_MAX),
    orderType: job.type,
    splitFrom: originOf(job, "split"),
    reworkOf: originOf(job, "rework"),
    quantity: decimalText(job.quantity, job, system, "quantity"),
    unit: job.quantity.unit,
    priority: job.priority,
    start: fromInstant(job.start),
    end: fromInstant(job.end),
    bomNumber: job.mbom,
    routingNumber: job.routing,
    operations: job.operations.map(fromOperation),
    components: job.operations.flatMap(({ operation, components }) =>
      components.map((component) => ({ ...fromComponent(component, job, system), operation })),
    ),
  };
}

function originOf({ from }: JobOrder, because: OrderOrigin["because"]): string | null {
  return from?.because === because ? from.order : null;
}

function fromOperation({ operation, name, workCenter, setupSeconds, runSeconds }: JobOperation) {
  return { operation, name: shortened(name, NAME_MAX), workCenter, setupSeconds, runSeconds };
}

function fromComponent({ line, item, required, supply, lot }: JobComponent, job: JobOrder, system: SystemId) {
  return {
    line,
    itemCode: item,
    quantity: decimalText(required, job, system, `quantity of component line ${line}`),
    unit: required.unit,
    supplyType: supply === null ? null : SUPPLY_WORD[supply],
    lot,
  };
}

/** Whether the MES holds a job just as it was sent. */
export function isSame(held: Wire.WholeJobOrder, sent: Wire.JobContent): boolean {
  const members = Object.keys(sent) as (keyof Wire.JobContent)[];
  return members.every((member) => isDeepStrictEqual(held[member], sent[member]));
}

/** What of a job this MES has no place for. */
export function cannotHold(job: JobOrder): readonly string[] {
  const losses: string[] = [];
  const { amount, unit } = job.quantity;
  if (!isCount(unit) || !isWhole(amount) || compare(amount, rational(PIECES_MAX)) > 0) {
    losses.push(
      `The MES makes whole pieces, up to ${PIECES_MAX} in a job; job ${job.id} is for ${quantityText(job.quantity)}.`,
    );
  }
  for (const { operation, components } of job.operations) {
    if (operation.length > OPERATION_MAX) {
      losses.push(
        `The MES keeps ${OPERATION_MAX} characters of an operation's number; job ${job.id} has ${operation}.`,
      );
    }
    for (const { line, item, required } of components) {
      const at = `Component ${item} of line ${line} of job ${job.id}`;
      if (line.length > LINE_MAX) losses.push(`${at} has a line number longer than the MES's ${LINE_MAX} characters.`);
      if (isWritable(required.amount)) continue;
      losses.push(`${at} needs ${quantityText(required)}, which ${DECIMALS_MAX} decimals do not write; round it.`);
    }
  }
  return losses;
}

function isWritable(amount: Rational): boolean {
  return equals(roundedUp(amount, DECIMALS_MAX), amount);
}

/** Rounding is not a connector's to decide. */
function decimalText(quantity: Quantity, { id }: JobOrder, system: SystemId, field: string): string {
  const text = rationalText(quantity.amount);
  if (isWritable(quantity.amount)) return text;
  const cause = `${text} needs more than the MES's ${DECIMALS_MAX} decimals; round it by a rule`;
  throw badData({ system, doing: `writing job ${id}`, object: `job ${id}`, field, cause });
}

/** With milliseconds, as the MES keeps it; what is no instant it shall refuse itself. */
function fromInstant(text: string | null): string | null {
  const at = text === null ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? text : new Date(at).toISOString();
}

function toUnit({ externalId, unit: code }: Wire.JobOrder, system: SystemId): Unit {
  const unit = parseUnit(code);
  if (unit !== null) return unit;
  const object = `job ${externalId}`;
  const cause = `the unit "${code}" is unknown; Heddle knows ${KNOWN_UNITS.join(", ")}`;
  throw badData({ system, doing: `reading ${object}`, object, field: "unit", cause });
}

/** @throws RangeError: the wire's schema lets only decimals through, so anything else is a bug. */
function toRational(text: string): Rational {
  const number = parseRational(text);
  if (number === null) throw new RangeError(`"${text}" is not a decimal number`);
  return number;
}
