import type { AuditEntry } from "../../src/api/contract.ts";
import { Detail } from "./detail.tsx";
import { Empty } from "./empty.tsx";
import { Moment } from "./moment.tsx";

/** What happened to a subject, newest first. */
export function Timeline({ entries }: { entries: readonly AuditEntry[] }) {
  return (
    <section className="panel">
      <div className="panel-head">
        <h2>Timeline</h2>
      </div>
      {entries.length === 0 ? (
        <Empty title="Nothing has been recorded yet" />
      ) : (
        <ul className="timeline">
          {entries.map(({ id, at, who, what, detail }) => (
            <li key={id}>
              <Moment at={at} />
              <div>
                <p className="sentence">
                  <strong>{what}</strong> <span className="soft">by {who}</span>
                </p>
                {isEmpty(detail) ? null : <Detail of={detail} />}
              </div>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function isEmpty(detail: unknown): boolean {
  return detail === null || (typeof detail === "object" && Object.keys(detail).length === 0);
}
