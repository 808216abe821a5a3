import type { Waivers } from "../waivers.ts";

export const OPCUA_JOB_CONTROL_WAIVERS: Waivers = {
  "a clock that is wrong does not lose changes":
    "Its history counts what it saw, by no clock. OPC UA's secure channel goes by one: while ours jumps, requests may fail, which is told, and the cursor stays.",
  "bad data is named by system, object and field":
    "A job has no findings: one that cannot be read is refused by the name of its field, which is tested in connector.test.ts.",
  "429 carries the wait": "OPC UA has no status 429 and names no wait; BadServerTooBusy and its like are overloaded.",
  "an HTML error page is contract broken":
    "OPC UA is a binary protocol, so no page comes in place of an answer; that a wrong node is contract broken is tested in connector.test.ts.",
  "an error that came as HTTP 200 is an error":
    "Nothing is asked over HTTP; that a refusal in a ReturnStatus is an error is tested in connector.test.ts.",
};
