import type { BookingState } from "../../src/api/contract.ts";
import { State, type Tone } from "../parts/state.tsx";

/** In the order in which they ask for attention. */
export const BOOKING_STATES = [
  "to decide",
  "blocked",
  "refused",
  "retrying",
  "waiting",
  "booked",
  "completed",
] as const satisfies readonly BookingState[];

export const BOOKING_TONES: Readonly<Record<BookingState, Tone>> = {
  "to decide": "warn",
  blocked: "bad",
  refused: "bad",
  retrying: "warn",
  waiting: "calm",
  booked: "good",
  completed: "good",
};

/** What a state means, where nothing more is to be said. */
export const BOOKING_MEANINGS: Readonly<Record<BookingState, string>> = {
  "to decide": "Something does not fit the ERP’s order, and waits for a person; all else is booked.",
  blocked: "Something has to be mended first.",
  refused: "The ERP said no.",
  retrying: "The ERP is away; Heddle tries again by itself.",
  waiting: "It is booked at its time.",
  booked: "The ERP holds what was made and used so far.",
  completed: "The order is complete in the ERP.",
};

export function BookingStateWord({ state }: { state: BookingState }) {
  return <State tone={BOOKING_TONES[state]} word={state} moving={state === "retrying"} />;
}
