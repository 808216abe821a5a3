import { Type, type Static, type TSchema } from "typebox";
import { contract } from "../http/contract.ts";
import type { Refusal, RefusalDialect } from "../http/failure.ts";

/** What the sandbox MES sends and takes, as far as Heddle uses it. Quantities are decimal text. */
const nullable = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);
const Id = Type.String({ minLength: 1 });
const Text = Type.String();
/** The MES checks its numbers, so one that is none breaks its contract. */
const Decimal = Type.String({ pattern: "^-?\\d{1,30}(\\.\\d{1,30})?$" });

const Operation = Type.Object({
  operation: Id,
  name: Text,
  workCenter: Id,
  setupSeconds: nullable(Type.Number()),
  runSeconds: nullable(Type.Number()),
});

const Component = Type.Object({
  line: Id,
  operation: Id,
  itemCode: Id,
  quantity: Decimal,
  unit: Id,
  supplyType: nullable(Type.Enum(["PUSH", "PULL", "BULK", "BACKFLUSH"])),
  lot: nullable(Text),
});

/** What a job says that is to be made. */
const CONTENT = {
  externalId: Id,
  plant: Id,
  order: Id,
  version: Type.Integer({ minimum: 1 }),
  itemCode: Id,
  revision: nullable(Text),
  name: Text,
  orderType: nullable(Text),
  splitFrom: nullable(Text),
  reworkOf: nullable(Text),
  quantity: Decimal,
  unit: Id,
  priority: Type.Integer(),
  start: nullable(Text),
  end: nullable(Text),
  bomNumber: nullable(Text),
  routingNumber: nullable(Text),
};
const JobContent = Type.Object({
  ...CONTENT,
  operations: Type.Array(Operation),
  components: Type.Array(Component),
});
export type JobContent = Static<typeof JobContent>;

const STATUS = {
  number: Id,
  state: Type.Enum([
    "NOT_ALLOWED_TO_START",
    "ALLOWED_TO_START",
    "RUNNING",
    "INTERRUPTED",
    "ENDED",
    "ABORTED",
    "CANCELLED",
  ]),
  good: Decimal,
  scrap: Decimal,
  cancellation: nullable(Type.Object({ answer: Type.Enum(["ASKED", "DONE", "TOO_LATE", "PARTLY_DONE"]) })),
  refusal: nullable(Text),
  etag: Id,
};
const JobOrder = Type.Object({ ...CONTENT, ...STATUS });
export type JobOrder = Static<typeof JobOrder>;

const WholeJobOrder = Type.Object({ ...JobContent.properties, ...STATUS });
export type WholeJobOrder = Static<typeof WholeJobOrder>;

const EventKey = Type.Object({ source: Id, id: Id });
const Serials = Type.Array(Id);

/** What happens on the shop floor, and what counts pieces. */
const HAPPENINGS = [
  "OPERATION_STARTED",
  "SETUP_COMPLETED",
  "GOOD",
  "SCRAP",
  "REWORK",
  "CONSUMED",
  "MEASURED",
  "DEFECT",
  "INTERRUPTED",
  "RESUMED",
  "OPERATION_COMPLETED",
] as const;

const EVENT_CONTENT = {
  time: Text,
  plant: Id,
  order: Id,
  jobNumber: Id,
  itemCode: Id,
  revision: nullable(Id),
  operation: Id,
  workCenter: Id,
  station: nullable(Id),
  operator: nullable(Id),
  quantities: nullable(Type.Object({ good: Decimal, scrap: Decimal, rework: Decimal })),
  unit: Id,
  workSeconds: nullable(Type.Number()),
  reworked: nullable(Type.Boolean()),
  reason: nullable(Text),
  lot: nullable(Id),
  serials: Serials,
  material: nullable(
    Type.Object({ line: Id, itemCode: Id, quantity: Decimal, unit: Id, lot: nullable(Id), serials: Serials }),
  ),
  measurement: nullable(
    Type.Object({
      characteristic: Id,
      value: Decimal,
      unit: Text,
      lower: Decimal,
      upper: Decimal,
      passed: Type.Boolean(),
    }),
  ),
  defect: nullable(Type.Object({ code: Id, text: Text, severity: Type.Enum(["MINOR", "MAJOR"]) })),
};
const EventContent = Type.Object({ type: Type.Enum(HAPPENINGS), ...EVENT_CONTENT });
export type EventContent = Static<typeof EventContent>;

const ShopEvent = Type.Object({
  ...EventKey.properties,
  ...EVENT_CONTENT,
  type: Type.Enum([...HAPPENINGS, "CORRECTION", "REVERSAL"]),
  about: nullable(EventKey),
  instead: nullable(EventContent),
});
export type ShopEvent = Static<typeof ShopEvent>;

const paged = <Schema extends TSchema>(value: Schema) =>
  contract(Type.Object({ value: Type.Array(value), next: nullable(Text) }));

export const CONTRACTS = {
  /** Events one by one: a terminal may tell anything, and the others must not suffer for it. */
  eventsSince: contract(
    Type.Object({ value: Type.Array(Type.Unknown()), cursor: Type.Integer({ minimum: 0 }), more: Type.Boolean() }),
  ),
  shopEvent: contract(ShopEvent),
  job: contract(JobOrder),
  wholeJob: contract(WholeJobOrder),
  jobs: paged(JobOrder),
  jobsSince: contract(
    Type.Object({
      value: Type.Array(Type.Object({ externalId: Id })),
      cursor: Type.Integer({ minimum: 0 }),
      more: Type.Boolean(),
    }),
  ),
  log: paged(Type.Object({ action: Id })),
  workCenters: paged(Type.Object({ code: Id })),
  webhook: contract(
    Type.Union([
      Type.Object({
        type: Type.Enum(["job.received", "job.changed", "job.state-changed", "job.cancel-answered"]),
        data: Type.Object({ externalId: Id }),
      }),
      Type.Object({ type: Type.Literal("events.recorded") }),
    ]),
  ),
};

const Failure = contract(Type.Object({ error: Type.Object({ code: Text, message: Text, field: nullable(Text) }) }));

/** Refusals with 409 that planning again would only repeat. */
const FINAL = new Set(["FIELD_FIXED", "JOB_BEGUN", "JOB_ENDED", "JOB_RUNNING", "VERSION_CONTENT"]);

export const DIALECT: RefusalDialect = {
  read(body): Refusal | null {
    const failure = Failure(body);
    return "value" in failure ? failure.value.error : null;
  },
  kindOf({ code }) {
    // A wrong address is no answer about a record.
    if (code === "ROUTE_UNKNOWN") return "contract broken";
    return FINAL.has(code) ? "rejected" : undefined;
  },
};
