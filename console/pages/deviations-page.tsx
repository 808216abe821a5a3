import { useSuspenseQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { DeviationsTable } from "../orders/deviations-table.tsx";
import { GiveDeviation } from "../orders/give-deviation.tsx";
import { Empty } from "../parts/empty.tsx";
import { useTitle } from "../parts/title.ts";
import { deviationsQuery } from "../queries.ts";

export function DeviationsPage() {
  useTitle("Deviations");
  const { data } = useSuspenseQuery(deviationsQuery);
  return (
    <main className="page stack">
      <p className="small">
        <Link to="/orders">Production orders</Link> <span className="soft">/ Deviations</span>
      </p>
      <div className="page-head" style={{ marginBottom: 0 }}>
        <h1>Deviations</h1>
        <p className="soft">Leave to build by a design that a change has superseded.</p>
        <div className="end">
          <GiveDeviation />
        </div>
      </div>
      <section className="panel" aria-label="All deviations">
        {data.deviations.length === 0 ? (
          <Empty title="No deviation was given">
            An order that the gate holds is let through on its own page, or all orders of an item here.
          </Empty>
        ) : (
          <DeviationsTable deviations={data.deviations} />
        )}
      </section>
    </main>
  );
}
