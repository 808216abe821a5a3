import { readRational, rationalText, type Rational } from "./rational.ts";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * A domain value as JSON: exact numbers become text (`"0.35"`, `"1/3"`), maps become objects. The same
 * value always gives the same JSON with sorted keys, so its text can be digested.
 */
export function toJson(value: unknown): Json {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (Array.isArray(value)) return value.map(toJson);
  if (isRational(value)) return { $exact: rationalText(value) };
  if (value instanceof Map) return sorted([...value].map(([key, held]) => [String(key), toJson(held)]));
  if (isPlain(value)) {
    return sorted(Object.entries(value).flatMap(([key, held]) => (held === undefined ? [] : [[key, toJson(held)]])));
  }
  throw new TypeError(typeof value === "number" ? `${value} has no JSON` : `a ${typeof value} of its kind has no JSON`);
}

/** The value that `toJson` was given, maps aside, which stay objects; the caller says its type. */
export function fromJson<T>(json: unknown): T {
  return revived(json) as T;
}

/** One text for one value: what a digest is taken of. */
export function canonicalText(value: unknown): string {
  return JSON.stringify(toJson(value));
}

function revived(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(revived);
  if (json === null || typeof json !== "object") return json;
  if ("$exact" in json && typeof json.$exact === "string") {
    const number = readRational(json.$exact);
    if (number === null) throw new TypeError(`"${json.$exact}" is not an exact number`);
    return number;
  }
  return Object.fromEntries(Object.entries(json).map(([key, held]) => [key, revived(held)]));
}

function isRational(value: unknown): value is Rational {
  return typeof value === "object" && value !== null && "numerator" in value && typeof value.numerator === "bigint";
}

/** Not a Set, Date or other class, whose content `Object.entries` would lose in silence. */
function isPlain(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function sorted(entries: [string, Json][]): Json {
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}
