import type { Connector, Cursor, Page } from "../connectors/port.ts";
import type { Hint } from "../domain/hint.ts";
import type { ProductionOrderId } from "../domain/ids.ts";
import type { ThreadKind } from "../domain/thread-link.ts";
import { cursorOf, moveCursor } from "../store/cursors.ts";
import type { Transaction } from "../store/database.ts";
import { knownAmong } from "../store/runs.ts";
import { subjectOf, type SubjectId } from "../store/subject.ts";
import { threadOf } from "../store/thread-links.ts";
import { wakeHeldProduction } from "./production-to-erp.ts";
import type { ChangeHub } from "./systems.ts";
import { subjectsOf, wakeSubjects } from "./wake-subjects.ts";

/** Asks a PLM what changed since the last time; every change is looked at in every plant that it feeds. */
export async function watchPlm(hub: ChangeHub, { system, changes }: Connector): Promise<void> {
  if (changes === undefined) return;
  await follow(hub, system, "changes", changes.changedSince, (id) => ({ kind: "change", id }));
}

/**
 * Asks an ERP which orders moved; the changes that judged them look at them again, and so do the order leg and bookings
 * that wait for a person.
 */
export async function watchErp(hub: ChangeHub, { system, purchaseOrders, productionOrders }: Connector): Promise<void> {
  const judged = (kind: ThreadKind) => async (ids: readonly string[], tx: Transaction, why: string) =>
    hub.lanes.wakeAll(tx, await changesTouching(hub, system, kind, ids, tx), { why });
  if (purchaseOrders !== undefined) {
    const { changedSince } = purchaseOrders;
    await follow(hub, system, "purchaseOrders", changedSince, () => null, judged("purchase-order line"));
  }
  if (productionOrders !== undefined) {
    const { changedSince } = productionOrders;
    const plants = [...hub.plants.values()].filter(({ erp }) => erp.system === system).map(({ plant }) => plant);
    await follow(hub, system, "productionOrders", changedSince, orderHint, async (ids, tx, why) => {
      await judged("production order")(ids, tx, why);
      await wakeHeldProduction(hub.lanes, tx, plants, ids, why);
    });
  }
}

function orderHint(id: ProductionOrderId): Hint {
  return { kind: "production order", id };
}

/** Asks an MES which jobs moved. */
export async function watchMes(hub: ChangeHub, { system, jobs }: Connector): Promise<void> {
  if (jobs === undefined) return;
  await follow(hub, system, "jobs", jobs.changedSince, (id) => ({ kind: "job", id }));
}

/** Page by page; the cursor moves and the subjects wake in one transaction, so that nothing is skipped. */
async function follow<Id extends string>(
  hub: ChangeHub,
  system: string,
  capability: string,
  changedSince: (cursor: Cursor) => Promise<Page<Id>>,
  hintOf: (id: Id) => Hint | null,
  also: (ids: readonly Id[], tx: Transaction, why: string) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const { database } = hub;
  const why = `${system} says that ${capability} changed`;
  let more = true;
  while (more) {
    const from = await cursorOf(database.pool, system, capability);
    const page = await changedSince(from);
    more = page.more;
    if (page.cursor === from) return;
    await database.transaction(async (tx) => {
      const moved = await moveCursor(tx, { system, capability, from, to: page.cursor });
      if (!moved) return; // another hub took this page
      const hints = page.ids.flatMap((id) => hintOf(id) ?? []);
      const subjects = hints.flatMap((hint) => subjectsOf(hub.plants.values(), system, hint));
      await wakeSubjects(hub.lanes, tx, subjects, { why });
      await also(page.ids, tx, why);
    });
  }
}

async function changesTouching(
  { plants }: ChangeHub,
  system: string,
  kind: ThreadKind,
  ids: readonly string[],
  tx: Transaction,
): Promise<SubjectId[]> {
  const fed = [...plants.values()].filter(({ erp }) => erp.system === system);
  const found: SubjectId[] = [];
  for (const id of ids) {
    for (const { from } of await threadOf(tx, { system, kind, id }, { relation: "touches" })) {
      if (from.kind !== "change") continue;
      found.push(...fed.map(({ plant }) => subjectOf("change", from.id, plant).id));
    }
  }
  return knownAmong(tx, found); // a rollback is a change of one plant only
}
