import { infiniteQueryOptions, queryOptions, type QueryClient } from "@tanstack/react-query";
import { ApiFailure, api, decoded, type Change, type ChangeFilter } from "./api.ts";

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

/** Reads again whatever may show something of a change; `undefined` means any. */
export async function readAgain(client: QueryClient, change?: string, plant?: string): Promise<void> {
  const ofChange = ["change", ...(change === undefined ? [] : [change, ...(plant === undefined ? [] : [plant])])];
  await Promise.all(
    [["changes"], ofChange, ["status"], ["audit"], ["sandbox"]].map((queryKey) =>
      client.invalidateQueries({ queryKey }),
    ),
  );
}
