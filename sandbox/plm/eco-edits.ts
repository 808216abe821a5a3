import { revisionKey } from "./part-revision.ts";
import type { Plm } from "./state.ts";

/**
 * Lets the changes that introduce a part revision know that it was edited: each moves to a new sequence
 * and a webhook goes out. Cancelled changes do not care.
 */
export function noteEdit(plm: Plm, part: { partNumber: string; revision: string }, lineEdits: number): void {
  const introducing = plm.ecos.list([
    { kind: "introduces", any: [revisionKey(part)] },
    { kind: "state", any: ["DRAFT", "IN_REVIEW", "RELEASED"] },
  ]);
  for (const eco of introducing) {
    const edited = plm.ecos.replace(eco, {
      ...eco.value,
      lineEdits: eco.value.lineEdits + lineEdits,
      modifiedAt: new Date().toISOString(),
    });
    plm.outbox.put({
      type: "eco.edited",
      data: { ecoNumber: edited.number, state: edited.value.state, sequence: edited.sequence },
    });
  }
}
