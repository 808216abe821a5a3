import type { Static, TSchema } from "typebox";
import { Compile } from "typebox/compile";

/** The shape that a system promised for an answer, ready to check answers against. */
export type Contract<T> = (
  body: unknown,
) => { readonly value: T } | { readonly field: string; readonly problem: string };

export function contract<const Schema extends TSchema>(schema: Schema): Contract<Static<Schema>> {
  const validator = Compile(schema);
  return (body) => {
    if (validator.Check(body)) return { value: body };
    return firstProblem(validator.Errors(body));
  };
}

type SchemaError = {
  readonly keyword: string;
  readonly instancePath: string;
  readonly message: string;
  readonly params: object;
};

function firstProblem(errors: readonly SchemaError[]): { field: string; problem: string } {
  // Of a union, the deepest complaint is the one about the data; the others say that it is not the other members.
  const error = errors.toSorted((a, b) => depth(b) - depth(a))[0];
  if (error === undefined) return { field: "the whole answer", problem: "is of another shape" };
  const missing = error.params as { readonly requiredProperties?: readonly string[] };
  const path = [...error.instancePath.split("/").slice(1), ...(missing.requiredProperties?.slice(0, 1) ?? [])];
  const problem = error.keyword === "required" ? "is missing" : error.message;
  return { field: path.length === 0 ? "the whole answer" : fieldPath(path), problem };
}

function depth(error: SchemaError): number {
  return error.instancePath.split("/").length;
}

/** `["lines", "3", "unit"]` as a person writes it: `lines[3].unit`. */
function fieldPath(path: readonly string[]): string {
  return path
    .map((step) => (/^\d+$/.test(step) ? `[${step}]` : `.${step.replaceAll("~1", "/").replaceAll("~0", "~")}`))
    .join("")
    .replace(/^\./, "");
}
