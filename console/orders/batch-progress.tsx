import type { ShiftBatch } from "../../src/api/contract.ts";
import { shiftProgress, type ShiftProgress } from "../../src/domain/shift-progress.ts";
import type { Tone } from "../parts/state.tsx";

const PARTS: readonly (readonly [part: keyof ShiftProgress, tone: Tone, words: string])[] = [
  ["gone", "good", "in the MES"],
  ["underWay", "busy", "under way"],
  ["stopped", "bad", "stopped"],
  ["ahead", "calm", "ahead"],
];

/** How far a batch is, as a bar and in words. */
export function BatchProgress({ batch: { orders, states, shift, day } }: { batch: ShiftBatch }) {
  if (orders === 0) return <span className="soft">–</span>;
  const progress = shiftProgress(states);
  const parts = PARTS.filter(([part]) => progress[part] > 0);
  return (
    <>
      <div
        className="meter parts"
        role="progressbar"
        aria-label={`${shift}, ${day}`}
        aria-valuenow={progress.gone}
        aria-valuemin={0}
        aria-valuemax={orders}
      >
        {parts.map(([part, tone]) => (
          <div key={part} data-tone={tone} data-part={part} style={{ width: `${(progress[part] / orders) * 100}%` }} />
        ))}
      </div>
      <p className="meter-words">
        {parts.map(([part, tone, words]) => (
          <span key={part} data-tone={tone} data-part={part}>
            {progress[part].toLocaleString("en")} {words}
          </span>
        ))}
      </p>
    </>
  );
}
