/** What a request body may be. V8 parses a million nested arrays without complaint, so we count ourselves. */
export const BODY_LIMITS = { bytes: 256 * 1024, depth: 32, keys: 10_000 } as const;

/**
 * What makes a JSON text too complex to accept, as a sentence; null when nothing does. One pass over the
 * text before it is parsed: brackets and colons outside strings are levels and keys. On text that is not
 * JSON the answer means nothing, and the parser refuses it next.
 */
export function tooComplex(
  text: string,
  { depth: depthMax, keys: keysMax }: { readonly depth: number; readonly keys: number } = BODY_LIMITS,
): string | null {
  let depth = 0;
  let keys = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(text, at);
        break;
      case OPEN_BRACE:
      case OPEN_BRACKET:
        if (++depth > depthMax) return `The body is nested deeper than ${depthMax} levels.`;
        break;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        depth--;
        break;
      case COLON:
        if (++keys > keysMax) return `The body has more than ${keysMax} keys.`;
        break;
    }
  }
  return null;
}

/** Where the string that opens at `start` closes; the end of the text when it never does. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at++;
    else if (code === QUOTE) return at;
  }
  return text.length;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
