import { useMemo } from "react";
import { NativeSelect, Switch } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { BomAccount, BomDiff } from "../../src/api/contract.ts";
import { fieldWords } from "../../src/domain/bom/bom-sheets.ts";
import { editWords } from "../../src/domain/bom/recheck-account.ts";
import type { ChangePlan } from "../../src/domain/change-plan.ts";
import { bomAccountPath, bomDiffPath } from "../api.ts";
import { counted } from "../format.ts";
import { Empty } from "../parts/empty.tsx";
import { ProblemNote, problemOf } from "../parts/problem.tsx";
import { State } from "../parts/state.tsx";
import { VirtualTable, type GridColumn } from "../parts/virtual-table.tsx";
import { bomAccountQuery, bomDiffQuery } from "../queries.ts";

const route = getRouteApi("/inside/changes/$change/$plant");

/** Of one item of the change: what became of each eBOM quantity, and any two of its bills of material compared. */
export function AccountView({ plan: { mboms, plant, change } }: { plan: ChangePlan }) {
  const { item } = route.useSearch();
  const navigate = route.useNavigate();
  const chosen = mboms.find((mbom) => mbom.item === item) ?? mboms.at(-1);
  if (chosen === undefined) {
    return (
      <div className="panel">
        <Empty title="No mBOM changes" />
      </div>
    );
  }
  return (
    <div className="stack">
      <NativeSelect
        size="xs"
        w={240}
        label="Item"
        value={chosen.item}
        data={mboms.map((mbom) => mbom.item)}
        onChange={({ currentTarget: { value } }) =>
          void navigate({ search: (search) => ({ ...search, item: value }), replace: true })
        }
      />
      <Account plant={plant} item={chosen.item} />
      <Comparison plant={plant} item={chosen.item} revision={chosen.after.revision} change={change.id} />
    </div>
  );
}

function Account({ plant, item }: { plant: string; item: string }) {
  const { data: account, error } = useQuery(bomAccountQuery(plant, item));
  return (
    <section className="panel" aria-labelledby="account">
      <div className="panel-head">
        <h2 id="account">What became of each quantity</h2>
        {account === undefined ? null : (
          <>
            <State
              tone={account.isBalanced ? "good" : "bad"}
              word={account.isBalanced ? "balances" : "does not balance"}
            />
            <span className="soft small">
              revision {account.revision}, published by {account.change} as {account.number}, against PLM and ERP now
            </span>
            <a className="end small" href={bomAccountPath(plant, item, "xlsx")} download>
              Excel
            </a>
          </>
        )}
      </div>
      {error === null ? null : <ProblemNote problem={problemOf(error)} />}
      {account === undefined ? (
        error === null && <p className="panel-body soft">Reading PLM and ERP…</p>
      ) : (
        <>
          {account.notes.map((note) => (
            <p className="note" data-tone="warn" key={note}>
              {note}
            </p>
          ))}
          <VirtualTable
            caption="What became of each eBOM quantity"
            columns={ACCOUNT_COLUMNS}
            rows={account.lines}
            rowKey={({ line }) => line}
            minWidth={920}
            wraps
          />
          {account.edits.length === 0 ? null : (
            <ul className="panel-body">
              {account.edits.map((edit) => (
                <li key={`${edit.what} ${edit.line}`}>
                  Line {edit.line}: {editWords(edit)}.
                </li>
              ))}
            </ul>
          )}
        </>
      )}
    </section>
  );
}

type AccountLine = BomAccount["lines"][number];

const WRAPS = () => ({ className: "wraps" });

const ACCOUNT_COLUMNS: readonly GridColumn<AccountLine>[] = [
  {
    id: "balanced",
    header: <span className="heard">Balanced</span>,
    width: "64px",
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
        {problem === null ? null : <strong> {problem}</strong>}
      </>
    ),
  },
];

/** What can be compared: any two of these. */
function versionsOf(revision: string, change: string) {
  return [
    { value: `ebom:${revision}`, label: `eBOM rev ${revision}` },
    { value: `planned:${change}`, label: `planned by ${change}` },
    { value: "published", label: "published last" },
    { value: "erp", label: "in the ERP now" },
  ];
}

type Compared = { readonly plant: string; readonly item: string; readonly revision: string; readonly change: string };

function Comparison({ plant, item, revision, change }: Compared) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const versions = versionsOf(revision, change);
  const { from = `planned:${change}`, to = "erp", all = false } = search;
  const { data: diff, error } = useQuery(bomDiffQuery(plant, item, from, to));
  const shown = useMemo(() => diff?.lines.filter(({ what }) => all || what !== "same") ?? [], [diff, all]);
  const choose = (side: "from" | "to", value: string) =>
    void navigate({ search: (known) => ({ ...known, [side]: value }), replace: true });
  return (
    <section className="panel" aria-labelledby="comparison">
      <div className="panel-head">
        <h2 id="comparison">Compare</h2>
        <div className="end" style={{ display: "flex", flexWrap: "wrap", gap: 12, alignItems: "center" }}>
          <NativeSelect
            size="xs"
            aria-label="From"
            value={from}
            data={versions}
            onChange={({ currentTarget: { value } }) => choose("from", value)}
          />
          <NativeSelect
            size="xs"
            aria-label="To"
            value={to}
            data={versions}
            onChange={({ currentTarget: { value } }) => choose("to", value)}
          />
          <Switch
            size="xs"
            label="Equal lines too"
            checked={all}
            onChange={({ currentTarget: { checked } }) =>
              void navigate({ search: (known) => ({ ...known, all: checked || undefined }), replace: true })
            }
          />
          <a className="small" href={bomDiffPath(plant, item, from, to, "xlsx")} download>
            Excel
          </a>
        </div>
      </div>
      {error === null ? null : <ProblemNote problem={problemOf(error)} />}
      {diff === undefined ? (
        error === null && <p className="panel-body soft">Reading…</p>
      ) : shown.length === 0 ? (
        <Empty title="No difference">{counted(diff.lines.length, "line")} on both sides.</Empty>
      ) : (
        <VirtualTable
          caption="Lines that differ"
          columns={DIFF_COLUMNS}
          rows={shown}
          rowKey={({ what, line }) => `${what} ${line}`}
          minWidth={920}
          kind={({ what }) => what}
          wraps
        />
      )}
    </section>
  );
}

type DiffLine = BomDiff["lines"][number];

const SIGNS = { added: "+", removed: "−", changed: "~", same: "" } as const;

const DIFF_COLUMNS: readonly GridColumn<DiffLine>[] = [
  {
    id: "sign",
    header: <span className="heard">Difference</span>,
    width: "32px",
    attributes: () => ({ className: "sign" }),
    cell: ({ what }) => (
      <>
        <span aria-hidden>{SIGNS[what]}</span>
        <span className="heard">{what}</span>
      </>
    ),
  },
  { id: "line", header: "Line", width: "minmax(110px, 0.6fr)", attributes: WRAPS, cell: ({ line }) => line },
  { id: "from", header: "From", width: "minmax(160px, 1fr)", attributes: WRAPS, cell: ({ from }) => from ?? "" },
  { id: "to", header: "To", width: "minmax(160px, 1fr)", attributes: WRAPS, cell: ({ to }) => to ?? "" },
  {
    id: "why",
    header: "What differs, and why",
    width: "minmax(220px, 1.6fr)",
    attributes: WRAPS,
    cell: ({ fields, why }) => [...fields.map(fieldWords), ...(why === null ? [] : [why])].join("; "),
  },
];
