import type { FastifySchemaCompiler } from "fastify";
import { Compile } from "typebox/compile";
import type { TSchema } from "typebox";
import { Value } from "typebox/value";

/**
 * Validates with the schema that also makes the types and the OpenAPI document. Bodies are taken as they
 * are; queries and paths are text, so their numbers are read from it and their defaults filled in.
 */
export const validate: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const compiled = Compile(schema);
  return (given: unknown) => {
    const value = httpPart === "body" ? given : Value.Convert(schema, Value.Default(schema, given));
    return compiled.Check(value) ? { value } : { error: compiled.Errors(value) };
  };
};
