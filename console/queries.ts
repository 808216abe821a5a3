import { infiniteQueryOptions, queryOptions, type QueryClient } from "@tanstack/react-query";
import type { ThreadNodeView } from "../src/api/contract.ts";
import type { Direction } from "../src/domain/trace/relations.ts";
import {
  ApiFailure,
  api,
  decoded,
  type Change,
  type ChangeFilter,
  type ConflictFilter,
  type OrderFilter,
  type RecallAsked,
} from "./api.ts";
import { everyPage } from "./every-page.ts";
import { touchedKeys, type Touched } from "./touched.ts";

/** What the console reads of the hub, each by one name, so that a live event knows what to read again. */
export const sessionQuery = queryOptions({ queryKey: ["session"], queryFn: api.session, staleTime: 60_000 });

export const statusQuery = queryOptions({ queryKey: ["status"], queryFn: api.status, refetchInterval: 15_000 });

export function changesQuery(filter: ChangeFilter) {
  return infiniteQueryOptions({
    queryKey: ["changes", filter.state ?? "", filter.text ?? ""],
    queryFn: ({ pageParam }) => api.changes(filter, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
}

export function changeQuery(change: string, plant: string) {
  return queryOptions({
    queryKey: ["change", change, plant],
    queryFn: async ({ client, queryKey }) =>
      decoded(await api.change(change, plant), client.getQueryData<Change>(queryKey)),
    // `decoded` keeps what is the same; comparing a large plan line by line again would cost more.
    structuralSharing: false,
  });
}

/** Both ask PLM and ERP: read when they are looked at and when a change of it `isApplied`, and not over and over. */
export function bomAccountQuery(plant: string, item: string, isApplied: boolean) {
  return queryOptions({
    queryKey: ["bom account", plant, item, isApplied],
    queryFn: () => api.bomAccount(plant, item),
    retry: false,
  });
}

export function bomDiffQuery(plant: string, item: string, from: string, to: string, isApplied: boolean) {
  return queryOptions({
    queryKey: ["bom diff", plant, item, from, to, isApplied],
    queryFn: () => api.bomDiff(plant, item, from, to),
    retry: false,
  });
}

export function conflictsQuery(filter: ConflictFilter) {
  return infiniteQueryOptions({
    queryKey: ["conflicts", filter.change ?? "", filter.plant ?? "", filter.item ?? "", filter.state ?? ""],
    queryFn: ({ pageParam }) => api.conflicts(filter, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
}

/** All that a change brought up, asks or goes by. */
export function conflictsOfQuery(change: string, plant: string) {
  return queryOptions({
    queryKey: ["conflicts", "of", change, plant],
    queryFn: async () => {
      const pages = await everyPage((after) => api.conflictsOf(change, plant, after));
      return pages.flatMap(({ conflicts }) => conflicts);
    },
  });
}

export function conflictQuery(id: string) {
  return queryOptions({ queryKey: ["conflict", id], queryFn: () => api.conflict(id) });
}

export function ordersQuery({ plant, state, shift, text }: OrderFilter) {
  return infiniteQueryOptions({
    queryKey: ["orders", plant ?? "", state ?? "", shift ?? "", text ?? ""],
    queryFn: ({ pageParam }) => api.orders({ plant, state, shift, text }, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
}

export function orderQuery(order: string, plant: string) {
  return queryOptions({ queryKey: ["order", order, plant], queryFn: () => api.order(order, plant) });
}

export const deviationsQuery = queryOptions({ queryKey: ["deviations"], queryFn: api.deviations });

/** Batches move on by the clock too, not only by events. */
export function shiftsQuery(plant: string | undefined) {
  return queryOptions({
    queryKey: ["shifts", plant ?? ""],
    queryFn: () => api.shifts(plant),
    refetchInterval: 30_000,
  });
}

/** Whether the thread knows a change of that number in the plant: only then there is a page to lead to. */
export function changeKnownQuery(change: string, plant: string) {
  return queryOptions({
    queryKey: ["changes", "known", change, plant],
    queryFn: async () => {
      const { changes } = await api.changes({ text: change }, null);
      return changes.some((row) => row.change === change && row.plant === plant);
    },
  });
}

export const auditQuery = infiniteQueryOptions({
  queryKey: ["audit"],
  queryFn: ({ pageParam }) => api.audit(pageParam),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next,
});

/** What begins so, offered while one types. */
export function threadSearchQuery(text: string) {
  return queryOptions({ queryKey: ["thread", "search", text], queryFn: () => api.threadSearch(text) });
}

/** The same for a page, which waits for it. */
export function threadFoundQuery(text: string) {
  return queryOptions({ queryKey: ["thread", "found", text], queryFn: () => api.threadSearch(text) });
}

/** One step of the thread from a thing, page by page. */
export function traceStepQuery(node: ThreadNodeView, direction: Direction) {
  return infiniteQueryOptions({
    queryKey: ["thread", "step", direction, node.system, node.kind, node.id],
    queryFn: async ({ pageParam }) => {
      const view = await api.traceStep(node, direction, pageParam);
      const part = view[direction];
      if (part === null) throw new Error("the hub did not answer in the direction that it was asked for");
      return part;
    },
    initialPageParam: null as string | null,
    getNextPageParam: (part) => part.more.find((more) => more.node.id === node.id)?.after ?? null,
  });
}

export function asBuiltQuery(plant: string, item: string, kind: "serial" | "lot", id: string) {
  return queryOptions({
    queryKey: ["thread", "as built", plant, item, kind, id],
    queryFn: () => api.asBuilt(plant, item, kind, id),
    retry: false,
  });
}

export function recallQuery(asked: RecallAsked) {
  return infiniteQueryOptions({
    queryKey: ["thread", "recall", asked],
    queryFn: ({ pageParam }) => api.recall(asked, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    retry: false,
  });
}

export function recallCountQuery(asked: RecallAsked) {
  return queryOptions({ queryKey: ["thread", "count", asked], queryFn: () => api.recallCount(asked), retry: false });
}

/** Null where the hub runs without a sandbox. */
export const sandboxQuery = queryOptions({
  queryKey: ["sandbox"],
  queryFn: async () => {
    try {
      return await api.sandbox();
    } catch (failure) {
      if (failure instanceof ApiFailure && failure.status === 404) return null;
      throw failure;
    }
  },
});

/** Reads again whatever may show something of what was touched; without it, everything. */
export async function readAgain(client: QueryClient, touched: readonly Touched[] = [null]): Promise<void> {
  await Promise.all(touchedKeys(touched).map((queryKey) => client.invalidateQueries({ queryKey })));
}
