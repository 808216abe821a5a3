import type { TSchema } from "typebox";
import { HeddleFile } from "./heddle-config.ts";
import { RULE_FILE_SHAPES } from "./rule-file.ts";
import { anyReference } from "./secret.ts";
import { TriggerFile } from "./trigger-file.ts";

/** JSON Schema, as an editor reads it. */
export type JsonSchema = { readonly [keyword: string]: unknown };

const DIALECT = "http://json-schema.org/draft-07/schema#"; // the newest that YAML editors know well

/**
 * What editors check `heddle.yaml` against: the schemas that Heddle reads it by, with the settings of each
 * kind of connection.
 */
export function heddleEditorSchema(kinds: Readonly<Record<string, TSchema>>): JsonSchema {
  const file = editorShape(HeddleFile);
  const properties = file["properties"] as Readonly<Record<string, JsonSchema>>;
  const connections = properties["connections"] ?? {};
  const connection = connections["additionalProperties"] as JsonSchema;
  const ofConnection = connection["properties"] as Readonly<Record<string, JsonSchema>>;
  const kindSchema = {
    ...ofConnection["kind"],
    type: "string",
    anyOf: [{ enum: Object.keys(kinds) }, { pattern: "^(@[^/]+/|heddle-connector-)" }],
  };
  const byKind = Object.entries(kinds).map(([kind, settings]) => ({
    if: { properties: { kind: { const: kind } }, required: ["kind"] },
    // oxlint-disable-next-line unicorn/no-thenable -- JSON Schema calls it so
    then: { properties: { settings: editorShape(settings) }, required: ["settings"] },
  }));
  const described = { ...connection, properties: { ...ofConnection, kind: kindSchema }, allOf: byKind };
  return {
    $schema: DIALECT,
    title: "heddle.yaml",
    ...file,
    properties: { ...properties, connections: { ...connections, additionalProperties: described } },
  };
}

/** What editors check a rule file against. Conditions are CEL and checked when the file is read. */
export function rulesEditorSchema(): JsonSchema {
  const { file, rule, actions } = RULE_FILE_SHAPES;
  const { properties, ...top } = editorShape(file);
  const { properties: members, ...entry } = editorShape(rule);
  const shapes = Object.entries(actions).map(([name, shape]) => [name, editorShape(shape)] as const);
  const rules = {
    ...(properties as Readonly<Record<string, JsonSchema>>)["rules"],
    items: {
      ...entry,
      properties: { ...(members as object), ...Object.fromEntries(shapes) },
      oneOf: shapes.map(([name]) => ({ required: [name] })),
    },
  };
  return { $schema: DIALECT, title: "A plant's rules", ...top, properties: { ...(properties as object), rules } };
}

/** What editors check a trigger file against. */
export function triggersEditorSchema(): JsonSchema {
  return { $schema: DIALECT, title: "A plant's triggers", ...editorShape(TriggerFile) };
}

/** JSON Schema as TypeBox makes it, with the keywords that `source-file.ts` adds. */
type Shape = {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly patternProperties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly default?: unknown;
  readonly hint?: string;
  readonly noun?: string;
  readonly description?: string;
};

/** The same shape as an editor must see it, so that it accepts what `source-file.ts` accepts. */
function editorShape(schema: TSchema): JsonSchema {
  const { hint, noun: _noun, description = sentence(hint), ...rest } = schema as Shape;
  return { ...(description === undefined ? {} : { description }), ...keywords(rest) };
}

function keywords(shape: Omit<Shape, "hint" | "noun">): JsonSchema {
  const { anyOf, ...alone } = shape;
  if (anyOf !== undefined) {
    const words = anyOf.map((choice) => choice.const);
    return words.every((word) => typeof word === "string")
      ? { ...alone, enum: words }
      : { anyOf: anyOf.map(editorShape) };
  }
  if (shape.type === "object") return objectKeywords(alone);
  if (shape.type === "array") return { ...alone, items: editorShape(shape.items ?? {}) };
  if (shape.type === "string") return shape.const === undefined ? textKeywords(alone) : { const: shape.const };
  return alone;
}

/** Unknown fields are mistakes, and a field with a default need not be there. */
function objectKeywords({ properties, patternProperties, required = [], ...rest }: Shape): JsonSchema {
  if (patternProperties !== undefined) {
    const [held = {}] = Object.values(patternProperties);
    return { ...rest, additionalProperties: editorShape(held) };
  }
  const members = Object.entries(properties ?? {});
  const needed = required.filter((name) => properties?.[name]?.default === undefined);
  return {
    ...rest,
    properties: Object.fromEntries(members.map(([name, member]) => [name, editorShape(member)])),
    ...(needed.length === 0 ? {} : { required: needed }),
    additionalProperties: false,
  };
}

/** A number reaches a text field as it is written, and a reference stands for a text that is not known yet. */
function textKeywords({ pattern, minLength = 1, ...rest }: Shape): JsonSchema {
  const own = pattern === undefined ? {} : { pattern: `${anyReference}|${pattern}` };
  return { ...rest, type: ["string", "number"], ...own, ...(minLength === 0 ? {} : { minLength }) };
}

function sentence(hint: string | undefined): string | undefined {
  return hint === undefined ? undefined : `${hint.slice(0, 1).toUpperCase()}${hint.slice(1)}.`;
}
