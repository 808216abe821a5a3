import { useMemo } from "react";
import { Tabs } from "@mantine/core";
import { useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { AccountView } from "../change/account-view.tsx";
import { ActionsView } from "../change/actions-view.tsx";
import { ChangeHead } from "../change/change-head.tsx";
import { CHANGE_VIEWS } from "../change/change-views.ts";
import { CostView } from "../change/cost-view.tsx";
import { EffectPanel } from "../change/effect-panel.tsx";
import { HistoryView } from "../change/history-view.tsx";
import { MbomView } from "../change/mbom-view.tsx";
import { mergedLines } from "../change/merged-lines.ts";
import { MergeView } from "../change/merge-view.tsx";
import { OrdersView } from "../change/orders-view.tsx";
import { PlanFigures } from "../change/plan-figures.tsx";
import { PlanView } from "../change/plan-view.tsx";
import { WhyView } from "../change/why-view.tsx";
import { Empty } from "../parts/empty.tsx";
import { useTitle } from "../parts/title.ts";
import { changeQuery } from "../queries.ts";

const route = getRouteApi("/inside/changes/$change/$plant");

export function ChangePage() {
  const { change: number, plant } = route.useParams();
  const { view = "plan" } = route.useSearch();
  const navigate = route.useNavigate();
  const { data: change } = useSuspenseQuery(changeQuery(number, plant));
  const { plan } = change;
  const merged = useMemo(() => mergedLines(plan?.plan.mboms ?? []), [plan]);
  useTitle(`${number} in ${plant}`);

  return (
    <main className="page stack">
      <p className="small">
        <Link to="/changes">Engineering changes</Link> <span className="soft">/ {number}</span>
      </p>
      <ChangeHead change={change} />
      {plan === null ? null : <PlanFigures row={change.row} plan={plan} />}
      <Tabs
        value={view}
        keepMounted={false}
        onChange={(wanted) => {
          const next = CHANGE_VIEWS.find((known) => known === wanted);
          void navigate({ search: next === undefined || next === "plan" ? {} : { view: next }, replace: true });
        }}
      >
        <Tabs.List aria-label="Parts of the change">
          <Tabs.Tab value="plan">Plan</Tabs.Tab>
          <Tabs.Tab value="orders">Open orders{count(plan?.plan.impact.length)}</Tabs.Tab>
          <Tabs.Tab value="mbom">Manufacturing BOMs{count(plan?.plan.mboms.length)}</Tabs.Tab>
          <Tabs.Tab value="merge">Merge{count(merged.length)}</Tabs.Tab>
          <Tabs.Tab value="why">Why</Tabs.Tab>
          <Tabs.Tab value="account">Account</Tabs.Tab>
          <Tabs.Tab value="cost">Cost{count(plan?.plan.costs.length)}</Tabs.Tab>
          <Tabs.Tab value="actions">Actions{count(plan?.plan.actions.length)}</Tabs.Tab>
          <Tabs.Tab value="effect">Effect</Tabs.Tab>
          <Tabs.Tab value="history">History</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="effect">
          <EffectPanel change={number} plant={plant} />
        </Tabs.Panel>
        <Tabs.Panel value="history">
          <HistoryView change={change} />
        </Tabs.Panel>
        {plan === null ? (
          CHANGE_VIEWS.filter((name) => name !== "effect" && name !== "history").map((name) => (
            <Tabs.Panel value={name} key={name}>
              <div className="panel">
                <Empty title="There is no plan yet">
                  {change.row.reason ??
                    "Heddle is reading the PLM and the ERP; this page shows the plan as soon as it is made."}
                </Empty>
              </div>
            </Tabs.Panel>
          ))
        ) : (
          <>
            <Tabs.Panel value="plan">
              <PlanView plan={plan} />
            </Tabs.Panel>
            <Tabs.Panel value="orders">
              <OrdersView impact={plan.plan.impact} judgedAt={plan.createdAt} />
            </Tabs.Panel>
            <Tabs.Panel value="mbom">
              <MbomView plan={plan.plan} />
            </Tabs.Panel>
            <Tabs.Panel value="merge">
              <MergeView plan={plan} lines={merged} />
            </Tabs.Panel>
            <Tabs.Panel value="why">
              <WhyView mboms={plan.plan.mboms} />
            </Tabs.Panel>
            <Tabs.Panel value="account">
              <AccountView plan={plan} />
            </Tabs.Panel>
            <Tabs.Panel value="cost">
              <CostView costs={plan.plan.costs} />
            </Tabs.Panel>
            <Tabs.Panel value="actions">
              <ActionsView plan={plan} />
            </Tabs.Panel>
          </>
        )}
      </Tabs>
    </main>
  );
}

function count(length: number | undefined) {
  return length === undefined || length === 0 ? null : (
    <span className="soft number"> {length.toLocaleString("en")}</span>
  );
}
