import { describe, expect, it } from "vitest";
import type { OrderState, OrderView, Role } from "../../src/api/contract.ts";
import { asksFor, whyNotAsk, type Ask } from "./may-ask.ts";

const BY = { by: "olga", reason: "Tool is worn", at: "2026-11-23T12:00:00.000Z" };
const JOB = { system: "mes", number: "J-1", state: "ready", version: 1, good: "0 EA", scrap: "0 EA" };
const CLOSED = { item: "PUMP", supersededBy: "ECO-7", sentence: "ECO-7 superseded mBOM 6.", deviation: null };

describe("what is offered", () => {
  it.each<[string, Standing, readonly Ask[]]>([
    ["that waits for its shift", {}, ["look-again", "cancel", "hold", "dispatch-now"]],
    ["held by a person", { state: "held", hold: true }, ["look-again", "cancel", "release", "dispatch-now"]],
    [
      "held by the gate",
      { state: "held", gate: [CLOSED] },
      ["look-again", "cancel", "hold", "release-with-deviation", "dispatch-now"],
    ],
    [
      "let through the gate",
      { gate: [{ ...CLOSED, deviation: "12" }] },
      ["look-again", "cancel", "hold", "dispatch-now"],
    ],
    ["in the MES", { state: "dispatched", mes: JOB }, ["look-again", "cancel", "hold"]],
    ["that is being cancelled", { state: "negotiating", mes: JOB, cancel: true }, ["look-again", "hold", "release"]],
    ["that a person cancelled before it went", { state: "ended", cancel: true }, ["look-again", "release"]],
    ["that the MES has lost", { state: "refused", mes: JOB }, ["look-again", "cancel", "hold", "dispatch-now"]],
    ["that has ended", { state: "ended", mes: JOB }, ["look-again"]],
  ])("for an order %s", (_, standing, asks) => {
    expect(asksFor(order(standing))).toEqual(asks);
  });
});

describe("what can be asked", () => {
  it("is all of it, by an operator, but to pass the gate", () => {
    for (const ask of ["look-again", "cancel", "hold", "release", "dispatch-now"] as const) {
      expect(whyNotAsk(ask, order({}), person("operator")), ask).toBeNull();
    }
    expect(whyNotAsk("release-with-deviation", order({ gate: [CLOSED] }), person("operator"))).toMatch(/an approver/);
    expect(whyNotAsk("release-with-deviation", order({ gate: [CLOSED] }), person("approver"))).toBeNull();
  });

  it("is nothing, by a viewer", () => {
    expect(whyNotAsk("hold", order({}), person("viewer"))).toMatch(/as viewer; an operator/);
  });

  it.each<[string, Standing, RegExp]>([
    ["is not released", { state: "not released" }, /not released it/],
    ["is held", { state: "held" }, /release it first/],
    ["is blocked", { state: "blocked" }, /mend what the findings name/],
    ["was asked to go already", { now: true }, /olga asked for it already/],
    ["is on its way", { state: "sending" }, /on its way already/],
  ])("is not to go now, where the order %s", (_, standing, reason) => {
    expect(whyNotAsk("dispatch-now", order(standing), person("admin"))).toMatch(reason);
  });
});

type Standing = {
  readonly state?: OrderState;
  readonly mes?: typeof JOB;
  readonly gate?: OrderView["gate"];
  readonly hold?: boolean;
  readonly cancel?: boolean;
  readonly now?: boolean;
};

function order({ state = "scheduled", mes, gate = [], hold, cancel, now }: Standing) {
  const directives = { hold: hold ? BY : null, dispatchNow: now ? BY : null, cancel: cancel ? BY : null };
  return { row: { state, mes: mes ?? null }, gate, directives };
}

function person(role: Role) {
  return { account: "someone", role, mustChangePassword: false };
}
