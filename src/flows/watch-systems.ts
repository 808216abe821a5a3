import type { Connector, Cursor, Page } from "../connectors/port.ts";
import type { ThreadKind } from "../domain/thread-link.ts";
import { cursorOf, moveCursor } from "../store/cursors.ts";
import type { Transaction } from "../store/database.ts";
import { subjectOf, type SubjectId } from "../store/subject.ts";
import { threadOf } from "../store/thread-links.ts";
import type { ChangeHub } from "./systems.ts";

/** Asks a PLM what changed since the last time; every change is looked at in every plant that it feeds. */
export async function watchPlm(hub: ChangeHub, { system, changes }: Connector): Promise<void> {
  if (changes === undefined) return;
  const plants = [...hub.plants.values()].filter(({ plm }) => plm.system === system);
  await follow(hub, system, "changes", changes.changedSince, (ids) =>
    Promise.resolve(ids.flatMap((id) => plants.map(({ plant }) => subjectOf("change", id, plant).id))),
  );
}

/** Asks an ERP which orders moved; the changes that judged them look at them again. */
export async function watchErp(hub: ChangeHub, { system, purchaseOrders, productionOrders }: Connector): Promise<void> {
  const judged = (kind: ThreadKind) => (ids: readonly string[], tx: Transaction) =>
    changesTouching(hub, system, kind, ids, tx);
  if (purchaseOrders !== undefined) {
    await follow(hub, system, "purchaseOrders", purchaseOrders.changedSince, judged("purchase-order line"));
  }
  if (productionOrders !== undefined) {
    await follow(hub, system, "productionOrders", productionOrders.changedSince, judged("production order"));
  }
}

/** Page by page; the cursor moves and the subjects wake in one transaction, so that nothing is skipped. */
async function follow<Id extends string>(
  { database, lanes }: ChangeHub,
  system: string,
  capability: string,
  changedSince: (cursor: Cursor) => Promise<Page<Id>>,
  subjectsOf: (ids: readonly Id[], tx: Transaction) => Promise<readonly SubjectId[]>,
): Promise<void> {
  let more = true;
  while (more) {
    const from = await cursorOf(database.pool, system, capability);
    const page = await changedSince(from);
    more = page.more;
    if (page.cursor === from) return;
    await database.transaction(async (tx) => {
      const moved = await moveCursor(tx, { system, capability, from, to: page.cursor });
      if (!moved) return; // another hub took this page
      const subjects = [...new Set(await subjectsOf(page.ids, tx))];
      await lanes.wakeAll(tx, subjects, { why: `${system} says that ${capability} changed` });
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
    for (const { from, relation } of await threadOf(tx, { system, kind, id })) {
      if (relation !== "touches" || from.kind !== "change") continue;
      found.push(...fed.map(({ plant }) => subjectOf("change", from.id, plant).id));
    }
  }
  return found;
}
