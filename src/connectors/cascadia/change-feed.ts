import { createHash } from "node:crypto";
import { Type, type Static } from "typebox";
import type { ChangeId } from "../../domain/ids.ts";
import { plainOrder } from "../../domain/natural-order.ts";
import { ConnectorError } from "../connector-error.ts";
import { contract } from "../http/contract.ts";
import type { Http } from "../http/http-client.ts";
import { readJson } from "../http/json-text.ts";
import type { Cursor, Page } from "../port.ts";
import { branchesOf, commitsOf, designIds, touchedBy } from "./commits.ts";
import { changeState, OUTCOME_ATTRIBUTE, toChangeId } from "./mapping.ts";
import { historyOf } from "./parts.ts";
import { CONTRACTS, type Branch, type ChangeOrder } from "./wire.ts";

const ORDERS_PER_REQUEST = 200;
const CHANGES_PER_PAGE = 100;
/** How often a list that grew or shrank while it was read is read again. */
const READS_MAX = 5;

/**
 * What was told so far. Cascadia has no log of changes: times are of several clocks, releasing takes several
 * transactions, and a line edited in place moves no time of its change order. So every change order that is
 * done with is remembered by a mark of what it looked like, and told again when it looks different.
 */
const Told = Type.Object({
  /** Mark by number. */
  marks: Type.Record(Type.String(), Type.String()),
  /** The newest commit of each design's main branch that was looked at. */
  heads: Type.Record(Type.String(), Type.String()),
});
type Told = Static<typeof Told>;
const readTold = contract(Told);

type Design = { readonly id: string; readonly branches: readonly Branch[] };

/** Change orders that were released, cancelled or edited since, the oldest first. */
export async function changedSince(http: Http, cursor: Cursor): Promise<Page<ChangeId>> {
  const told = cursor === null ? null : toldIn(cursor, http);
  // Designs first: what happens between the two reads is then seen the next time at the latest.
  const designs = await Promise.all(
    (await designIds(http)).map(async (id) => ({ id, branches: await branchesOf(http, id) })),
  );
  const orders = await allOrders(http);
  const marks = marksOf(orders.filter(isDone), designs);
  const news = [...marks].filter(([number, mark]) => told?.marks[number] !== mark).map(([number]) => number);
  const page = news.slice(0, CHANGES_PER_PAGE);
  const more = news.length > page.length;

  const heads = headsOf(designs);
  // At the beginning every change is told anyway.
  const edited = more || told === null ? [] : await editedInPlace(http, told, designs, orders);
  const next: Told = {
    marks: { ...told?.marks, ...Object.fromEntries(page.map((number) => [number, marks.get(number) ?? ""])) },
    heads: more && told !== null ? told.heads : heads,
  };
  const ids = [...new Set([...page, ...edited.filter((number) => marks.has(number))])].map(toChangeId);
  // Before the first change is done with, there is nothing to remember.
  return { ids, cursor: marks.size === 0 && told === null ? null : JSON.stringify(next), more };
}

function toldIn(cursor: string, { system }: Http): Told {
  const json = readJson(cursor);
  const read = "json" in json ? readTold(json.json) : { field: "cursor", problem: json.problem };
  if ("value" in read) return read.value;
  const cause = `the cursor is not one of this connector: ${read.field} ${read.problem}`;
  throw new ConnectorError("contract broken", { system, doing: "looking for changes", field: "cursor", cause });
}

function isDone(order: ChangeOrder): boolean {
  const state = changeState(order);
  return state === "released" || state === "cancelled";
}

