import { isApprovedAhead } from "../domain/approved-ahead.ts";
import { explain } from "../domain/bom/explain.ts";
import type { Day } from "../domain/calendar.ts";
import type { Action, ChangePlan } from "../domain/change-plan.ts";
import type { EngineeringChange } from "../domain/change.ts";
import type { ChangeId, ItemId, PlantId } from "../domain/ids.ts";
import { fromJson, toJson } from "../domain/json.ts";
import type { Mbom } from "../domain/mbom.ts";
import { moneyText } from "../domain/money-text.ts";
import { noMoney, plus } from "../domain/money.ts";
import { newerDesigns } from "../domain/orders/newer-designs.ts";
import { placeInOrder } from "../domain/change-order.ts";
import { blockedFindings, movesOnlyFlags } from "../domain/plan-change.ts";
import type { ThreadLink, ThreadNode } from "../domain/thread-link.ts";
import type { Lease } from "../engine/lease.ts";
import type { Next } from "../engine/worker.ts";
import { recordAudit } from "../store/audit.ts";
import { builtOrders } from "../store/built-orders.ts";
import type { Transaction } from "../store/database.ts";
import { decide, decisionOf, lastAnswerOf, takeBackRefusal, type PlanDecision } from "../store/decisions.ts";
import { forgetDesigns, publishDesigns, recordDesigns } from "../store/designs.ts";
import { checkLease } from "../store/leases.ts";
import { wakeOrdersOf } from "../store/order-wakes.ts";
import { beginAgain, outcomesOf } from "../store/outcomes.ts";
import { isApplied, planUnderway, readPlan, setPlanState, storePlan } from "../store/plans.ts";
import { baselineOf, lastPublished, leftBy } from "../store/publications.ts";
import { inForceIn } from "../store/resolutions.ts";
import { carriedOut, rollbackOf, takenBackBy } from "../store/rollbacks.ts";
import { knownAmong, putBackInLine, recordRun, runOf, type Run, type RunPatch } from "../store/runs.ts";
import { subjectOf, type Subject, type SubjectId } from "../store/subject.ts";
import { forgetSupersessions, recordSupersession, supersederOf } from "../store/supersessions.ts";
import { linkThread } from "../store/thread-links.ts";
import { hasTurn, holdTurn, takeTurn, turnClock, yieldTurn, type Turn } from "../store/turns.ts";
import { footprintOf } from "./footprint.ts";
import { noteConflicts } from "./note-conflicts.ts";
import type { TakingBack } from "./plan-rollback-from.ts";
import type { Memory } from "./read-plant.ts";
import type { SealedPlan } from "./sealed.ts";
import { beginOf, todayIn, type ChangeHub, type PlantSystems } from "./systems.ts";

/** Raised with each change of what a run's rows mean, so that an older run can be told apart. */
const DEFINITION_VERSION = 1;

/** Where one change stands in one plant, kept in the database: what the flow asks and what it records. */
export type ChangeRun = Awaited<ReturnType<typeof changeRun>>;

