import type { SystemId } from "../../domain/ids.ts";
import { unreadable, type Told } from "../../domain/feedback/told.ts";
import { ConnectorError } from "../connector-error.ts";
import { listenToTopics } from "../mqtt-listener.ts";
import type { ShopEvents } from "../port.ts";
import type { B2mmlOverMqtt, B2mmlSettings } from "./config.ts";
import { EDITIONS, type Edition } from "./edition.ts";
import { toTold } from "./event-mapping.ts";
import { readXml } from "./xml.ts";

/** What the MES tells of jobs and events: in messages to the hub over HTTP, or on a topic where one is set. */
export function shopEvents(system: SystemId, settings: B2mmlSettings): ShopEvents {
  const { version } = settings;
  const read: Required<ShopEvents>["read"] = ({ body, contentType }) => {
    const charset = /;\s*charset="?([^";\s]+)/i.exec(contentType)?.[1] ?? "utf-8";
    const message = /^(utf-?8|us-ascii)$/i.test(charset)
      ? readMessage(body, version, system)
      : { problem: `it is encoded as ${charset}; only UTF-8 is read` };
    if ("told" in message) return message.told;
    throw new ConnectorError("contract broken", { system, doing: "reading shop-floor events", cause: message.problem });
  };
  const topic = settings.transport === "mqtt" ? settings.eventTopic : undefined;
  if (settings.transport !== "mqtt" || topic === undefined) return { read };
  return { read, listen: async (take, onError) => listenOverMqtt(system, settings, topic, take, onError) };
}

type Message = { readonly told: readonly Told[] } | { readonly problem: string };

function readMessage(body: Buffer, edition: Edition, system: SystemId): Message {
  const { namespace } = EDITIONS[edition];
  const read = readXml(body.toString("utf8"), namespace);
  if (read.root === undefined) return { problem: read.problem };
  const told = toTold(read.root, system);
  if (told !== null) return { told };
  return { problem: `<${read.root.name}> is no message of job responses or operations events` };
}

function listenOverMqtt(
  system: SystemId,
  settings: B2mmlOverMqtt,
  topic: string,
  ...[take, onError]: Parameters<Required<ShopEvents>["listen"]>
) {
  const clientId = settings.eventClientId ?? `heddle-events-${system}`;
  return listenToTopics(
    { ...settings, system, clientId, topics: [topic] },
    ({ topic: from, payload }) => {
      const message = readMessage(payload, settings.version, system);
      return { told: "told" in message ? message.told : [notB2mml(message.problem, from, payload)], replies: [] };
    },
    take,
    { onUp: () => [], onError },
  );
}

function notB2mml(problem: string, topic: string, payload: Buffer): Told {
  const cause = `On topic ${topic}: ${problem}.`;
  return unreadable(payload.toString("utf8"), [
    { field: "", cause, fix: "Send what is no B2MML of the set edition to another topic, or set version." },
  ]);
}
