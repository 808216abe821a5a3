import { Type, type Static } from "typebox";
import { KNOWN_UNITS } from "../../domain/unit.ts";

const text = (description: string) => Type.String({ minLength: 1, maxLength: 500, description });
/** One level of a topic. */
const level = (description: string) =>
  Type.String({ minLength: 1, maxLength: 200, pattern: "^[^+#/\\u0000]+$", description });

const Counter = Type.Object(
  {
    metric: text("Name of the metric that counts pieces, from birth on."),
    counts: Type.Enum(["good", "scrap", "rework"], { description: "What it counts." }),
    unit: Type.Enum([...KNOWN_UNITS], { default: "EA", description: "What one of its count is." }),
    wrapsAt: Type.Optional(
      Type.Integer({
        minimum: 2,
        maximum: Number.MAX_SAFE_INTEGER,
        description:
          "What would be its value where it starts at 0 again, such as 65536. Left out, a lower value is a reset.",
      }),
    ),
  },
  { additionalProperties: false },
);
export type Counter = Static<typeof Counter>;

/** What a state of a station means. */
const MEANINGS = ["running", "held", "down", "planned down", "completed", "aborted", "idle"] as const;
export type Meaning = (typeof MEANINGS)[number];

const Station = Type.Object(
  {
    group: level("Group ID of the edge node."),
    node: level("Edge Node ID."),
    device: Type.Optional(level("Device ID; left out where the metrics are the node's own.")),
    plant: text("The plant that it stands in."),
    workCenter: Type.Optional(text("The work center that it belongs to.")),
    station: Type.Optional(text("What the plant calls it; node and device where it is left out.")),
    order: text("Name of the metric that holds the production order."),
    operation: Type.Optional(text("Name of the metric that holds the operation.")),
    fixedOperation: Type.Optional(text("The operation, where the station does only one.")),
    counters: Type.Array(Counter, { maxItems: 100, default: [], description: "Metrics that count pieces." }),
    reason: Type.Optional(text("Name of the metric that holds why pieces are bad or the station stands.")),
    cycleTime: Type.Optional(
      Type.Object(
        {
          metric: text("Name of the metric that holds the processing time of one piece."),
          unit: Type.Enum(["MS", "SEC", "MIN"], { default: "SEC", description: "MS is a millisecond." }),
        },
        { additionalProperties: false },
      ),
    ),
    state: Type.Optional(
      Type.Object(
        {
          metric: text("Name of the metric that holds the state."),
          means: Type.Record(Type.String(), Type.Enum([...MEANINGS]), {
            description: "What each of its values means, by the value as text.",
          }),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);
export type Station = Static<typeof Station>;

/** What `heddle.yaml` says of a connection of kind `mqtt`. */
export const MqttSettings = Type.Object(
  {
    url: Type.String({
      pattern: "^mqtts?://[^/?#@\\s]+/?$",
      maxLength: 2_000,
      description: "The broker, for instance mqtts://broker.example.com:8883.",
    }),
    username: Type.Optional(text("Heddle's name at the broker.")),
    password: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 1_000,
        description: "Never logged. Refer to it: ${env:NAME} or ${file:path}.",
      }),
    ),
    clientId: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 100,
        pattern: "^[\\x21-\\x7e]+$",
        description:
          "Names the session in which the broker keeps what comes while no hub listens; heddle-events- and the connection's name when left out.",
      }),
    ),
    json: Type.Array(Type.String({ minLength: 1, maxLength: 500, pattern: "^[^\\u0000]+$" }), {
      maxItems: 100,
      default: [],
      description: "Topics with events in Heddle's JSON; + and # stand for any level and any rest.",
    }),
    stations: Type.Array(Station, {
      maxItems: 10_000,
      default: [],
      description: "Edge nodes and devices that speak Sparkplug B, and what their metrics mean.",
    }),
    rebirthMs: Type.Integer({
      minimum: 100,
      maximum: 3_600_000,
      default: 10_000,
      description: "How long an edge node is given to answer a request for its birth before it is asked again.",
    }),
    timeoutMs: Type.Integer({
      minimum: 100,
      maximum: 600_000,
      default: 15_000,
      description: "How long connecting may take, in milliseconds.",
    }),
  },
  { additionalProperties: false },
);
export type MqttSettings = Static<typeof MqttSettings>;