export async function changeRun(
  { database, lanes, now }: Pick<ChangeHub, "database" | "lanes" | "now">,
  systems: PlantSystems,
  subject: Subject,
  lease: Lease,
) {
  const { pool } = database;
  const change = subject.key as ChangeId;
  const plant = subject.plant as PlantId;
  const before = await runOf(pool, subject.id);
  const readAt = await turnClock(pool);
  /** How the change stands in the plan that is being carried out: so it stands until that is through. */
  let carriesOut: EngineeringChange["state"] | null = null;
  const rollback = await rollbackOf(pool, { plant, id: change });
  const wasApplied = before !== null && (await isApplied(pool, subject.id));

  /** One transaction that only the holder of the subject can commit. */
  function held<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return database.transaction(async (tx) => {
      await checkLease(tx, lease);
      return work(tx);
    });
  }

  async function keepPlan(tx: Transaction, { plan, digest }: SealedPlan, state: "proposed" | "blocked" | "approved") {
    const requestedBy = lease.by ?? plan.change.releasedBy ?? "heddle";
    await storePlan(tx, { subject: subject.id, digest, plan: toJson(plan), state, requestedBy });
    await noteConflicts(tx, subject.id, plan);
    await linkThread(tx, subject.id, [...touches(plan, systems), ...takesBack()]);
    await wakeOrdersAtGate(tx, await recordDesigns(tx, plant, change, newerDesigns(plan)), "planned");
  }

  /** The orders of what a change designs pass the gate anew. */
  async function wakeOrdersAtGate(tx: Transaction, items: readonly ItemId[], what: string): Promise<void> {
    await wakeOrdersOf(tx, plant, items, `${change} was ${what}`);
  }

  function takesBack(): ThreadLink[] {
    if (rollback === null) return [];
    const [from, to] = [changeNode(systems, change), changeNode(systems, rollback.change)];
    return [{ from, relation: "takes back", to }];
  }

  /** What a rollback takes back has nothing in the plant any more, from now on. */
  async function wakeTakenBack(tx: Transaction): Promise<void> {
    if (rollback === null) return;
    await lanes.wakeUp(tx, subjectOf("change", rollback.change, plant).id, {
      why: `${change} has taken it back`,
    });
  }

  /** Whether what it did last was to withdraw, to the end. What others bring in again after that is theirs. */
  async function hasWithdrawn(): Promise<boolean> {
    const last = (await carriedOut(pool, subject.id)).at(-1);
    const stored = last === undefined ? null : await readPlan(pool, last.digest);
    return stored?.state === "applied" && fromJson<ChangePlan>(stored.plan).change.state === "cancelled";
  }

  /** Those that were never looked at will hear of it when they are. */
  async function wakeKnown(tx: Transaction, changes: readonly ChangeId[], why: string): Promise<void> {
    const subjects = changes.map((other) => subjectOf("change", other, plant).id);
    await lanes.wakeAll(tx, await knownAmong(tx, subjects), { why });
  }

  /** The state that ends this look, and what is told of it. Whoever waited for this change's turn is woken. */
  function end(
    patch: RunPatch & Pick<Run, "state">,
    sealed: SealedPlan | null,
    more: { yields: boolean; record?: (tx: Transaction) => Promise<void> },
  ): Next {
    const facts = sealed === null ? {} : factsOf(sealed.plan);
    return {
      kind: "settled",
      async record(tx) {
        const next = more.yields ? await yieldTurn(tx, subject.id) : [];
        await more.record?.(tx);
        await recordRun(tx, lease, {
          reason: null,
          waitsFor: [],
          definitionVersion: DEFINITION_VERSION,
          ...(sealed === null ? {} : { wakesAt: wakesAt(sealed.plan.change) }),
          ...facts,
          ...patch,
        });
        if (before?.state !== patch.state || before.reason !== (patch.reason ?? null)) {
          await note(tx, `change is ${patch.state}`, { reason: patch.reason ?? null, digest: sealed?.digest ?? null });
        }
        await lanes.wakeAll(tx, next, { why: `${change} has ended its turn` });
      },
    };
  }

  /** A change that is to take effect later is looked at again on its day, however it stands until then. */
  function wakesAt({ state, effectiveFrom }: ChangePlan["change"]): string | null {
    const isAhead = state === "released" && effectiveFrom !== null && effectiveFrom > todayIn(systems, now());
    return isAhead ? beginOf(effectiveFrom, systems) : null;
  }

  /** What a person answered last, where that is an approval that was given ahead and holds for this plan too. */
  async function approvedAhead({ plan, digest }: SealedPlan): Promise<PlanDecision | null> {
    if (plan.change.effectiveFrom === null) return null;
    const said = await lastAnswerOf(pool, subject.id, digest);
    const stored = said?.decision === "approve" ? await readPlan(pool, said.digest) : null;
    if (stored === null) return null;
    return isApprovedAhead(fromJson<ChangePlan>(stored.plan), plan, stored.state === "applied") ? said : null;
  }

  function note(tx: Transaction, what: string, detail: unknown, who = "heddle"): Promise<void> {
    return recordAudit(tx, { who, what, subject: subject.id, detail: toJson(detail) });
  }

  /** The change as it is to be carried out here. One that was taken back is not, nor one that another superseded. */
  async function asItStands(told: EngineeringChange): Promise<EngineeringChange> {
    if (told.state !== "released" || carriesOut === "released") return told;
    if (carriesOut !== null) return { ...told, state: carriesOut };
    if ((await takenBackBy(pool, { plant, change })) !== null) return { ...told, state: "rolled back" };
    if (wasApplied) return told;
    const by = await supersederOf(pool, { plant, change, releasedAt: told.releasedAt ?? "" });
    return by === null ? told : { ...told, state: "superseded" };
  }

  return {
    change,
    plant,
    subject: subject.id,
    asItStands,
    plmSystem: systems.plm.system,
    database,
    lease,
    wasApplied,
    /** Who asked for it and what it takes back; null for a change of the PLM's. */
    rollback,
    held,
    note,

    /** An approved plan that was begun and has not come to its end. */
    async planUnderway(): Promise<SealedPlan | null> {
      const row = await planUnderway(pool, subject.id);
      const stored = row === null ? null : await readPlan(pool, row.digest);
      if (stored === null) return null;
      const plan = fromJson<ChangePlan>(stored.plan);
      carriesOut = plan.change.state;
      return { digest: stored.digest, plan };
    },

    /** What a change of Heddle's own takes back; null for a change of the PLM's. */
    async takingBack(): Promise<TakingBack | null> {
      if (rollback === null) return null;
      const footprint = await footprintOf(pool, rollback);
      if (footprint === null) {
        throw new Error(`Heddle remembers nothing of what ${rollback.change} did: it cannot be taken back`);
      }
      const by = { id: change, reason: rollback.reason, releasedAt: rollback.at, releasedBy: rollback.by };
      return { footprint, by, asItStands };
    },

    /** What a change that was cancelled before its day takes back of its own; null where there is nothing, or it is in force. */
    async withdrawing(told: EngineeringChange, today: Day): Promise<TakingBack | null> {
      const { state, effectiveFrom } = told;
      if (state !== "cancelled" || effectiveFrom === null || effectiveFrom <= today) return null;
      if (await hasWithdrawn()) return null;
      const footprint = await footprintOf(pool, { change, plant });
      if (footprint === null) return null;
      const asTold = (back: EngineeringChange) =>
        Promise.resolve({ ...back, title: told.title, state, effectiveFrom, supersedes: told.supersedes });
      return { footprint, by: told, asItStands: asTold };
    },

    /** Lets the change whose place this one takes know; and others that stand again, when this one does so no more. */
    async tellSuperseded({ supersedes, state, releasedAt, effectiveFrom }: EngineeringChange): Promise<void> {
      // One that is superseded itself keeps what it superseded out of force: or the first of three would come back.
      const isInForce = wasApplied && state === "cancelled" && (effectiveFrom ?? "") <= todayIn(systems, now());
      const stands = state === "released" || state === "superseded" || isInForce;
      const replaced = stands && supersedes !== change ? supersedes : null;
      await held(async (tx) => {
        const freed = await forgetSupersessions(tx, { plant, by: change, except: replaced });
        const why = stands ? `${change} does not supersede it any more` : `${change}, which superseded it, is ${state}`;
        await wakeKnown(tx, freed, why);
        if (replaced === null) return;
        if (!(await recordSupersession(tx, { plant, superseded: replaced, by: change, releasedAt: releasedAt ?? "" })))
          return;
        const [from, to] = [changeNode(systems, change), changeNode(systems, replaced)];
        await linkThread(tx, subject.id, [{ from, relation: "supersedes", to }]);
        await wakeKnown(tx, [replaced], `${change} supersedes it`);
      });
    },

    async remember(items: readonly ItemId[]): Promise<Memory> {
      const baselines = await baselineOf(pool, { change, plant });
      const left = await leftBy(pool, { change, plant });
      const published = await lastPublished(pool, plant, items);
      return {
        left: new Map([...left].map(([item, json]) => [item, fromJson<Mbom>(json)])),
        baselines: new Map([...baselines].map(([item, json]) => [item, json === null ? null : fromJson<Mbom>(json)])),
        published: new Map(
          [...published].map(([item, { after, engineering, change: by, releasedAt, effectiveFrom }]) => [
            item,
            {
              mbom: fromJson<Mbom>(after),
              ...(engineering === null ? {} : { engineering: fromJson<Mbom>(engineering) }),
              change: by,
              releasedAt,
              ...(effectiveFrom == null ? {} : { effectiveFrom }),
            },
          ]),
        ),
        builtSince: (of, day) => builtOrders(pool, { plant, items: of, since: beginOf(day, systems) }),
        resolutions: await inForceIn(pool, plant),
      };
    },

    /** A person's no stands until a person asks again: then the same plan may be answered anew. */
    async staysRefused({ digest }: SealedPlan): Promise<boolean> {
      if (before?.state !== "refused") return false;
      if (lease.by === null) return true;
      const by = lease.by;
      await held(async (tx) => {
        await takeBackRefusal(tx, digest);
        await note(tx, "refusal opened again", { digest }, by);
      });
      return false;
    },

    remainRefused: (): Next => ({ kind: "settled" }),

    /** A change that is in force, or over, and moves flags only waits for nobody, and nobody for it: it is at work on no assembly. */
    takeTurn(plan: ChangePlan): Promise<Turn> {
      const reached = [...plan.mboms, ...plan.change.affected].map(({ item }) => item);
      const isOver = wasApplied || plan.change.state !== "released";
      const items = new Set(isOver && movesOnlyFlags(plan) ? [] : reached);
      return held(async (tx) => {
        const resources = [...items].map((item) => `${plant}/${item}`);
        const turn = await takeTurn(tx, subject.id, { resources, place: placeInOrder(plan.change), readAt });
        const reason = waitsBehind([subject.id]);
        for (const other of await putBackInLine(tx, turn.displaced, { waitsFor: subject.id, reason })) {
          const detail = { reason: `${change} comes before it, by effectivity and release, and took its turn.` };
          await recordAudit(tx, { who: "heddle", what: "change is waiting turn", subject: other, detail });
        }
        await lanes.wakeAll(tx, turn.wake, { why: `${change} comes before it, or gave a turn back` });
        return turn;
      });
    },

    /** What was read is old, or the turn is another's now: the change is looked at once more. */
    readAgain(why: string): Next {
      return { kind: "settled", record: (tx) => lanes.wakeUp(tx, subject.id, { why }) };
    },

    /** What a person said of this very plan; the policy speaks where it may. */
    async decisionOn({ plan, digest }: SealedPlan, policy: string | null): Promise<"approve" | "refuse" | null> {
      const said = await decisionOf(pool, digest);
      if (said !== null) return said.decision;
      const ahead = await approvedAhead({ plan, digest });
      if (ahead !== null) {
        const reason = `approved ahead with plan ${ahead.digest.slice(0, 12)}: ${ahead.reason}`;
        await held(async (tx) => {
          await keepPlan(tx, { plan, digest }, "proposed");
          await decide(tx, { digest, decision: "approve", by: ahead.by, reason, meaning: ahead.meaning });
          await note(tx, "plan approved ahead", { digest, with: ahead.digest }, ahead.by);
        });
        return "approve";
      }
      if (policy === null) return null;
      await held(async (tx) => {
        await keepPlan(tx, { plan, digest }, "proposed");
        await decide(tx, {
          digest,
          decision: "approve",
          by: "policy",
          reason: policy,
          meaning: "the policy lets it through",
        });
        await note(tx, "plan approved by policy", { digest, policy }, "policy");
      });
      return "approve";
    },

    /** From here on nobody displaces the change. False when one that comes before it has done so meanwhile. */
    approve(sealed: SealedPlan): Promise<boolean> {
      return held(async (tx) => {
        if (!(await holdTurn(tx, subject.id))) return false;
        carriesOut = sealed.plan.change.state;
        await beginAgain(tx, sealed.digest);
        await keepPlan(tx, sealed, "approved");
        await setPlanState(tx, sealed.digest, "approved");
        await recordRun(tx, lease, {
          state: "applying",
          reason: null,
          waitsFor: [],
          ...factsOf(sealed.plan),
          planDigest: sealed.digest,
        });
        return true;
      });
    },

    block(sealed: SealedPlan): Next {
      const found = blockedFindings(sealed.plan);
      const more = found.length === 1 ? "" : ` (and ${found.length - 1} more)`;
      const reason = found[0] === undefined ? null : `${explain(found[0])}${more}`;
      return end({ state: "blocked", reason, planDigest: sealed.digest }, sealed, {
        yields: true,
        record: (tx) => keepPlan(tx, sealed, "blocked"),
      });
    },

    waitForTurn(sealed: SealedPlan, turn: Turn): Next {
      return end(
        { state: "waiting turn", reason: waitsBehind(turn.for), waitsFor: [...turn.for], planDigest: sealed.digest },
        sealed,
        {
          yields: false,
          record: (tx) => keepPlan(tx, sealed, "proposed"),
        },
      );
    },

    /** Approved, and to be written on a day to come: the target cannot say from when. */
    waitForDay(sealed: SealedPlan, day: Day): Next {
      const reason = `It is approved and waits for ${day}: ${systems.erp.system} has no place for a day in its mBOMs.`;
      return end({ state: "waiting day", reason, planDigest: sealed.digest }, sealed, {
        yields: false,
        record: (tx) => keepPlan(tx, sealed, "proposed"),
      });
    },

    awaitApproval(sealed: SealedPlan): Next {
      const settled = end(
        { state: "awaiting approval", reason: whyAnew(before, sealed), planDigest: sealed.digest },
        sealed,
        { yields: false, record: (tx) => keepPlan(tx, sealed, "proposed") },
      );
      return {
        kind: "settled",
        async record(tx) {
          if (await hasTurn(tx, subject.id)) await settled.record?.(tx);
          else await lanes.wakeUp(tx, subject.id, { why: "a change that comes before it took the turn" });
        },
      };
    },

    refused(sealed: SealedPlan): Next {
      return end({ state: "refused", reason: null, planDigest: sealed.digest }, sealed, {
        yields: true,
        async record(tx) {
          await setPlanState(tx, sealed.digest, "refused");
          await wakeOrdersAtGate(tx, await forgetDesigns(tx, plant, change), "refused");
        },
      });
    },

    /** Part of a change with many writes is done; the rest follows in looks of its own. */
    goOn({ done, of }: { readonly done: number; readonly of: number }): Next {
      const reason = `${done.toLocaleString("en")} of ${of.toLocaleString("en")} writes are done.`;
      return {
        kind: "settled",
        async record(tx) {
          await recordRun(tx, lease, { state: "applying", reason, waitsFor: [] });
          await lanes.wakeUp(tx, subject.id, { why: reason });
        },
      };
    },

    /** The target said no to one write. What is done stays known; the turn is kept, because it is half done. */
    stopRefused(sealed: SealedPlan, reason: string): Next {
      return end({ state: "blocked", reason, planDigest: sealed.digest }, sealed, { yields: false });
    },

    /** Reality moved: the approval no longer fits it. */
    planAgain(sealed: SealedPlan, why: string): Next {
      return end({ state: "planning", reason: why, planDigest: sealed.digest }, null, {
        yields: false,
        async record(tx) {
          await setPlanState(tx, sealed.digest, (await isAllDone(tx, sealed)) ? "applied" : "stale");
          await lanes.wakeUp(tx, subject.id, { why });
        },
      });
    },

    blockNotHeld(sealed: SealedPlan, left: SealedPlan, actions: readonly Action[]): Next {
      const names = actions.map(({ id }) => id).join(", ");
      const reason = `The target took ${names} and then read back something else. Compare the record in the target with the plan, then look again.`;
      return end({ state: "blocked", reason, planDigest: left.digest }, left, {
        yields: false,
        async record(tx) {
          await setPlanState(tx, sealed.digest, "stale");
          await keepPlan(tx, left, "proposed");
        },
      });
    },

    /** `sealed` is the plan that was just carried out; null when an applied change is found in step again. */
    applied(sealed: SealedPlan | null, left: SealedPlan): Next {
      const patch: RunPatch & Pick<Run, "state"> = { state: "applied" };
      return end(sealed === null ? patch : { ...patch, planDigest: sealed.digest }, left, {
        yields: true,
        async record(tx) {
          await noteConflicts(tx, subject.id, left.plan);
          if (sealed === null) return;
          await setPlanState(tx, sealed.digest, "applied");
          await wakeOrdersAtGate(tx, await publishDesigns(tx, plant, change), "applied");
          await wakeTakenBack(tx);
        },
      });
    },

    keepEmptyPlan(sealed: SealedPlan): Promise<void> {
      return held((tx) => keepPlan(tx, sealed, "proposed"));
    },

    inStep(sealed: SealedPlan): Next {
      const reason = "The plant already builds what this change wants.";
      return end({ state: "in step", reason, planDigest: sealed.digest }, sealed, { yields: true });
    },

    async superseded(sealed: SealedPlan): Promise<Next> {
      const releasedAt = sealed.plan.change.releasedAt ?? "";
      const by = await supersederOf(pool, { plant, change, releasedAt });
      const reason = `${by ?? "Another change"} supersedes it and is carried out in its place.`;
      return end({ state: "superseded", reason, planDigest: sealed.digest }, sealed, {
        yields: true,
        async record(tx) {
          await keepPlan(tx, sealed, "proposed");
          await wakeOrdersAtGate(tx, await forgetDesigns(tx, plant, change), "superseded");
        },
      });
    },

    async rolledBack(sealed: SealedPlan): Promise<Next> {
      const by = await takenBackBy(pool, { plant, change });
      return end({ state: "rolled back", reason: `${by ?? "A rollback"} has taken it back.` }, sealed, {
        yields: true,
        async record(tx) {
          await noteConflicts(tx, subject.id, { ...sealed.plan, mboms: [] });
          await wakeOrdersAtGate(tx, await forgetDesigns(tx, plant, change), "taken back");
        },
      });
    },

    withdrawn(sealed: SealedPlan, today: Day): Next {
      const { state, effectiveFrom } = sealed.plan.change;
      const wasAhead = wasApplied && effectiveFrom !== null && effectiveFrom > today;
      const reason =
        before?.state === "withdrawn"
          ? before.reason
          : wasAhead
            ? `It is ${state} in the PLM; what was published for ${effectiveFrom} is withdrawn.`
            : wasApplied
              ? `It is ${state} in the PLM, but was applied before: release a change that takes it back, or roll it back.`
              : `It is ${state} in the PLM.`;
      return end({ state: "withdrawn", reason }, sealed, {
        yields: true,
        async record(tx) {
          await noteConflicts(tx, subject.id, { ...sealed.plan, mboms: [] }); // it asks nothing any more
          await wakeOrdersAtGate(tx, await forgetDesigns(tx, plant, change), "withdrawn");
        },
      });
    },

    retry(afterMs: number, why: string): Next {
      return { kind: "retry", afterMs, why };
    },

    /** Something permanent that no plan tells of: the lane stops, and says by what. */
    blockFailure(reason: string): Next {
      // The turn is kept while a plan is under way, also one that was begun in this look or is tried again.
      return end({ state: "blocked", reason }, null, { yields: carriesOut === null });
    },
  };
}

