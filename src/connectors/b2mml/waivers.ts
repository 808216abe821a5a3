import type { Waivers } from "../waivers.ts";

export const B2MML_OVER_HTTP_WAIVERS: Waivers = {
  "bad data is named by system, object and field":
    "A job is refused or read whole, so there are no findings beside it; that a bad field is named is tested in connector.test.ts.",
  "a session that ends in mid-run is renewed":
    "There are no sessions over HTTP; that a connection to a broker comes back by itself is tested in mqtt-transport.test.ts.",
};

export const B2MML_OVER_MQTT_WAIVERS: Waivers = {
  ...B2MML_OVER_HTTP_WAIVERS,
  "429 carries the wait":
    "Over MQTT there is no status and no Retry-After; an MES that is busy says so by a reason code.",
  "an HTML error page is contract broken":
    "Over MQTT what is no B2MML cannot be told whose answer it is: it is dropped, and the request ends for want of an answer.",
  "an error that came as HTTP 200 is an error":
    "Over MQTT there is no status; that a refusal in an answer is an error is the same code over HTTP.",
};
