import { processBod } from "../../src/connectors/b2mml/bod.ts";
import { workScheduleXml } from "../../src/connectors/b2mml/job-order-xml.ts";
import { toHeldProductionOrder } from "../../src/connectors/sandbox-erp/order-mapping.ts";
import type * as Wire from "../../src/connectors/sandbox-erp/wire.ts";
import type { SystemId } from "../../src/domain/ids.ts";
import { planJobContent } from "../../src/domain/orders/job-content.ts";

const ERP = "erp" as SystemId;

/** The ERP's order as the message that Heddle sends for it: the same mapping, with nothing around it. */
export function jobMessage(wire: Wire.ProductionOrder): string {
  const { value: order } = toHeldProductionOrder(wire, ERP);
  const { content } = planJobContent(order, null, `Axial fan ${wire.itemCode}`, ERP);
  if (content === null) throw new Error(`order ${wire.number} cannot be sent`);
  const job = { ...content, version: 1 };
  const now = new Date().toISOString();
  const nounXml = workScheduleXml(job, "7.01");
  const parties = { edition: "7.01", sender: "heddle", receiver: null } as const;
  return processBod(parties, { id: `${job.id}:v1`, noun: "WorkSchedule", nounXml, now });
}

/** How both scripts send it: @throws Error when the MES does not accept it. */
export function assertAccepted(status: number, answer: string): void {
  if (status !== 200 || !answer.includes('actionCode="Accepted"')) throw new Error(`the MES said ${status} ${answer}`);
}
