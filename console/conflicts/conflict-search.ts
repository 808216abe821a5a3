import type { ConflictState } from "../../src/api/contract.ts";
import type { ConflictFilter } from "../api.ts";

/** What the address of the list says; the open ones without a state. */
export type ConflictSearch = Omit<ConflictFilter, "state"> & { readonly state?: ConflictState | "all" | undefined };

export function filterOf({ state = "open", ...others }: ConflictSearch): ConflictFilter {
  return state === "all" ? others : { ...others, state };
}
