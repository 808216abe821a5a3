import type { ConnectionStatus } from "./http/connection.ts";
import type { Connector } from "./port.ts";

/** A connector that knows how its connection fares. */
export type LiveConnector = Connector & {
  readonly status: () => ConnectionStatus;
  /** Ends a connection that is kept open; absent where there is none. The connector makes a new one when it is used. */
  readonly close?: () => Promise<void>;
};
