import type { ConflictState } from "../../src/api/contract.ts";
import { State, type Tone } from "../parts/state.tsx";

/** In the order in which they ask for attention. */
export const CONFLICT_STATES = ["open", "answered", "gone"] as const satisfies readonly ConflictState[];

export const CONFLICT_TONES: Readonly<Record<ConflictState, Tone>> = { open: "warn", answered: "good", gone: "calm" };

export function ConflictStateWord({ state }: { state: ConflictState }) {
  return <State tone={CONFLICT_TONES[state]} word={state} />;
}
