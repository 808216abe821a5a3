import { Type, type Static } from "typebox";
import { optional, Reference } from "../http/body.ts";
import type { Stored, Term } from "../http/collection.ts";
import { etagOf } from "../http/precondition.ts";
import { Plant } from "./item.ts";

const ObjectType = Type.Enum(["PURCHASE_ORDER_LINE", "PRODUCTION_ORDER"]);

export const WrittenAlert = Type.Object(
  {
    plant: Plant,
    objectType: ObjectType,
    objectId: Type.String({ minLength: 1, maxLength: 100 }),
    text: Type.String({ minLength: 1, maxLength: 1000 }),
    author: optional(Type.String({ maxLength: 100 })),
    externalReference: optional(Reference),
  },
  { additionalProperties: false },
);

/** A note on an open order, where its buyer or planner looks. */
export type Alert = {
  readonly plant: string;
  readonly objectType: Static<typeof ObjectType>;
  readonly objectId: string;
  readonly text: string;
  readonly author: string | null;
  readonly state: "OPEN" | "CLOSED";
  readonly closeReason: string | null;
  readonly createdAt: string;
  readonly closedAt: string | null;
  readonly externalReference: string | null;
};

export function alertTerms({ plant, objectType, objectId, state, externalReference }: Alert): Term[] {
  return [
    ["plant", plant],
    ["objectType", objectType],
    ["objectId", objectId],
    ["state", state],
    ...(externalReference === null ? [] : [["externalReference", externalReference] as const]),
  ];
}

export function shownAlert(stored: Stored<Alert>) {
  return { number: stored.number, ...stored.value, etag: etagOf(stored) };
}
