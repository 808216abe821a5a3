import type { JobOrderId } from "../../domain/ids.ts";
import type { CancelAnswer, Job, JobOrder, JobState } from "../../domain/job-order.ts";
import type { VersionToken } from "../../domain/plant-item.ts";
import { parseQuantity, plus, type Quantity } from "../../domain/quantity.ts";
import { rational, rationalText } from "../../domain/rational.ts";
import { parseUnit } from "../../domain/unit.ts";
import { PARAMETERS } from "./edition.ts";
import { child, childrenOf, isWritable, textOf, type XmlElement } from "./xml.ts";

/** What a job order in an answer tells: all of a job but its quantities, which stand in the performance. */
export type ShownJob = Omit<Job, "good" | "scrap"> & {
  /** Of the item, to give zero its unit. */
  readonly ordered: Quantity | null;
  /** When the MES last changed it, as the MES writes it; null where it does not say. */
  readonly published: string | null;
};

/** Thrown for an answer whose field does not say what it must. */
export class UnreadableField extends Error {
  override readonly name = "UnreadableField";
  readonly object: string;
  readonly field: string;

  constructor(object: string, field: string, problem: string) {
    super(`job ${object}, ${field} ${problem}`);
    this.object = object;
    this.field = field;
  }
}

/** @throws UnreadableField */
export function toShownJob(job: XmlElement): ShownJob {
  const id = textOf(job, "ID");
  if (id === null) throw new UnreadableField("?", "ID", "is missing");
  const parameters = parametersOf(job);
  const state = toState(id, child(job, "DispatchStatus"));
  return {
    id: id as JobOrderId,
    number: parameters.get(PARAMETERS.number) ?? id,
    version: toVersion(id, textOf(job, "Version") ?? parameters.get(PARAMETERS.version)),
    state,
    cancellation: toCancellation(id, state, parameters.get(PARAMETERS.cancellation)),
    refusal: parameters.get(PARAMETERS.refusal) ?? null,
    ordered: toOrdered(id, job),
    published: textOf(job, "PublishedDate") ?? parameters.get(PARAMETERS.published) ?? null,
  };
}

/** The job with what its performance says of good and scrapped pieces. */
export function toJob({ ordered, published: _published, ...job }: ShownJob, made: Made | undefined): Job {
  const unit = ordered?.unit ?? made?.good?.unit ?? made?.scrap?.unit ?? "C62";
  const none: Quantity = { amount: rational(0n), unit };
  return { ...job, good: made?.good ?? none, scrap: made?.scrap ?? none };
}

/** What became of the item, summed over everything that was reported of the job. */
export type Made = { readonly good: Quantity | null; readonly scrap: Quantity | null };

/** @throws UnreadableField */
export function toMade(responses: readonly XmlElement[]): ReadonlyMap<JobOrderId, Made> {
  const made = new Map<JobOrderId, Made>();
  for (const response of responses) {
    const job = textOf(response, "JobOrderID");
    if (job === null) continue; // a response may stand for other work than a job of ours
    const before = made.get(job as JobOrderId) ?? { good: null, scrap: null };
    const materials = childrenOf(response, "MaterialActual");
    made.set(job as JobOrderId, {
      good: materials.filter(isGood).reduce((sum, one) => added(sum, one, job), before.good),
      scrap: materials.filter(isScrap).reduce((sum, one) => added(sum, one, job), before.scrap),
    });
  }
  return made;
}

/** How `MaterialActual` says that pieces were scrapped, for which the schema has no use of its own. */
export const SCRAPPED = "Scrapped";

function isGood(material: XmlElement): boolean {
  return textOf(material, "MaterialUse") === "Produced";
}

function isScrap(material: XmlElement): boolean {
  const use = child(material, "MaterialUse");
  return use.text.trim() === "Other" && use.attributes["OtherValue"] === SCRAPPED;
}

function added(sum: Quantity | null, material: XmlElement, job: string): Quantity | null {
  return childrenOf(material, "Quantity").reduce((total: Quantity | null, element) => {
    const quantity = toQuantity(job, element);
    if (total === null) return quantity;
    if (total.unit === quantity.unit) return plus(total, quantity);
    throw new UnreadableField(job, "Quantity", `is in ${quantity.unit} and in ${total.unit}`);
  }, sum);
}

