import type { Static, TSchema } from "typebox";
import {
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import type { Mistake } from "./mistake.ts";
import { didYouMean } from "./nearest-word.ts";
import { isReference } from "./secret.ts";

/** Where in a file something stands: keys and list positions from the top. */
export type Path = readonly (string | number)[];

/**
 * A YAML or JSON file (JSON is YAML) that is read piece by piece against schemas, and remembers every
 * mistake with its line. Numbers reach a text schema as they are written, so `0.10` is never a float and
 * `operation: 0010` keeps its zeros.
 */
export type SourceFile = {
  readonly file: string;
  /** What stands at `path`, or null when it does not fit `schema`; each misfit is a mistake. */
  readonly read: <S extends TSchema>(path: Path, schema: S) => Static<S> | null;
  /** As `read`, but null without a mistake where nothing stands at `path`. */
  readonly readIfPresent: <S extends TSchema>(path: Path, schema: S) => Static<S> | null;
  /** Whether what stands at `path` fits; each misfit is a mistake. */
  readonly fits: (path: Path, schema: TSchema) => boolean;
  /** Notes a mistake at the value of `path`; `offset` counts characters into a text. */
  readonly mistake: (path: Path, message: string, fix: string, offset?: number) => void;
  /** As `mistake`, at the key that `path` ends with. */
  readonly mistakeAtKey: (path: Path, message: string, fix: string) => void;
  /** Line and column, from 1, of the value at `path`. */
  readonly position: (path: Path) => { readonly line: number; readonly column: number };
  /** All mistakes so far, in the order of the file, each once. */
  readonly mistakes: () => readonly Mistake[];
};

export function openSource(file: string, text: string): SourceFile {
  const lines = new LineCounter();
  const found = new Map<string, Mistake>();
  const noteAt = (offset: number, message: string, fix: string) => {
    const { line, col } = lines.linePos(offset);
    const mistake = { file, line: Math.max(line, 1), column: Math.max(col, 1), message, fix };
    found.set(`${mistake.line}:${mistake.column}:${message}`, mistake);
  };

  const document = parseDocument(text, { lineCounter: lines });
  for (const { message, pos } of document.errors) {
    noteAt(pos[0], firstLine(message), "correct the YAML; indentation and quotes are the usual suspects");
  }
  visit(document, {
    Alias: (_key, alias) =>
      noteAt(startOf(alias), `"*${alias.source}" refers to another place`, "write out what stands there"),
  });
  // What could be read of a file that is no YAML would only give mistakes that follow from the first.
  const broken = found.size > 0;
  const root = document.contents as Node | null;

  const read = (path: Path, schema: TSchema): unknown => {
    if (broken) return MISFIT;
    const node = nodeAt(root, path);
    return node === null ? missing(schema, startOf(keyOrParent(root, path)), noteAt) : shaped(node, schema, noteAt);
  };
  const readOrNull = (path: Path, schema: TSchema) => {
    const value = read(path, schema);
    return (value === MISFIT ? null : value) as never;
  };

  return {
    file,
    read: readOrNull,
    readIfPresent: (path, schema) => (nodeAt(root, path) === null ? null : readOrNull(path, schema)),
    fits: (path, schema) => read(path, schema) !== MISFIT,
    mistake: (path, message, fix, offset) => {
      const node = nodeAt(root, path) ?? keyOrParent(root, path);
      noteAt(offset === undefined ? startOf(node) : offsetIn(node, text, offset), message, fix);
    },
    mistakeAtKey: (path, message, fix) => noteAt(startOf(keyOrParent(root, path)), message, fix),
    position: (path) => {
      const { line, col } = lines.linePos(startOf(nodeAt(root, path) ?? keyOrParent(root, path)));
      return { line: Math.max(line, 1), column: Math.max(col, 1) };
    },
    mistakes: () => [...found.values()].toSorted((a, b) => a.line - b.line || a.column - b.column),
  };
}

type Note = (offset: number, message: string, fix: string) => void;

/** The JSON Schema that TypeBox makes, as far as our files use it, with two keywords of our own. */
type Shape = {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly patternProperties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
  readonly const?: string | boolean;
  readonly pattern?: string;
  /** Zero where a text may be empty, which it otherwise may not. */
  readonly minLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  /** A field that has one need not be written; whoever asked for the value fills it in. */
  readonly default?: unknown;
  /** What a key of this object is called in messages: `action`, else `field`. */
  readonly noun?: string;
  /** What belongs here, to end the sentence "write …". */
  readonly hint?: string;
};

const MISFIT = Symbol("misfit");

/** The node's value if it fits; every misfit below it is noted before the answer. */
function shaped(node: Node, shape: Shape, note: Note): unknown {
  const misfit = (message: string, fix: string) => {
    note(startOf(node), message, shape.hint === undefined ? fix : `write ${shape.hint}`);
    return MISFIT;
  };
  if (shape.anyOf !== undefined) return shapedAsOneOf(node, shape.anyOf, misfit, note);
  switch (shape.type) {
    case "object":
      if (!isMap(node)) return misfit(`expected fields, found ${described(node)}`, "write `key: value` pairs");
      return shape.patternProperties === undefined ? shapedFields(node, shape, note) : shapedEntries(node, shape, note);
    case "array": {
      if (!isSeq(node))
        return misfit(
          `expected a list, found ${described(node)}`,
          "write each entry on a line of its own after a dash",
        );
      return shapedList(node, shape.items ?? {}, note);
    }
    case "string":
      return shapedText(node, shape, misfit);
    case "integer":
    case "number":
      return shapedNumber(node, shape, misfit);
    case "boolean":
      if (isScalar(node) && typeof node.value === "boolean") return node.value;
      return misfit(`expected true or false, found ${described(node)}`, "write true or false");
    case "null":
      return isScalar(node) && node.value === null
        ? null
        : misfit(`expected nothing, found ${described(node)}`, "leave it empty");
    case undefined:
      return node.toJS(EMPTY_DOCUMENT) as unknown;
    default:
      throw new TypeError(`a schema of type "${shape.type}" is not read from files`);
  }
}

const EMPTY_DOCUMENT = parseDocument("");

function shapedText(node: Node, shape: Shape, misfit: (message: string, fix: string) => symbol): unknown {
  const text = scalarText(node);
  if (text === null) return misfit(`expected text, found ${described(node)}`, "put it in quotes");
  if (shape.const !== undefined && text !== shape.const)
    return misfit(`expected "${shape.const}", found "${text}"`, `write "${shape.const}"`);
  if (text.trim() === "" && shape.minLength !== 0) return misfit("empty text", "fill it in");
  if (shape.pattern !== undefined && !isReference(text) && !new RegExp(shape.pattern, "u").test(text)) {
    return misfit(`"${text}" does not fit here`, `write text that matches ${shape.pattern}`);
  }
  return text;
}

function shapedNumber(node: Node, shape: Shape, misfit: (message: string, fix: string) => symbol): unknown {
  const { minimum = -Infinity, maximum = Infinity } = shape;
  const value = isScalar(node) ? node.value : null;
  const whole = shape.type === "integer";
  const kind = whole ? "a whole number" : "a number";
  if (typeof value !== "number" || (whole && !Number.isSafeInteger(value)))
    return misfit(`expected ${kind}, found ${described(node)}`, `write ${kind}`);
  if (value < minimum || value > maximum)
    return misfit(`${value} is out of range`, `write ${kind} from ${minimum} to ${maximum}`);
  return value;
}

/** A choice between fixed words, or between one shape per kind of YAML node. */
function shapedAsOneOf(
  node: Node,
  choices: readonly Shape[],
  misfit: (message: string, fix: string) => symbol,
  note: Note,
): unknown {
  const words = choices.flatMap((choice) => (typeof choice.const === "string" ? [choice.const] : []));
  const text = scalarText(node);
  if (words.length === choices.length) {
    if (text !== null && words.includes(text)) return text;
    return misfit(`${text === null ? described(node) : `"${text}"`} is not known here`, didYouMean(text ?? "", words));
  }
  const fitting = choices.filter((choice) => sameKind(node, choice));
  const [first, ...others] = fitting;
  if (first === undefined)
    return misfit(`${described(node)} does not fit here`, `write ${choices.map(kindName).join(" or ")}`);
  return isMap(node) && others.length > 0 ? shapedByField(node, fitting, note) : shaped(node, first, note);
}

/** Fields whose names and meaning depend on one of them, such as a transport. */
function shapedByField(map: YAMLMap, choices: readonly Shape[], note: Note): unknown {
  const constantOf = ({ properties }: Shape, name: string) => properties?.[name]?.const;
  const names = Object.keys(choices[0]?.properties ?? {});
  const field = names.find((name) => choices.every((choice) => typeof constantOf(choice, name) === "string"));
  if (field === undefined) throw new TypeError("no field tells the choices of a schema apart");
  const words = choices.map((choice) => String(constantOf(choice, field)));
  const pair = map.items.find((candidate) => keyText(candidate) === field);
  if (pair === undefined) {
    note(startOf(map), `missing ${field}`, `add ${field}: ${words.join(" or ")}`);
    return MISFIT;
  }
  const value = valueOf(pair);
  const word = scalarText(value) ?? "";
  const meant = choices.find((choice) => constantOf(choice, field) === word);
  if (meant !== undefined) return shaped(map, meant, note);
  note(startOf(value), `${described(value)} is not known here`, didYouMean(word, words));
  return MISFIT;
}

function sameKind(node: Node, choice: Shape): boolean {
  if (isMap(node)) return choice.type === "object";
  if (isSeq(node)) return choice.type === "array";
  if (!isScalar(node)) return false;
  if (node.value === null) return choice.type === "null";
  if (typeof node.value === "boolean")
    return choice.type === "boolean" && (choice.const === undefined || choice.const === node.value);
  return (
    choice.type === "string" ||
    (typeof node.value === "number" && (choice.type === "integer" || choice.type === "number"))
  );
}

function kindName(shape: Shape): string {
  if (shape.const !== undefined) return String(shape.const);
  const names: Record<string, string> = {
    object: "fields",
    array: "a list",
    string: "text",
    null: "nothing",
    boolean: "true or false",
  };
  return names[shape.type ?? ""] ?? "a number";
}

function shapedFields(map: YAMLMap, shape: Shape, note: Note): unknown {
  const { properties = {}, required = [], noun = "field" } = shape;
  const known = Object.keys(properties);
  const value: Record<string, unknown> = {};
  let fits = true;
  for (const pair of map.items) {
    const key = keyText(pair);
    const property = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (property === undefined) {
      note(startOf(pair.key as Node), `unknown ${noun} "${key}"`, didYouMean(key, known));
      fits = false;
      continue;
    }
    const held = shaped(valueOf(pair), property, note);
    if (held === MISFIT) fits = false;
    else value[key] = held;
  }
  for (const key of required) {
    if (properties[key]?.default !== undefined || map.items.some((pair) => keyText(pair) === key)) continue;
    note(startOf(map), `missing ${key}`, hintOf(key, properties[key]));
    fits = false;
  }
  return fits ? value : MISFIT;
}

/** A map whose keys are the author's own, such as attributes. */
function shapedEntries(map: YAMLMap, shape: Shape, note: Note): unknown {
  const [held] = Object.values(shape.patternProperties ?? {});
  const entries = map.items.map((pair) => [keyText(pair), shaped(valueOf(pair), held ?? {}, note)] as const);
  return entries.some(([, value]) => value === MISFIT) ? MISFIT : Object.fromEntries(entries);
}

function shapedList(list: YAMLSeq, items: Shape, note: Note): unknown {
  const values = list.items.map((item) => shaped(item as Node, items, note));
  return values.includes(MISFIT) ? MISFIT : values;
}

function missing(schema: TSchema, offset: number, note: Note): typeof MISFIT {
  note(offset, "nothing is written here", hintOf("what belongs here", schema));
  return MISFIT;
}

function hintOf(key: string, shape: Shape | undefined): string {
  return shape?.hint === undefined ? `add ${key}` : `add ${key}: ${shape.hint}`;
}

/** Text as it is written, also where YAML would make a number of it; null for anything else. */
function scalarText(node: Node): string | null {
  if (!isScalar(node)) return null;
  if (typeof node.value === "string") return node.value;
  if (typeof node.value === "number" || typeof node.value === "bigint") return node.source ?? String(node.value);
  return null;
}

function described(node: Node): string {
  if (isMap(node)) return "fields";
  if (isSeq(node)) return "a list";
  if (!isScalar(node)) return "an alias";
  return node.value === null ? "nothing" : `"${scalarText(node) ?? JSON.stringify(node.value)}"`;
}

function nodeAt(root: Node | null, path: Path): Node | null {
  let node: Node | null = root;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find((candidate) => keyText(candidate) === String(step));
      node = pair === undefined ? null : valueOf(pair);
    } else if (isSeq(node)) {
      node = (node.items[Number(step)] as Node | undefined) ?? null;
    } else {
      return null;
    }
  }
  return node;
}

