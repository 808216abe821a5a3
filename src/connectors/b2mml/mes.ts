import type { JobOrderId, SystemId } from "../../domain/ids.ts";
import type { JobOrder } from "../../domain/job-order.ts";
import { ConnectorError, type FailurePlace } from "../connector-error.ts";
import { systemClock } from "../http/clock.ts";
import type { IdempotencyKey } from "../port.ts";
import { cancelBod, changeBod, getBod, processBod, syncBod, type Parties } from "./bod.ts";
import { ANY, namedJobsXml, namedResponsesXml, workMasterXml, workScheduleXml } from "./job-order-xml.ts";
import { toMade, toShownJob, UnreadableField, type Made, type ShownJob } from "./mapping.ts";
import { kindOf } from "./refusal.ts";
import type { Transport } from "./transport.ts";
import { REASONS, type Answer, type Refusal } from "./wire.ts";
import { UnsendableError } from "./xml.ts";

/** What the MES made of a message: a refusal, or the job where the answer shows it. */
export type Outcome = { readonly refusal: Refusal | null; readonly job: ShownJob | null };

/** Where a job stands in the MES's history of changes, for `changed`. */
export type ChangedJob = { readonly id: JobOrderId; readonly place: string };

export type MesSettings = Parties & { readonly verbs: "process" | "sync"; readonly workMasters: boolean };

export type Mes = ReturnType<typeof openMes>;

