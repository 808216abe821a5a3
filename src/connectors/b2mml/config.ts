import { Type, type Static } from "typebox";
import { HttpSettings } from "../http/settings.ts";

const { url, apiKey, ...limits } = HttpSettings.properties;

/** What both transports are told. */
const COMMON = {
  version: Type.Union([Type.Literal("7.01"), Type.Literal("6")], {
    default: "7.01",
    description: "The edition of B2MML that the MES speaks.",
  }),
  verbs: Type.Union([Type.Literal("process"), Type.Literal("sync")], {
    default: "process",
    description:
      "process asks the MES to take a job and shows its answer; sync publishes it as the ERP's fact, which the MES only confirms.",
  }),
  workMasters: Type.Boolean({
    default: false,
    description: "Whether a work master with the routing goes before each job.",
  }),
  sender: Type.String({
    minLength: 1,
    maxLength: 100,
    pattern: "^[\\x21-\\x7e]+$",
    default: "heddle",
    description: "Heddle's logical id in messages.",
  }),
  receiver: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 100,
      pattern: "^[\\x21-\\x7e]+$",
      description: "The MES's logical id in messages; left out when not set.",
    }),
  ),
  ...limits,
};

/** Messages are posted to `url`, and the answer is the answer. */
export const B2mmlOverHttp = Type.Object(
  {
    transport: Type.Literal("http", { description: "Messages are posted, and the response is the answer." }),
    url,
    apiKey,
    ...COMMON,
  },
  { additionalProperties: false },
);
export type B2mmlOverHttp = Static<typeof B2mmlOverHttp>;

const topic = (description: string) =>
  Type.String({ minLength: 1, maxLength: 500, pattern: "^[^+#\\u0000]+$", description });

/** Messages are published on one topic, and answers awaited on another. */
export const B2mmlOverMqtt = Type.Object(
  {
    transport: Type.Literal("mqtt", { description: "Messages are published, and answers come on another topic." }),
    url: Type.String({
      pattern: "^mqtts?://[^/?#@\\s]+/?$",
      maxLength: 2_000,
      description: "The broker, for instance mqtts://broker.example.com:8883.",
    }),
    username: Type.Optional(
      Type.String({ minLength: 1, maxLength: 1_000, description: "Heddle's name at the broker." }),
    ),
    password: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 1_000,
        description: "Never logged. Refer to it: ${env:NAME} or ${file:path}.",
      }),
    ),
    requestTopic: topic("Where the MES takes messages."),
    answerTopic: topic("Where the MES answers. Hubs that share it find their own answers by BODID."),
    eventTopic: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 500,
        pattern: "^[^\\u0000]+$",
        description:
          "Where the MES tells of work performance and operations events; + and # stand for any level and any rest. Left out, nothing is listened to.",
      }),
    ),
    eventClientId: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 100,
        pattern: "^[\\x21-\\x7e]+$",
        description:
          "Names the session in which the broker keeps what comes on eventTopic while no hub listens; heddle-events- and the connection's name when left out.",
      }),
    ),
    clientId: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 100,
        pattern: "^[\\x21-\\x7e]+$",
        description:
          "Names a session that the broker keeps over a broken connection, with answers that came meanwhile. Only for one hub: a second one of the same name would drive the first out. Left out, each hub has a session of its own.",
      }),
    ),
    ...COMMON,
  },
  { additionalProperties: false },
);
export type B2mmlOverMqtt = Static<typeof B2mmlOverMqtt>;

/** What `heddle.yaml` says of a connection of kind `b2mml`: `transport` tells which. */
export type B2mmlSettings = B2mmlOverHttp | B2mmlOverMqtt;
