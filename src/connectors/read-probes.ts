import type {
  ChangeId,
  ItemId,
  JobOrderId,
  PlantId,
  ProductionOrderId,
  PurchaseOrderLineId,
  Revision,
  SupplierId,
} from "../domain/ids.ts";
import type { Connector, Cursor, Page } from "./port.ts";

/** Names of records to read. */
export type Sample = {
  readonly change: ChangeId;
  readonly item: ItemId;
  readonly revision: Revision;
  readonly supplier: SupplierId;
  readonly purchaseOrderLine: PurchaseOrderLineId;
  readonly productionOrder: ProductionOrderId;
  readonly job: JobOrderId;
};

/** Names that no system knows. */
export const NO_SUCH: Sample = {
  change: "NO-SUCH-CHANGE" as ChangeId,
  item: "NO-SUCH-ITEM" as ItemId,
  revision: "A" as Revision,
  supplier: "NO-SUCH-SUPPLIER" as SupplierId,
  purchaseOrderLine: "NO-SUCH/1" as PurchaseOrderLineId,
  productionOrder: "NO-SUCH" as ProductionOrderId,
  job: "1000:NO-SUCH" as JobOrderId,
};

/** How many records were there, and names among them for the next reads. */
type Seen = { readonly count: number; readonly found?: Partial<Sample> };

/** A read that changes nothing and costs little, to find out whether an ability works. */
export type ReadProbe = {
  /** As the port calls it: `items.read`. */
  readonly name: string;
  /** `by plant` cannot be asked without one; a `history` shows records whatever the sample. */
  readonly asks: "by name" | "by plant" | "history";
  readonly run: (sample: Sample, plant: PlantId) => Promise<Seen>;
};

/** A probe of everything that this connector can read; those that find names for others come before them. */
export function readProbes(connector: Connector): readonly ReadProbe[] {
  const { changes, ebom, items, procurement, routings, mbom, costs } = connector;
  const { purchaseOrders, productionOrders, production, flags, jobs, shopEvents } = connector;
  return [
    ...history("changes", changes, (change) => ({ change })),
    ...probe("changes.read", "by name", changes, async ({ read }, { change }) => {
      const { affected } = await read(change);
      const found = affected.flatMap(({ item, to }) => (to === null ? [] : [{ item, revision: to }]));
      return { count: 1, ...firstOf(found) };
    }),
    ...history("purchaseOrders", purchaseOrders, (purchaseOrderLine) => ({ purchaseOrderLine })),
    ...probe("purchaseOrders.read", "by name", purchaseOrders, async ({ read }, { purchaseOrderLine }) => {
      const lines = await read([purchaseOrderLine]);
      return { count: lines.length, ...firstOf(lines.map(({ value: { item, supplier } }) => ({ item, supplier }))) };
    }),
    ...history("productionOrders", productionOrders, (productionOrder) => ({ productionOrder })),
    ...probe("productionOrders.read", "by name", productionOrders, async ({ read }, { productionOrder }) => {
      const orders = await read([productionOrder]);
      return { count: orders.length, ...firstOf(orders.map(({ value: { item } }) => ({ item }))) };
    }),
    ...probe("production.read", "by name", production, async ({ read }, { productionOrder }) =>
      counted(await read([productionOrder])),
    ),
    ...probe("ebom.read", "by name", ebom, async ({ read }, { item, revision }) =>
      counted((await read(item, revision)).ebom.items),
    ),
    ...probe("ebom.whereUsed", "by name", ebom, async ({ whereUsed }, { item }) => counted(await whereUsed(item))),
    ...plantProbe("items.read", items?.read),
    ...plantProbe("procurement.read", procurement?.read),
    ...probe("procurement.knownSuppliers", "by name", procurement, async ({ knownSuppliers }, { supplier }) =>
      counted(await knownSuppliers([supplier])),
    ),
    ...plantProbe("routings.read", routings?.read),
    ...plantProbe("mbom.read", mbom?.read),
    ...probe("mbom.whereUsed", "by plant", mbom, async ({ whereUsed }, { item }, plant) =>
      counted(await whereUsed(item, plant)),
    ),
    ...plantProbe("costs.read", costs?.read),
    ...plantProbe("purchaseOrders.openOf", purchaseOrders?.openOf),
    ...plantProbe("productionOrders.openOf", productionOrders?.openOf),
    ...history("jobs", jobs, (job) => ({ job })),
    ...probe("jobs.read", "by name", jobs, async ({ read }, { job }) => counted(await read([job]))),
    ...probe("shopEvents.toldSince", "history", shopEvents?.toldSince, async (toldSince) => ({
      count: (await toldSince(null)).told.length,
    })),
    ...probe("flags.of", "by name", flags, async (group, { change }) => counted(await group.of(change))),
  ];
}

function probe<Group>(
  name: string,
  asks: ReadProbe["asks"],
  group: Group | undefined,
  run: (group: Group, sample: Sample, plant: PlantId) => Promise<Seen>,
): readonly ReadProbe[] {
  return group === undefined ? [] : [{ name, asks, run: (sample, plant) => run(group, sample, plant) }];
}

function history<Id extends string>(
  name: string,
  group: { readonly changedSince: (cursor: Cursor) => Promise<Page<Id>> } | undefined,
  found: (id: Id) => Partial<Sample>,
): readonly ReadProbe[] {
  return probe(`${name}.changedSince`, "history", group, async ({ changedSince }) => {
    const { ids } = await changedSince(null);
    return { count: ids.length, ...firstOf(ids.map(found)) };
  });
}

type ByPlant = (items: readonly ItemId[], plant: PlantId) => Promise<Countable>;

function plantProbe(name: string, read: ByPlant | undefined): readonly ReadProbe[] {
  return probe(name, "by plant", read, async (ask, { item }, plant) => counted(await ask([item], plant)));
}

type Countable = readonly unknown[] | ReadonlyMap<unknown, unknown> | ReadonlySet<unknown>;

function counted(answer: Countable): Seen {
  return { count: "size" in answer ? answer.size : answer.length };
}

function firstOf(found: readonly Partial<Sample>[]): { readonly found?: Partial<Sample> } {
  return found[0] === undefined ? {} : { found: found[0] };
}