/** Why a plan that was shown before is another one now, and needs an answer of its own; null when it is none such. */
function whyAnew(before: Run | null, { digest }: SealedPlan): string | null {
  if (before === null || before.planDigest === null || before.planDigest === digest) return null;
  if (before.state === "awaiting approval") return "The systems moved since the last plan: this is a new one.";
  if (before.state !== "waiting turn") return null;
  return `It was planned anew on what ${namesOf(before.waitsFor)} left: this plan needs an answer of its own.`;
}

function waitsBehind(others: readonly SubjectId[]): string {
  return `It changes the same assembly as ${namesOf(others)}, which ${others.length === 1 ? "comes" : "come"} first.`;
}

/** Changes by their numbers, as a sentence names them. */
function namesOf(subjects: readonly SubjectId[]): string {
  return subjects.map((other) => other.slice(other.indexOf(":") + 1, other.lastIndexOf("@"))).join(", ");
}

async function isAllDone(tx: Transaction, { plan, digest }: SealedPlan): Promise<boolean> {
  const done = new Set(
    (await outcomesOf(tx, digest)).filter(({ state }) => state === "done").map(({ action }) => action),
  );
  return plan.actions.every(({ id }) => done.has(id));
}

/** What a list of changes shows of a plan. */
function factsOf({ change, impact }: ChangePlan): RunPatch {
  const open = impact.filter(({ status }) => status === "action required");
  const sums = new Map<string, ReturnType<typeof noMoney>>();
  for (const one of open) {
    if (one.kind !== "purchase") continue;
    const { currency } = one.exposure;
    sums.set(currency, plus(sums.get(currency) ?? noMoney(currency), one.exposure));
  }
  const exposure = [...sums.values()].map(moneyText).join(" + ");
  return { title: change.title, actionRequired: open.length, exposure: exposure === "" ? null : exposure };
}

function changeNode({ plm }: PlantSystems, id: ChangeId): ThreadNode {
  return { system: plm.system, kind: "change", id };
}

/** Which orders a change touches: the way back from an order that moved to the changes that judged it. */
function touches({ change, impact }: ChangePlan, systems: PlantSystems): ThreadLink[] {
  const { erp } = systems;
  const from = changeNode(systems, change.id);
  return impact.map((one) => ({
    from,
    relation: "touches",
    to:
      one.kind === "purchase"
        ? { system: erp.system, kind: "purchase-order line", id: one.line }
        : { system: erp.system, kind: "production order", id: one.order },
  }));
}
