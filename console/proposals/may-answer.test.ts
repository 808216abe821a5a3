import { expect, it } from "vitest";
import type { Role, Session } from "../../src/api/contract.ts";
import { sentenceOf, whyNotAnswer } from "./may-answer.ts";

function session(role: Role): Session {
  return { account: "ada", role, mustChangePassword: false };
}

it("is answered by approvers, while it waits or after filing has failed", () => {
  expect(whyNotAnswer({ state: "waiting" }, session("approver"))).toBeNull();
  expect(whyNotAnswer({ state: "failed" }, session("admin"))).toBeNull();
  expect(whyNotAnswer({ state: "waiting" }, session("operator"))).toBe(
    "You are signed in as operator; an approver answers proposals.",
  );
  expect(whyNotAnswer({ state: "filed" }, session("admin"))).toBe("It is filed already.");
});

it("says what follows from a yes", () => {
  expect(sentenceOf("approve", { kind: "problem report" })).toContain("filed in the PLM");
  expect(sentenceOf("approve", { kind: "routing time" })).toContain("does not enter it in the ERP");
  expect(sentenceOf("dismiss", { kind: "routing time" })).toContain("Nothing follows");
});