/** All change orders, the oldest first. A list that changed its length while it was read may have skipped one. */
async function allOrders(http: Http): Promise<readonly ChangeOrder[]> {
  for (let attempt = 1; ; attempt++) {
    const orders = new Map<string, ChangeOrder>();
    const totals = new Set<number>();
    for (let offset = 0; ; offset += ORDERS_PER_REQUEST) {
      const { data } = await http.read({
        doing: "looking for changes",
        path: "/api/v1/items",
        query: {
          itemType: "ChangeOrder",
          sortField: "createdAt",
          sortDirection: "asc",
          limit: ORDERS_PER_REQUEST,
          offset,
        },
        answer: CONTRACTS.changeOrders,
      });
      for (const order of data.items) orders.set(order.id, order);
      totals.add(data.total);
      if (offset + data.items.length >= data.total || data.items.length === 0) break;
    }
    if (totals.size === 1 && orders.size === [...totals][0]) return [...orders.values()];
    if (attempt < READS_MAX) continue;
    const cause = `the list of change orders changed each of ${READS_MAX} times while it was read`;
    throw new ConnectorError("unreachable", { system: http.system, doing: "looking for changes", cause });
  }
}

/** By number, what a change order and its branches look like, without what Heddle itself noted on it. */
function marksOf(orders: readonly ChangeOrder[], designs: readonly Design[]): ReadonlyMap<string, string> {
  const branches = Map.groupBy(
    designs.flatMap((design) => design.branches),
    ({ changeOrderItemId }) => changeOrderItemId,
  );
  return new Map(
    orders.map((order) => {
      const { id, itemNumber, name, state, reasonForChange, implementationDate, closedAt } = order;
      const attributes = Object.entries(order.attributes ?? {})
        .filter(([attribute]) => !attribute.startsWith(OUTCOME_ATTRIBUTE))
        .toSorted(([a], [b]) => plainOrder(a, b));
      // An edit of a line that came from the branch is committed there, long after the branch was merged.
      const commits = (branches.get(id) ?? []).map(({ headCommitId }) => headCommitId ?? "").toSorted(plainOrder);
      const looks = [name, state, reasonForChange, implementationDate, closedAt, attributes, commits];
      return [itemNumber, createHash("sha256").update(JSON.stringify(looks)).digest("base64url").slice(0, 10)];
    }),
  );
}

function headsOf(designs: readonly Design[]): Record<string, string> {
  return Object.fromEntries(
    designs.flatMap(({ id, branches }) => {
      const head = branches.find(({ branchType }) => branchType === "main")?.headCommitId;
      return head == null ? [] : [[id, head]];
    }),
  );
}

/**
 * Change orders whose released lines were edited in place: Cascadia lets that happen, and commits it to the main
 * branch where the part was released without a branch.
 */
async function editedInPlace(
  http: Http,
  told: Told,
  designs: readonly Design[],
  orders: readonly ChangeOrder[],
): Promise<readonly string[]> {
  const numbers = new Map(orders.map(({ id, itemNumber }) => [id, itemNumber]));
  const found = await Promise.all(
    designs.map(async ({ id, branches }) => {
      const main = branches.find(({ branchType }) => branchType === "main");
      const known = told.heads[id];
      // The lines of a design that is new since can only be of changes that are new since.
      if (main === undefined || known === undefined || main.headCommitId === known) return [];
      const commits = await commitsOf(http, main.id, { isEnough: (commit) => commit.id === known });
      const edits = commits.filter((commit) => commit.changeOrderItemId === null && (commit.itemsChanged ?? 0) > 0);
      const touched = (await Promise.all(edits.map((commit) => touchedBy(http, commit)))).flat();
      const parts = new Map(touched.map((item) => [item.itemId, item]));
      return await Promise.all([...parts.values()].map((item) => releasingOrder(http, item)));
    }),
  );
  return found.flat().flatMap((id) => numbers.get(id ?? "") ?? []);
}

/** The change order that released a part last. */
async function releasingOrder(
  http: Http,
  { itemId, itemNumber }: { readonly itemId: string; readonly itemNumber: string },
): Promise<string | null> {
  const history = await historyOf(http, { id: itemId, itemNumber });
  return history.find(({ commit }) => commit.changeOrderItemId !== null)?.commit.changeOrderItemId ?? null;
}
