import { useDeferredValue, useMemo, useState } from "react";
import { Drawer, NativeSelect, Switch, TextInput } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import type { MbomField } from "../../src/domain/bom/mbom-diff.ts";
import type { ChangePlan, MbomChange } from "../../src/domain/change-plan.ts";
import type { MbomLine } from "../../src/domain/mbom.ts";
import { fieldText } from "../../src/domain/plan-in-words.ts";
import { grouped } from "../../src/domain/grouped.ts";
import { counted } from "../format.ts";
import { compareRows, type CompareLine, type CompareRow } from "../mbom-compare.ts";
import { Empty } from "../parts/empty.tsx";
import { VirtualTable, type GridColumn } from "../parts/virtual-table.tsx";
import { LineWhy } from "./line-why.tsx";

const route = getRouteApi("/inside/changes/$change/$plant");

/** Each mBOM as it stands in the plant beside what it will be. Equal lines only when asked for. */
export function MbomView({ plan: { mboms } }: { plan: ChangePlan }) {
  const { item, all = false, text = "" } = route.useSearch();
  const navigate = route.useNavigate();
  const [asked, setAsked] = useState<CompareLine | null>(null);
  const sought = useDeferredValue(text.toLowerCase());
  const rows = useMemo(() => {
    const chosen = item === undefined ? mboms : mboms.filter((mbom) => mbom.item === item);
    return compareRows(chosen, (line) => (all || line.kind !== "same") && says(line, sought));
  }, [mboms, item, all, sought]);
  const designators = useMemo(() => rows.some(hasDesignators), [rows]);
  const columns = useMemo(() => compareColumns(designators, setAsked), [designators]);

  if (mboms.length === 0) {
    return (
      <div className="panel">
        <Empty title="No mBOM changes" />
      </div>
    );
  }
  return (
    <section className="panel">
      <div className="panel-head">
        <h2>Before this change, and after it</h2>
        <div className="end" style={{ display: "flex", flexWrap: "wrap", gap: 12, alignItems: "center" }}>
          <Switch
            size="xs"
            label="Equal lines too"
            checked={all}
            onChange={({ currentTarget: { checked } }) =>
              void navigate({
                search: (search) => ({ ...search, all: checked || undefined }),
                replace: true,
              })
            }
          />
          {mboms.length === 1 ? null : (
            <NativeSelect
              size="xs"
              aria-label="Item"
              value={item ?? ""}
              data={[{ value: "", label: `All ${counted(mboms.length, "item")}` }, ...mboms.map((mbom) => mbom.item)]}
              onChange={({ currentTarget: { value } }) =>
                void navigate({
                  search: (search) => ({ ...search, item: value || undefined }),
                  replace: true,
                })
              }
            />
          )}
          <TextInput
            size="xs"
            w={180}
            aria-label="Search in the lines"
            placeholder="Item, line or designator"
            value={text}
            onChange={({ currentTarget: { value } }) =>
              void navigate({
                search: (search) => ({ ...search, text: value || undefined }),
                replace: true,
              })
            }
          />
        </div>
      </div>
      {rows.length === 0 ? (
        <Empty title="No line to show">
          {text === ""
            ? "Every line stays as it is; switch “Equal lines too” on to see them."
            : "No line holds that text."}
        </Empty>
      ) : (
        <VirtualTable
          caption="mBOM lines before and after"
          columns={columns}
          rows={rows}
          rowKey={rowKey}
          minWidth={designators ? 1120 : 920}
          kind={({ kind }) => kind}
          renderAcross={(row) => (row.kind === "heading" ? <Heading change={row.change} /> : null)}
        />
      )}
      <Drawer
        opened={asked !== null}
        onClose={() => setAsked(null)}
        position="right"
        size={520}
        title={asked === null ? "" : `Why ${(asked.after ?? asked.before)?.item ?? ""} is on this line`}
        closeButtonProps={{ "aria-label": "Close" }}
      >
        {asked === null ? null : <LineWhy line={asked} />}
      </Drawer>
    </section>
  );
}

function Heading({ change: { key, before, after, diff, from } }: { change: MbomChange }) {
  return (
    <>
      <span className="id">{key}</span>
      <span className="tally">
        <span className="plus">+{diff.added.length}</span>
        <span className="minus">−{diff.removed.length}</span>
        <span className="tilde">~{diff.changed.length}</span>
        <span className="soft">={diff.same.length}</span>
      </span>
      <span className="soft small">
        {before === null
          ? `first mBOM, ${counted(after.lines.length, "line")}`
          : before.revision === after.revision
            ? ""
            : `revision ${before.revision} → ${after.revision}`}
        {from === undefined ? "" : ` built from ${from} on`}
      </span>
    </>
  );
}

