import type { Waivers } from "../waivers.ts";

export const CASCADIA_WAIVERS: Waivers = {
  "a version conflict is told, nothing is overwritten":
    "Cascadia has no versions to name in a write; Heddle writes new reports and one attribute that is its own.",
};
