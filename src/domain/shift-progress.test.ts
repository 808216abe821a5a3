import { expect, it } from "vitest";
import { shiftProgress } from "./shift-progress.ts";

it("tells what the MES has from what is under way, ahead, and waits for a person", () => {
  const states = {
    dispatched: 480,
    ended: 3,
    negotiating: 1,
    sending: 4,
    retrying: 2,
    scheduled: 5,
    held: 2,
    blocked: 2,
    refused: 1,
  };
  expect(shiftProgress(states)).toEqual({ gone: 484, underWay: 6, ahead: 5, stopped: 5 });
  expect(shiftProgress({})).toEqual({ gone: 0, underWay: 0, ahead: 0, stopped: 0 });
});
