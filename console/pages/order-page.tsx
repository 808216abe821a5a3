import { useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { DeviationsTable } from "../orders/deviations-table.tsx";
import { GatePanel } from "../orders/gate-panel.tsx";
import { OrderHead } from "../orders/order-head.tsx";
import { OrderWays } from "../orders/order-ways.tsx";
import { ThreeSystems } from "../orders/three-systems.tsx";
import { VersionsPanel } from "../orders/versions-panel.tsx";
import { Findings } from "../parts/findings.tsx";
import { Timeline } from "../parts/timeline.tsx";
import { useTitle } from "../parts/title.ts";
import { orderQuery } from "../queries.ts";

const route = getRouteApi("/inside/orders/$plant/$order");

export function OrderPage() {
  const { order, plant } = route.useParams();
  const { data: view } = useSuspenseQuery(orderQuery(order, plant));
  const { findings, gate, deviations, versions, timeline } = view;
  useTitle(`${order} in ${plant}`);
  return (
    <main className="page stack">
      <p className="small">
        <Link to="/orders">Production orders</Link> <span className="soft">/ {order}</span>
      </p>
      <OrderHead view={view} />
      {gate.length === 0 ? null : <GatePanel view={view} />}
      {findings.length === 0 ? null : <Findings findings={findings} />}
      <ThreeSystems view={view} />
      <OrderWays row={view.row} />
      {deviations.length === 0 ? null : (
        <section className="panel">
          <div className="panel-head">
            <h2>Deviations</h2>
          </div>
          <DeviationsTable deviations={deviations} />
        </section>
      )}
      <VersionsPanel versions={versions} />
      <Timeline entries={timeline} />
    </main>
  );
}
