import type { Model } from "./wire.ts";

/** Modules that a Tryton may do without, and the fields by which they are met. */
const FIELDS_OF_MODULES = {
  production_routing: ["routing"],
  production_work: ["works", "work_center_category"],
  stock_lot: ["lot"],
} as const satisfies Readonly<Record<string, readonly string[]>>;
export type TrytonModule = keyof typeof FIELDS_OF_MODULES;

export const MODULE_FIELDS: readonly string[] = Object.values(FIELDS_OF_MODULES).flat();

/** Which of them are there, told by the names of fields of productions and stock moves. */
export function modulesWith(fields: readonly string[]): ReadonlySet<TrytonModule> {
  const modules = Object.keys(FIELDS_OF_MODULES) as TrytonModule[];
  return new Set(modules.filter((module) => fieldsOf(module).some((field) => fields.includes(field))));
}

/** A model without the fields that only a missing module brings: Tryton refuses a read that names one. */
export function withoutMissing<T>(of: Model<T>, modules: ReadonlySet<TrytonModule>): Model<T> {
  const missing = (Object.keys(FIELDS_OF_MODULES) as TrytonModule[]).filter((module) => !modules.has(module));
  return { ...of, fields: of.fields.filter((path) => !missing.some((module) => bringsField(module, path))) };
}

/** @param path as a read names it: `works.operation.name` */
export function bringsField(module: TrytonModule, path: string): boolean {
  return path.split(".").some((field) => fieldsOf(module).includes(field));
}

function fieldsOf(module: TrytonModule): readonly string[] {
  return FIELDS_OF_MODULES[module];
}
