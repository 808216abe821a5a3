import { Type, type Static, type TSchema } from "typebox";
import { Compile } from "typebox/compile";
import { malformed } from "./errors.ts";

const compiled = new WeakMap<TSchema, ReturnType<typeof Compile>>();

/** The request's body as `schema` describes it. @throws ApiError 400 naming the first member at fault. */
export function parsedBody<Schema extends TSchema>(schema: Schema, body: unknown): Static<Schema> {
  const validator = compiled.get(schema) ?? Compile(schema);
  compiled.set(schema, validator);
  const value = body ?? {};
  if (validator.Check(value)) return value as Static<Schema>;
  const [first] = validator.Errors(value);
  throw malformed(`the body is not as described: ${explained(first)}`, memberPath(first));
}

/** A member that may be left out or null. */
export function optional<Schema extends TSchema>(schema: Schema) {
  return Type.Optional(Type.Union([schema, Type.Null()]));
}

/** Free text that a client may look records up by. */
export const Reference = Type.String({ maxLength: 200 });

/** `value` with the members that it leaves out or has as null taken from `defaults`. */
export function filled<Value extends object, Defaults extends object>(value: Value, defaults: Defaults) {
  const given = Object.entries(value).filter(([, member]) => member !== null && member !== undefined);
  const names = new Set(given.map(([name]) => name));
  const open = Object.entries(defaults).filter(([name]) => !names.has(name));
  return Object.fromEntries([...given, ...open]) as Filled<Value, Defaults>;
}

type Filled<Value, Defaults> = {
  [Name in keyof Value | keyof Defaults]-?: Name extends keyof Defaults
    ? Defaults[Name] | (Name extends keyof Value ? NonNullable<Value[Name]> : never)
    : Name extends keyof Value
      ? NonNullable<Value[Name]>
      : never;
};

type SchemaError = { readonly instancePath: string; readonly message: string; readonly params: object };

function explained(error: SchemaError | undefined): string {
  const { missing, surplus } = wrongMembers(error);
  const what = memberPath(error) ?? "it";
  if (missing !== null) return `${what} is missing`;
  return surplus === null ? `${what} ${error?.message ?? "is of another shape"}` : `there is no member ${what}`;
}

/** `/lines/2/unit` as `lines[2].unit`; a missing or surplus member is named too. */
function memberPath(error: SchemaError | undefined): string | null {
  const { missing, surplus } = wrongMembers(error);
  const names = [...(error?.instancePath.split("/").slice(1) ?? []), ...(missing ?? surplus ?? [])];
  const path = names.map((name) => (/^\d+$/.test(name) ? `[${name}]` : `.${name}`)).join("");
  return path === "" ? null : path.replace(/^\./, "");
}

/** The first member that a body lacks or has too many, each as a path of one name. */
function wrongMembers(error: SchemaError | undefined): { missing: string[] | null; surplus: string[] | null } {
  const params = (error?.params ?? {}) as { requiredProperties?: string[]; additionalProperties?: string[] };
  return {
    missing: params.requiredProperties?.slice(0, 1) ?? null,
    surplus: params.additionalProperties?.slice(0, 1) ?? null,
  };
}
