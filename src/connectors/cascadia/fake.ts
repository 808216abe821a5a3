import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import {
  makeState,
  Refused,
  type AffectedItem,
  type CascadiaState,
  type Commit,
  type Row,
  type TypeRecord,
} from "./fake-state.ts";

/** Whatever the tests and the connector send, somewhere. */
type Body = Partial<{
  code: string;
  name: string;
  items: readonly Body[];
  rows: readonly Body[];
  itemType: string;
  itemId: string;
  data: Body & Partial<Pick<Row, "itemNumber" | "revision" | "designId">>;
  branchId: string;
  attributes: Row["attributes"];
  targetId: string;
  parentItemId: string;
  childItemId: string;
  quantity: string;
  findNumber: number;
  referenceDesignator: string;
  affectedItemId: string;
  changeAction: AffectedItem["changeAction"];
  toStateId: string;
}>;
type Request = { readonly ids: readonly string[]; readonly query: URLSearchParams; readonly body: Body };
type Route = (state: CascadiaState, request: Request) => unknown;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const ADMIN = "System Admin";
const WORKFLOW = { id: "00000000-0000-4000-8000-000000000102", name: "ECO - Default Workflow" };

/** A small Cascadia on loopback that answers as a real one was seen to. For tests. */
export async function startFakeCascadia(
  apiKey: string,
): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const state = makeState();
  const server = createServer((request, response) => {
    void answer(state, apiKey, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function answer(state: CascadiaState, apiKey: string, request: IncomingMessage, response: ServerResponse) {
  const send = (status: number, body: unknown) =>
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  const sent = await text(request);
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://cascadia");
  const steps = pathname.split("/").slice(3);
  const ids = steps.filter((step) => UUID.test(step));
  const route = ROUTES[`${request.method} ${steps.map((step) => (UUID.test(step) ? "*" : step)).join("/")}`];
  if (route === undefined || !pathname.startsWith("/api/v1/")) {
    response.writeHead(404, { "content-type": "text/plain" }).end("404 Not Found");
    return;
  }
  if (request.headers.authorization !== `Bearer ${apiKey}`) {
    send(401, { error: { code: "AUTH_REQUIRED", message: "Authentication required" } });
    return;
  }
  try {
    const body = sent === "" ? {} : (JSON.parse(sent) as Body);
    send(request.method === "POST" ? 201 : 200, { data: route(state, { ids, query: searchParams, body }) });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    send(error.status, { error: { code: error.code, message: error.message } });
  }
}

/** By method and path, `*` for an id; each answer is wrapped in `data`. */
const ROUTES: Readonly<Record<string, Route>> = {
  "GET programs": () => ({ programs: [{ id: "00000000-0000-4000-8000-000000000010", code: "DEFAULT" }] }),
  "GET workflows": () => ({
    workflows: [{ ...WORKFLOW, states: [{ id: "Draft" }, { id: "InReview" }, { id: "Approved" }] }],
  }),
  "GET designs": ({ designs }) => ({ designs, total: designs.length }),
  "POST designs": (state, { body }) => ({ design: state.createDesign(body.code ?? "", body.name ?? "") }),
  "GET designs/*/branches": ({ branches }, { ids }) => ({
    branches: branches.filter(({ designId }) => designId === ids[0]),
  }),
  "POST designs/*/items": (state, { ids: [designId = ""], body }) => ({
    items: [state.standIn(designId, body.itemId ?? "")],
  }),
  "GET branches/*/commits": ({ commits }, { ids, query }) => {
    const since = query.get("since") ?? "";
    const own = commits.filter(({ branchId, createdAt }) => branchId === ids[0] && createdAt >= since);
    return { commits: paged(own, query, 50).map(commitView) };
  },
  "GET commits/*/diff": (state, { ids }) => {
    const commit = state.commits.find(({ id }) => id === ids[0]);
    if (commit === undefined) throw new Refused(404, "RESOURCE_NOT_FOUND", "Commit was not found");
    const items = commit.touched.map((one) => ({ ...one, itemNumber: state.row(one.itemId).itemNumber }));
    return { diff: { commit: commitView(commit), items } };
  },

  "GET items": (state, { query }) => {
    const found = listed(state, query);
    return { items: paged(found, query, 100).map((row) => listView(state, row)), total: found.length };
  },
  "POST items/batch-create": (state, { body }) => ({
    created: body.items?.map((item) => created(state, item)),
    errors: [],
  }),
  "GET items/*/relationships": (state, { ids: [id = ""] }) => ({
    relationships: state
      .usagesOf(id)
      .map((line) => ({ ...line, targetItem: fullView(state, state.row(line.targetId)) }))
      .toReversed(),
  }),
  "POST items/*/relationships": (state, { ids: [sourceId = ""], body }) => {
    const { targetId = "", quantity, findNumber, referenceDesignator } = body;
    state.addUsage({ sourceId, targetId, quantity, findNumber, referenceDesignator });
    return { success: true };
  },
  "GET relationships": (state, { query }) => ({
    relationships: [...state.relationships.values()]
      .filter(({ sourceId }) => state.row(sourceId).designId === query.get("designId"))
      .map(({ id, sourceId, targetId, relationshipType }) => ({ id, sourceId, targetId, relationshipType })),
  }),
  "PUT relationships/*": (state, { ids: [id = ""], body }) => ({
    relationship: state.editUsage(id, body),
  }),
  "DELETE relationships/*": (state, { ids: [id = ""] }) => {
    state.removeUsage(id);
    return { success: true };
  },
  "GET items/*/history": (state, { ids: [id = ""] }) => ({ history: history(state, state.row(id)) }),
  "GET items/*/where-used": (state, { ids: [itemId = ""] }) => {
    const uses = [...state.relationships.values()].filter(({ targetId }) => targetId === itemId);
    const whereUsed = uses
      .map(({ sourceId }) => state.row(sourceId))
      .filter(({ isCurrent }) => isCurrent)
      .map(({ id, masterId, itemNumber, revision, state: at }) => ({
        itemId: id,
        masterId,
        itemNumber,
        revision,
        state: at,
      }));
    return { itemId, whereUsed, totalUsages: whereUsed.length };
  },
  "GET parts/*": (state, { ids: [id = ""] }) => ({ part: fullView(state, state.row(id)) }),

  "GET change-orders": (state, { query }) => {
    const found = [...state.rows.values()].filter(({ itemType }) => itemType === "ChangeOrder");
    return { changeOrders: paged(found, query, 50).map((row) => fullView(state, row)), total: found.length };
  },
  "GET change-orders/*": (state, { ids: [id = ""] }) => ({ changeOrder: fullView(state, state.row(id)) }),
  "PUT change-orders/*": (state, { ids: [id = ""], body }) => ({ changeOrder: updated(state, id, body) }),
  "GET change-orders/*/affected-items": (state, { ids }) => ({
    affectedItems: state.affected
      .filter(({ changeOrderId }) => changeOrderId === ids[0])
      .map((line) => ({ ...line, affectedItemDetails: state.row(line.affectedItemId) })),
  }),
  "POST change-orders/*/affected-items": (state, { ids: [id = ""], body }) => ({
    affectedItems: body.items?.map((line) =>
      state.affect(id, line.affectedItemId ?? "", line.changeAction ?? "release"),
    ),
  }),
  "GET change-orders/*/designs": ({ branches }, { ids }) => ({
    designs: branches
      .filter(({ changeOrderItemId }) => changeOrderItemId === ids[0])
      .map(({ id: branchId, designId }) => ({ designId, branchId })),
  }),
  "POST change-orders/*/bom-changes": (state, { body }) => {
    const { parentItemId: sourceId = "", childItemId: targetId = "", quantity, findNumber } = body;
    state.addUsage({ sourceId, targetId, quantity: String(quantity), findNumber });
    return { success: true };
  },
  "POST change-orders/*/workflow": (state, { ids: [id = ""] }) => {
    state.workflows.add(id);
    return { instance: { itemId: id, currentState: "Draft" } };
  },
  "POST change-orders/*/workflow/transition": (state, { ids: [id = ""], body }) => {
    if (!state.workflows.has(id))
      throw new Refused(404, "RESOURCE_NOT_FOUND", "Workflow for change order was not found");
    state.transition(id, body.toStateId ?? "");
    return { success: true, toState: body.toStateId };
  },

  "POST import/issues": (state, { body }) => {
    const rows = body.rows ?? [];
    const createdItems = rows.map(({ name, ...record }) => {
      const { id: itemId, itemNumber } = state.addRow("Issue", { name }, record);
      return { itemId, itemNumber };
    });
    return {
      result: { totalRows: rows.length, successCount: rows.length, errorCount: 0, createdItems, failedRows: [] },
    };
  },
  "GET issues/*": (state, { ids: [id = ""] }) => ({ issue: fullView(state, state.row(id)) }),
  "PUT issues/*": (state, { ids: [id = ""], body }) => ({ issue: updated(state, id, body) }),
};

function created(state: CascadiaState, { itemType = "", data = {} }: Body): Row {
  const { branchId, itemNumber, revision, name, designId, attributes, ...record } = data;
  const given = Object.entries({ itemNumber, revision, name, designId, attributes });
  const row = Object.fromEntries(given.filter(([, value]) => value !== undefined));
  if (itemType !== "Part") return state.addRow(itemType, row, { implementationDate: null, closedAt: null, ...record });
  return state.createPart(row, { weightUnit: "kg", costCurrency: "USD", ...record }, branchId);
}

function updated(state: CascadiaState, id: string, { name, attributes, ...record }: Body): object {
  const row = state.row(id);
  if (name !== undefined) row.name = name;
  if (attributes !== undefined) row.attributes = attributes; // all of them are replaced
  row.modifiedAt = state.now();
  state.records.set(id, { ...state.records.get(id), ...record });
  return fullView(state, row);
}

function listed(state: CascadiaState, query: URLSearchParams): readonly Row[] {
  const filters = Object.entries(JSON.parse(query.get("columnFilters") ?? "{}") as Record<string, string | string[]>);
  const fits = (row: Row) =>
    filters.every(([column, wanted]) => {
      const value = fullView(state, row)[column];
      const held = typeof value === "string" ? value : "";
      return Array.isArray(wanted) ? wanted.includes(held) : likePattern(wanted).test(held);
    });
  const rows = [...state.rows.values()].filter(
    (row) => row.itemType === query.get("itemType") && row.isCurrent && fits(row),
  );
  const byAge = rows.toSorted((a, b) => (a.createdAt < b.createdAt ? -1 : 1));
  return query.get("sortDirection") === "asc" ? byAge : byAge.toReversed();
}

/** `ilike %wanted%`, with the backslash as SQL's escape. */
function likePattern(wanted: string): RegExp {
  const parts = wanted.match(/\\.|[\s\S]/g) ?? [];
  const source = parts.map((one) =>
    one === "%" ? "[\\s\\S]*" : one === "_" ? "[\\s\\S]" : RegExp.escape(one.slice(-1)),
  );
  return new RegExp(source.join(""), "iu");
}

function paged<T>(all: readonly T[], query: URLSearchParams, limit: number): readonly T[] {
  const offset = Number(query.get("offset") ?? 0);
  return all.slice(offset, offset + Number(query.get("limit") ?? limit));
}

function fullView(state: CascadiaState, row: Row): Record<string, unknown> {
  return { ...row, ...state.records.get(row.id) };
}

/** Lists leave out what an issue is about. */
function listView(state: CascadiaState, row: Row): object {
  return without(fullView(state, row), "affectedItemIds");
}

function commitView(commit: Commit): object {
  return without(commit, "touched");
}

function without(record: TypeRecord, member: string): object {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== member));
}

function history(state: CascadiaState, { masterId }: Row): readonly object[] {
  return state.commits.flatMap((commit) =>
    commit.touched
      .filter(({ itemId }) => state.row(itemId).masterId === masterId)
      .map(({ itemId, previousItemId, changeType }) => ({
        commit: commitView(commit),
        item: state.row(itemId),
        changeType,
        previousItem: previousItemId === null ? null : state.row(previousItemId),
        author: { name: ADMIN },
      })),
  );
}
