import type { Change } from "../api.ts";
import { Detail } from "../parts/detail.tsx";
import { Empty } from "../parts/empty.tsx";
import { Moment } from "../parts/moment.tsx";
import { PLAN_TONES, State } from "../parts/state.tsx";

/** What happened to the change, newest first, and the plans that came before this one. */
export function HistoryView({ change: { timeline, earlierPlans, plan } }: { change: Change }) {
  return (
    <div className="stack">
      {plan === null ? null : (
        <section className="panel">
          <div className="panel-head">
            <h2>Plans</h2>
          </div>
          <ul className="timeline">
            {[plan, ...earlierPlans].map(({ digest, state, createdAt }, index) => (
              <li key={digest}>
                <Moment at={createdAt} />
                <div>
                  <State tone={PLAN_TONES[state]} word={state} /> <span className="id">{digest.slice(0, 12)}</span>{" "}
                  <span className="soft">
                    {index === 0
                      ? `counts now · requested by ${plan.requestedBy} · rules ${shortened(plan.plan.rulesVersion)}`
                      : ""}
                  </span>
                </div>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section className="panel">
        <div className="panel-head">
          <h2>Timeline</h2>
        </div>
        {timeline.length === 0 ? (
          <Empty title="Nothing has been recorded yet" />
        ) : (
          <ul className="timeline">
            {timeline.map(({ id, at, who, what, detail }) => (
              <li key={id}>
                <Moment at={at} />
                <div>
                  <p>
                    <strong>{what}</strong> <span className="soft">by {who}</span>
                  </p>
                  <Detail of={detail} />
                </div>
              </li>
            ))}
          </ul>
        )}
      </section>
    </div>
  );
}

function shortened(version: string): string {
  return version.length > 16 ? `${version.slice(0, 12)}…` : version;
}
