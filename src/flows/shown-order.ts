import type { Finding } from "../domain/finding.ts";
import type { Json } from "../domain/json.ts";
import type { Job } from "../domain/job-order.ts";
import type { ProductionOrder } from "../domain/order.ts";
import type { GateVerdict } from "../domain/orders/deviation.ts";
import { quantityText } from "../domain/quantity.ts";

/** What the page of an order shows besides its state, as it was when the hub looked last. */
export type ShownOrder = {
  readonly revision: string | null;
  /** With its unit: `40 EA`. */
  readonly quantity: string;
  readonly type: string;
  readonly priority: number;
  readonly from: ProductionOrder["from"];
  readonly startAt: string | null;
  readonly erp: {
    readonly system: string;
    readonly state: string;
    readonly onHold: boolean;
    readonly mbom: string | null;
    readonly routing: string | null;
  };
  readonly mes: ShownJob | null;
  readonly findings: readonly Finding[];
  readonly gate: readonly {
    readonly item: string;
    readonly supersededBy: string;
    readonly sentence: string;
    readonly deviation: string | null;
  }[];
};

export type ShownJob = {
  readonly system: string;
  readonly number: string;
  readonly state: Job["state"];
  readonly version: number;
  readonly good: string;
  readonly scrap: string;
};

export function shownJob(job: Job, system: string): ShownJob {
  const { number, state, version, good, scrap } = job;
  return { system, number, state, version, good: quantityText(good), scrap: quantityText(scrap) };
}

export function shownOrder(
  order: ProductionOrder,
  erp: string,
  mes: ShownJob | null,
  findings: readonly Finding[],
  gate: readonly GateVerdict[],
): ShownOrder {
  const { revision, type, priority, from, startAt, state, onHold, mbom, routing } = order;
  return {
    revision,
    quantity: quantityText(order.quantity),
    type,
    priority,
    from,
    startAt,
    erp: { system: erp, state, onHold, mbom, routing },
    mes,
    findings,
    gate: gate.map(({ item, supersededBy, sentence, shortfall, deviation }) => ({
      item,
      supersededBy,
      sentence: shortfall === null ? sentence : `${sentence} ${shortfall}`,
      deviation: deviation?.id ?? null,
    })),
  };
}

/** What the store kept of `shownOrder`. */
export function readShown(json: Json): ShownOrder {
  return json as ShownOrder;
}
