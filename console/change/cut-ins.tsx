import { Link } from "@tanstack/react-router";
import type { ChangeEffect } from "../../src/api/contract.ts";
import { clockTime, counted } from "../format.ts";
import { State, type Tone } from "../parts/state.tsx";
import { Fact } from "../parts/subject-head.tsx";

type CutIn = ChangeEffect["items"][number];

const TONES: Readonly<Record<CutIn["state"], Tone>> = {
  "cut in": "good",
  "not cut in": "warn",
  "nothing told": "calm",
};

/** For each item: with which unit the new design really began, and when it was to. */
export function CutIns({ items }: { items: readonly CutIn[] }) {
  return items.map((item) => (
    <article className="finding" key={item.item} aria-label={`Cut-in of ${item.item}`}>
      <div>
        <State tone={TONES[item.state]} word={item.state} />
      </div>
      <div>
        <p>
          <strong>{item.item}</strong>{" "}
          <span className="soft">{item.from === null ? `rev ${item.to}` : `rev ${item.from} to rev ${item.to}`}</span>
        </p>
        <p className="sentence">{item.text}</p>
        <dl className="facts small">
          <Fact name="Planned from">{item.planned === null ? "no date" : clockTime(item.planned)}</Fact>
          <UnitFact name="New design from" unit={item.cutIn} />
          <UnitFact name="First of the new design" unit={item.firstNew} />
          <UnitFact name="Last of the old design" unit={item.lastOld} />
          {item.toldBy === null ? null : <Fact name="Told by">{item.toldBy}</Fact>}
          <Fact name="Compared">
            {counted(item.orders.before, "order")} before, {item.orders.after.toLocaleString("en")} after
          </Fact>
          <Fact name="Figures">
            <Link to="/production" search={{ item: item.item }}>
              from day to day
            </Link>
          </Fact>
        </dl>
      </div>
    </article>
  ));
}

function UnitFact({ name, unit }: { name: string; unit: CutIn["cutIn"] }) {
  if (unit === null) return null;
  return (
    <Fact name={name}>
      <Link to="/thread" search={{ text: unit.id }} className="id">
        {unit.id}
      </Link>
      , built {clockTime(unit.builtAt)}
    </Fact>
  );
}
