import { Type, type Static } from "typebox";
import { optional, Reference } from "../http/body.ts";
import type { Stored, Term } from "../http/collection.ts";

const Outcome = Type.Enum(["APPLIED", "REFUSED", "IN_STEP", "SUPERSEDED"]);

export const NewAcknowledgement = Type.Object(
  {
    plant: Type.String({ minLength: 1, maxLength: 40 }),
    outcome: Outcome,
    note: optional(Type.String({ maxLength: 1000 })),
    reference: optional(Reference),
  },
  { additionalProperties: false },
);

/** How a change ended in a plant, as that plant's side says. */
export type Acknowledgement = {
  readonly ecoNumber: string;
  readonly plant: string;
  readonly outcome: Static<typeof Outcome>;
  readonly note: string;
  readonly reference: string | null;
  readonly createdAt: string;
};

export function acknowledgementTerms({ ecoNumber, plant, reference }: Acknowledgement): Term[] {
  return [["eco", ecoNumber], ["plant", plant], ...(reference === null ? [] : [["reference", reference] as const])];
}

export function shownAcknowledgement({ number, value }: Stored<Acknowledgement>) {
  return { ackId: number, ...value };
}
