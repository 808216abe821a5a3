import type { Finding } from "../../src/domain/finding.ts";
import { useFirst } from "./first-rows.tsx";
import { FINDING_TONES, State } from "./state.tsx";

/** As plans and orders carry it. */
type FindingShown = Omit<Finding, "code" | "item"> & { readonly code: string; readonly item: string | null };

const SEVERITIES = ["blocked", "warning", "info"] as const satisfies readonly Finding["severity"][];

/** As many as somebody reads before mending one. */
const FINDINGS_MAX = 30;

/** What a person should know, what stops everything first: where, why, and what to do. */
export function Findings({ findings }: { findings: readonly FindingShown[] }) {
  const sorted = SEVERITIES.flatMap((severity) => findings.filter((finding) => finding.severity === severity));
  const [shown, others] = useFirst(sorted, FINDINGS_MAX);
  return (
    <section className="panel">
      <div className="panel-head">
        <h2>Findings</h2>
        <span className="soft small">
          {SEVERITIES.flatMap((severity) => {
            const count = findings.filter((finding) => finding.severity === severity).length;
            return count === 0 ? [] : [`${count} ${severity}`];
          }).join(", ")}
        </span>
      </div>
      {shown.map((finding, index) => (
        <article className="finding" key={index}>
          <div>
            <State tone={FINDING_TONES[finding.severity]} word={finding.severity} />
          </div>
          <div>
            <p>
              <strong>{place(finding)}</strong>
            </p>
            <p className="sentence">{finding.cause}</p>
            <p className="fix">
              <span className="soft">To do: </span>
              {finding.fix}
            </p>
            <p className="soft small">{finding.code}</p>
          </div>
        </article>
      ))}
      {others}
    </section>
  );
}

/** Where to look, from the system down to the field. */
function place({ system, item, line, field }: FindingShown): string {
  const parts = [system, item, line === null ? null : `line ${line}`, field];
  return parts.filter((part) => part !== null).join(" · ");
}
