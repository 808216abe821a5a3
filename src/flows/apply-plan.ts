import { ConnectorError } from "../connectors/connector-error.ts";
import type { Receipt } from "../connectors/port.ts";
import type { Action, MbomChange } from "../domain/change-plan.ts";
import type { EngineeringChange } from "../domain/change.ts";
import type { ChangeId } from "../domain/ids.ts";
import { canonicalText, toJson } from "../domain/json.ts";
import type { ThreadKind, ThreadLink } from "../domain/thread-link.ts";
import type { Next } from "../engine/worker.ts";
import type { Transaction } from "../store/database.ts";
import { doneAmong, outcomesOf, type ActionOutcome } from "../store/outcomes.ts";
import { rebasePublication, recordPublication } from "../store/publications.ts";
import { retireResolutions } from "../store/resolutions.ts";
import { linkThread } from "../store/thread-links.ts";
import { applyOnce } from "./apply-once.ts";
import type { ChangeRun } from "./change-run.ts";
import { changeNode } from "./keep-plan.ts";
import { erpAbilities } from "./readers.ts";
import type { SealedPlan } from "./sealed.ts";
import { goOn, planAgain, stopRefused } from "./stop.ts";
import { writeFor } from "./writes.ts";

/**
 * Carries the actions out in order, each exactly once. Null when all are done; else how the look at the
 * change ends: more of them to be done at the next look, refused by the target, or the target moved and the plan is
 * stale.
 */
export async function applyPlan(
  sealed: SealedPlan,
  run: ChangeRun,
  planNow: () => Promise<SealedPlan>,
): Promise<Next | null> {
  const erp = erpAbilities(run.systems.erp);
  // What earlier looks have done, read at once: with thousands of writes it would take long to ask of each.
  const outcomes = await outcomesOf(run.database.pool, sealed.digest);
  if (await isOverruled(sealed, outcomes, planNow))
    return planAgain(sealed, "what is left to do is no longer what was approved", run);
  const { actions } = sealed.plan;
  const done = doneAmong(outcomes);
  const left = actions.filter(({ id }) => !done.has(id));
  for (const action of left.slice(0, WRITES_PER_LOOK)) {
    const write = writeFor(action, run.change, run.plant, erp);
    try {
      await applyOnce({ digest: sealed.digest, action: action.id }, write, run, (tx, receipt) =>
        recordDone(tx, sealed, action, receipt, run),
      );
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      if (error.retry === "plan again") return planAgain(sealed, error.message, run);
      if (error.retry === "after fix" || error.retry === "never") {
        return stopRefused(sealed, `${error.message}. ${error.fix}`, run);
      }
      throw error;
    }
  }
  return left.length > WRITES_PER_LOOK
    ? goOn({ done: actions.length - left.length + WRITES_PER_LOOK, of: actions.length }, run)
    : null;
}

/**
 * How many writes one look makes of a change with many. Between two looks the hub can be stopped, other changes have
 * their turn, and everyone sees how far it has come; a few seconds of work each with most ERPs.
 */
const WRITES_PER_LOOK = 200;

/**
 * A plan that was stopped by a refusal may have waited long. It goes on only where every write that is
 * left was approved as it stands.
 */
async function isOverruled(
  { plan }: SealedPlan,
  outcomes: readonly ActionOutcome[],
  planNow: () => Promise<SealedPlan>,
): Promise<boolean> {
  if (!outcomes.some(({ state }) => state === "refused")) return false;
  const approved = new Set(plan.actions.map(canonicalText));
  const left = await planNow();
  return left.plan.actions.some((action) => !approved.has(canonicalText(action)));
}

/** What commits with the outcome: what was published, the thread, and the audit. */
async function recordDone(
  tx: Transaction,
  { plan, digest }: SealedPlan,
  action: Action,
  receipt: Receipt,
  run: ChangeRun,
): Promise<void> {
  if (action.kind === "publish mBOM") await recordPublished(tx, { plan, digest }, action, receipt, run);
  await linkThread(tx, run.subject, [linkOf(action, receipt, run)]);
  await run.note(tx, action.kind, { action: action.id, receipt: receipt.id, digest });
}

/** The mBOM of the change, and those of later days that stay over it. */
async function recordPublished(
  tx: Transaction,
  { plan: { change, mboms }, digest }: SealedPlan,
  action: Extract<Action, { kind: "publish mBOM" }>,
  { id: number, version }: Receipt,
  run: ChangeRun,
): Promise<void> {
  const { mbom, engineering, beneath } = action;
  const { item } = mbom;
  const own = mboms.find((one) => one.item === item);
  const common = { plant: run.plant, item, number, version };
  const before = own?.before ?? null;
  await recordPublication(tx, {
    ...common,
    change: run.change,
    digest,
    before: before === null ? null : toJson(before),
    after: toJson(beneath?.own ?? mbom),
    engineering: engineering === undefined ? null : toJson(engineering),
    releasedAt: change.releasedAt ?? "",
    effectiveFrom: change.state === "released" ? change.effectiveFrom : null,
    takesBack: takenBackIn(change, run),
  });
  await retireCarriedOut(tx, own, run);
  for (const { change: over, before: beforeIt, after } of beneath?.over ?? []) {
    await rebasePublication(tx, {
      ...common,
      change: over,
      by: digest,
      before: toJson(beforeIt),
      after: toJson(after),
    });
  }
}

/** Where a person gave engineering the word, the plant has it now: the same edit made anew is asked about anew. */
async function retireCarriedOut(tx: Transaction, own: MbomChange | undefined, run: ChangeRun): Promise<void> {
  const questions = (own?.merge?.kept ?? []).flatMap(({ by, stands }) =>
    by === null || stands === "plant" ? [] : [by],
  );
  if (questions.length === 0) return;
  await retireResolutions(tx, { plant: run.plant, questions, reason: `carried out with ${run.change}` });
}

/** A change that withdraws what it published takes back its own; a rollback of a rollback stands for itself. */
function takenBackIn({ state }: EngineeringChange, { change, rollback }: ChangeRun): ChangeId | null {
  if (state !== "released") return change;
  return rollback === null || rollback.ofRollback ? null : rollback.change;
}

function linkOf(action: Action, receipt: Receipt, { systems, change }: ChangeRun): ThreadLink {
  const from = changeNode(systems, change);
  const { system } = systems.erp;
  const link = (relation: ThreadLink["relation"], kind: ThreadKind, id: string): ThreadLink => ({
    from,
    relation,
    to: { system, kind, id },
  });
  switch (action.kind) {
    case "create item":
      return link("created", "item revision", `${action.item.item} rev ${action.item.revision ?? ""}`);
    case "update item":
      return link("updated", "item revision", `${action.item.item} rev ${action.item.revision ?? ""}`);
    case "publish mBOM":
      return link("published as", "mBOM", receipt.id);
    case "set procurement record":
      return link("updated", "procurement record", receipt.id);
    case "set standard cost":
      return link("updated", "standard cost", action.cost.item);
    case "flag purchase-order line":
      return link("flagged on", "purchase-order line", action.line);
    case "flag production order":
      return link("flagged on", "production order", action.order);
    case "take back flag":
      return link("updated", action.on.kind, action.on.id);
    case "re-explode planned order":
      return link("re-exploded", "production order", action.order);
    case "replace order components":
      return link("replaced components of", "production order", action.order);
    case "hold production order":
      return link("held", "production order", action.order);
  }
}
