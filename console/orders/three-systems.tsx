import type { ReactNode } from "react";
import { Link } from "@tanstack/react-router";
import type { OrderView } from "../../src/api/contract.ts";
import { grouped } from "../../src/domain/grouped.ts";
import { clockTime } from "../format.ts";
import { Ahead, Moment } from "../parts/moment.tsx";
import { JobStateWord, OrderStateWord, State } from "../parts/state.tsx";

/** The order as the ERP, the hub and the MES see it, side by side. */
export function ThreeSystems({ view }: { view: OrderView }) {
  return (
    <div className="three">
      <Erp view={view} />
      <Hub view={view} />
      <Mes view={view} />
    </div>
  );
}

function Erp({ view: { row } }: { view: OrderView }) {
  const { erp } = row;
  return (
    <Side system="ERP" name={erp.system}>
      <Pair name="State">
        <State tone="calm" word={erp.state} /> {erp.onHold ? <State tone="warn" word="on hold" /> : null}
      </Pair>
      <Pair name="Quantity">{grouped(row.quantity)}</Pair>
      <Pair name="mBOM">{erp.mbom ?? <None />}</Pair>
      <Pair name="Routing">{erp.routing ?? <None />}</Pair>
    </Side>
  );
}

function Hub({ view: { row, directives } }: { view: OrderView }) {
  return (
    <Side system="Heddle" name="hub">
      <Pair name="State">
        <OrderStateWord state={row.state} />
      </Pair>
      <Pair name="Goes">
        {row.dispatchAt === null ? (
          <None />
        ) : (
          <>
            <Ahead at={row.dispatchAt} /> <span className="soft">({clockTime(row.dispatchAt)})</span>
          </>
        )}
      </Pair>
      <Pair name="Shift">
        {row.shift === null ? (
          <None />
        ) : (
          <Link to="/shifts" search={{ plant: row.plant, at: row.shift.at }}>
            {row.shift.name}, {row.shift.day}
          </Link>
        )}
      </Pair>
      <Pair name="Version sent">{row.version === 0 ? <None /> : row.version}</Pair>
      {ASKED.map(([name, words]) => {
        const directive = directives[name];
        return directive === null ? null : (
          <Pair key={name} name={words}>
            “{directive.reason}”{" "}
            <span className="soft">
              by {directive.by}, <Moment at={directive.at} />
            </span>
          </Pair>
        );
      })}
    </Side>
  );
}

const ASKED = [
  ["hold", "Held"],
  ["dispatchNow", "Asked to go now"],
  ["cancel", "Asked to cancel"],
] as const;

function Mes({ view: { row } }: { view: OrderView }) {
  const { mes, version } = row;
  if (mes === null) {
    return (
      <Side system="MES" name="">
        <Pair name="Job">
          <span className="soft">The MES has no job for it.</span>
        </Pair>
      </Side>
    );
  }
  return (
    <Side system="MES" name={mes.system}>
      <Pair name="State">
        <JobStateWord state={mes.state} />
      </Pair>
      <Pair name="Job">
        <span className="id">{mes.number}</span>
      </Pair>
      <Pair name="Works by version">
        {mes.version}
        {mes.version === version ? null : <span className="differs">the hub sent version {version}</span>}
      </Pair>
      <Pair name="Good">{grouped(mes.good)}</Pair>
      <Pair name="Scrap">{grouped(mes.scrap)}</Pair>
    </Side>
  );
}

function Side({ system, name, children }: { system: string; name: string; children: ReactNode }) {
  return (
    <section className="panel" aria-label={system}>
      <div className="panel-head">
        <h2>{system}</h2>
        <span className="soft small">{name}</span>
      </div>
      <dl className="pairs panel-body">{children}</dl>
    </section>
  );
}

function Pair({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function None() {
  return <span className="soft">–</span>;
}
