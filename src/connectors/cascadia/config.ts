import { Type, type Static } from "typebox";
import { HttpSettings } from "../http/settings.ts";

/** What `heddle.yaml` says of a connection of kind `cascadia`. `apiKey` begins with `csc_`. */
export const CascadiaSettings = Type.Object(
  {
    ...HttpSettings.properties,
    maxPerSecond: Type.Integer({
      minimum: 0,
      maximum: 10_000,
      default: 15,
      description:
        "Requests begun in one second. In production Cascadia answers 1,000 a minute from one address, then none until the minute is over.",
    }),
    unitAttribute: Type.String({
      minLength: 1,
      maxLength: 100,
      default: "unit",
      description:
        "Attribute of a part that holds its unit; Cascadia has no field for it. A part without it is counted (EA).",
    }),
    effectivityAttribute: Type.String({
      minLength: 1,
      maxLength: 100,
      default: "effectiveFrom",
      description: "Attribute of a change order that holds its first day, where its implementation date is empty.",
    }),
    releasedStates: Type.Array(Type.String({ minLength: 1 }), {
      minItems: 1,
      default: ["Released"],
      description: "Lifecycle states, by id, whose parts may be built or bought.",
    }),
  },
  { additionalProperties: false },
);
export type CascadiaSettings = Static<typeof CascadiaSettings>;