/** The messages to an MES, by what they are for. Every rejection is a `ConnectorError`. */
export function openMes(system: SystemId, settings: MesSettings, transport: Transport, now = systemClock.now) {
  const { edition } = settings;
  const timestamp = () => new Date(now()).toISOString();

  /** Builds a message and asks. What cannot be built was not sent. */
  async function ask(
    doing: string,
    object: string | null,
    bodId: string,
    isWrite: boolean,
    build: () => string,
  ): Promise<Answer> {
    const place: FailurePlace = { system, doing, ...(object === null ? {} : { object }) };
    return await transport.ask({ place, bodId, isWrite, xml: built(place, build) });
  }

  async function write(
    doing: string,
    job: JobOrderId,
    bodId: string,
    build: (bod: { readonly id: string; readonly now: string }) => string,
  ): Promise<Outcome> {
    const answer = await ask(doing, job, bodId, true, () => build({ id: bodId, now: timestamp() }));
    const place: FailurePlace = { system, doing, object: job };
    // The job is in the answer, but not readable: it is most likely done, and looking it up will tell.
    const shown = readable(place, "answer lost", () => answer.jobs.map(toShownJob));
    return { refusal: answer.refusal, job: shown.find(({ id }) => id === job) ?? null };
  }

  /** No message is answered twice: one that asks has a name of its own. */
  async function get(
    doing: string,
    object: string | null,
    noun: "WorkSchedule" | "WorkPerformance",
    nounXml: () => string,
    expression: string | null,
  ): Promise<Answer> {
    const id = crypto.randomUUID();
    const answer = await ask(doing, object, id, false, () =>
      getBod(settings, { id, noun, nounXml: nounXml(), now: timestamp() }, expression),
    );
    const { refusal } = answer;
    // The schema's Show has at least one of everything, so "none" comes as a refusal to show.
    if (refusal === null || refusal.code === REASONS.notFound) return answer;
    const place: FailurePlace = { system, doing, ...(object === null ? {} : { object }) };
    throw new ConnectorError(kindOf(refusal), { ...place, cause: `${refusal.code}: ${refusal.words}` });
  }

  return {
    system,
    sendsMasters: settings.workMasters,

    /** Gives the MES a job that it does not have. */
    add: (doing: string, job: JobOrder, key: IdempotencyKey) =>
      write(doing, job.id, key, (bod) => {
        const order = { ...bod, noun: "WorkSchedule", nounXml: workScheduleXml(job, edition) } as const;
        return settings.verbs === "process" ? processBod(settings, order) : syncBod(settings, order, "Add");
      }),

    /** Gives it a later version, which takes the place of the one it has. */
    replace: (doing: string, job: JobOrder, key: IdempotencyKey) =>
      write(doing, job.id, key, (bod) => {
        const order = { ...bod, noun: "WorkSchedule", nounXml: workScheduleXml(job, edition) } as const;
        return settings.verbs === "process"
          ? changeBod(settings, order, "Replaced")
          : syncBod(settings, order, "Replaced");
      }),

    command: (doing: string, job: JobOrderId, command: "Hold" | "Resume", key: IdempotencyKey, reason: string) =>
      write(doing, job, key, (bod) => {
        const nounXml = namedJobsXml([job], command);
        const order = { ...bod, noun: "WorkSchedule", nounXml, why: { code: command, reason } } as const;
        return settings.verbs === "process" ? changeBod(settings, order, "Change") : syncBod(settings, order, "Change");
      }),

    cancel: (doing: string, job: JobOrderId, key: IdempotencyKey, reason: string) =>
      write(doing, job, key, (bod) => {
        const nounXml = namedJobsXml([job]);
        return cancelBod(settings, { ...bod, noun: "WorkSchedule", nounXml, why: { code: "Cancel", reason } });
      }),

    /** The routing goes ahead of its job, in a message of its own name. */
    async master(job: JobOrder, key: IdempotencyKey): Promise<void> {
      const doing = `sending the work master of job ${job.id}`;
      const { refusal } = await write(doing, job.id, `${key}:master`, (bod) => {
        const order = { ...bod, noun: "WorkMaster", nounXml: workMasterXml(job, edition) } as const;
        // Replaced, not Add: the MES may have it from the job before.
        return settings.verbs === "process" ? processBod(settings, order) : syncBod(settings, order, "Replaced");
      });
      if (refusal === null || refusal.code === REASONS.duplicate) return;
      const cause = `${refusal.code}: ${refusal.words}`;
      throw new ConnectorError(kindOf(refusal), { system, doing, object: job.id, cause });
    },

    /** Those of these jobs that the MES has. */
    async show(ids: readonly JobOrderId[]): Promise<ReadonlyMap<JobOrderId, ShownJob>> {
      const doing = ids.length === 1 ? `reading job ${ids[0]}` : `reading ${ids.length} jobs`;
      const object = ids.length === 1 ? (ids[0] ?? null) : null;
      if (ids.length === 0) return new Map();
      const answer = await get(doing, object, "WorkSchedule", () => namedJobsXml(ids), null);
      const wanted = new Set(ids);
      const shown = readable({ system, doing }, "contract broken", () => answer.jobs.map(toShownJob));
      return new Map(shown.filter(({ id }) => wanted.has(id)).map((job) => [job.id, job]));
    },

    /** What became of the item in each of these jobs. */
    async made(ids: readonly JobOrderId[]): Promise<ReadonlyMap<JobOrderId, Made>> {
      const doing = `reading what was made in ${ids.length} jobs`;
      const answer = await get(doing, null, "WorkPerformance", () => namedResponsesXml(ids), null);
      return readable({ system, doing }, "contract broken", () => toMade(answer.responses));
    },

    /** At most `limit` jobs that changed after a place in the MES's history, oldest change first. */
    async changed(after: string | null, limit: number): Promise<readonly ChangedJob[]> {
      const doing = "looking for changed jobs";
      const expression = changedExpression(edition, after, limit);
      const answer = await get(doing, null, "WorkSchedule", () => namedJobsXml([ANY]), expression);
      return readable({ system, doing }, "contract broken", () => answer.jobs.map(toShownJob)).map(
        ({ id, published }) => {
          if (published !== null) return { id, place: `${published} ${id}` };
          const cause = `job ${id} has no PublishedDate, so what changed since cannot be asked for`;
          throw new ConnectorError("contract broken", { system, doing, object: id, field: "PublishedDate", cause });
        },
      );
    },
  };
}

function built(place: FailurePlace, build: () => string): string {
  try {
    return build();
  } catch (error) {
    if (!(error instanceof UnsendableError)) throw error;
    const cause = `field ${error.field}: ${error.message}`;
    throw new ConnectorError("rejected", { ...place, field: error.field, cause }, error);
  }
}

function readable<T>(place: FailurePlace, kind: "answer lost" | "contract broken", read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UnreadableField)) throw error;
    const { object, field, message } = error;
    throw new ConnectorError(kind, { ...place, object, field, cause: message }, error);
  }
}

/**
 * XPath 2.0. Two jobs may have changed at one moment, so the job's name decides among them: a page may end
 * between them and nothing is skipped.
 */
function changedExpression(edition: Parties["edition"], after: string | null, limit: number): string {
  const date = edition === "7.01" ? "PublishedDate" : "JobOrderParameter[ID = 'PublishedDate']/Value/ValueString";
  const jobs = "/WorkSchedule/WorkRequest/JobOrder";
  // In brackets, or the limit would be one for each work request.
  if (after === null) return `(${jobs})[position() <= ${limit}]`;
  const space = after.indexOf(" ");
  const [at, id] = [literal(after.slice(0, space)), literal(after.slice(space + 1))];
  return `(${jobs}[${date} > ${at} or (${date} = ${at} and ID > ${id})])[position() <= ${limit}]`;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
