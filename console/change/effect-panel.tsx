import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ChangeEffect } from "../../src/api/contract.ts";
import { BeforeAfterChart } from "../charts/before-after-chart.tsx";
import { counted } from "../format.ts";
import { DataTable, type Column } from "../parts/data-table.tsx";
import { Empty } from "../parts/empty.tsx";
import { ProblemNote, problemOf } from "../parts/problem.tsx";
import { State, type Tone } from "../parts/state.tsx";
import { SECONDS, SHARE, type Format } from "../production/figure-format.ts";
import { effectQuery } from "../production/production-queries.ts";
import { CutIns } from "./cut-ins.tsx";
import { measuresShown, sizesText, type Measure } from "./effect-measures.ts";

type Props = {
  readonly change: string;
  readonly plant: string;
  /** Only what it did to this item, and at this operation; everything without. */
  readonly item?: string | undefined;
  readonly operation?: string | undefined;
};

/** What a change did to production: before and after its cut-in, with the evidence. */
export function EffectPanel({ change, plant, item, operation }: Props) {
  const { data: effect, error } = useQuery(effectQuery(change, plant));
  return (
    <section className="panel" aria-labelledby="effect">
      <div className="panel-head">
        <h2 id="effect">What {change} did to production</h2>
        <Link to="/thread" search={{ text: change }} className="end small">
          {change} in the thread
        </Link>
      </div>
      {error === null ? null : <ProblemNote problem={problemOf(error)} />}
      {effect === undefined ? (
        error === null ? (
          <p className="panel-body soft">Reading…</p>
        ) : null
      ) : effect === null ? (
        <Empty title="There is nothing to compare yet">
          Heddle plans the change for plant {plant} first; then it watches from which unit on the new design is built.
        </Empty>
      ) : (
        <Effect effect={effect} item={item} operation={operation} />
      )}
    </section>
  );
}

function Effect({ effect, item, operation }: { effect: ChangeEffect } & Pick<Props, "item" | "operation">) {
  const { alongside, plant } = effect;
  const items = effect.items.filter((one) => item === undefined || one.item === item);
  const measures = measuresShown(effect.measures, { item, operation });
  return (
    <>
      <CutIns items={items} />
      {alongside.length === 0 ? null : (
        <p className="note" data-tone="warn">
          <strong>Not alone.</strong>{" "}
          {alongside.map((one) => `${one.change} (${counted(one.orders, "order")})`).join(", ")} came into force with
          the same orders: what each of them did cannot be told apart.
        </p>
      )}
      {measures.length === 0 ? (
        <Empty title="Too little was made to compare">
          {items.some(({ state }) => state === "cut in")
            ? "Orders that are finished with the new design stand here beside those before."
            : "No unit of the new design is on record yet."}
        </Empty>
      ) : (
        <div className="measures">
          {measures.map((measure) => (
            <MeasureCard key={`${measure.item} ${measure.operation} ${measure.measure}`} {...{ measure, plant }} />
          ))}
        </div>
      )}
    </>
  );
}

const VERDICTS: Readonly<Record<Measure["verdict"], { readonly tone: Tone; readonly word: string }>> = {
  worse: { tone: "bad", word: "worse" },
  better: { tone: "good", word: "better" },
  "no difference shown": { tone: "calm", word: "no difference shown" },
  "too few": { tone: "calm", word: "too little was made" },
};

function MeasureCard({ measure, plant }: { measure: Measure; plant: string }) {
  const { tone, word } = VERDICTS[measure.verdict];
  const name = `${capital(measure.measure)} at operation ${measure.operation}`;
  const format = measure.measure === "run time" ? SECONDS : SHARE;
  return (
    <article className="measure" aria-label={`${name} of ${measure.item}`}>
      <h3>
        {name} <span className="soft">of {measure.item}</span>
      </h3>
      <State tone={tone} word={word} />
      <p>{measure.sentence}</p>
      <p className="soft small">{sizesText(measure)}</p>
      {measure.points.length === 0 ? null : (
        <>
          <BeforeAfterChart
            measure={measure}
            label={`${name}, a point for each order. ${measure.sentence}`}
            format={format}
          />
          <details>
            <summary>The orders as a table</summary>
            <DataTable
              caption={`Orders behind ${name}`}
              columns={pointColumns(plant, format)}
              rows={measure.points}
              rowKey={({ order }) => order}
            />
          </details>
        </>
      )}
    </article>
  );
}

type PointOf = Measure["points"][number];

function pointColumns(plant: string, format: Format): readonly Column<PointOf>[] {
  return [
    {
      id: "order",
      header: "Order",
      value: ({ order }) => order,
      cell: ({ order }) => (
        <Link to="/orders/$plant/$order" params={{ plant, order }} className="id">
          {order}
        </Link>
      ),
    },
    { id: "side", header: "Side", value: ({ side }) => side, cell: ({ side }) => side },
    {
      id: "finished",
      header: "Finished (UTC)",
      value: ({ finishedAt }) => finishedAt,
      cell: ({ finishedAt }) => <span className="number nowrap">{finishedAt.slice(0, 16).replace("T", " ")}</span>,
    },
    {
      id: "value",
      header: "Value",
      align: "right",
      value: ({ value }) => value,
      cell: ({ value, of }) => `${format.text(value)}${of === null ? "" : ` of ${counted(of, "piece")}`}`,
    },
  ];
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
