import { useMemo, useState } from "react";
import { SegmentedControl, TextInput } from "@mantine/core";
import { explain } from "../../src/domain/bom/explain.ts";
import type { AccountEntry, Decision } from "../../src/domain/bom/mbom-plan.ts";
import type { MbomChange } from "../../src/domain/change-plan.ts";
import { isZero, rationalText } from "../../src/domain/rational.ts";
import { counted, quantity } from "../format.ts";
import { Empty } from "../parts/empty.tsx";
import { Rules } from "../parts/rules.tsx";
import { State, type Tone } from "../parts/state.tsx";
import { VirtualTable, type GridColumn } from "../parts/virtual-table.tsx";

type Row<Entry> =
  | { readonly kind: "heading"; readonly change: MbomChange }
  | ({ readonly kind: "entry"; readonly change: MbomChange } & Entry);
type DecisionRow = Row<{ readonly decision: Decision }>;
type AccountRow = Row<{ readonly entry: AccountEntry }>;

/** What became of every eBOM line and by which rule; and that nothing got lost on the way. */
export function WhyView({ mboms }: { mboms: readonly MbomChange[] }) {
  const [shown, setShown] = useState<"decisions" | "account">("decisions");
  const [text, setText] = useState("");
  const sought = text.toLowerCase();
  const decisions = useMemo(
    () =>
      headed(mboms, (change) =>
        change.decisions
          .filter(({ path, item, rules }) => has([path.join("/"), item, ...rules], sought))
          .map((decision) => ({ kind: "entry" as const, change, decision })),
      ),
    [mboms, sought],
  );
  const accounts = useMemo(
    () =>
      headed(mboms, (change) =>
        change.account
          .filter(({ path, item }) => has([path.join("/"), item], sought))
          .map((entry) => ({ kind: "entry" as const, change, entry })),
      ),
    [mboms, sought],
  );
  const rows = shown === "decisions" ? decisions : accounts;

  return (
    <section className="panel">
      <div className="panel-head">
        <h2>
          {shown === "decisions" ? "One decision for every eBOM line" : "Required = placed − rounding + unplaced"}
        </h2>
        <div className="end" style={{ display: "flex", flexWrap: "wrap", gap: 12 }}>
          <SegmentedControl
            size="xs"
            aria-label="What to show"
            value={shown}
            onChange={(value) => setShown(value === "account" ? "account" : "decisions")}
            data={[
              { value: "decisions", label: "Decisions" },
              { value: "account", label: "Accountability" },
            ]}
          />
          <TextInput
            size="xs"
            w={180}
            aria-label="Search in the eBOM lines"
            placeholder="Item, line or rule"
            value={text}
            onChange={({ currentTarget: { value } }) => setText(value)}
          />
        </div>
      </div>
      {rows.length === 0 ? (
        <Empty title={text === "" ? "This plan makes no mBOM" : "No line holds that text"} />
      ) : shown === "decisions" ? (
        <VirtualTable
          caption="Decisions"
          columns={DECISION_COLUMNS}
          rows={decisions}
          rowKey={(row) => `${row.change.item} ${row.kind === "heading" ? "" : row.decision.path.join("/")}`}
          minWidth={900}
          wraps
          kind={({ kind }) => kind}
          renderAcross={(row) =>
            row.kind === "heading" ? <Heading change={row.change} count={row.change.decisions.length} /> : null
          }
        />
      ) : (
        <VirtualTable
          caption="Accountability"
          columns={ACCOUNT_COLUMNS}
          rows={accounts}
          rowKey={(row) => `${row.change.item} ${row.kind === "heading" ? "" : row.entry.path.join("/")}`}
          minWidth={980}
          wraps
          kind={({ kind }) => kind}
          renderAcross={(row) =>
            row.kind === "heading" ? <Heading change={row.change} count={row.change.account.length} /> : null
          }
        />
      )}
    </section>
  );
}

function Heading({ change, count }: { change: MbomChange; count: number }) {
  return (
    <>
      <span className="id">{change.key}</span>
      <span className="soft small">{counted(count, "eBOM line")}</span>
    </>
  );
}

const OUTCOME_TONES: Readonly<Record<Decision["outcome"]["kind"], Tone>> = {
  made: "good",
  bought: "good",
  subcontracted: "good",
  phantom: "busy",
  collapsed: "busy",
  excluded: "calm",
  "excluded with": "calm",
  "supplied within": "calm",
  "not effective": "calm",
  "not selected": "calm",
  blocked: "bad",
};

