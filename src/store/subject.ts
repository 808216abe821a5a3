declare const brand: unique symbol;

/** What the hub looks at again and again, as text: `change:ECO-0001@1000`. */
export type SubjectId = string & { readonly [brand]: "SubjectId" };

/** A thing of some kind (a change) in one plant, under its key in its own system. */
export type Subject = { readonly id: SubjectId; readonly kind: string; readonly key: string; readonly plant: string };

/** @throws RangeError when the id could not be read back: a `:` in the kind, an `@` in the plant, or one empty. */
export function subjectOf(kind: string, key: string, plant: string): Subject {
  const subject = parseSubject(`${kind}:${key}@${plant}`);
  if (subject === null || subject.kind !== kind || subject.plant !== plant) {
    throw new RangeError(`no subject can be made of kind "${kind}", key "${key}" and plant "${plant}"`);
  }
  return subject;
}

/** Null when `text` is not a subject's id. */
export function parseSubject(text: string): Subject | null {
  const match = /^([^:]+):(.+)@([^@]+)$/s.exec(text);
  if (match === null) return null;
  const [, kind = "", key = "", plant = ""] = match;
  return { id: text as SubjectId, kind, key, plant };
}