const SIGNS = { added: "+", removed: "−", changed: "~", same: "", heading: "" } as const;
const SIGN_WORDS = { added: "added", removed: "removed", changed: "changed", same: "same", heading: "" } as const;

/** Fields without a column of their own are told together. */
const OTHERS: readonly MbomField[] = [
  "output",
  "basis",
  "supply",
  "scrap",
  "phantom",
  "alternates",
  "usage",
  "effectivity",
  "option",
];

function compareColumns(designators: boolean, ask: (line: CompareLine) => void): readonly GridColumn<CompareRow>[] {
  return [
    {
      id: "sign",
      header: <span className="heard">Difference</span>,
      width: "32px",
      attributes: () => ({ className: "sign" }),
      cell: ({ kind }) => (
        <>
          <span aria-hidden>{SIGNS[kind]}</span>
          <span className="heard">{SIGN_WORDS[kind]}</span>
        </>
      ),
    },
    ...sideColumns("before", designators),
    ...sideColumns("after", designators),
    {
      id: "why",
      header: <span className="heard">Why</span>,
      width: "56px",
      cell: (row) =>
        row.kind === "heading" ? null : (
          <button
            type="button"
            className="link-button"
            onClick={() => ask(row)}
            aria-label={`Why ${(row.after ?? row.before)?.item ?? ""}`}
          >
            Why
          </button>
        ),
    },
  ];
}

type Side = "before" | "after";

function sideColumns(side: Side, designators: boolean): readonly GridColumn<CompareRow>[] {
  const column = (
    id: string,
    header: string,
    width: string,
    fields: readonly MbomField[],
    text: (line: MbomLine) => string,
    align?: "right",
  ): GridColumn<CompareRow> => ({
    id: `${side}-${id}`,
    header: (
      <>
        {header}
        <span className="heard"> {side}</span>
      </>
    ),
    width,
    ...(align === undefined ? {} : { align }),
    ...(id === "item" ? { headClass: "divides" } : {}),
    attributes: (row) => {
      const line = lineOf(row, side);
      return {
        "data-side": side,
        "data-differs": row.kind === "changed" && fields.some((field) => row.fields.includes(field)),
        ...(id === "item" ? { className: "divides" } : {}),
        ...(line === null ? {} : { title: text(line) }),
      };
    },
    cell: (row) => {
      const line = lineOf(row, side);
      if (line === null) return null;
      return id === "item" ? <span className="id">{text(line)}</span> : text(line);
    },
  });
  return [
    column("item", side === "before" ? "Before" : "After", "minmax(120px, 1.3fr)", ["item"], (line) => line.item),
    column(
      "quantity",
      "Quantity",
      "minmax(80px, 0.8fr)",
      ["quantity"],
      (line) => grouped(fieldText(line, "quantity")),
      "right",
    ),
    column("operation", "Op.", "56px", ["operation"], (line) => line.operation ?? "–"),
    ...(designators
      ? [
          column("designators", "Designators", "minmax(70px, 0.7fr)", ["reference designators"], (line) =>
            line.referenceDesignators.join(" "),
          ),
        ]
      : []),
    column("others", "Further", "minmax(90px, 1fr)", OTHERS, furtherText),
  ];
}

/** What is out of the ordinary about a line: what comes out, scrap, supply, phantom, alternates, days, variants. */
function furtherText(line: MbomLine): string {
  return [
    line.output ?? "",
    line.basis === "per order" ? "per order" : "",
    line.supply ?? "",
    fieldText(line, "scrap") === "none" ? "" : `scrap ${fieldText(line, "scrap")}`,
    line.phantom ? "phantom" : "",
    line.alternates.length === 0 ? "" : `or ${fieldText(line, "alternates")}`,
    line.usage === undefined ? "" : fieldText(line, "usage"),
    fieldText(line, "effectivity") === "always" ? "" : fieldText(line, "effectivity"),
    line.option === undefined ? "" : `when ${fieldText(line, "option")}`,
  ]
    .filter((part) => part !== "")
    .join(", ");
}

function hasDesignators(row: CompareRow): boolean {
  return [lineOf(row, "before"), lineOf(row, "after")].some((line) => (line?.referenceDesignators.length ?? 0) > 0);
}

function lineOf(row: CompareRow, side: Side): MbomLine | null {
  return row.kind === "heading" ? null : row[side];
}

function says({ before, after }: CompareLine, sought: string): boolean {
  if (sought === "") return true;
  return [before, after].some(
    (line) =>
      line !== null &&
      [line.item, line.key, ...line.referenceDesignators].some((text) => text.toLowerCase().includes(sought)),
  );
}

function rowKey(row: CompareRow): string {
  if (row.kind === "heading") return row.change.item;
  return `${row.change.item} ${row.kind} ${(row.after ?? row.before)?.key ?? ""}`;
}
