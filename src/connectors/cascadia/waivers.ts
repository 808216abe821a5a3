import type { Waivers } from "../waivers.ts";

export const CASCADIA_WAIVERS: Waivers = {
  "a version conflict is told, nothing is overwritten":
    "Cascadia has no versions to name in a write; Heddle writes new reports and one attribute that is its own.",
  "a session that ends in mid-run is renewed":
    "There are no sessions: the API key goes with each request, and a test of wrong credentials covers a key that ends.",
};
