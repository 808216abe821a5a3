import { expect, it } from "vitest";
import type { Role, Session } from "../../src/api/contract.ts";
import { revokeSentence, sentenceOf, whyNotResolve, whyNotRevoke } from "./may-resolve.ts";

function session(role: Role, account = "ada"): Session {
  return { account, role, mustChangePassword: false };
}

const ASKED = { changes: [{ change: "ECO-1", asks: true, releasedBy: "M.Keller" }] };
const SAID = { base: "4 EA", engineering: "5 EA", plant: "6 EA" };

it("is answered by approvers; who released the change may only keep the plant's word", () => {
  expect(whyNotResolve("engineering", ASKED, session("approver"))).toBeNull();
  expect(whyNotResolve("plant", ASKED, session("operator"))).toBe(
    "You are signed in as operator; an approver answers conflicts.",
  );
  expect(whyNotResolve("engineering", ASKED, session("approver", "m.keller"))).toContain("You released ECO-1");
  expect(whyNotResolve("plant", ASKED, session("approver", "m.keller"))).toBeNull();
  expect(whyNotRevoke(session("viewer"))).toContain("takes answers back");
});

it("says what follows from either side, also where one has no line", () => {
  expect(sentenceOf("plant", { said: SAID })).toContain("stays as the plant has it, 6 EA");
  expect(sentenceOf("plant", { said: { ...SAID, plant: null } })).toContain("stays without the line");
  expect(sentenceOf("engineering", { said: SAID })).toContain("says 5 EA as engineering wants it");
  expect(sentenceOf("engineering", { said: { ...SAID, engineering: null } })).toContain("taken out");
});

it("says who asks again when an answer is taken back", () => {
  const change = { change: "ECO-1", asks: false, releasedBy: null };
  expect(revokeSentence({ changes: [{ ...change, state: "awaiting approval" }] })).toBe(
    "ECO-1 is planned again and will ask.",
  );
  for (const state of ["applied", "rolled back"] as const) {
    expect(revokeSentence({ changes: [{ ...change, state }] })).toContain("The next change of this line");
  }
});
