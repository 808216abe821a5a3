import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { TSchema } from "typebox";
import type { Dependencies } from "./dependencies.ts";
import { ErrorBody } from "./contract.ts";

/** One file of `routes/`. */
export type RouteGroup = (dependencies: Dependencies) => FastifyPluginAsyncTypebox;

/** A route's answers: what it sends when all is well, and the one shape of everything else. */
export function answers<Good extends Readonly<Record<number, TSchema>>>(
  good: Good,
): Good & { "4xx": typeof ErrorBody; "5xx": typeof ErrorBody } {
  return { ...good, "4xx": ErrorBody, "5xx": ErrorBody };
}
