import type { FastifyInstance } from "fastify";
import type { Static, TSchema } from "typebox";
import { parsedBody } from "../http/body.ts";
import type { Collection, Stored } from "../http/collection.ts";
import { conflict, unknownRecord } from "../http/errors.ts";
import { paged, PAGING } from "../http/paging.ts";
import { etagOf, requireMatch, withEtag } from "../http/precondition.ts";
import { filtersBy, queryOf, referenceFilters } from "../http/query.ts";
import type { Erp } from "./state.ts";

/** A kind of master data: listed, created, read and replaced in the same way. */
export type RecordKind<Value extends object, Schema extends TSchema> = {
  readonly path: string;
  /** As in `ITEM_UNKNOWN`. */
  readonly what: string;
  readonly collection: Collection<Value>;
  readonly schema: Schema;
  /** Repeatable filters, the most selective first. */
  readonly filters: readonly string[];
  /** Members that say which thing the record is about, and so never change. */
  readonly fixed: readonly (keyof Value & string)[];
  /** Checks what was written and fills in the rest; `before` is null for a new record. Throws ApiError. */
  readonly checked: (written: Static<Schema>, before: Value | null) => Value;
  /** What else a write moves. */
  readonly saved?: (stored: Stored<Value>) => void;
  /** Members that follow from how it is kept. */
  readonly shown?: (stored: Stored<Value>) => object;
};

type One = { Params: { id: string } };

export function recordRoutes<Value extends object, Schema extends TSchema>(
  app: FastifyInstance,
  erp: Erp,
  kind: RecordKind<Value, Schema>,
): void {
  const { path, collection, filters } = kind;
  const shownRecord = (stored: Stored<Value>) => ({
    id: stored.number,
    ...kind.shown?.(stored),
    ...stored.value,
    etag: etagOf(stored),
  });

  app.get(path, (request) => {
    const query = queryOf(request, [...PAGING, ...filters, "externalReference", "externalReferenceStartsWith"]);
    const wanted = [...referenceFilters(query, "externalReference"), ...filtersBy(query, filters)];
    return paged(collection, query, wanted, shownRecord);
  });

  app.post(path, (request, reply) => {
    const written = parsedBody(kind.schema, request.body);
    const stored = erp.write(() => {
      const inserted = collection.insert(kind.checked(written, null));
      kind.saved?.(inserted);
      return inserted;
    });
    return withEtag(reply.status(201), stored, shownRecord(stored));
  });

  app.get<One>(`${path}/:id`, (request, reply) => {
    const stored = recordOf(kind, request.params.id);
    return withEtag(reply, stored, shownRecord(stored));
  });

  app.put<One>(`${path}/:id`, (request, reply) => {
    const written = parsedBody(kind.schema, request.body);
    const stored = erp.write(() => {
      const before = recordOf(kind, request.params.id);
      requireMatch(request, before);
      const value = kind.checked(written, before.value);
      const changed = kind.fixed.find((member) => value[member] !== before.value[member]);
      if (changed !== undefined) throw conflict("FIELD_FIXED", `${changed} of ${before.number} cannot change`, changed);
      const replaced = collection.replace(before, value);
      kind.saved?.(replaced);
      return replaced;
    });
    return withEtag(reply, stored, shownRecord(stored));
  });
}

function recordOf<Value extends object>(
  { what, collection }: { what: string; collection: Collection<Value> },
  id: string,
): Stored<Value> {
  const stored = collection.get(id);
  if (stored === null) throw unknownRecord(what, id);
  return stored;
}
