import type { Flaw } from "./flaw.ts";
import { fileFlaw } from "./flaw.ts";

/**
 * Text of a CSV file. A byte-order mark decides; without one it is UTF-8 if it can be, else Windows-1252,
 * which every sequence of bytes is and which holds all letters of Latin-1.
 */
export function decodeText(bytes: Uint8Array, encoding: string | undefined): { text: string } | { flaw: Flaw } {
  const chosen = encoding ?? marked(bytes) ?? unmarkedUtf16(bytes);
  const text = chosen === null ? (decoded(bytes, "utf-8") ?? decoded(bytes, "windows-1252")) : decoded(bytes, chosen);
  if (text === null) {
    const fix = "Export the file as UTF-8, or name its encoding in the mapping.";
    return { flaw: fileFlaw(`it is not text in ${chosen}`, fix, "mapping") };
  }
  if (text.includes("\0")) {
    return { flaw: fileFlaw("it holds binary data", "Export it as CSV (text) or as an Excel workbook (.xlsx).") };
  }
  return { text };
}

function marked([first, second, third]: Uint8Array): string | null {
  if (first === 0xef && second === 0xbb && third === 0xbf) return "utf-8";
  if (first === 0xff && second === 0xfe) return "utf-16le";
  return first === 0xfe && second === 0xff ? "utf-16be" : null;
}

/** Of mostly Latin letters in UTF-16 every second byte is zero, which no other text has. */
function unmarkedUtf16(bytes: Uint8Array): string | null {
  const start = bytes.subarray(0, 200);
  if (start.length < 4) return null;
  const zeros = [0, 0];
  start.forEach((byte, at) => {
    if (byte === 0) zeros[at % 2]! += 1;
  });
  const half = start.length / 2;
  if (zeros[1]! > half * 0.7 && zeros[0] === 0) return "utf-16le";
  return zeros[0]! > half * 0.7 && zeros[1] === 0 ? "utf-16be" : null;
}

/** Null where the bytes are no text in that encoding. */
function decoded(bytes: Uint8Array, encoding: string): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}
