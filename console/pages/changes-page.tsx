import { useState } from "react";
import { TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useSuspenseInfiniteQuery, useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import type { ChangeRow, RunState } from "../../src/api/contract.ts";
import { grouped } from "../../src/domain/grouped.ts";
import { DataTable, type Column } from "../parts/data-table.tsx";
import { Empty } from "../parts/empty.tsx";
import { Moment } from "../parts/moment.tsx";
import { SandboxPanel } from "../parts/sandbox-panel.tsx";
import { ShowMore } from "../parts/show-more.tsx";
import { useTitle } from "../parts/title.ts";
import { StandingReason } from "../parts/standing-reason.tsx";
import { RunStateWord, RUN_STATES, RUN_TONES } from "../parts/state.tsx";
import { changesQuery, sandboxQuery, statusQuery } from "../queries.ts";

const route = getRouteApi("/inside/changes");

export function ChangesPage() {
  useTitle("Engineering changes");
  const filter = route.useSearch();
  const pages = useSuspenseInfiniteQuery(changesQuery(filter));
  const { data } = pages;
  const { data: sandbox } = useSuspenseQuery(sandboxQuery);
  const rows = data.pages.flatMap(({ changes }) => changes);

  return (
    <main className="page">
      <div className="page-head">
        <h1>Engineering changes</h1>
        <p className="soft">Each from the PLM into every plant it concerns.</p>
        <div className="end">
          <Search text={filter.text ?? ""} />
        </div>
      </div>
      <div className={sandbox === null ? "stack" : "beside"}>
        <div className="stack" style={{ gap: 12 }}>
          <StateFilter state={filter.state} />
          <section className="panel" aria-label="Changes">
            {rows.length === 0 ? (
              <NoChanges
                filtered={filter.state !== undefined || filter.text !== undefined}
                sandbox={sandbox !== null}
              />
            ) : (
              <DataTable
                caption="Engineering changes by plant"
                columns={COLUMNS}
                rows={rows}
                rowKey={({ change, plant }) => `${change}@${plant}`}
              />
            )}
          </section>
          <ShowMore pages={pages} />
        </div>
        {sandbox === null ? null : <SandboxPanel sandbox={sandbox} />}
      </div>
    </main>
  );
}

const COLUMNS: readonly Column<ChangeRow>[] = [
  {
    id: "change",
    header: "Change",
    minWidth: 190,
    value: ({ change }) => change,
    cell: ({ change, plant, title }) => (
      <>
        <Link to="/changes/$change/$plant" params={{ change, plant }} className="row-link">
          <span className="id">{change}</span>
        </Link>
        <p>{title}</p>
      </>
    ),
  },
  { id: "plant", header: "Plant", value: ({ plant }) => plant, cell: ({ plant }) => plant },
  {
    id: "state",
    header: "State",
    value: ({ state }) => RUN_STATES.indexOf(state),
    minWidth: 220,
    cell: (row) => (
      <>
        <RunStateWord state={row.state} />
        <p className="soft small two-lines" title={row.reason ?? undefined}>
          <StandingReason row={row} />
        </p>
      </>
    ),
  },
  {
    id: "action",
    header: "Orders to act on",
    minWidth: 90,
    align: "right",
    value: ({ actionRequired }) => actionRequired,
    cell: ({ actionRequired }) => (actionRequired === 0 ? <span className="soft">–</span> : actionRequired),
  },
  {
    id: "exposure",
    header: "Exposure",
    align: "right",
    value: ({ exposure }) => Number.parseFloat(exposure ?? "0"),
    cell: ({ exposure }) => (exposure === null ? <span className="soft">–</span> : grouped(exposure)),
  },
  {
    id: "updated",
    header: "Updated",
    align: "right",
    value: ({ updatedAt }) => updatedAt,
    cell: ({ updatedAt }) => <Moment at={updatedAt} />,
  },
];

function StateFilter({ state }: { state: RunState | undefined }) {
  const { data: status } = useSuspenseQuery(statusQuery);
  const all = Object.values(status.states).reduce((sum, count) => sum + count, 0);
  const shown = RUN_STATES.filter((name) => name === state || (status.states[name] ?? 0) > 0);
  return (
    <nav className="chips" aria-label="By state">
      <StateChip label="all" count={all} state={undefined} active={state === undefined} />
      {shown.map((name) => (
        <StateChip key={name} label={name} count={status.states[name] ?? 0} state={name} active={name === state} />
      ))}
    </nav>
  );
}

type ChipProps = { label: string; count: number; state: RunState | undefined; active: boolean };

function StateChip({ label, count, state, active }: ChipProps) {
  return (
    <Link
      to="/changes"
      search={({ text }) => ({ state, text })}
      activeOptions={{ exact: true }}
      className="chip"
      data-tone={state === undefined ? undefined : RUN_TONES[state]}
      aria-current={active}
    >
      {label} <span className="number">{count.toLocaleString("en")}</span>
    </Link>
  );
}

/** Typing changes the address a moment later, so that not every letter is asked for. */
function Search({ text }: { text: string }) {
  const navigate = useNavigate({ from: "/changes" });
  const [typed, setTyped] = useState(text);
  const seek = useDebouncedCallback((wanted: string) => {
    void navigate({
      search: (search) => ({ ...search, text: wanted || undefined }),
      replace: true,
    });
  }, 250);
  return (
    <TextInput
      size="xs"
      w={240}
      aria-label="Search in number and title"
      placeholder="Number or title"
      value={typed}
      onChange={({ currentTarget }) => {
        setTyped(currentTarget.value);
        seek(currentTarget.value);
      }}
    />
  );
}

function NoChanges({ filtered, sandbox }: { filtered: boolean; sandbox: boolean }) {
  if (filtered) {
    return (
      <Empty title="No change matches">
        Choose another state or clear the search. <Link to="/changes">Show all changes</Link>
      </Empty>
    );
  }
  return (
    <Empty title="No engineering change has come in yet">
      {sandbox
        ? "Release one of the sandbox PLM’s drafts beside this list, and watch it travel to the ERP."
        : "Release a change in the PLM. It appears here at once when the PLM sends webhooks, else at the next poll; Operations shows whether the PLM is connected."}
    </Empty>
  );
}
