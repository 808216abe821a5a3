/** What one side says of a field; `stands` where its word was chosen. */
export function Said({ text, stands = false }: { text: string | null; stands?: boolean }) {
  if (text === null) return <span className="soft">{stands ? "no such line, which stands" : "no such line"}</span>;
  if (text === "") return <span className="soft">nothing</span>;
  return stands ? <strong title="This was chosen">{text}</strong> : <>{text}</>;
}
