import type { MbomLineKey } from "../ids.ts";
import type { Mbom, MbomLine } from "../mbom.ts";
import { BY_LIKENESS, byKey, pairUp } from "./diff-mbom.ts";
import { FIELD_NAMES, lineText, sameField, saysNothingOf, withFields } from "./line-fields.ts";
import type { MbomField } from "./mbom-diff.ts";

/** An mBOM that Heddle published. */
export type SentAndHeld = {
  readonly sent: Mbom;
  /** Line for line, what the ERP reads back of it. */
  readonly held: Mbom;
  /** The fields that people can fill in for a line in the ERP; absent: all. */
  readonly typedFields?: readonly MbomField[];
};

/** The plant's lines, each under the key that Heddle knows it by. */
export type Recognized = {
  readonly lines: readonly MbomLine[];
  /** Those that no publication of Heddle's held: typed in the plant since. */
  readonly typed: ReadonlySet<MbomLine>;
};

/**
 * The plant's lines as a merge must see them. A line that was published is known again: by its key, where the
 * ERP records it, else by what it says; an ERP that swaps the keys of lines does not make them look edited. What
 * the ERP could not hold of a line and has not changed since is as it was sent, and so is what nobody can say of a
 * line that was typed anew. Other lines are a planner's own.
 */
export function recognizedLines(plant: Mbom, last: SentAndHeld): Recognized {
  const { sent, held } = last;
  const partners = partnersOf(held.lines, plant.lines);
  const sentOf = new Map(held.lines.map((line, at) => [line, sent.lines[at] ?? line]));
  const newKey = keysApartFrom(sent.lines);
  const typed = new Set<MbomLine>();
  const lines = plant.lines.map((line) => {
    const known = partners.get(line);
    const published = known === undefined ? undefined : sentOf.get(known);
    if (known !== undefined && published !== undefined) return asSent(line, known, published, last);
    const own: MbomLine = { ...line, key: newKey(line.key), origin: { kind: "planner" } };
    typed.add(own);
    return own;
  });
  return { lines, typed };
}

/** Which published line each of the plant's is. */
function partnersOf(published: readonly MbomLine[], plant: readonly MbomLine[]): ReadonlyMap<MbomLine, MbomLine> {
  const [from, to] = [new Set(published), new Set(plant)];
  const partners = new Map<MbomLine, MbomLine>();
  pairUp(from, to, (line) => JSON.stringify([line.key, lineText(line)]), partners);

  const [sent, held] = [keysOf(published), keysOf(plant)];
  const unkeyed = new Set([...to].filter(({ key }) => !sent.has(key)));
  pairUp(from, unkeyed, lineText, partners);
  for (const line of partners.keys()) to.delete(line);
  // Swapped keys are both there. Where a line's key is gone, another one only came to say the same.
  pairUp(from, to, (line) => (sent.has(line.key) && held.has(line.key) ? lineText(line) : null), partners);
  // Among lines that no longer say what was published their place in the mBOM decides between equals.
  for (const measure of [byKey, ...BY_LIKENESS]) pairUp(from, to, measure, partners);
  return partners;
}

function keysOf(lines: readonly MbomLine[]): ReadonlySet<MbomLineKey> {
  return new Set(lines.map(({ key }) => key));
}

function asSent(line: MbomLine, held: MbomLine, sent: MbomLine, { typedFields }: SentAndHeld): MbomLine {
  const untouched = FIELD_NAMES.filter((field) => {
    const isLost = sameField(line, held, field) && !sameField(line, sent, field);
    const isTyped = typedFields?.includes(field) ?? true;
    return isLost || (!isTyped && line.key !== held.key && saysNothingOf(line, field));
  });
  const own: MbomLine = { ...line, key: sent.key, origin: sent.origin };
  return withFields(own, sent, untouched);
}

/** Names lines that have no key of Heddle's, each once. */
export function keysApartFrom(published: readonly MbomLine[]): (key: MbomLineKey) => MbomLineKey {
  const taken = new Set<string>(published.map(({ key }) => key));
  return (key) => {
    const own = key.startsWith(PLANNER) ? key : `${PLANNER}${key}`;
    let free = own;
    for (let count = 2; taken.has(free); count++) free = `${own}.${count}`;
    taken.add(free);
    return free as MbomLineKey;
  };
}

const PLANNER = "planner:";
