import { isKeyword, type Option } from "./option.ts";

/** What an option's text says, or what is wrong with it and where. */
export type ParsedOption =
  | { readonly ok: true; readonly option: Option }
  | {
      readonly ok: false;
      /** Characters into the text, from 0. */
      readonly offset: number;
      /** What is so, in words that follow the place: `"und" stands where "and", "or" or the end is expected`. */
      readonly problem: string;
    };

/** Longer or deeper than any that a person writes. */
const LENGTH_MAX = 4_000;
const DEPTH_MAX = 50;

/**
 * Reads an option: comparisons `MOTOR = AC`, `MOTOR != AC`, `COLOR in (RED, BLUE)` and `COLOR not in (RED, BLUE)`,
 * joined by `not`, `and` and `or`, which bind in this order, and brackets. Keywords in small or capital letters;
 * a name with other characters than letters, digits and `_ . + / -` stands in double quotes, with `""` for one of them.
 */
export function parseOption(text: string): ParsedOption {
  if (text.length > LENGTH_MAX) {
    return { ok: false, offset: LENGTH_MAX, problem: `the option has more than ${LENGTH_MAX} characters` };
  }
  try {
    const reader = tokenReader(text);
    const option = readOr(reader, 0);
    if (reader.peek().kind !== "end") reader.fail('"and", "or" or the end');
    return { ok: true, option };
  } catch (error) {
    if (!(error instanceof OptionMistake)) throw error;
    return { ok: false, offset: error.offset, problem: error.message };
  }
}

/** Ends the reading of one text, and never leaves this file. */
class OptionMistake extends Error {
  readonly offset: number;
  constructor(offset: number, problem: string) {
    super(problem);
    this.offset = offset;
  }
}

type Token = {
  readonly kind: "word" | "quoted" | "sign" | "end";
  readonly text: string;
  readonly offset: number;
};

const TOKEN = /\s*(?:(?<word>[\p{L}\p{N}_][\p{L}\p{N}_.+/-]*)|"(?<quoted>(?:[^"]|"")*)"|(?<sign>!=|[=(),]))/uy;

type Reader = ReturnType<typeof tokenReader>;

function tokenReader(text: string) {
  const tokens = tokensOf(text);
  let at = 0;
  const end: Token = { kind: "end", text: "", offset: text.length };
  const peek = (): Token => tokens[at] ?? end;
  const take = (): Token => {
    const token = peek();
    at += 1;
    return token;
  };
  const fail = (expected: string): never => {
    const { kind, text: found, offset } = peek();
    throw new OptionMistake(
      offset,
      kind === "end"
        ? `the option ends where ${expected} is expected`
        : `"${found}" stands where ${expected} is expected`,
    );
  };
  return {
    peek,
    fail,
    /** Takes the next token when it is this keyword or sign. */
    takes(what: string): boolean {
      const { kind, text: found } = peek();
      const isIt =
        kind === "word" ? isKeyword(found) && found.toLowerCase() === what : kind === "sign" && found === what;
      if (isIt) take();
      return isIt;
    },
    /** A feature or a value. */
    name(expected: string): string {
      const { kind, text: found } = peek();
      if (kind === "quoted" && found !== "") return take().text;
      if (kind !== "word" || isKeyword(found)) return fail(expected);
      return take().text;
    },
  };
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const end = text.trimEnd().length;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < end) {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) throw new OptionMistake(firstInk(text, from), strayProblem(text, firstInk(text, from)));
    const { word, quoted, sign } = match.groups ?? {};
    const offset = firstInk(text, from);
    if (quoted !== undefined) tokens.push({ kind: "quoted", text: quoted.replaceAll('""', '"'), offset });
    else if (word !== undefined) tokens.push({ kind: "word", text: word, offset });
    else tokens.push({ kind: "sign", text: sign ?? "", offset });
  }
  return tokens;
}

function firstInk(text: string, from: number): number {
  const ink = text.slice(from).search(/\S/);
  return ink === -1 ? text.length : from + ink;
}

function strayProblem(text: string, at: number): string {
  const [stray = ""] = text.slice(at);
  return stray === '"' ? "the quotation mark is never closed" : `"${stray}" has no meaning in an option`;
}

function readOr(reader: Reader, depth: number): Option {
  return joined("or", reader, () => readAnd(reader, depth));
}

function readAnd(reader: Reader, depth: number): Option {
  return joined("and", reader, () => readNot(reader, depth));
}

function joined(kind: "and" | "or", reader: Reader, read: () => Option): Option {
  const first = read();
  const more: Option[] = [];
  while (reader.takes(kind)) more.push(read());
  return more.length === 0 ? first : { kind, of: [first, ...more] };
}

function readNot(reader: Reader, depth: number): Option {
  if (depth > DEPTH_MAX)
    throw new OptionMistake(reader.peek().offset, `more than ${DEPTH_MAX} levels of brackets and "not"`);
  if (reader.takes("not")) return { kind: "not", of: readNot(reader, depth + 1) };
  if (!reader.takes("(")) return readComparison(reader);
  const option = readOr(reader, depth + 1);
  if (!reader.takes(")")) reader.fail('"and", "or" or ")"');
  return option;
}

function readComparison(reader: Reader): Option {
  const feature = reader.name('a feature, "not" or "("');
  if (reader.takes("=")) return { kind: "is", feature, values: [reader.name("a value")] };
  if (reader.takes("!=")) return { kind: "not", of: { kind: "is", feature, values: [reader.name("a value")] } };
  if (reader.takes("in")) return { kind: "is", feature, values: readValues(reader) };
  if (!reader.takes("not")) return reader.fail('"=", "!=", "in" or "not in"');
  if (!reader.takes("in")) return reader.fail('"in"');
  return { kind: "not", of: { kind: "is", feature, values: readValues(reader) } };
}

function readValues(reader: Reader): readonly string[] {
  if (!reader.takes("(")) reader.fail('"("');
  const values = [reader.name("a value")];
  while (reader.takes(",")) values.push(reader.name("a value"));
  if (!reader.takes(")")) reader.fail('"," or ")"');
  return values;
}