const DECISION_COLUMNS: readonly GridColumn<DecisionRow>[] = [
  {
    id: "path",
    header: "eBOM line",
    width: "minmax(110px, 0.6fr)",
    attributes: () => ({ className: "wraps" }),
    cell: (row) => (row.kind === "heading" ? null : <span className="number">{row.decision.path.join(" / ")}</span>),
  },
  {
    id: "item",
    header: "Item",
    width: "minmax(120px, 0.8fr)",
    cell: (row) => (row.kind === "heading" ? null : <span className="id">{row.decision.item}</span>),
  },
  {
    id: "outcome",
    header: "Outcome",
    width: "136px",
    cell: (row) =>
      row.kind === "heading" ? null : (
        <State tone={OUTCOME_TONES[row.decision.outcome.kind]} word={row.decision.outcome.kind} />
      ),
  },
  {
    id: "rules",
    header: "Rules",
    width: "minmax(150px, 1fr)",
    attributes: () => ({ className: "wraps" }),
    cell: (row) => (row.kind === "heading" ? null : <Rules names={row.decision.rules} />),
  },
  {
    id: "sentence",
    header: "In words",
    width: "minmax(260px, 2fr)",
    attributes: (row) => ({ className: "wraps", ...(row.kind === "heading" ? {} : { title: explain(row.decision) }) }),
    cell: (row) => (row.kind === "heading" ? null : explain(row.decision)),
  },
];

const ACCOUNT_COLUMNS: readonly GridColumn<AccountRow>[] = [
  {
    id: "path",
    header: "eBOM line",
    width: "minmax(110px, 0.7fr)",
    attributes: () => ({ className: "wraps" }),
    cell: (row) => (row.kind === "heading" ? null : <span className="number">{row.entry.path.join(" / ")}</span>),
  },
  {
    id: "item",
    header: "Item",
    width: "minmax(120px, 0.9fr)",
    cell: (row) => (row.kind === "heading" ? null : <span className="id">{row.entry.item}</span>),
  },
  {
    id: "required",
    header: "Required",
    width: "minmax(90px, 0.6fr)",
    align: "right",
    cell: (row) => (row.kind === "heading" ? null : quantity(row.entry.required)),
  },
  {
    id: "placed",
    header: "Placed",
    width: "minmax(170px, 1.2fr)",
    attributes: () => ({ className: "wraps" }),
    cell: (row) =>
      row.kind === "heading" ? null : row.entry.placed.length === 0 ? (
        <span className="soft">nowhere</span>
      ) : (
        row.entry.placed.map(({ line, quantity: placed }) => (
          <div key={line}>
            {quantity(placed)} <span className="soft">on line {line}</span>
          </div>
        ))
      ),
  },
  {
    id: "rounding",
    header: "Rounding",
    width: "minmax(84px, 0.5fr)",
    align: "right",
    cell: (row) => (row.kind === "heading" ? null : <Amount of={row.entry.rounding} />),
  },
  {
    id: "unplaced",
    header: "Unplaced",
    width: "minmax(150px, 1.1fr)",
    attributes: () => ({ className: "wraps" }),
    cell: (row) => {
      if (row.kind === "heading") return null;
      const { unplaced } = row.entry;
      if (unplaced === null) return <span className="soft">–</span>;
      return (
        <>
          {quantity(unplaced.quantity)} <span className="soft">{unplaced.reason}</span>
        </>
      );
    },
  },
  {
    id: "scrap",
    header: "Scrap on top",
    width: "minmax(100px, 0.7fr)",
    attributes: () => ({ className: "wraps" }),
    cell: (row) => (row.kind === "heading" ? null : <ScrapText entry={row.entry} />),
  },
];

function Amount({ of }: { of: AccountEntry["rounding"] }) {
  return isZero(of.amount) ? <span className="soft">–</span> : <>{quantity(of)}</>;
}

function ScrapText({ entry: { scrap } }: { entry: AccountEntry }) {
  const texts = scrap.flatMap(({ percent, fixedPerOrder }) => [
    ...(percent === null ? [] : [`${rationalText(percent)} %`]),
    ...(fixedPerOrder === null ? [] : [`${rationalText(fixedPerOrder)} per order`]),
  ]);
  return texts.length === 0 ? <span className="soft">–</span> : <>{texts.join(", ")}</>;
}

/** The rows of each mBOM under its heading; one without rows has none. */
function headed<Entry extends { readonly kind: "entry" }>(
  mboms: readonly MbomChange[],
  entries: (change: MbomChange) => readonly Entry[],
): readonly (Entry | { readonly kind: "heading"; readonly change: MbomChange })[] {
  return mboms.flatMap((change) => {
    const rows = entries(change);
    return rows.length === 0 ? [] : [{ kind: "heading" as const, change }, ...rows];
  });
}

function has(texts: readonly string[], sought: string): boolean {
  return sought === "" || texts.some((text) => text.toLowerCase().includes(sought));
}
