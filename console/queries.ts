import { infiniteQueryOptions, queryOptions, type QueryClient } from "@tanstack/react-query";
import { ApiFailure, api, decoded, type Change, type ChangeFilter, type OrderFilter } from "./api.ts";
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
