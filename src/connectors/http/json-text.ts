/** How deep an answer may be nested. Ours go to 6; a hostile or broken one could exhaust the stack of whoever walks it. */
const DEPTH_MAX = 64;

/** Where a NUL or half of a surrogate pair may stand. */
const UNUSUAL = /\\u(?:0000|d[89a-f])/i;

/** The JSON in `text`, or a sentence that says why there is none. What no database stores becomes U+FFFD. */
export function readJson(text: string): { readonly json: unknown } | { readonly problem: string } {
  if (deeperThan(text, DEPTH_MAX)) return { problem: `it is nested deeper than ${DEPTH_MAX} levels` };
  try {
    return { json: JSON.parse(text, UNUSUAL.test(text) ? storable : undefined) as unknown };
  } catch {
    return { problem: `it is not JSON but begins with ${JSON.stringify(text.slice(0, 40))}` };
  }
}

function storable(_name: string, value: unknown): unknown {
  return typeof value === "string" ? value.replaceAll("\0", "\ufffd").toWellFormed() : value;
}

const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

function deeperThan(text: string, max: number): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) i = endOfString(text, i);
    else if (code === OPEN_ARRAY || code === OPEN_OBJECT) {
      if (++depth > max) return true;
    } else if (code === CLOSE_ARRAY || code === CLOSE_OBJECT) depth--;
  }
  return false;
}

/** Where the string that opens at `start` closes; the end of the text when it never does. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1))
    if (!isEscaped(text, end)) return end;
  return text.length;
}

function isEscaped(text: string, at: number): boolean {
  let before = at;
  while (text.charCodeAt(before - 1) === BACKSLASH) before--;
  return (at - before) % 2 === 1;
}
