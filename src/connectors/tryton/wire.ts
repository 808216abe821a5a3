import { Type, type Static, type TObject, type TSchema } from "typebox";
import { contract, type Contract } from "../http/contract.ts";
import type { RefusalDialect } from "../http/failure.ts";
import { WireDay, WireDecimal, WireDuration, WireInstant, YesNo } from "./values.ts";

/** What Tryton sends, as far as Heddle reads it. */
const nullable = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);
const Id = Type.Integer({ minimum: 0 });
const Text = Type.String();

/** When a record was made and last written, and what Tryton compares before a write. */
const STAMPS = { create_date: nullable(WireInstant), write_date: nullable(WireInstant), _timestamp: Text };
/** A record with its stamps, as far as versions need it. */
export type Stamped = {
  readonly id: number;
  readonly create_date: WireInstant | null;
  readonly write_date: WireInstant | null;
  readonly _timestamp: string;
};

/** A model's records as Heddle asks for them: the schema says which fields, so that the two cannot differ. */
export type Model<T> = {
  /** Tryton's name of it, for instance `production.bom.input`. */
  readonly name: string;
  readonly fields: readonly string[];
  readonly rows: Contract<readonly T[]>;
  /** Records in one answer. */
  readonly page: number;
};

const PAGE = 2_500;
/** Of records that bring their lines with them. */
const HEAVY_PAGE = 100;

/** A member that ends in a point holds fields of a related record, as Tryton sends them. */
function model<Row extends TObject>(name: string, row: Row, page = PAGE): Model<Static<Row>> {
  const rows: Contract<readonly Static<Row>[]> = contract(Type.Array(row));
  return { name, fields: fieldsOf(row), rows, page };
}

type AnySchema = {
  readonly properties?: Record<string, AnySchema>;
  readonly items?: AnySchema;
  readonly anyOf?: readonly AnySchema[];
};

function fieldsOf(schema: AnySchema): readonly string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, held]) =>
    name.endsWith(".") ? fieldsOf(objectIn(held)).map((field) => name + field) : [name],
  );
}

function objectIn(schema: AnySchema): AnySchema {
  const inner = schema.items ?? schema.anyOf?.find(({ properties }) => properties !== undefined);
  return inner === undefined ? schema : objectIn(inner);
}

const Company = Type.Object({ id: Id, rec_name: Text, "currency.": Type.Object({ id: Id, code: Text }) });

const UnitOfMeasure = Type.Object({ id: Id, name: Text, symbol: Text, digits: Type.Integer(), category: Id });
export type UnitOfMeasure = Static<typeof UnitOfMeasure>;

const Identifier = Type.Object({ id: Id, type: nullable(Text), code: Text, ...STAMPS });

const Product = Type.Object({
  id: Id,
  code: nullable(Text),
  ...STAMPS,
  "template.": Type.Object({
    id: Id,
    name: Text,
    default_uom: Id,
    purchase_uom: nullable(Id),
    purchasable: nullable(YesNo),
    producible: nullable(YesNo),
    products: Type.Array(Id),
    ...STAMPS,
  }),
  "identifiers.": Type.Array(Identifier),
});
export type Product = Static<typeof Product>;

const ProductCost = Type.Object({
  id: Id,
  code: nullable(Text),
  cost_price: nullable(WireDecimal),
  ...STAMPS,
  "cost_prices.": Type.Array(Type.Object({ id: Id, company: nullable(Id), ...STAMPS })),
});
export type ProductCost = Static<typeof ProductCost>;

const SupplierPrice = Type.Object({
  id: Id,
  sequence: nullable(Type.Integer()),
  quantity: Type.Number(),
  unit_price: WireDecimal,
  ...STAMPS,
});
const ProductSupplier = Type.Object({
  id: Id,
  sequence: nullable(Type.Integer()),
  template: Id,
  product: nullable(Id),
  code: nullable(Text),
  lead_time: nullable(WireDuration),
  uom: nullable(Id),
  "party.": Type.Object({ id: Id, code: nullable(Text) }),
  "currency.": Type.Object({ id: Id, code: Text }),
  "prices.": Type.Array(SupplierPrice),
  ...STAMPS,
});
export type ProductSupplier = Static<typeof ProductSupplier>;

const Party = Type.Object({ id: Id, code: nullable(Text) });

const BomLine = Type.Object({
  id: Id,
  quantity: Type.Number(),
  uom: Id,
  "product.": Type.Object({ id: Id, code: nullable(Text) }),
  ...STAMPS,
});
export type BomLine = Static<typeof BomLine>;
const Bom = Type.Object({
  id: Id,
  name: Text,
  active: YesNo,
  ...STAMPS,
  "inputs.": Type.Array(BomLine),
  "outputs.": Type.Array(BomLine),
});
export type Bom = Static<typeof Bom>;

