import { describe, expect, it } from "vitest";
import { badStatus, isAbsent, noAnswer, notConnected } from "./failure.ts";

const PLACE = { system: "line-3", doing: "dispatching job 1000:MO-1", object: "1000:MO-1" };

describe("no connection", () => {
  it.each([
    ["access denied", "server Certificate verification failed with err BadCertificateUntrusted (0x801a0000)"],
    ["access denied", "BadIdentityTokenRejected (0x80210000)"],
    ["access denied", "BadSecurityChecksFailed (0x80130000)"],
    ["overloaded", "BadTooManySessions (0x80560000)"],
    ["contract broken", "End point must exist opc.tcp://line-3:4840"],
    ["contract broken", "BadNodeIdUnknown: ns=1;s=x is not a job order receiver"],
    ["unreachable", "connect ECONNREFUSED 10.0.0.3:4840"],
    ["unreachable", "no answer within 15000 ms"],
  ])("is %s: %s", (kind, words) => {
    expect(notConnected(new Error(words), PLACE)).toMatchObject({ kind, at: { ...PLACE, cause: words } });
  });
});

describe("a request without an answer", () => {
  it.each([
    ["answer lost", "unreachable", "socket has been disconnected by third party"],
    ["answer lost", "unreachable", "no answer within 15000 ms"],
    ["unreachable", "unreachable", "Invalid Channel BadConnectionClosed"],
    ["access denied", "access denied", "BadUserAccessDenied (0x801f0000)"],
  ])("is %s as a write, %s as a read: %s", (asWrite, asRead, words) => {
    expect(noAnswer(new Error(words), PLACE, true).kind).toBe(asWrite);
    expect(noAnswer(new Error(words), PLACE, false).kind).toBe(asRead);
  });
});

describe("a status code", () => {
  it.each([
    ["answer lost", "BadShutdown"],
    ["answer lost", "BadTimeout"],
    ["overloaded", "BadServerTooBusy"],
    ["contract broken", "BadMethodInvalid"],
    ["access denied", "BadUserAccessDenied"],
    ["rejected", "BadInvalidArgument"],
    ["rejected", "BadOutOfRange"],
  ])("is %s for a write: %s", (kind, code) => {
    expect(badStatus(code, PLACE, true).kind).toBe(kind);
  });

  it("may say that there is nothing", () => {
    expect(["BadNotFound", "BadNoData", "BadNoDataAvailable", "BadNodeIdUnknown"].map(isAbsent)).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });
});
