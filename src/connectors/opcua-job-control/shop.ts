import type { JobOrderId } from "../../domain/ids.ts";
import type { Job } from "../../domain/job-order.ts";
import type { Held } from "../../domain/plant-item.ts";
import { ConnectorError } from "../connector-error.ts";
import type { Jobs } from "../port.ts";
import type { OpcuaJobControlSettings } from "./config.ts";
import { makeAnswers, makeJournal, markOf, type Answers } from "./journal.ts";
import type { Link } from "./link.ts";
import { toEntry, toHeldJob, toJobId, toState, type Entry, type Listed } from "./mapping.ts";
import { CONTRACTS, type JobResponse } from "./wire.ts";

/** The server's jobs as Heddle sees them: what it lists now, and what was seen of those that it lists no more. */
export type Shop = Pick<Jobs, "changedSince" | "read"> & {
  /** Null for a job that the server does not list. */
  readonly find: (doing: string, id: JobOrderId) => Promise<Listed | null>;
  readonly answers: Answers;
  /** A job of this id is new there: what was remembered of an earlier one does not count. */
  readonly expectNew: (id: JobOrderId) => void;
  readonly rememberCancelled: (listed: Listed) => void;
  readonly remembered: (id: JobOrderId) => Held<Job> | undefined;
  /** An event of the subscription, or null for "look again". */
  readonly onMoved: (event: unknown) => void;
};

export function makeShop(link: () => Link, { versionParameter }: OpcuaJobControlSettings): Shop {
  const journal = makeJournal();
  const answers = makeAnswers();

  /** One after the other, so that an older list never comes after a newer one. */
  let last: Promise<unknown> = Promise.resolve();
  async function look(doing: string): Promise<ReadonlyMap<JobOrderId, Entry>> {
    const looking = last.then(() => lookNow(doing));
    last = looking.catch(() => undefined); // whoever asked is told; the next one asks anew
    return await looking;
  }

  async function lookNow(doing: string): Promise<ReadonlyMap<JobOrderId, Entry>> {
    const { system, list } = link();
    const entries = new Map<JobOrderId, Entry>();
    for (const listed of await list(doing)) {
      const entry = toEntry(listed, versionParameter, system);
      if (entry !== null) entries.set(entry.id, entry);
    }
    return entries;
  }

  async function lookForMoves(doing: string): Promise<void> {
    const { responses } = link();
    const entries = await look(doing);
    const made = await responsesById(responses(doing, [...entries.keys()]));
    const marks = [...entries.values()].map(({ id, token }) => {
      const response = made.get(id);
      const progress =
        response === undefined ? "" : JSON.stringify([response.jobResponseData, response.materialActuals]);
      return [id, `${markOf(token, answers.of(id))}${progress}`] as const;
    });
    journal.noteAll(new Map(marks));
  }

  function withAnswers({ value, version }: Held<Job>): Held<Job> {
    const { cancellation, refusal } = answers.of(value.id);
    return { value: { ...value, cancellation: cancellation ?? value.cancellation, refusal }, version };
  }

  function onEvent(event: unknown): void {
    const { system } = link();
    const read = CONTRACTS.statusEvent(event);
    if (!("value" in read)) return lookAgain();
    const { jobOrder, jobState, jobResponse } = read.value;
    const entry = toEntry({ jobOrder, state: jobState }, versionParameter, system);
    if (entry === null) return;
    journal.noteHeardOf(entry.id);
    if (toState(jobState) !== "completed" && toState(jobState) !== "aborted") return;
    try {
      journal.remember(toHeldJob(entry.listed(), jobResponse ?? null, system));
    } catch (error) {
      // Bad data is told to whoever reads the job; an event has nobody to tell.
      if (!(error instanceof ConnectorError)) throw error;
    }
  }

  function lookAgain(): void {
    // A failure shows at the next poll, which looks for itself.
    lookForMoves("following jobs").catch(() => undefined);
  }

  return {
    answers,
    remembered: journal.remembered,
    async changedSince(cursor) {
      // What is known already comes first; the page that says "no more" has looked.
      if (journal.hasAfter(cursor)) return { ...journal.page(cursor), more: true };
      await lookForMoves("looking for jobs");
      return journal.page(cursor);
    },
    async read(ids) {
      const { system, responses } = link();
      const entries = await look("reading jobs");
      const listed = [...new Set(ids)].flatMap((id) => entries.get(id)?.listed() ?? []);
      const made = await responsesById(
        responses(
          "reading jobs",
          listed.map(({ id }) => id),
        ),
      );
      const found = listed.map((one) => toHeldJob(one, made.get(one.id) ?? null, system));
      const gone = ids.flatMap((id) => (entries.has(id) ? [] : (journal.remembered(id) ?? [])));
      return new Map([...found, ...gone].map((job) => [job.value.id, withAnswers(job)]));
    },
    async find(doing, id) {
      return (await look(doing)).get(id)?.listed() ?? null;
    },
    expectNew: journal.forget,
    rememberCancelled(listed) {
      const job = toHeldJob(listed, null, link().system);
      journal.remember({ ...job, value: { ...job.value, state: "cancelled", cancellation: "done" } });
    },
    onMoved: (event) => (event === null ? lookAgain() : onEvent(event)),
  };
}

async function responsesById(asked: Promise<readonly JobResponse[]>): Promise<ReadonlyMap<JobOrderId, JobResponse>> {
  return new Map((await asked).map((response) => [toJobId(response), response]));
}
