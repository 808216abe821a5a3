import { quantity } from "../domain/bom/bom-builder.ts";
import type { ItemId, PlantId, ProductionOrderId } from "../domain/ids.ts";
import { canonicalText, toJson } from "../domain/json.ts";
import type { JobOperation } from "../domain/job-order.ts";
import type { JobContent } from "../domain/orders/job-content.ts";
import { jobOrderId } from "../domain/job-order.ts";
import type { ShownOrder } from "../flows/shown-order.ts";
import type { Database } from "../store/database.ts";
import { beginVersions, recordOrders, refuseVersions, type SettledOrder } from "../store/orders.ts";

/** Orders in the store as the flow leaves them there, in few words, for tests of what is made of them. */
export type OrderLeft = Partial<Omit<SettledOrder, "order" | "item" | "shown">> & {
  readonly order: string;
  readonly plant?: string;
  readonly item?: string;
  readonly shown?: Partial<ShownOrder>;
  /** What was sent, oldest first, each by what differs from a plain job of 40 pieces. */
  readonly versions?: readonly { readonly job?: Partial<JobContent>; readonly refusal?: string }[];
};

/** A shift's start that is long to come. */
export const EARLY_SHIFT = {
  shiftAt: "2126-11-24T05:00:00.000Z",
  shiftName: "early",
  shiftDay: "2126-11-24",
  dispatchAt: "2126-11-24T05:00:00.000Z",
};

export async function leaveOrders(database: Database, orders: readonly OrderLeft[]): Promise<void> {
  await database.transaction(async (tx) => {
    for (const [plant, left] of Map.groupBy(orders, (one) => (one.plant ?? "1000") as PlantId)) {
      await recordOrders(tx, plant, left.map(settled));
      for (const { order: number, item = "FX-200", versions = [] } of left) {
        if (versions.length === 0) continue;
        const order = number as ProductionOrderId;
        const begun = versions.map(({ job: differs = {} }, at) => {
          const content = canonicalText(jobContent(plant, order, item as ItemId, differs));
          return { order, version: at + 1, content };
        });
        await beginVersions(tx, plant, begun);
        const refused = versions.flatMap(({ refusal: words }, at) =>
          words === undefined ? [] : [{ order, version: at + 1, words }],
        );
        await refuseVersions(tx, plant, refused);
      }
    }
  });
}

function settled(left: OrderLeft): SettledOrder {
  const { order, item = "FX-200", plant: _, versions: __, shown, ...differs } = left;
  return {
    order: order as ProductionOrderId,
    item: item as ItemId,
    fromOrder: shown?.from?.order ?? null,
    state: "scheduled",
    reason: null,
    shown: toJson({ ...SHOWN, ...shown }),
    acknowledged: 0,
    heldByHeddle: false,
    dispatchAt: null,
    shiftAt: null,
    shiftName: null,
    shiftDay: null,
    dispatchedAt: null,
    ...differs,
  };
}

const SHOWN: ShownOrder = {
  revision: "B",
  quantity: "40 EA",
  type: "standard",
  priority: 0,
  from: null,
  startAt: null,
  erp: { system: "erp", state: "released", onHold: false, mbom: "BOM-000041", routing: "RTG-7" },
  mes: null,
  findings: [],
  gate: [],
};

/** A job as the MES shows it. */
export function job(differs: Partial<NonNullable<ShownOrder["mes"]>> = {}): NonNullable<ShownOrder["mes"]> {
  return { system: "mes", number: "JOB-77", state: "ready", version: 1, good: "0 EA", scrap: "0 EA", ...differs };
}

function jobContent(plant: PlantId, order: ProductionOrderId, item: ItemId, differs: Partial<JobContent>): JobContent {
  return {
    id: jobOrderId(plant, order),
    plant,
    order,
    item,
    revision: null,
    name: "Solder-fume extractor",
    type: "standard",
    from: null,
    quantity: quantity("40 EA"),
    priority: 0,
    start: null,
    end: null,
    mbom: "BOM-000041",
    routing: "RTG-7",
    operations: [operation("0010", "Assemble", "ASSY"), operation("0020", "Test", "TEST")],
    ...differs,
  };
}

function operation(id: string, name: string, workCenter: string): JobOperation {
  const line = { line: `${id}-10`, item: "SCR-M4-10" as ItemId, required: quantity("320 EA"), supply: null, lot: null };
  return {
    operation: id as JobOperation["operation"],
    name,
    workCenter: workCenter as JobOperation["workCenter"],
    setupSeconds: 300,
    runSeconds: 90,
    components: id === "0010" ? [line] : [],
  };
}
