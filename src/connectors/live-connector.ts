import type { ConnectionStatus } from "./http/connection.ts";
import type { Connector } from "./port.ts";

/** A connector that knows how its connection fares. */
export type LiveConnector = Connector & {
  readonly status: () => ConnectionStatus;
  /** Ends what stays open between requests, such as a session with a broker; absent where nothing does. */
  readonly close?: () => Promise<void>;
};
