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
  if (value instanceof Map) return inOrder(Object.fromEntries([...value].map(([key, held]) => [String(key), held])));
  if (isPlain(value)) return inOrder(value);
  throw new TypeError(typeof value === "number" ? `${value} has no JSON` : `this kind of ${typeof value} has no JSON`);
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
  const value: Record<string, unknown> = {};
  for (const [key, held] of Object.entries(json)) put(value, key, revived(held));
  return value;
}

function isRational(value: unknown): value is Rational {
  return (
    typeof value === "object" && value !== null && "num" in value && "den" in value && typeof value.den !== "string"
  );
}

/** Not a Set, Date or other class, whose content `Object.entries` would lose in silence. */
function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** With sorted keys. A loop, because every order that is sent comes through here. */
function inOrder(held: Readonly<Record<string, unknown>>): Json {
  const json: Record<string, Json> = {};
  for (const key of Object.keys(held).sort()) {
    const value = held[key];
    if (value === undefined) continue;
    put(json, key, toJson(value));
  }
  return json;
}

/** Assigned, `__proto__` would be the object's prototype and not a key of it. */
function put<Value>(to: Record<string, Value>, key: string, value: Value): void {
  if (key === "__proto__") Object.defineProperty(to, key, { ...OWN, value });
  else to[key] = value;
}

const OWN = { configurable: true, enumerable: true, writable: true };
