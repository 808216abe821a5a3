import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import { parsedBody } from "../http/body.ts";
import { FASTENERS } from "../product/items.ts";
import { imported } from "./import.ts";
import type { Plm } from "./state.ts";

const LINES = 5;
const BulkChanges = Type.Object(
  { count: Type.Integer({ minimum: 1, maximum: 2000 }) },
  { additionalProperties: false },
);

export function sandboxControls(app: FastifyInstance, plm: Plm): void {
  app.get("/_sandbox/drafts", () => ({
    value: plm.ecos
      .list([{ kind: "state", any: ["DRAFT", "IN_REVIEW"] }])
      .map(({ number, value }) => ({ change: number, title: value.title })),
  }));

  app.get("/_sandbox/webhooks", () => plm.outbox.counts());

  app.post("/_sandbox/bulk-changes", (request, reply) => {
    const { count } = parsedBody(BulkChanges, request.body);
    const { ecos } = plm.write(() => imported(plm, bulk(Array.from({ length: count }, () => plm.nextNumber("BLK")))));
    return reply.status(201).send({ ecos });
  });
}

/** One change per assembly, each introducing it. */
function bulk(assemblies: readonly string[]) {
  return {
    parts: assemblies.map((partNumber) => ({
      partNumber,
      revision: "A",
      description: `Fixture ${partNumber}`,
      partType: "assembly",
      bom: FASTENERS.slice(0, LINES).map(({ number }, at) => ({
        findNumber: String((at + 1) * 10),
        partNumber: number,
        quantity: String(at + 1),
      })),
    })),
    ecos: assemblies.map((partNumber) => ({
      title: `Introduce fixture ${partNumber}`,
      reason: "Made in bulk by the sandbox",
      affectedParts: [{ partNumber, toRevision: "A" }],
    })),
  };
}
