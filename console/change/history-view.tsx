import { useMemo } from "react";
import { actionInWords } from "../../src/domain/plan-in-words.ts";
import type { AuditEntry } from "../../src/api/contract.ts";
import type { Change } from "../api.ts";
import { Detail } from "../parts/detail.tsx";
import { Empty } from "../parts/empty.tsx";
import { Moment } from "../parts/moment.tsx";
import { PLAN_TONES, State } from "../parts/state.tsx";

/** What happened to the change, newest first, and the plans that came before this one. */
export function HistoryView({ change: { timeline, earlierPlans, plan } }: { change: Change }) {
  const content = plan?.plan ?? null;
  const sentences = useMemo(
    () => new Map<string, string>(content?.actions.map((action) => [action.id, actionInWords(action, content)])),
    [content],
  );
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
            {timeline.map((entry) => (
              <li key={entry.id}>
                <Moment at={entry.at} />
                <Entry entry={entry} sentences={sentences} digest={plan?.digest} />
              </li>
            ))}
          </ul>
        )}
      </section>
    </div>
  );
}

type EntryProps = { entry: AuditEntry; sentences: ReadonlyMap<string, string>; digest: string | undefined };

/** An action of the plan is told in words, and the plan that counts goes without saying; the rest follows as pairs. */
function Entry({ entry: { who, what, detail }, sentences, digest }: EntryProps) {
  const { action } = asRecord(detail);
  const sentence = typeof action === "string" ? sentences.get(action) : undefined;
  const others = Object.entries(asRecord(detail)).filter(
    ([name, value]) => (name !== "action" || sentence === undefined) && (name !== "digest" || value !== digest),
  );
  return (
    <div>
      <p className="sentence">
        <strong>{what}</strong> <span className="soft">by {who}</span>
      </p>
      {sentence === undefined ? null : <p>{sentence}</p>}
      {others.length === 0 ? null : <Detail of={Object.fromEntries(others)} />}
    </div>
  );
}

function asRecord(detail: unknown): Readonly<Record<string, unknown>> {
  return typeof detail === "object" && detail !== null ? { ...detail } : {};
}

function shortened(version: string): string {
  return version.length > 16 ? `${version.slice(0, 12)}…` : version;
}
