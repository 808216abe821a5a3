import type { ProductionOrderId, SystemId } from "../../domain/ids.ts";
import { ConnectorError } from "../connector-error.ts";
import type { Webhooks } from "../port.ts";
import { CONTRACTS } from "./wire.ts";

export function webhooks(system: SystemId): Webhooks {
  return {
    subjects(body) {
      const read = CONTRACTS.webhook(body);
      if ("value" in read) return [{ kind: "production order", id: read.value.data.number as ProductionOrderId }];
      const cause = `${read.field} of the webhook ${read.problem}`;
      throw new ConnectorError("contract broken", { system, doing: "reading a webhook", field: read.field, cause });
    },
  };
}
