import type { SystemId } from "../../domain/ids.ts";
import { ConnectorError } from "../connector-error.ts";
import { SettingsError } from "../connector-kind.ts";
import type { ConnectionStatus } from "../http/connection.ts";
import type { LiveConnector } from "../live-connector.ts";
import { proveSubscription } from "../mqtt-client.ts";
import { listenToTopics } from "../mqtt-listener.ts";
import type { MqttSettings } from "./config.ts";
import { toTold } from "./mapping.ts";
import { makeSparkplug, namedTwice } from "./sparkplug.ts";

/** Machines and gateways that tell of the shop floor over an MQTT broker: in Heddle's JSON, or by Sparkplug B. */
export function mqtt(system: SystemId, settings: MqttSettings): LiveConnector {
  const twice = namedTwice(settings.stations);
  if (twice !== null) throw new SettingsError(system, "stations", `has ${twice} twice`);
  let status: ConnectionStatus = { state: "down", error: "not contacted yet", lastSeen: null };
  const seen = () => void (status = { state: "up", error: null, lastSeen: new Date().toISOString() });
  const failed = (error: Error) => {
    if (!(error instanceof ConnectorError)) return; // the hub's own failure to take is not the broker's
    status = { state: "down", error: `${error.kind}: ${error.at.cause ?? ""}`, lastSeen: status.lastSeen };
  };
  const topicsOf = (sparkplug: readonly string[]) => [...settings.json, ...sparkplug];

  return {
    system,
    status: () => status,
    async check() {
      const { topics } = makeSparkplug(settings, Date.now);
      try {
        await proveSubscription(system, settings, topicsOf(topics));
        seen();
      } catch (error) {
        if (error instanceof Error) failed(error);
        throw error;
      }
    },
    shopEvents: {
      async listen(take, onError) {
        const sparkplug = makeSparkplug(settings, Date.now);
        return listenToTopics(
          {
            ...settings,
            system,
            clientId: settings.clientId ?? `heddle-events-${system}`,
            topics: topicsOf(sparkplug.topics),
          },
          (message) =>
            sparkplug.isMine(message.topic)
              ? sparkplug.hear(message)
              : { told: toTold(message.topic, message.payload.toString("utf8")), replies: [] },
          take,
          {
            onUp() {
              seen();
              return sparkplug.rebirths();
            },
            onError(error) {
              failed(error);
              onError(error);
            },
          },
        );
      },
    },
  };
}
