import { randomUUID } from "node:crypto";
import type { JobOrderId } from "../../domain/ids.ts";
import type { Job } from "../../domain/job-order.ts";
import type { Held, VersionToken } from "../../domain/plant-item.ts";
import type { Cursor, Page } from "../port.ts";

/** Ids on one page. */
const PAGE = 200;
/** Jobs that are remembered after the server forgot them. */
const REMEMBERED_MAX = 10_000;
/** The mark of a job that the server does not list any more. */
const GONE = "gone";

/**
 * What was seen of the server's jobs, in the order in which it moved. OPC UA has no history of job orders to poll, so
 * the connector keeps one while it runs; a cursor of an earlier run counts from the beginning: every job that is
 * there is named once more, none is left out.
 */
export type Journal = {
  /** The whole list as it stands, each job with a mark that moves when something of it moves. */
  readonly noteAll: (marks: ReadonlyMap<JobOrderId, string>) => void;
  /** A job was heard of. News only where it is not known to be there: the list itself tells how the others are. */
  readonly noteHeardOf: (id: JobOrderId) => void;
  /** Keeps what is known of a job that the server will forget. */
  readonly remember: (job: Held<Job>) => void;
  readonly remembered: (id: JobOrderId) => Held<Job> | undefined;
  readonly forget: (id: JobOrderId) => void;
  /** Whether something is known that is newer than the cursor. */
  readonly hasAfter: (cursor: Cursor) => boolean;
  readonly page: (cursor: Cursor) => Page<JobOrderId>;
};

export function makeJournal(): Journal {
  const run = randomUUID();
  const moves = new Map<JobOrderId, { readonly at: number; readonly mark: string }>();
  const ended = new Map<JobOrderId, Held<Job>>();
  let count = 0;

  function note(id: JobOrderId, mark: string): void {
    count += 1;
    // Taken out and put in again, so that the map stays in the order of the moves.
    moves.delete(id);
    moves.set(id, { at: count, mark });
  }

  /** Memory stays within bounds however many jobs come and go. */
  function dropOldestGone(surplus: number): void {
    const gone = [...moves].filter(([, { mark }]) => mark === GONE);
    for (const [id] of gone.slice(0, surplus)) moves.delete(id);
  }

  function placeOf(cursor: Cursor): number {
    const [of, at] = cursor?.split("/") ?? [];
    return of === run ? Number(at) : 0;
  }

  function after(cursor: Cursor): readonly (readonly [JobOrderId, number])[] {
    const place = placeOf(cursor);
    if (place >= count) return [];
    return [...moves].flatMap(([id, { at }]) => (at > place ? [[id, at] as const] : []));
  }

  return {
    noteAll(marks) {
      for (const [id, mark] of marks) if (moves.get(id)?.mark !== mark) note(id, mark);
      for (const [id, { mark }] of moves) if (!marks.has(id) && mark !== GONE) note(id, GONE);
      if (moves.size > marks.size + REMEMBERED_MAX) dropOldestGone(moves.size - marks.size - REMEMBERED_MAX);
    },
    noteHeardOf(id) {
      if ((moves.get(id)?.mark ?? GONE) === GONE) note(id, "heard of");
    },
    remember(job) {
      ended.delete(job.value.id);
      ended.set(job.value.id, job);
      const [oldest] = ended.keys();
      if (ended.size > REMEMBERED_MAX && oldest !== undefined) ended.delete(oldest);
    },
    remembered: (id) => ended.get(id),
    forget: (id) => void ended.delete(id),
    hasAfter: (cursor) => after(cursor).length > 0,
    page(cursor) {
      const newer = after(cursor);
      const some = newer.slice(0, PAGE);
      const last = some.at(-1);
      return {
        ids: some.map(([id]) => id),
        cursor: last === undefined ? cursor : `${run}/${last[1]}`,
        more: newer.length > some.length,
      };
    },
  };
}

/** The answers that the connector itself has to a request to cancel or to change, kept beside the job. */
export type Answers = {
  readonly of: (id: JobOrderId) => Pick<Job, "cancellation" | "refusal">;
  readonly set: (id: JobOrderId, answer: Partial<Pick<Job, "cancellation" | "refusal">>) => void;
};

export function makeAnswers(): Answers {
  const answers = new Map<JobOrderId, Pick<Job, "cancellation" | "refusal">>();
  const of = (id: JobOrderId) => answers.get(id) ?? { cancellation: null, refusal: null };
  return {
    of,
    set(id, answer) {
      const next = { ...of(id), ...answer };
      answers.delete(id);
      answers.set(id, next);
      const [oldest] = answers.keys();
      if (answers.size > REMEMBERED_MAX && oldest !== undefined) answers.delete(oldest);
    },
  };
}

/** A job's mark for the journal: its token and its answers. */
export function markOf(token: VersionToken, { cancellation, refusal }: Pick<Job, "cancellation" | "refusal">): string {
  return JSON.stringify([token, cancellation, refusal]);
}
