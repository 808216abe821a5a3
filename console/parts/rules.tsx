/** Rules by their names in the plant's rule file. */
export function Rules({ names }: { names: readonly string[] }) {
  if (names.length === 0) return <span className="soft">none</span>;
  return (
    <span style={{ display: "inline-flex", flexWrap: "wrap", gap: 4 }}>
      {names.map((name) => (
        <span key={name} className="rule">
          {name}
        </span>
      ))}
    </span>
  );
}
