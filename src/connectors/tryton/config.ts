import { Type, type Static } from "typebox";
import { HttpSettings } from "../http/settings.ts";

const { apiKey: _noKeys, ...overHttp } = HttpSettings.properties;

/** What `heddle.yaml` says of a connection of kind `tryton`. */
export const TrytonSettings = Type.Object(
  {
    /** Address of the server, with no database in it: `https://erp.example.com`. */
    ...overHttp,
    database: Type.String({
      pattern: "^[A-Za-z0-9_-]{1,63}$",
      description: "Name of the database, as on Tryton's sign-in page.",
    }),
    user: Type.String({ minLength: 1, maxLength: 200, description: "Heddle's user in Tryton." }),
    password: Type.String({
      minLength: 1,
      maxLength: 1_000,
      description: "Sent once per session; never logged. Refer to it: ${env:NAME} or ${file:path}.",
    }),
    company: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        description: "The company whose records these are, by its name; needed only where the user sees several.",
      }),
    ),
    plant: Type.String({ minLength: 1, maxLength: 60, description: "The plant in Heddle that this company is." }),
    units: Type.Record(Type.String(), Type.String({ pattern: "^[A-Z0-9]{2,3}$" }), {
      default: {},
      description:
        "Recommendation 20 codes of units of measure that Tryton does not bring, by their symbol: { pcs: H87 }.",
    }),
    acceptWarnings: Type.Array(Type.String({ minLength: 1, maxLength: 200 }), {
      default: [],
      description: "Warnings of Tryton that are answered with yes, each a pattern that its whole name must match.",
    }),
  },
  { additionalProperties: false },
);
export type TrytonSettings = Static<typeof TrytonSettings>;
