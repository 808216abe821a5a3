import type { ConflictRow, MergeSide, Session } from "../../src/api/contract.ts";
import { ENDED_STATES } from "../../src/domain/run-state.ts";
import { isApprover } from "../orders/may-ask.ts";

/** What a conflict must tell for it to be known who may answer. */
type Asked = { readonly changes: readonly Pick<ConflictRow["changes"][number], "change" | "asks" | "releasedBy">[] };

/**
 * Why this person cannot let that side's word stand, as a sentence for a disabled button; null when they can.
 * The hub decides; this only spares a click.
 */
export function whyNotResolve(stands: MergeSide, { changes }: Asked, session: Session): string | null {
  if (!isApprover(session)) return `You are signed in as ${session.role}; an approver answers conflicts.`;
  if (stands === "plant") return null;
  const account = session.account.toLowerCase();
  const own = changes.find(({ asks, releasedBy }) => asks && releasedBy?.toLowerCase() === account);
  return own === undefined ? null : `You released ${own.change}; somebody else has to let it overrule the plant.`;
}

/** Why this person cannot take an answer back; null when they can. */
export function whyNotRevoke(session: Session): string | null {
  return isApprover(session) ? null : `You are signed in as ${session.role}; an approver takes answers back.`;
}

/** What follows from an answer, before a person gives its reason. */
export function sentenceOf(stands: MergeSide, { said }: Pick<ConflictRow, "said">): string {
  if (stands === "plant") {
    return said.plant === null
      ? "The mBOM stays without the line, and later changes of it go by that, until the plant has the line again."
      : `The mBOM stays as the plant has it, ${said.plant}, and later changes of it go by that, until the plant says something else.`;
  }
  return said.engineering === null
    ? "The line is taken out of the mBOM; what the plant made of it is gone."
    : `The mBOM says ${said.engineering} as engineering wants it; what the plant had there is gone.`;
}

/** What follows when the answer in force is taken back. */
export function revokeSentence({ changes }: Pick<ConflictRow, "changes">): string {
  const again = changes.filter(({ state }) => !ENDED_STATES.has(state)).map(({ change }) => change);
  if (again.length === 0) return "Nothing that was applied changes. The next change of this line asks again.";
  return `${again.join(", ")} ${again.length === 1 ? "is" : "are"} planned again and will ask.`;
}