const ProductBoms = Type.Object({
  id: Id,
  code: nullable(Text),
  ...STAMPS,
  /** In Tryton's own order, of which the first is the one it plans with. */
  "boms.": Type.Array(Type.Object({ id: Id, bom: Id, routing: Type.Optional(nullable(Id)), ...STAMPS })),
});
export type ProductBoms = Static<typeof ProductBoms>;

const BomUse = Type.Object({ id: Id, bom: Id });
const Routing = Type.Object({ id: Id, boms: Type.Array(Id) });
const WorkCenterCategory = Type.Object({ id: Id, name: Text, ...STAMPS });
const RoutingOperation = Type.Object({
  id: Id,
  name: Text,
  "work_center_category.": Type.Optional(nullable(WorkCenterCategory)),
  ...STAMPS,
});
export type RoutingOperation = Static<typeof RoutingOperation>;
const RoutingSteps = Type.Object({
  id: Id,
  /** In Tryton's own order, by `sequence`. */
  "steps.": Type.Array(Type.Object({ id: Id, "operation.": RoutingOperation, ...STAMPS })),
});
export type RoutingSteps = Static<typeof RoutingSteps>;

const Note = Type.Object({
  id: Id,
  resource: Text,
  message: nullable(Text),
  create_date: nullable(WireInstant),
});
export type Note = Static<typeof Note>;

const PurchaseLine = Type.Object({
  id: Id,
  type: Text,
  quantity: nullable(Type.Number()),
  unit: nullable(Id),
  unit_price: nullable(WireDecimal),
  delivery_date: nullable(WireDay),
  move_done: YesNo,
  "product.": nullable(Type.Object({ id: Id, code: nullable(Text) })),
  "moves.": Type.Array(
    Type.Object({
      id: Id,
      state: Text,
      quantity: Type.Number(),
      uom: Id,
      create_date: STAMPS.create_date,
      write_date: STAMPS.write_date,
      _timestamp: Text,
    }),
  ),
  "purchase.": Type.Object({
    id: Id,
    number: nullable(Text),
    state: Text,
    "party.": Type.Object({ id: Id, code: nullable(Text) }),
    "currency.": Type.Object({ id: Id, code: Text }),
    "create_uid.": nullable(Type.Object({ id: Id, name: Text })),
    ...STAMPS,
  }),
  ...STAMPS,
});
export type PurchaseLine = Static<typeof PurchaseLine>;

const Move = Type.Object({
  id: Id,
  quantity: Type.Number(),
  uom: Id,
  state: Text,
  origin: nullable(Text),
  "product.": Type.Object({ id: Id, code: nullable(Text) }),
  "lot.": Type.Optional(nullable(Type.Object({ id: Id, number: Text }))),
  ...STAMPS,
});
export type Move = Static<typeof Move>;

const Work = Type.Object({
  id: Id,
  state: Text,
  "operation.": RoutingOperation,
  "work_center.": nullable(Type.Object({ id: Id, name: Text })),
  ...STAMPS,
});
export type Work = Static<typeof Work>;

const WorkCycle = Type.Object({ id: Id, work: Id, state: Text, duration: nullable(WireDuration) });
export type WorkCycle = Static<typeof WorkCycle>;

const Lot = Type.Object({ id: Id, number: Text, "product.": Type.Object({ id: Id, code: nullable(Text) }) });

const Production = Type.Object({
  id: Id,
  number: nullable(Text),
  state: Type.Enum(["request", "draft", "waiting", "assigned", "running", "done", "cancelled"]),
  quantity: nullable(Type.Number()),
  uom: nullable(Id),
  bom: nullable(Id),
  routing: Type.Optional(nullable(Id)),
  location: Id,
  planned_start_date: nullable(WireDay),
  effective_start_date: nullable(WireDay),
  "product.": nullable(Type.Object({ id: Id, code: nullable(Text), default_uom: Id })),
  "warehouse.": Type.Object({
    id: Id,
    storage_location: nullable(Id),
    production_picking_location: nullable(Id),
    production_output_location: nullable(Id),
  }),
  "inputs.": Type.Array(Move),
  "outputs.": Type.Array(Move),
  /** In Tryton's own order, by `sequence`. */
  "works.": Type.Optional(Type.Array(Work)),
  "create_uid.": nullable(Type.Object({ id: Id, name: Text })),
  ...STAMPS,
});
export type Production = Static<typeof Production>;

