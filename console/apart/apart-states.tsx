import type { ApartState } from "../api.ts";
import { State, type Tone } from "../parts/state.tsx";

export const APART_STATES = ["waiting", "replayed", "dismissed"] as const satisfies readonly ApartState[];

export const APART_TONES: Readonly<Record<ApartState, Tone>> = {
  waiting: "warn",
  replayed: "good",
  dismissed: "calm",
};

export function ApartStateWord({ state }: { state: ApartState }) {
  return <State tone={APART_TONES[state]} word={state} />;
}
