import type {
  ComponentEffect,
  OrderImpact,
  ProductionImpact,
  PurchaseImpact,
} from "../../src/domain/impact/order-impact.ts";
import { money, quantity } from "../format.ts";
import { sumsText } from "../money-sums.ts";
import { DataTable, type Column } from "../parts/data-table.tsx";
import { Empty } from "../parts/empty.tsx";
import { Moment } from "../parts/moment.tsx";
import { IMPACT_TONES, State } from "../parts/state.tsx";
import { toNumber } from "../../src/domain/rational.ts";

/** Every open order line that the change touches, with the facts it was judged on. */
export function OrdersView({ impact, judgedAt }: { impact: readonly OrderImpact[]; judgedAt: string }) {
  const purchases = impact.filter((one) => one.kind === "purchase");
  const productions = impact.filter((one) => one.kind === "production");
  const exposures = purchases.filter(({ status }) => status === "action required").map(({ exposure }) => exposure);
  return (
    <div className="stack">
      {impact.length === 0 ? null : (
        <p className="soft">
          As the orders stood when the plan was made, <Moment at={judgedAt} />.
        </p>
      )}
      <section className="panel">
        <div className="panel-head">
          <h2>Purchase-order lines</h2>
          {exposures.length === 0 ? null : (
            <span className="soft">{sumsText(exposures)} still to be paid for lines that ask for action</span>
          )}
        </div>
        {purchases.length === 0 ? (
          <Empty title="No open purchase-order line is touched" />
        ) : (
          <DataTable
            caption="Purchase-order lines"
            columns={PURCHASE_COLUMNS}
            rows={purchases}
            rowKey={({ line }) => line}
          />
        )}
      </section>
      <section className="panel">
        <div className="panel-head">
          <h2>Production orders</h2>
        </div>
        {productions.length === 0 ? (
          <Empty title="No open production order is touched" />
        ) : (
          <DataTable
            caption="Production orders"
            columns={PRODUCTION_COLUMNS}
            rows={productions}
            rowKey={({ order }) => order}
          />
        )}
      </section>
    </div>
  );
}

const STATUS_RANK = { "action required": 0, none: 1, resolved: 2 };

const PURCHASE_COLUMNS: readonly Column<PurchaseImpact>[] = [
  {
    id: "line",
    header: "Line",
    value: ({ line }) => line,
    cell: ({ line, facts }) => (
      <>
        <span className="id">{line}</span>
        <p className="soft small">{facts.supplier}</p>
      </>
    ),
  },
  {
    id: "item",
    header: "Item",
    value: ({ facts }) => facts.item,
    cell: ({ facts, effect }) => (
      <>
        <span className="id">{facts.item}</span>
        {facts.revision === null ? null : <span className="soft"> rev {facts.revision}</span>}
        <Effect effect={effect} />
      </>
    ),
  },
  {
    id: "status",
    header: "Status",
    value: ({ status }) => STATUS_RANK[status],
    cell: ({ status }) => <State tone={IMPACT_TONES[status]} word={status} />,
  },
  {
    id: "text",
    header: "For the buyer",
    minWidth: 260,
    cell: ({ text, disposition, facts }) => (
      <>
        <p>{text}</p>
        <p className="soft small">
          Disposition on order: {disposition}
          {facts.buyer === null ? "" : ` · buyer ${facts.buyer}`}
        </p>
      </>
    ),
  },
  {
    id: "received",
    header: "Received / ordered",
    align: "right",
    cell: ({ facts }) => (
      <>
        {quantity(facts.received)} <span className="soft">of</span> {quantity(facts.ordered)}
      </>
    ),
  },
  {
    id: "due",
    header: "Due",
    value: ({ facts }) => facts.due ?? "",
    align: "right",
    cell: ({ facts }) => facts.due ?? "–",
  },
  {
    id: "exposure",
    header: "Exposure",
    align: "right",
    value: ({ exposure }) => toNumber(exposure.amount),
    cell: ({ exposure }) => money(exposure),
  },
];

const PRODUCTION_COLUMNS: readonly Column<ProductionImpact>[] = [
  {
    id: "order",
    header: "Order",
    value: ({ order }) => order,
    cell: ({ order, facts }) => (
      <>
        <span className="id">{order}</span>
        <p className="soft small">makes {facts.item}</p>
      </>
    ),
  },
  {
    id: "state",
    header: "State",
    value: ({ facts }) => facts.state,
    cell: ({ facts }) => (
      <>
        {facts.state}
        {facts.onHold ? <p className="small">on hold</p> : null}
      </>
    ),
  },
  {
    id: "components",
    header: "Components touched",
    cell: ({ effects }) =>
      effects.map((effect) => (
        <div key={effect.item}>
          <span className="id">{effect.item}</span>
          <Effect effect={effect} />
        </div>
      )),
  },
  {
    id: "status",
    header: "Status",
    value: ({ status }) => STATUS_RANK[status],
    cell: ({ status }) => <State tone={IMPACT_TONES[status]} word={status} />,
  },
  { id: "treatment", header: "Treatment", value: ({ treatment }) => treatment, cell: ({ treatment }) => treatment },
  {
    id: "text",
    header: "For the planner",
    minWidth: 260,
    cell: ({ text, facts }) => (
      <>
        <p>{text}</p>
        {facts.planner === null ? null : <p className="soft small">planner {facts.planner}</p>}
      </>
    ),
  },
  {
    id: "completed",
    header: "Completed / ordered",
    align: "right",
    cell: ({ facts }) => (
      <>
        {quantity(facts.completed)} <span className="soft">of</span> {quantity(facts.quantity)}
      </>
    ),
  },
  {
    id: "start",
    header: "Start",
    align: "right",
    value: ({ facts }) => facts.start ?? "",
    cell: ({ facts }) => facts.start ?? "–",
  },
];

function Effect({ effect: { effects, replacedBy } }: { effect: ComponentEffect }) {
  return (
    <p className="soft small">
      {effects.join(", ")}
      {replacedBy === null ? "" : ` by ${replacedBy}`}
    </p>
  );
}
