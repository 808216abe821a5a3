import type { Waivers } from "../waivers.ts";

export const SANDBOX_MES_WAIVERS: Waivers = {
  "bad data is named by system, object and field":
    "The MES checks what is written to it, so bad data never stands in it; that it names the field of what it refuses is tested in connector.test.ts.",
  "numbers as text are read exactly":
    "What is read of a job is whole pieces, up to 10,000, which no number spoils; that decimals reach the MES exactly is tested in connector.test.ts.",
  "a session that ends in mid-run is renewed":
    "There are no sessions: the API key goes with each request, and a test of wrong credentials covers a key that ends.",
};
