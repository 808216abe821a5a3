import type { Waivers } from "../waivers.ts";

export const SANDBOX_MES_WAIVERS: Waivers = {
  "bad data is named by system, object and field":
    "The MES checks what is written to it, so bad data never stands in it; that it names the field of what it refuses is tested in connector.test.ts.",
};
