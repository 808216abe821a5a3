import type { ChangeId, ProductionOrderId, PurchaseOrderLineId } from "../../domain/ids.ts";
import { ConnectorError } from "../connector-error.ts";
import { path, type Http } from "../http/http-client.ts";
import type { Flag, Flags, Receipt } from "../port.ts";
import { shortened } from "../shortened.ts";
import { readList } from "./list.ts";
import { CONTRACTS, type Alert } from "./wire.ts";

const PATH = "/erp/v1/alerts";
/** The ERP's limits for an alert's text and for the reason to close it. */
const TEXT_MAX = 1_000;
const REASON_MAX = 500;
/** How an alert that Heddle closed is told from one that a person closed. */
const TAKEN_BACK = "Taken back by Heddle: ";

export function flags(http: Http): Flags {
  return {
    async of(change) {
      const alerts = await readAlerts(http, { externalReferenceStartsWith: referenceOf(change, "") });
      return alerts.map((alert) => toFlag(alert, change));
    },
    set: {
      find: (flag, key) => findOpen(http, flag.change, key),
      async write(flag, key) {
        const open = await findOpen(http, flag.change, key);
        if (open !== null) return open;
        const alert = await http.write({
          doing: `flagging ${flag.on.id}`,
          object: flag.on.id,
          method: "POST",
          path: PATH,
          body: {
            plant: await plantOf(http, flag.on),
            objectType: flag.on.kind === "production order" ? "PRODUCTION_ORDER" : "PURCHASE_ORDER_LINE",
            objectId: flag.on.id,
            text: shortened(flag.text, TEXT_MAX),
            author: "heddle",
            externalReference: referenceOf(flag.change, key),
          },
          answer: CONTRACTS.alert,
        });
        return receiptOf(alert);
      },
    },
    takeBack: {
      async find({ id }) {
        const alert = await readAlert(http, id);
        return alert.state === "CLOSED" ? receiptOf(alert) : null;
      },
      async write({ id, reason }) {
        const alert = await readAlert(http, id);
        // Whoever closed it: a flag that is not open needs no taking back.
        if (alert.state === "CLOSED") return receiptOf(alert);
        const closed = await http.write({
          doing: `taking back flag ${id}`,
          object: id,
          method: "POST",
          path: path`/erp/v1/alerts/${id}/close`,
          body: { reason: shortened(TAKEN_BACK + reason, REASON_MAX) },
          answer: CONTRACTS.alert,
        });
        return receiptOf(closed);
      },
    },
  };
}

/** `ECO-0001 3f2a…`: the change, so that its flags can be listed, and the key, so that one can be found. */
function referenceOf(change: ChangeId, key: string): string {
  return `${encodeURIComponent(change)} ${key}`;
}

async function findOpen(http: Http, change: ChangeId, key: string): Promise<Receipt | null> {
  const [open] = await readAlerts(http, { externalReference: referenceOf(change, key), state: "OPEN" });
  return open === undefined ? null : receiptOf(open);
}

async function readAlerts(http: Http, query: Record<string, string>): Promise<readonly Alert[]> {
  return await readList(http, { doing: "reading flags", path: PATH, query, answer: CONTRACTS.alerts });
}

async function readAlert(http: Http, id: string): Promise<Alert> {
  return await http.read({
    doing: `reading flag ${id}`,
    object: id,
    path: path`/erp/v1/alerts/${id}`,
    answer: CONTRACTS.alert,
  });
}

/** The ERP wants an alert's plant said, which a flag does not carry. */
async function plantOf(http: Http, on: Flag["on"]): Promise<string> {
  const doing = `reading ${on.id}`;
  if (on.kind === "production order") {
    const call = {
      doing,
      object: on.id,
      path: path`/erp/v1/production-orders/${on.id}`,
      answer: CONTRACTS.productionOrder,
    };
    return (await http.read(call)).plant;
  }
  const [line] = await readList(http, {
    doing,
    path: "/erp/v1/purchase-order-lines",
    query: { id: on.id },
    answer: CONTRACTS.purchaseOrderLines,
  });
  if (line !== undefined) return line.plant;
  throw new ConnectorError("not found", {
    system: http.system,
    doing,
    object: on.id,
    cause: `there is no purchase-order line ${on.id}`,
  });
}

function toFlag(alert: Alert, change: ChangeId): Flag {
  const on: Flag["on"] =
    alert.objectType === "PRODUCTION_ORDER"
      ? { kind: "production order", id: alert.objectId as ProductionOrderId }
      : { kind: "purchase-order line", id: alert.objectId as PurchaseOrderLineId };
  return { id: alert.number, on, change, text: alert.text, state: stateOf(alert) };
}

function stateOf({ state, closeReason }: Alert): Flag["state"] {
  if (state === "OPEN") return "open";
  return closeReason?.startsWith(TAKEN_BACK) === true ? "taken back" : "closed by a person";
}

function receiptOf({ number, etag }: Alert): Receipt {
  return { id: number, version: etag };
}
