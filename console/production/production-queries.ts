import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { ProposalRow } from "../../src/api/contract.ts";
import {
  ApiFailure,
  api,
  type ApartFilter,
  type BookingFilter,
  type KpiPart,
  type LossKind,
  type LossPart,
  type ProductionFilter,
} from "../api.ts";

/** Figures move with every event of the shop floor: they are read by the clock, not by each. */
const FIGURES_MS = 30_000;

export function kpisQuery(filter: ProductionFilter, by: readonly KpiPart[]) {
  return queryOptions({
    queryKey: ["figures", "kpis", filter, by.join(",")],
    queryFn: () => api.kpis(filter, by),
    refetchInterval: FIGURES_MS,
  });
}

export function lossesQuery(filter: ProductionFilter, kind: LossKind, by: readonly LossPart[]) {
  return queryOptions({
    queryKey: ["figures", "losses", filter, kind, by.join(",")],
    queryFn: () => api.losses(filter, kind, by),
    refetchInterval: FIGURES_MS,
  });
}

/** Null where the hub knows nothing of the change in the plant. */
export function effectQuery(change: string, plant: string) {
  return queryOptions({
    queryKey: ["figures", "effect", change, plant],
    queryFn: () => nullWhereUnknown(api.effect(change, plant)),
    refetchInterval: FIGURES_MS,
  });
}

export function proposalsQuery(state?: ProposalRow["state"]) {
  return infiniteQueryOptions({
    queryKey: ["proposals", state ?? ""],
    queryFn: ({ pageParam }) => api.proposals(state, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
}

export function proposalQuery(id: string) {
  return queryOptions({ queryKey: ["proposal", id], queryFn: () => api.proposal(id) });
}

export function bookingsQuery({ plant, state }: BookingFilter) {
  return infiniteQueryOptions({
    queryKey: ["bookings", plant ?? "", state ?? ""],
    queryFn: ({ pageParam }) => api.bookings({ plant, state }, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
}

/** Null of an order of which the shop floor has told nothing. */
export function bookingQuery(order: string, plant: string) {
  return queryOptions({
    queryKey: ["production", order, plant],
    queryFn: () => nullWhereUnknown(api.booking(order, plant)),
  });
}

export function apartQuery({ state, source, code }: ApartFilter) {
  return infiniteQueryOptions({
    queryKey: ["apart", "groups", state ?? "", source ?? "", code ?? ""],
    queryFn: ({ pageParam }) => api.apart({ state, source, code }, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    refetchInterval: FIGURES_MS,
  });
}

/** Nobody announces what is kept apart: it is asked for as often as the status. */
export const apartCountsQuery = queryOptions({
  queryKey: ["apart", "counts"],
  queryFn: api.apartCounts,
  refetchInterval: 15_000,
});

export function apartGroupQuery(id: string) {
  return queryOptions({ queryKey: ["apart", "group", id], queryFn: () => api.apartGroup(id) });
}

async function nullWhereUnknown<Answer>(answer: Promise<Answer>): Promise<Answer | null> {
  try {
    return await answer;
  } catch (failure) {
    if (failure instanceof ApiFailure && failure.status === 404) return null;
    throw failure;
  }
}
