import { SaxesParser } from "saxes";

/** An element of a message. Attributes and children of other namespaces have their namespace in the name. */
export type XmlElement = {
  /** The local name in the message's own namespace, else `{namespace}name`. */
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** All character data directly in it. */
  readonly text: string;
};

/** Longest text that is read, in UTF-16 units: a hundred orders of a thousand lines. */
export const XML_LENGTH_MAX = 16 * 1024 * 1024;
/** B2MML nests to about 15; a hostile or broken text could exhaust whoever walks it. */
const DEPTH_MAX = 64;
/** Elements and attributes together: what bounds the memory that a small text can cost. */
const NODES_MAX = 500_000;

type Open = { name: string; attributes: Record<string, string>; children: XmlElement[]; text: string };

/**
 * The root element of `text`, whose namespace must be `namespace`, or a sentence that says why there is none.
 * A document type is refused outright, so there are no entities to expand but the five of XML.
 */
export function readXml(
  text: string,
  namespace: string,
): { readonly root: XmlElement } | { readonly problem: string; readonly root?: undefined } {
  const problem = outrightProblem(text);
  if (problem !== null) return { problem };
  try {
    return { root: parsed(text, namespace) };
  } catch (error) {
    if (error instanceof NotReadable) return { problem: error.message };
    throw error;
  }
}

class NotReadable extends Error {}

/**
 * What is wrong with a text at first sight. It is looked at here, and not as the parser comes to it, because
 * two more handlers make the parser an object of so many properties that V8 runs it at a sixth of its speed.
 */
function outrightProblem(text: string): string | null {
  if (text.length > XML_LENGTH_MAX) return `it is longer than ${XML_LENGTH_MAX} characters`;
  if (text.includes("<!DOCTYPE")) return "it has a document type (DOCTYPE), which Heddle refuses";
  const [, encoding = "UTF-8"] = /^\ufeff?<\?xml\s[^>]*?\sencoding\s*=\s*["']([^"']*)["']/.exec(text) ?? [];
  return /^(utf-?8|us-ascii)$/i.test(encoding) ? null : `it is encoded as ${encoding}; only UTF-8 is read`;
}

function parsed(text: string, namespace: string): XmlElement {
  const parser = new SaxesParser({ xmlns: true, position: false });
  const top: Open = { name: "", attributes: {}, children: [], text: "" };
  const open: Open[] = [top];
  let current = top;
  let nodes = 0;

  parser.on("error", (error) => {
    throw new NotReadable(`it is not well-formed XML: ${error.message}; it begins with ${beginning(text)}`);
  });
  parser.on("opentag", (tag) => {
    if (current === top && tag.uri !== namespace)
      throw new NotReadable(`its root <${tag.name}> is of namespace "${tag.uri}", not "${namespace}"`);
    const element: Open = {
      name: tag.uri === namespace ? tag.local : `{${tag.uri}}${tag.local}`,
      attributes: {},
      children: [],
      text: "",
    };
    nodes += 1;
    for (const { name, value } of Object.values(tag.attributes)) {
      nodes += 1;
      element.attributes[name] = value;
    }
    if (nodes > NODES_MAX) throw new NotReadable(`it has more than ${NODES_MAX} elements and attributes`);
    if (open.length > DEPTH_MAX) throw new NotReadable(`it is nested deeper than ${DEPTH_MAX} levels`);
    current.children.push(element);
    open.push(element);
    current = element;
  });
  const addText = (characters: string) => {
    current.text += characters;
  };
  parser.on("text", addText);
  parser.on("cdata", addText);
  parser.on("closetag", () => {
    open.pop();
    current = open.at(-1) ?? top;
  });
  parser.write(text).close();

  const [root] = top.children;
  if (root === undefined) throw new NotReadable("it has no element");
  return root;
}

function beginning(text: string): string {
  return JSON.stringify(text.slice(0, 40));
}

const NO_ELEMENT: XmlElement = { name: "", attributes: {}, children: [], text: "" };

/** The first child of that name; an element with nothing in it where there is none. */
export function child(element: XmlElement, name: string): XmlElement {
  return element.children.find((one) => one.name === name) ?? NO_ELEMENT;
}

export function childrenOf(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.filter((one) => one.name === name);
}

/** The first child's text without the blanks around it; null where it is missing or empty. */
export function textOf(element: XmlElement, name: string): string | null {
  const text = child(element, name).text.trim();
  return text === "" ? null : text;
}

/** An element that was read, as text to show to people: without namespaces, cut at `max` characters. */
export function xmlText(element: XmlElement, max: number): string {
  const attributes = Object.entries(element.attributes).map(([name, value]) => ` ${name}="${textXml(value)}"`);
  let text = `<${element.name}${attributes.join("")}>${textXml(element.text.trim())}`;
  for (const one of element.children) {
    if (text.length >= max) return text.slice(0, max);
    text += xmlText(one, max - text.length);
  }
  return `${text}</${element.name}>`.slice(0, max);
}

/** What a message's field cannot hold. */
export class UnsendableError extends Error {
  override readonly name = "UnsendableError";
  readonly field: string;

  constructor(field: string, problem: string) {
    super(problem);
    this.field = field;
  }
}

/** Characters that XML 1.0 has no way to write, and halves of surrogate pairs. */
// oxlint-disable-next-line no-control-regex
const NO_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;
/** What needs a look before it goes out; nearly no text has any of it. */
// oxlint-disable-next-line no-control-regex
const UNUSUAL = /[&<>\u0000-\u001f\ud800-\udfff\ufffe\uffff]/;

/** Text for people as element content; what XML cannot write becomes U+FFFD, see `isWritable`. */
export function textXml(text: string): string {
  return UNUSUAL.test(text) ? escaped(text.replace(NO_XML, "\ufffd")) : text;
}

/**
 * An identifier as element content. B2MML makes identifiers normalized strings: a line break or tab in one would
 * arrive as a blank, and so as another identifier.
 * @throws UnsendableError
 */
export function idXml(field: string, id: string): string {
  if (!UNUSUAL.test(id)) return id;
  if (!isWritable(id)) throw new UnsendableError(field, `${JSON.stringify(id)} has a character that XML cannot write`);
  if (/[\t\n\r]/.test(id)) throw new UnsendableError(field, `${JSON.stringify(id)} has a line break or tab`);
  return escaped(id);
}

export function isWritable(text: string): boolean {
  return text.search(NO_XML) === -1;
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;" };

function escaped(text: string): string {
  return text.replaceAll(/[&<>\r]/g, (character) => ENTITIES[character] ?? character);
}
