import { Icon } from "./icon.tsx";
import type { Step, StepState } from "../steps.ts";

const HEARD: Readonly<Record<StepState, string>> = {
  done: "done",
  current: "now",
  stopped: "stopped",
  skipped: "not needed",
  ahead: "to come",
};

/** Read, plan, approve, apply, verify: how far a change has come. */
export function Stepper({ steps }: { steps: readonly Step[] }) {
  return (
    <ol className="steps" aria-label="Progress">
      {steps.map(({ name, state }) => (
        <li key={name} data-step={state} aria-current={state === "current" ? "step" : undefined}>
          <span className="knot" aria-hidden>
            {state === "done" ? <Icon name="check" size={13} /> : state === "stopped" ? "!" : null}
          </span>
          <span>
            {name}
            <span className="heard">, {HEARD[state]}</span>
          </span>
        </li>
      ))}
    </ol>
  );
}