/** The key that `path` ends with, else the nearest thing above it that is there. */
function keyOrParent(root: Node | null, path: Path): Node | null {
  for (let length = path.length; length > 0; length--) {
    const parent = nodeAt(root, path.slice(0, length - 1));
    const pair = isMap(parent)
      ? parent.items.find((candidate) => keyText(candidate) === String(path[length - 1]))
      : undefined;
    if (pair !== undefined) return pair.key as Node;
    if (parent !== null) return parent;
  }
  return root;
}

function keyText(pair: Pair): string {
  return isScalar(pair.key) ? (scalarText(pair.key) ?? String(pair.key.value)) : "";
}

/** `make:` with nothing after it has no node of its own; it stands where its key does. */
function valueOf(pair: Pair): Node {
  if (pair.value !== null) return pair.value as Node;
  const empty = EMPTY_DOCUMENT.createNode(null) as Scalar;
  const range = (pair.key as Node).range;
  if (range !== null && range !== undefined) empty.range = range;
  return empty;
}

function startOf(node: Node | null): number {
  return node?.range?.[0] ?? 0;
}

/**
 * Where character `offset` of a text stands in the file. Quotes, folding and indentation only add or move
 * white space, so the n-th visible character of the value is the n-th visible one of its source.
 */
function offsetIn(node: Node | null, text: string, offset: number): number {
  const start = startOf(node);
  if (!isScalar(node) || typeof node.value !== "string") return start;
  const visible = node.value.slice(0, offset).replaceAll(/\s/g, "").length;
  let at = start + leadLength(text.slice(start, node.range?.[1]), node.type);
  for (let seen = 0; at < text.length; at++) {
    if (/\s/.test(text[at] ?? "")) continue;
    if (seen === visible) return at;
    seen += 1;
  }
  return start;
}

/** Characters of a scalar's source before its text: the quote, or the block's header line. */
function leadLength(source: string, type: Scalar["type"]): number {
  if (type === "QUOTE_DOUBLE" || type === "QUOTE_SINGLE") return 1;
  return type === "BLOCK_FOLDED" || type === "BLOCK_LITERAL" ? source.indexOf("\n") + 1 : 0;
}

function firstLine(message: string): string {
  return (message.split("\n")[0] ?? message).replace(/ at line \d+, column \d+:?$/, "");
}