/** A record as polling sees it: that it moved, and whose it is. */
const TOUCHED = { id: Id, create_date: nullable(WireInstant), write_date: nullable(WireInstant) };
export type Touched = Pick<Stamped, "id" | "create_date" | "write_date">;
const TouchedLine = Type.Object({
  ...TOUCHED,
  "purchase.": Type.Object({ id: Id, number: nullable(Text), state: Text }),
});
const TouchedPurchase = Type.Object({ ...TOUCHED, number: nullable(Text), state: Text, lines: Type.Array(Id) });
const TouchedReceipt = Type.Object({ ...TOUCHED, origin: nullable(Text) });
const TouchedProduction = Type.Object({ ...TOUCHED, number: nullable(Text), state: Text });
const TouchedComponent = Type.Object({
  ...TOUCHED,
  "production_input.": nullable(Type.Object({ id: Id, number: nullable(Text) })),
  "production_output.": nullable(Type.Object({ id: Id, number: nullable(Text) })),
});
const TouchedWork = Type.Object({ ...TOUCHED, "production.": Type.Object({ id: Id, number: nullable(Text) }) });
export type TouchedLine = Static<typeof TouchedLine>;
export type TouchedPurchase = Static<typeof TouchedPurchase>;
export type TouchedReceipt = Static<typeof TouchedReceipt>;
export type TouchedProduction = Static<typeof TouchedProduction>;
export type TouchedComponent = Static<typeof TouchedComponent>;
export type TouchedWork = Static<typeof TouchedWork>;

export const MODELS = {
  company: model("company.company", Company),
  unit: model("product.uom", UnitOfMeasure),
  product: model("product.product", Product),
  productCost: model("product.product", ProductCost),
  productSupplier: model("purchase.product_supplier", ProductSupplier),
  party: model("party.party", Party),
  currency: model("currency.currency", Type.Object({ id: Id, code: Text })),
  bom: model("production.bom", Bom, HEAVY_PAGE),
  productBoms: model("product.product", ProductBoms),
  bomUse: model("production.bom.input", BomUse),
  routing: model("production.routing", Routing),
  routingSteps: model("production.routing", RoutingSteps, HEAVY_PAGE),
  note: model("ir.note", Note),
  purchaseLine: model("purchase.line", PurchaseLine),
  production: model("production", Production, HEAVY_PAGE),
  workCycle: model("production.work.cycle", WorkCycle),
  lot: model("stock.lot", Lot),
  touchedLine: model("purchase.line", TouchedLine),
  touchedPurchase: model("purchase.purchase", TouchedPurchase),
  touchedReceipt: model("stock.move", TouchedReceipt),
  touchedProduction: model("production", TouchedProduction),
  touchedComponent: model("stock.move", TouchedComponent),
  touchedWork: model("production.work", TouchedWork),
};

export type RpcAnswer = {
  readonly result: unknown;
  /** Its name, and what it says; of an error of Python's, its words and its trace. */
  readonly error: readonly [string, unknown?];
};

const Session = Type.Tuple([Type.Integer(), Type.String({ minLength: 1 })]);

export const CONTRACTS = {
  count: contract(Type.Integer({ minimum: 0 })),
  ids: contract(Type.Array(Id)),
  day: contract(WireDay),
  nothing: (() => ({ value: null })) as Contract<null>,
  session: contract(Session),
  wizard: contract(Type.Tuple([Type.Integer(), Text, Text])),
  fields: contract(Type.Record(Text, Type.Object({}))),
  templateDefaults: contract(Type.Object({ code_readonly: YesNo })),
  preferences: contract(Type.Object({ company: Type.Optional(nullable(Id)) })),
  rpcAnswer: readRpcAnswer as Contract<Pick<RpcAnswer, "result"> | Pick<RpcAnswer, "error">>,
};

function readRpcAnswer(body: unknown): ReturnType<Contract<Pick<RpcAnswer, "result"> | Pick<RpcAnswer, "error">>> {
  if (typeof body === "object" && body !== null && !Array.isArray(body)) {
    if ("error" in body) {
      const { error } = body;
      if (Array.isArray(error) && typeof error[0] === "string") return { value: { error: [error[0], error[1]] } };
      return { field: "error", problem: "is of another shape" };
    }
    if ("result" in body) return { value: { result: body.result } };
  }
  return { field: "the whole answer", problem: "is no answer to a remote procedure call" };
}

/** Over HTTP, Tryton refuses with a page of its web server; what it means stands in the status. */
export const DIALECT: RefusalDialect = { read: () => null, kindOf: () => undefined };
