import type { FastifyInstance } from "fastify";
import { Type, type Static } from "typebox";
import { optional, parsedBody } from "../http/body.ts";
import type { Stored } from "../http/collection.ts";
import { newEco, WrittenEco } from "./eco.ts";
import { noteEdit } from "./eco-edits.ts";
import {
  Lifecycle,
  Name,
  newPartRevision,
  PartMembers,
  requireInWork,
  revisionKey,
  type PartRevision,
} from "./part-revision.ts";
import { revisionsOf, type Plm } from "./state.ts";
import { requireDistinctIds, usageOf, WrittenUsages, type Usage, type WrittenUsage } from "./usage.ts";

const ImportedPart = Type.Object(
  {
    partNumber: Name,
    revision: Name,
    ...PartMembers,
    lifecycle: optional(Lifecycle),
    basedOn: optional(Name),
    bom: optional(WrittenUsages),
  },
  { additionalProperties: false },
);

export const Import = Type.Object(
  {
    parts: optional(Type.Array(ImportedPart, { maxItems: 50_000 })),
    ecos: optional(Type.Array(WrittenEco, { maxItems: 5000 })),
  },
  { additionalProperties: false },
);
export type Import = Static<typeof Import>;

export function importRoute(app: FastifyInstance, plm: Plm): void {
  app.post("/import", (request, reply) => {
    const content = parsedBody(Import, request.body);
    return reply.status(201).send(plm.write(() => imported(plm, content)));
  });
}

/** Takes parts, structures and changes as engineers typed them. Call it inside `plm.write`. */
export function imported(plm: Plm, { parts, ecos }: Import): { parts: number; ecos: string[] } {
  for (const part of parts ?? []) importPart(plm, part);
  const numbers = (ecos ?? []).map((written) => {
    const eco = plm.ecos.insert(newEco(written, () => plm.nextNumber("AFP")));
    plm.outbox.put({ type: "eco.edited", data: { ecoNumber: eco.number, state: "DRAFT", sequence: eco.sequence } });
    return eco.number;
  });
  return { parts: parts?.length ?? 0, ecos: numbers };
}

function importPart(plm: Plm, written: Static<typeof ImportedPart>): void {
  const { partNumber, revision, lifecycle, basedOn, bom, ...members } = written;
  const existing = plm.parts.get(revisionKey({ partNumber, revision }));
  if (existing !== null) requireInWork(existing);
  const before = basis(plm, partNumber, basedOn ?? null, existing);
  const part: PartRevision = {
    ...newPartRevision({ partNumber, revision }, members),
    lifecycle: lifecycle ?? "INWORK",
    usages: bom === undefined || bom === null ? null : withUsageIds(bom, before, () => plm.nextNumber("USG")),
  };
  requireDistinctIds(part, part.usages ?? []);
  if (existing === null) plm.parts.insert(part);
  else plm.parts.replace(existing, { ...part, createdAt: existing.value.createdAt });
  noteEdit(plm, part, 1);
}

/** The lines whose occurrence ids the imported ones take over. */
function basis(
  plm: Plm,
  partNumber: string,
  basedOn: string | null,
  existing: Stored<PartRevision> | null,
): readonly Usage[] {
  const revisions = revisionsOf(plm, partNumber);
  const based = revisions.find(({ value }) => value.revision === basedOn) ?? existing ?? revisions.at(-1);
  return based?.value.usages ?? [];
}

/** Find number for find number, each old line once; the rest get new ids. */
function withUsageIds(bom: readonly WrittenUsage[], before: readonly Usage[], nextId: () => string): Usage[] {
  const given = new Set(bom.flatMap(({ usageId }) => usageId ?? []));
  const free = before.filter(({ usageId }) => !given.has(usageId));
  return bom.map((line) => {
    const at = free.findIndex(({ findNumber }) => findNumber !== "" && findNumber === line.findNumber);
    const takenOver = (line.usageId ?? null) === null && at >= 0 ? free.splice(at, 1)[0]?.usageId : undefined;
    return usageOf(line, line.usageId ?? takenOver ?? nextId());
  });
}
