import type { ConnectionStatus } from "./http/connection.ts";
import type { Connector } from "./port.ts";

/** A connector that knows how its connection fares. */
export type LiveConnector = Connector & { readonly status: () => ConnectionStatus };
