import type { Waivers } from "../waivers.ts";

export const SANDBOX_PLM_WAIVERS: Waivers = {
  "a version conflict is told, nothing is overwritten":
    "It writes acknowledgements and problem reports: new records each time, which have no version to conflict with.",
  "a session that ends in mid-run is renewed":
    "There are no sessions: the API key goes with each request, and a test of wrong credentials covers a key that ends.",
};
