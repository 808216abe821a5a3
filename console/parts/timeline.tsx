import type { AuditEntry } from "../../src/api/contract.ts";
import { Detail } from "./detail.tsx";
import { Empty } from "./empty.tsx";
import { Moment } from "./moment.tsx";

type Props = {
  readonly entries: readonly AuditEntry[];
  /** Parts of an entry's detail that the page shows already. */
  readonly leaveOut?: readonly string[];
};

/** What happened to a subject, newest first. */
export function Timeline({ entries, leaveOut = [] }: Props) {
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
                <EntryDetail of={without(detail, leaveOut)} />
              </div>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function EntryDetail({ of }: { of: unknown }) {
  return of === null ? null : <Detail of={of} />;
}

/** Null where nothing is left to say. */
function without(detail: unknown, names: readonly string[]): unknown {
  if (typeof detail !== "object" || detail === null) return detail;
  const left = Object.entries(detail).filter(([name, value]) => !names.includes(name) && !isNothing(value));
  return left.length === 0 ? null : Object.fromEntries(left);
}

function isNothing(value: unknown): boolean {
  return value === null || value === "" || (Array.isArray(value) && value.length === 0);
}
