/** SQL of an instant as the API shows it: `2026-01-31T12:00:00.000Z`. */
export function iso(column: string): string {
  return `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}

/** Where a page ended: its last row's instant and id, opaque to the reader. */
export function pageCursor(instant: string, id: string): string {
  return Buffer.from(JSON.stringify([instant, id])).toString("base64url");
}

/** What was given as the place where a page begins is none. */
export class NoSuchPlace extends RangeError {
  override readonly name = "NoSuchPlace";

  constructor(given: string, list = "a list") {
    super(`"${given}" is no place in ${list}; take "next" of the page before`);
  }
}

/** @throws NoSuchPlace when `cursor` was not made by `pageCursor` */
export function pageAfter(cursor: string): [instant: string, id: string] {
  const read = parsed(Buffer.from(cursor, "base64url").toString());
  const [instant, id] = Array.isArray(read) ? (read as unknown[]) : [];
  if (typeof instant !== "string" || typeof id !== "string" || Number.isNaN(Date.parse(instant))) {
    throw new NoSuchPlace(cursor);
  }
  return [instant, id];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // the caller says what a cursor should be
  }
}
