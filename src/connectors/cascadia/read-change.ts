import type { EngineeringChange } from "../../domain/change.ts";
import type { ChangeId } from "../../domain/ids.ts";
import { ConnectorError } from "../connector-error.ts";
import { path, type Http } from "../http/http-client.ts";
import { branchesOf, commitsOf, touchedBy } from "./commits.ts";
import type { CascadiaSettings } from "./config.ts";
import { changeState, toChange, type RevisionStep } from "./mapping.ts";
import { currentParts, definitionIn, historyOf, partRow } from "./parts.ts";
import { CONTRACTS, type AffectedLine, type ChangeOrder, type Commit, type CommitItem, type Part } from "./wire.ts";

/** @throws ConnectorError "not found" for a number that no change order has. */
export async function readChange(http: Http, id: ChangeId, settings: CascadiaSettings): Promise<EngineeringChange> {
  const order = await changeOrder(http, id);
  const lines = await affectedParts(http, order, settings);
  if (changeState(order) !== "released") {
    return toChange(order, lines.map(planned), null, http.system, settings);
  }
  const { steps, by } = await released(http, order, settings);
  const done = new Set(steps.map(({ number }) => number));
  const others = lines.filter((line) => !done.has(numberOf(line))).flatMap(withoutCommit);
  return toChange(order, [...steps, ...others], by, http.system, settings);
}

/** The change order as it stands now, found by its number. */
export async function changeOrder(http: Http, number: ChangeId): Promise<ChangeOrder> {
  const place = { doing: `reading change ${number}`, object: number };
  const { data } = await http.read({
    ...place,
    path: "/api/v1/items",
    query: { itemType: "ChangeOrder", columnFilters: JSON.stringify({ itemNumber: [number] }) },
    answer: CONTRACTS.changeOrders,
  });
  const [order] = data.items;
  if (order !== undefined) return order;
  const cause = `there is no change order ${number}`;
  throw new ConnectorError("not found", { system: http.system, ...place, field: "itemNumber", cause });
}

async function affectedParts(
  http: Http,
  { id, itemNumber }: ChangeOrder,
  settings: CascadiaSettings,
): Promise<readonly AffectedLine[]> {
  const { data } = await http.read({
    doing: `reading what change ${itemNumber} affects`,
    object: itemNumber,
    path: path`/api/v1/change-orders/${id}/affected-items`,
    answer: CONTRACTS.affectedItems,
  });
  const parts = data.affectedItems.filter(({ affectedItemDetails: of }) => of?.itemType === "Part");
  const standIns = await Promise.all(parts.map(({ affectedItemDetails: of }) => standsIn(http, of, settings)));
  return parts.filter((_, i) => standIns[i] === false);
}

/** Whether a row only stands in for a part of another design; its revisions are none of the part's. */
async function standsIn(
  http: Http,
  row: Pick<Part, "usageOf" | "itemNumber"> | undefined,
  settings: CascadiaSettings,
): Promise<boolean> {
  if (row === undefined || row.usageOf === null) return false;
  return definitionIn(await currentParts(http, [row.itemNumber]), row, settings) !== null;
}

function numberOf({ affectedItemDetails }: AffectedLine): string {
  return affectedItemDetails?.itemNumber ?? "";
}

/** What a change that is not released yet means to do. */
function planned(line: AffectedLine): RevisionStep {
  const now = line.affectedItemDetails?.revision ?? null;
  if (line.changeAction === "obsolete") return { number: numberOf(line), from: now, to: null };
  if (line.changeAction === "release") return { number: numberOf(line), from: null, to: line.targetRevision ?? now };
  return { number: numberOf(line), from: now, to: line.targetRevision ?? now };
}

/** What a released change did without a new revision. `add` and `remove` only say in which design a part stands. */
function withoutCommit(line: AffectedLine): RevisionStep[] {
  const now = line.affectedItemDetails?.revision ?? null;
  switch (line.changeAction) {
    case "obsolete":
      return [{ number: numberOf(line), from: now, to: null }];
    case "release":
      return [{ number: numberOf(line), from: null, to: now }];
    case "revise":
    case "promote":
      return [{ number: numberOf(line), from: line.currentRevision ?? now, to: line.targetRevision ?? now }];
    case "add":
    case "remove":
      return [];
  }
}

/**
 * What the release really did: its commits say it. The affected items alone do not: they keep the revisions of the
 * day they were added, and parts made on the change's branch are not among them.
 */
async function released(
  http: Http,
  order: ChangeOrder,
  settings: CascadiaSettings,
): Promise<{ readonly steps: readonly RevisionStep[]; readonly by: string | null }> {
  const { data } = await http.read({
    doing: `reading the designs of change ${order.itemNumber}`,
    object: order.itemNumber,
    path: path`/api/v1/change-orders/${order.id}/designs`,
    answer: CONTRACTS.changeOrderDesigns,
  });
  const commits = (await Promise.all(data.designs.map(({ designId }) => releaseCommits(http, order, designId)))).flat();
  const touched = await Promise.all(
    commits.map(async (commit) => (await touchedBy(http, commit)).map((item) => ({ commit, item }))),
  );
  const steps = await Promise.all(touched.flat().map(({ commit, item }) => stepOf(http, commit, item, settings)));
  const [first] = touched.flat();
  return {
    steps: steps.filter((step) => step !== null),
    by: first === undefined ? null : await releaserOf(http, first.commit, first.item),
  };
}

async function releaseCommits(http: Http, order: ChangeOrder, design: string): Promise<readonly Commit[]> {
  const main = (await branchesOf(http, design)).find(({ branchType }) => branchType === "main");
  if (main === undefined) return [];
  const commits = await commitsOf(http, main.id, { since: order.createdAt });
  return commits.filter(({ changeOrderItemId }) => changeOrderItemId === order.id);
}

async function stepOf(
  http: Http,
  { revisionsAssigned }: Commit,
  item: CommitItem,
  settings: CascadiaSettings,
): Promise<RevisionStep | null> {
  const number = item.itemNumber;
  const [now, before] = await Promise.all([
    partRow(http, item.itemId),
    item.previousItemId === null ? null : partRow(http, item.previousItemId),
  ]);
  if (item.changeType === "deleted") return { number, from: before?.revision ?? now?.revision ?? null, to: null };
  if (now !== null && (now.itemType !== "Part" || (await standsIn(http, now, settings)))) return null;
  return { number, from: before?.revision ?? null, to: revisionsAssigned?.[number] ?? now?.revision ?? null };
}

/** Who made a commit, by name. The commit itself would tell too, with more about the account than Heddle should know. */
async function releaserOf(http: Http, { id }: Commit, { itemId, itemNumber }: CommitItem): Promise<string | null> {
  const history = await historyOf(http, { id: itemId, itemNumber });
  return history.find(({ commit }) => commit.id === id)?.author?.name ?? null;
}
