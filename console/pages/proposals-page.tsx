import { useSuspenseInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ProposalRow } from "../../src/api/contract.ts";
import { Empty } from "../parts/empty.tsx";
import { ShowMore } from "../parts/show-more.tsx";
import { useTitle } from "../parts/title.ts";
import { ProductionNav } from "../production/production-nav.tsx";
import { proposalsQuery } from "../production/production-queries.ts";
import { isOpen } from "../proposals/may-answer.ts";
import { PROPOSAL_STATES, PROPOSAL_TONES } from "../proposals/proposal-state.tsx";
import { ProposalTable } from "../proposals/proposal-table.tsx";

const route = getRouteApi("/inside/production/proposals");

/** What production's figures call for: first what waits for a person, then all else. */
export function ProposalsPage() {
  useTitle("Proposals");
  const { state } = route.useSearch();
  return (
    <main className="page stack">
      <div className="page-head" style={{ marginBottom: 0 }}>
        <h1>Proposals</h1>
        <p className="soft">What production’s figures call for. A person answers each.</p>
        <div className="end">
          <ProductionNav />
        </div>
      </div>
      <StateFilter state={state} />
      {state === undefined ? (
        <>
          <Waiting />
          <List title="Answered" state={undefined} isShown={(row) => !isOpen(row)} empty="None was answered yet" />
        </>
      ) : (
        <List title={`Proposals ${state}`} state={state} isShown={() => true} empty={`No proposal is ${state}`} />
      )}
    </main>
  );
}

function Waiting() {
  const { data: failed } = useSuspenseInfiniteQuery(proposalsQuery("failed"));
  return (
    <>
      {failed.pages[0]?.proposals.length === 0 ? null : (
        <List title="Could not be filed in the PLM" state="failed" isShown={() => true} empty="" />
      )}
      <List title="Wait for a person" state="waiting" isShown={() => true} empty="No proposal waits">
        Triggers watch run times, scrap and first-pass yield. When one leaves its band for some orders, a proposal opens
        here.
      </List>
    </>
  );
}

type ListProps = {
  readonly title: string;
  readonly state: ProposalRow["state"] | undefined;
  readonly isShown: (row: ProposalRow) => boolean;
  readonly empty: string;
  readonly children?: string;
};

function List({ title, state, isShown, empty, children }: ListProps) {
  const pages = useSuspenseInfiniteQuery(proposalsQuery(state));
  const { data, hasNextPage } = pages;
  const rows = data.pages.flatMap(({ proposals }) => proposals).filter(isShown);
  return (
    <section className="panel">
      <div className="panel-head">
        <h2>{title}</h2>
      </div>
      {rows.length === 0 && !hasNextPage ? (
        <Empty title={empty}>{children}</Empty>
      ) : (
        <ProposalTable caption={title} rows={rows} />
      )}
      <ShowMore pages={pages} className="panel-body" />
    </section>
  );
}

function StateFilter({ state }: { state: ProposalRow["state"] | undefined }) {
  return (
    <nav className="chips" aria-label="By state">
      <Link
        to="/production/proposals"
        activeOptions={{ exact: true }}
        className="chip"
        aria-current={state === undefined}
      >
        all
      </Link>
      {PROPOSAL_STATES.map((name) => (
        <Link
          key={name}
          to="/production/proposals"
          search={{ state: name }}
          activeOptions={{ exact: true }}
          className="chip"
          data-tone={PROPOSAL_TONES[name]}
          aria-current={name === state}
        >
          {name}
        </Link>
      ))}
    </nav>
  );
}