/** What `expected` compares: a running job's counts move all the time and must not stand in a person's way. */
export function tokenOf({ version, state }: Pick<Job, "version" | "state">): VersionToken {
  return `${version} ${state}`;
}

/** B2MML's own words, and those of edition 6, which leaves the words to the MES. */
const STATES: Readonly<Record<string, JobState>> = {
  waiting: "waiting",
  pending: "waiting",
  ready: "ready",
  dispatched: "ready",
  released: "ready",
  running: "running",
  held: "interrupted",
  holding: "interrupted",
  paused: "interrupted",
  suspended: "interrupted",
  completed: "completed",
  closed: "completed",
  aborted: "aborted",
  cancelled: "cancelled",
};

function toState(job: string, status: XmlElement): JobState {
  const word = status.text.trim();
  const said = word === "Other" ? (status.attributes["OtherValue"] ?? word) : word;
  const state = Object.hasOwn(STATES, said.toLowerCase()) ? STATES[said.toLowerCase()] : undefined;
  if (state !== undefined) return state;
  throw new UnreadableField(job, "DispatchStatus", said === "" ? "is missing" : `is "${said}"`);
}

function toVersion(job: string, text: string | undefined): number {
  const version = text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : 0;
  if (version > 0) return version;
  throw new UnreadableField(job, "Version", text === undefined ? "is missing" : `is "${text}"`);
}

const CANCEL_ANSWERS: readonly string[] = ["asked", "done", "too late", "partly done"] satisfies CancelAnswer[];

/** Where the MES does not say how a cancellation ended, the job's state may. */
function toCancellation(job: string, state: JobState, said: string | undefined): CancelAnswer | null {
  if (said === undefined) return state === "cancelled" ? "done" : null;
  if (CANCEL_ANSWERS.includes(said)) return said as CancelAnswer;
  throw new UnreadableField(job, PARAMETERS.cancellation, `is "${said}"`);
}

function toOrdered(job: string, order: XmlElement): Quantity | null {
  const product = childrenOf(order, "MaterialRequirement").find(isGood);
  const quantity = product === undefined ? undefined : childrenOf(product, "Quantity")[0];
  return quantity === undefined ? null : toQuantity(job, quantity);
}

function toQuantity(job: string, element: XmlElement): Quantity {
  const text = textOf(element, "QuantityString") ?? "";
  const code = textOf(element, "UnitOfMeasure") ?? "";
  const unit = parseUnit(code);
  if (unit === null) throw new UnreadableField(job, "UnitOfMeasure", `is "${code}", which is no known unit`);
  const quantity = parseQuantity(text.replace(/^\+/, ""), unit);
  if (quantity === null) throw new UnreadableField(job, "QuantityString", `is "${text}"`);
  return quantity;
}

function parametersOf(job: XmlElement): ReadonlyMap<string, string> {
  const pairs = childrenOf(job, "JobOrderParameter").flatMap((parameter) => {
    const id = textOf(parameter, "ID");
    const value = textOf(child(parameter, "Value"), "ValueString");
    return id === null || value === null ? [] : [[id, value] as const];
  });
  return new Map(pairs);
}

/** What of a job B2MML has no place for, each a sentence. Identifiers and figures are refused; names are mended. */
export function lossesOf(job: JobOrder): readonly string[] {
  const named: readonly (readonly [what: string, name: string])[] = [
    ["the job's name", job.name],
    ...job.operations.map(({ operation, name }) => [`the name of operation ${operation}`, name] as const),
  ];
  const figures: readonly (readonly [what: string, quantity: Quantity])[] = [
    ["the quantity", job.quantity],
    ...job.operations.flatMap(({ components }) =>
      components.map(({ line, required }) => [`the quantity of line ${line}`, required] as const),
    ),
  ];
  return [
    ...named.flatMap(([what, name]) =>
      isWritable(name) ? [] : [`${what} has characters that XML cannot write; they become U+FFFD.`],
    ),
    ...figures.flatMap(([what, { amount }]) =>
      rationalText(amount).includes("/")
        ? [`${what} is ${rationalText(amount)}, which no decimal number writes; the job would be refused.`]
        : [],
    ),
  ];
}
