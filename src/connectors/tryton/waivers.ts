import type { Waivers } from "../waivers.ts";

export const TRYTON_WAIVERS: Waivers = {
  "bad data is named by system, object and field":
    "An ERP's reads give records and no findings: what cannot be read rejects, naming object and field, which is tested in connector.test.ts.",
};
