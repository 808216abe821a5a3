import type { FastifyInstance, FastifyReply } from "fastify";
import { Type } from "typebox";
import { optional, parsedBody, Reference } from "../http/body.ts";
import type { Stored } from "../http/collection.ts";
import { conflict, malformed, type ApiError } from "../http/errors.ts";
import { paged, pagedSince, PAGING, SINCE } from "../http/paging.ts";
import { allowMatch, etagOf, requireMatch, withEtag } from "../http/precondition.ts";
import { filtersBy, queryOf, single } from "../http/query.ts";
import { report } from "./event.ts";
import { shopEvent } from "./floor.ts";
import { changed } from "./job-change.ts";
import { checkedJob } from "./job-checks.ts";
import { cancelAsked, held, logAction, newJob, progress, released, take, type JobStep } from "./job-steps.ts";
import { edition, findJob, jobEvent, jobOf, WrittenJob, type Job } from "./job.ts";
import type { Mes } from "./state.ts";

const Reason = Type.String({ minLength: 1, maxLength: 500 });
const WithReason = Type.Object({ reason: Reason, reference: optional(Reference) }, { additionalProperties: false });
const Bare = Type.Object({ reference: optional(Reference) }, { additionalProperties: false });

type One = { Params: { id: string } };

export function jobRoutes(app: FastifyInstance, mes: Mes): void {
  app.get("/job-orders", (request) => {
    const filters = ["number", "externalId", "order", "state", "plant"];
    const query = queryOf(request, [...PAGING, ...SINCE, ...filters, "expand"]);
    const expand = single(query, "expand");
    if (expand !== null && expand !== "operations") throw malformed("expand can only be operations", "expand");
    const show = expand === null ? shownJob : expandedJob;
    return query.has("since")
      ? pagedSince(mes.jobs, query, filtersBy(query, filters), show)
      : paged(mes.jobs, query, filtersBy(query, filters), show);
  });

  app.get<One>("/job-orders/:id", (request, reply) => answer(reply, jobOf(mes, request.params.id)));

  app.get<One>("/job-orders/:id/log", (request) => {
    const query = queryOf(request, [...PAGING, "reference"]);
    const { number } = jobOf(mes, request.params.id);
    const filters = [{ kind: "job", any: [number] }, ...filtersBy(query, ["reference"])];
    return paged(mes.jobLog, query, filters, ({ id, value: { at, action, reference, note } }) => ({
      entry: id,
      at,
      action,
      reference,
      note,
    }));
  });

  app.post("/job-orders", (request, reply) => {
    const { stored, isNew } = received(mes, parsedBody(WrittenJob, request.body));
    return answer(reply.status(isNew ? 201 : 200), stored);
  });

  app.put<One>("/job-orders/:id", (request, reply) => {
    const written = parsedBody(WrittenJob, request.body);
    const { stored, error } = mes.write(() => {
      const before = jobOf(mes, request.params.id);
      return changedJob(mes, before, written, () => requireMatch(request, edition(before)));
    });
    if (error !== null) throw error;
    return answer(reply, stored);
  });

  app.post<One>("/job-orders/:id/hold", (request, reply) => {
    const { reason, reference } = parsedBody(WithReason, request.body);
    const stored = mes.write(() => {
      const before = jobOf(mes, request.params.id);
      requireMatch(request, edition(before));
      const after = stepped(mes, before, held(reason), reference ?? null);
      if (after.value.state === "INTERRUPTED") {
        report(mes, shopEvent(mes, before, "INTERRUPTED", mes.shop.now(), { reason }));
      }
      return after;
    });
    return answer(reply, stored);
  });

  app.post<One>("/job-orders/:id/release", (request, reply) => {
    const { reference } = parsedBody(Bare, request.body);
    const stored = mes.write(() => {
      const before = jobOf(mes, request.params.id);
      requireMatch(request, edition(before));
      return stepped(mes, before, released, reference ?? null);
    });
    return answer(reply, stored);
  });

  app.post<One>("/job-orders/:id/cancel", (request, reply) => {
    const { reason, reference } = parsedBody(WithReason, request.body);
    const stored = mes.write(() => {
      const before = jobOf(mes, request.params.id);
      allowMatch(request, edition(before));
      return stepped(mes, before, cancelAsked(reason), reference ?? null);
    });
    return answer(reply.status(202), stored);
  });
}

/** Takes a job in; one that is known already must be the same. */
function received(mes: Mes, written: WrittenJob): { readonly stored: Stored<Job>; readonly isNew: boolean } {
  return mes.write(() => {
    const content = checkedJob(mes, written);
    const known = findJob(mes, content.externalId);
    if (known !== null) {
      const outcome = changed(known, content);
      if (outcome.kind === "same") return { stored: known, isNew: false };
      if (outcome.kind === "refused" && !outcome.kept) throw outcome.error;
      const message = `${content.externalId} is ${known.number} here; send what changes with PUT`;
      throw conflict("JOB_EXISTS", message, "externalId");
    }
    const now = mes.shop.now();
    const stored = mes.jobs.insert(newJob(content, now));
    logAction(mes, stored, "RECEIVED", written.reference ?? null, `version ${content.version}`, now);
    mes.outbox.put(jobEvent("job.received", stored));
    return { stored, isNew: true };
  });
}

/** A refusal for what has begun stays with the job, where whoever looks at it sees it. */
function changedJob(
  mes: Mes,
  before: Stored<Job>,
  written: WrittenJob,
  checkMatch: () => void,
): { readonly stored: Stored<Job>; readonly error: ApiError | null } {
  const now = mes.shop.now();
  const content = checkedJob(mes, written);
  const outcome = changed(before, content);
  const reference = written.reference ?? null;
  if (outcome.kind === "same") return { stored: before, error: null };
  checkMatch();
  if (outcome.kind === "refused" && !outcome.kept) throw outcome.error;
  const refusal = outcome.kind === "refused" ? outcome.error.message : null;
  const after = outcome.kind === "refused" ? { ...before.value, refusal } : outcome.job;
  const stored = mes.jobs.replace(before, after);
  const action = outcome.kind === "refused" ? "CHANGE_REFUSED" : "CHANGED";
  logAction(mes, stored, action, reference, refusal ?? `version ${content.version}`, now);
  mes.outbox.put(jobEvent("job.changed", stored));
  return { stored, error: outcome.kind === "refused" ? outcome.error : null };
}

function stepped(mes: Mes, before: Stored<Job>, step: JobStep, reference: string | null): Stored<Job> {
  return take(mes, before, step, reference, mes.shop.now());
}

function answer(reply: FastifyReply, stored: Stored<Job>): FastifyReply {
  return reply.send(withEtag(reply, edition(stored), expandedJob(stored)));
}

/** A job as lists show it. */
function shownJob(stored: Stored<Job>) {
  const { number, value, sequence } = stored;
  const { operations: _operations, components: _components, ...content } = value.content;
  const { state, holdReason, cancellation, refusal, receivedAt, startedAt, endedAt } = value;
  return {
    number,
    ...content,
    state,
    holdReason,
    ...progress(value),
    cancellation,
    refusal,
    receivedAt,
    startedAt,
    endedAt,
    sequence,
    etag: etagOf(edition(stored)),
  };
}

function expandedJob(stored: Stored<Job>) {
  const { operations, components } = stored.value.content;
  return { ...shownJob(stored), operations, components };
}
