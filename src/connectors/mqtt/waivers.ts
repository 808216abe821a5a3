import type { Waivers } from "../waivers.ts";

const NOTHING_READ = "Nothing is read or written there: it tells by itself, which is tested in connector.test.ts.";

export const MQTT_WAIVERS: Waivers = {
  "bad data is named by system, object and field":
    "There are no findings: a message that cannot be read is kept apart by field, which is tested in connector.test.ts.",
  "numbers as text are read exactly": NOTHING_READ,
  "null results are absent": NOTHING_READ,
  "a record that does not exist is absent or not found": NOTHING_READ,
  "429 carries the wait": "There is no status over MQTT, and a broker does not ask to wait.",
  "an HTML error page is contract broken": "No page comes over MQTT in place of an answer.",
  "an error that came as HTTP 200 is an error": "There is no status over MQTT; a refused subscription is an error.",
  "a session that ends in mid-run is renewed":
    "There is nothing to ask in a session; that listening goes on by itself is tested in mqtt-listener.test.ts.",
};
