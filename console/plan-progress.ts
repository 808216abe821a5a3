import type { Plan } from "./api.ts";

type Progress = {
  readonly plan: { readonly actions: readonly { readonly id: string }[] };
  readonly outcomes: Plan["outcomes"];
};

/** How many of the plan's actions are done; what is done beside them, such as telling the PLM, does not count. */
export function actionsDone({ plan: { actions }, outcomes }: Progress): number {
  const done = new Set(outcomes.flatMap(({ action, state }) => (state === "done" ? [action] : [])));
  return actions.filter(({ id }) => done.has(id)).length;
}
