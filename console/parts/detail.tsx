/** What an audit entry holds beside its words, as pairs; long values break anywhere. */
export function Detail({ of }: { of: unknown }) {
  const pairs = isRecord(of) ? Object.entries(of).filter(([, value]) => value !== null && value !== "") : [];
  if (pairs.length === 0) return isRecord(of) || of === null ? <span className="soft">–</span> : <>{text(of)}</>;
  return (
    <dl className="facts small">
      {pairs.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{text(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(value: unknown): string {
  if (typeof value !== "string") return JSON.stringify(value);
  // A digest is told apart by its beginning; the rest of it only widens the table.
  return /^[0-9a-f]{64}$/.test(value) ? `${value.slice(0, 12)}…` : value;
}
