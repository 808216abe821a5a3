import { useState } from "react";
import { Button, TextInput } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import type { RecallCount, RecalledUnit } from "../../src/api/contract.ts";
import { recallCsvPath, type RecallAsked } from "../api.ts";
import { clockTime, counted } from "../format.ts";
import { DataTable, type Column } from "../parts/data-table.tsx";
import { Empty } from "../parts/empty.tsx";
import { ProblemNote, problemOf } from "../parts/problem.tsx";
import { ShowMore } from "../parts/show-more.tsx";
import { useTitle } from "../parts/title.ts";
import { recallCountQuery, recallQuery } from "../queries.ts";

const route = getRouteApi("/inside/recall");

/** What was built with a lot or a serial, or before a change: the address says which. */
export function RecallPage() {
  useTitle("Recall");
  const asked = route.useSearch();
  const isAsked = asked.lot !== undefined || asked.serial !== undefined || asked.before !== undefined;
  return (
    <main className="page stack">
      <p className="small">
        <Link to="/thread">Thread</Link> <span className="soft">/ Recall</span>
      </p>
      <div className="page-head" style={{ marginBottom: 0 }}>
        <h1>Recall</h1>
        <p className="soft">Every serial built with a lot, through any depth, or before a change.</p>
      </div>
      <RecallForm key={JSON.stringify(asked)} asked={asked} />
      {isAsked ? <Recalled asked={asked} /> : null}
    </main>
  );
}

const FIELDS = [
  ["lot", "Built with lot"],
  ["serial", "or with serial"],
  ["item", "of item"],
  ["before", "or before change"],
  ["plant", "in plant"],
] as const;

function RecallForm({ asked }: { asked: RecallAsked }) {
  const navigate = useNavigate();
  const [typed, setTyped] = useState<RecallAsked>(asked);
  return (
    <form
      className="recall-form"
      onSubmit={(event) => {
        event.preventDefault();
        const given = Object.entries(typed).flatMap(([name, value]) => (value?.trim() ? [[name, value.trim()]] : []));
        void navigate({ to: "/recall", search: Object.fromEntries(given) as RecallAsked });
      }}
    >
      {FIELDS.map(([name, label]) => (
        <TextInput
          key={name}
          label={label}
          value={typed[name] ?? ""}
          onChange={({ currentTarget: { value } }) => setTyped((held) => ({ ...held, [name]: value }))}
        />
      ))}
      <Button type="submit">Find</Button>
    </form>
  );
}

function Recalled({ asked }: { asked: RecallAsked }) {
  const pages = useInfiniteQuery(recallQuery(asked));
  const { data, error, hasNextPage } = pages;
  const { data: count } = useQuery(recallCountQuery(asked));
  if (error !== null) return <ProblemNote problem={problemOf(error)} />;
  if (data === undefined) return <p className="soft">Looking…</p>;
  const units = data.pages.flatMap((page) => page.units);
  return (
    <section className="panel" aria-label="Recalled units">
      <div className="panel-head">
        <h2 className="sentence">{data.pages[0]?.recall}</h2>
        <p className="soft small" role="status">
          {count === undefined ? "counting…" : countText(count)}
        </p>
        <a className="end" href={recallCsvPath(asked)} download="recall.csv">
          Export CSV
        </a>
      </div>
      {units.length === 0 && !hasNextPage ? (
        <Empty title="Nothing was built so">No serial, lot or order in the thread is reached by this recall.</Empty>
      ) : (
        <DataTable caption="Units" columns={COLUMNS} rows={units} rowKey={unitKey} />
      )}
      <ShowMore pages={pages} className="panel-body" />
    </section>
  );
}

function countText({ serials, lots, orders, isAtLeast }: RecallCount): string {
  const parts = [
    counted(serials, "serial"),
    ...(lots === 0 ? [] : [`${counted(lots, "lot")} without serials`]),
    ...(orders === 0 ? [] : [`${counted(orders, "order")} without serials or lots`]),
  ];
  return `${isAtLeast ? "at least " : ""}${parts.join(", ")}`;
}

function unitKey({ plant, item, kind, id, order }: RecalledUnit): string {
  return JSON.stringify([plant, item, kind, id, order]);
}

const COLUMNS: readonly Column<RecalledUnit>[] = [
  {
    id: "unit",
    header: "Unit",
    value: ({ id }) => id,
    cell: ({ kind, id, item, plant }) =>
      kind === "order" ? (
        <Link to="/thread" search={{ text: id }}>
          order {id}
        </Link>
      ) : (
        <Link to="/thread" search={{ system: plant, kind, id: `${id}@${item}` }}>
          {kind} {id}
        </Link>
      ),
  },
  {
    id: "item",
    header: "Item",
    value: ({ item }) => item,
    cell: ({ item, revision }) => (
      <>
        <span className="id">{item}</span>
        {revision === null ? null : ` rev ${revision}`}
      </>
    ),
  },
  { id: "plant", header: "Plant", value: ({ plant }) => plant, cell: ({ plant }) => plant },
  { id: "order", header: "Order", value: ({ order }) => order ?? "", cell: ({ order }) => order },
  {
    id: "built",
    header: "Built",
    value: ({ builtAt }) => builtAt ?? "",
    cell: ({ builtAt }) => (builtAt === null ? <span className="soft">no record</span> : clockTime(builtAt)),
  },
  { id: "changes", header: "Changes in force", cell: ({ changes }) => changes?.join(", ") },
  { id: "because", header: "Why", minWidth: 200, cell: ({ because }) => because },
];
