/** PostgreSQL's number for the type `text`. */
const TEXT = 25;
const HEADER = 20;

/**
 * A `text[]` as PostgreSQL takes it in binary (see `array_recv`): nothing is escaped or parsed, which for long
 * texts is most of the work of storing them. Null stays null.
 */
export function textArray(texts: readonly (string | null)[]): Buffer {
  const lengths = texts.map((text) => (text === null ? -1 : Buffer.byteLength(text)));
  const array = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + 4 + Math.max(0, length), HEADER));
  let at = 0;
  const int = (value: number) => (at = array.writeInt32BE(value, at));
  int(texts.length === 0 ? 0 : 1); // dimensions
  int(lengths.includes(-1) ? 1 : 0); // whether there are nulls
  int(TEXT);
  int(texts.length);
  int(1); // the first one's index
  texts.forEach((text, i) => {
    int(lengths[i] ?? -1);
    if (text !== null) at += array.write(text, at);
  });
  return texts.length === 0 ? array.subarray(0, 12) : array;
}
