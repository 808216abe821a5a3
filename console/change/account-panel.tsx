import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { BomAccount } from "../../src/api/contract.ts";
import { editWords } from "../../src/domain/bom/recheck-account.ts";
import { bomAccountPath } from "../api.ts";
import { Empty } from "../parts/empty.tsx";
import { ProblemNote, problemOf } from "../parts/problem.tsx";
import { State } from "../parts/state.tsx";
import { VirtualTable, type GridColumn } from "../parts/virtual-table.tsx";
import { bomAccountQuery } from "../queries.ts";

type Props = { readonly plant: string; readonly item: string; readonly change: string; readonly isApplied: boolean };

/** The account of what is published of an item, which may be another change's than the one that is looked at. */
export function AccountPanel({ plant, item, change, isApplied }: Props) {
  const { data: account, error } = useQuery(bomAccountQuery(plant, item, isApplied));
  return (
    <section className="panel" aria-labelledby="account">
      <div className="panel-head">
        <h2 id="account">What became of each quantity</h2>
        {account === undefined ? null : <Published account={account} plant={plant} />}
      </div>
      {account !== undefined ? (
        <>
          {account.change === change ? null : <AnothersNote account={account} change={change} isApplied={isApplied} />}
          <Lines account={account} />
        </>
      ) : error === null ? (
        <p className="panel-body soft">Reading PLM and ERP…</p>
      ) : (
        <NoAccount error={error} plant={plant} item={item} change={change} isApplied={isApplied} />
      )}
    </section>
  );
}

function Published({ account, plant }: { account: BomAccount; plant: string }) {
  const { isBalanced, revision, change, number, item } = account;
  return (
    <>
      <State tone={isBalanced ? "good" : "bad"} word={isBalanced ? "balances" : "does not balance"} />
      <span className="soft small">
        revision {revision}, published by {change} as {number}, against PLM and ERP now
      </span>
      <a className="end small" href={bomAccountPath(plant, item, "xlsx")} download>
        Excel
      </a>
    </>
  );
}

type AnothersProps = { readonly account: BomAccount; readonly change: string; readonly isApplied: boolean };

function AnothersNote({ account, change, isApplied }: AnothersProps) {
  return (
    <p className="note" data-tone="calm">
      {isApplied ? (
        <>
          {account.change} has published {account.item} since: this is the account of what it left.
        </>
      ) : (
        <>
          {change} is not applied: this is the account of what {account.change} published. What becomes of each quantity
          by this plan stands under <WhyLink change={change} plant={account.plant} />.
        </>
      )}
    </p>
  );
}

/** That nothing is published yet is how every first change begins, and no mistake of anyone. */
function NoAccount({ error, plant, item, change, isApplied }: Props & { readonly error: Error }) {
  const problem = problemOf(error);
  if (problem.code !== "never-published") return <ProblemNote problem={problem} />;
  return (
    <Empty title={`Heddle has published no mBOM of ${item} yet`}>
      {isApplied ? null : (
        <>
          Once {change} is applied, this shows what became of each eBOM quantity, checked against PLM and ERP as they
          are then. What becomes of it by this plan stands under <WhyLink change={change} plant={plant} />.
        </>
      )}
    </Empty>
  );
}

function WhyLink({ change, plant }: { change: string; plant: string }) {
  return (
    <Link to="/changes/$change/$plant" params={{ change, plant }} search={{ view: "why" }}>
      Why
    </Link>
  );
}

function Lines({ account: { notes, lines, edits } }: { account: BomAccount }) {
  return (
    <>
      {notes.length === 0 ? null : (
        <div className="note" data-tone="warn">
          {notes.map((note) => (
            <p key={note}>{note}</p>
          ))}
        </div>
      )}
      <VirtualTable
        caption="What became of each eBOM quantity"
        columns={COLUMNS}
        rows={lines}
        rowKey={({ line }) => line}
        minWidth={920}
        wraps
      />
      {edits.length === 0 ? null : (
        <div className="panel-body">
          <h3>Changed in the plant</h3>
          <ul className="evidence">
            {edits.map((edit) => (
              <li key={`${edit.what} ${edit.line}`}>
                Line {edit.line}: {editWords(edit)}.
              </li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}

type AccountLine = BomAccount["lines"][number];

const WRAPS = () => ({ className: "wraps" });

const COLUMNS: readonly GridColumn<AccountLine>[] = [
  {
    id: "balanced",
    header: <span className="heard">Balanced</span>,
    width: "76px",
    cell: ({ problem }) => <State tone={problem === null ? "good" : "bad"} word={problem === null ? "ok" : "no"} />,
  },
  { id: "line", header: "eBOM line", width: "minmax(110px, 0.6fr)", attributes: WRAPS, cell: ({ line }) => line },
  { id: "item", header: "Item", width: "minmax(110px, 0.7fr)", cell: (row) => <span className="id">{row.item}</span> },
  { id: "required", header: "Required", width: "minmax(80px, 0.5fr)", align: "right", cell: (row) => row.required },
  {
    id: "became",
    header: "What became of it",
    width: "minmax(220px, 2fr)",
    attributes: WRAPS,
    cell: ({ placed, rounding, scrap, unplaced, problem }) => (
      <>
        {[
          ...placed,
          ...(rounding === null ? [] : [`${rounding} by rounding up`]),
          ...scrap.map((each) => `scrap ${each}`),
          ...(unplaced === null ? [] : [`nowhere ${unplaced}`]),
        ].join("; ")}
        {problem === null ? null : (
          <p>
            <strong>{problem}</strong>
          </p>
        )}
      </>
    ),
  },
];
