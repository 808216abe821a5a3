/** The models of the stand-in for Tryton: fields and what Tryton itself does when records are written. */

export type Row = { readonly id: number; [field: string]: unknown };

export type Field =
  | { readonly kind: "value"; readonly initial?: unknown }
  | { readonly kind: "one"; readonly of: string }
  | { readonly kind: "many"; readonly of: string; readonly by: string }
  | { readonly kind: "through"; readonly many: string; readonly one: string }
  | { readonly kind: "links" }
  | { readonly kind: "computed"; readonly of: (row: Row, tables: Tables) => unknown };

/** Records by model and id. */
export type Tables = {
  readonly rows: (model: string) => Iterable<Row>;
  readonly row: (model: string, id: unknown) => Row | undefined;
};

const value: Field = { kind: "value" };
const initially = (initial: unknown): Field => ({ kind: "value", initial });
const one = (of: string): Field => ({ kind: "one", of });
const many = (of: string, by: string): Field => ({ kind: "many", of, by });
const computed = (of: (row: Row, tables: Tables) => unknown): Field => ({ kind: "computed", of });

const active = initially(true);
const BOM_LINE = {
  bom: one("production.bom"),
  product: one("product.product"),
  quantity: value,
  uom: one("product.uom"),
};

export const MODELS: Readonly<Record<string, Readonly<Record<string, Field>>>> = {
  "company.company": {
    party: one("party.party"),
    currency: one("currency.currency"),
    rec_name: computed((row, tables) => tables.row("party.party", row["party"])?.["name"]),
  },
  "currency.currency": { name: value, code: value, symbol: value, digits: value, rounding: value },
  "ir.note": { resource: value, message: value },
  "party.address": { party: one("party.party") },
  "party.party": { name: value, code: value, addresses: many("party.address", "party") },
  "product.uom": { name: value, symbol: value, digits: value, category: value, rounding: value },
  "stock.location": {
    name: value,
    code: value,
    storage_location: value,
    production_picking_location: value,
    production_output_location: value,
  },
  "product.template": {
    name: value,
    code: value,
    type: value,
    default_uom: one("product.uom"),
    purchase_uom: one("product.uom"),
    purchasable: value,
    producible: value,
    list_price: value,
    cost_price_method: value,
    lot_required: value,
    active,
    products: many("product.product", "template"),
  },
  "product.product": {
    template: one("product.template"),
    suffix_code: value,
    active,
    code: computed((row, tables) =>
      [tables.row("product.template", row["template"])?.["code"], row["suffix_code"]].join(""),
    ),
    default_uom: computed((row, tables) => tables.row("product.template", row["template"])?.["default_uom"]),
    producible: computed((row, tables) => tables.row("product.template", row["template"])?.["producible"]),
    cost_price: computed(
      (row, tables) =>
        [...tables.rows("product.cost_price")].find(({ product }) => product === row.id)?.["cost_price"] ?? null,
    ),
    identifiers: many("product.identifier", "product"),
    cost_prices: many("product.cost_price", "product"),
    boms: many("product.product-production.bom", "product"),
    product_suppliers: many("purchase.product_supplier", "product"),
  },
  "product.identifier": { product: one("product.product"), type: value, code: value },
  "product.cost_price": { product: one("product.product"), company: one("company.company"), cost_price: value },
  "product.cost_price.revision": { product: one("product.product"), cost_price: value, date: value },
  "product.product-production.bom": {
    product: one("product.product"),
    bom: one("production.bom"),
    sequence: value,
    routing: one("production.routing"),
  },
  "production.routing": {
    name: value,
    boms: { kind: "links" },
    active,
    steps: many("production.routing.step", "routing"),
  },
  "production.routing.step": {
    routing: one("production.routing"),
    operation: one("production.routing.operation"),
    sequence: value,
  },
  "production.routing.operation": {
    name: value,
    work_center_category: one("production.work.center.category"),
    active,
  },
  "production.work.center.category": { name: value },
  "production.work.center": {
    name: value,
    parent: one("production.work.center"),
    category: one("production.work.center.category"),
    company: initially(1),
    warehouse: one("stock.location"),
    active,
  },
  "production.work": {
    production: one("production"),
    operation: one("production.routing.operation"),
    work_center: one("production.work.center"),
    company: initially(1),
    sequence: value,
    state: initially("request"),
    cycles: many("production.work.cycle", "work"),
  },
  "production.work.cycle": { work: one("production.work"), duration: value, state: initially("draft") },
  "production.bom": {
    name: value,
    active,
    inputs: many("production.bom.input", "bom"),
    outputs: many("production.bom.output", "bom"),
    output_products: { kind: "through", many: "outputs", one: "product" },
  },
  "production.bom.input": BOM_LINE,
  "production.bom.output": BOM_LINE,
  "purchase.product_supplier": {
    template: one("product.template"),
    product: one("product.product"),
    party: one("party.party"),
    code: value,
    lead_time: value,
    sequence: value,
    currency: one("currency.currency"),
    company: initially(1),
    active,
    uom: computed((row, tables) => tables.row("product.template", row["template"])?.["purchase_uom"] ?? null),
    prices: many("purchase.product_supplier.price", "product_supplier"),
  },
  "purchase.product_supplier.price": {
    product_supplier: one("purchase.product_supplier"),
    sequence: value,
    quantity: value,
    unit_price: value,
  },
  "purchase.purchase": {
    number: value,
    state: initially("draft"),
    company: initially(1),
    party: one("party.party"),
    invoice_address: value,
    currency: one("currency.currency"),
    warehouse: value,
    invoice_method: value,
    lines: many("purchase.line", "purchase"),
  },
  "purchase.line": {
    purchase: one("purchase.purchase"),
    type: value,
    product: one("product.product"),
    quantity: value,
    unit: one("product.uom"),
    unit_price: value,
    note: value,
    delivery_date: value,
    move_done: computed(() => false),
    moves: computed((row, tables) =>
      [...tables.rows("stock.move")].filter(({ origin }) => origin === `purchase.line,${row.id}`).map(({ id }) => id),
    ),
  },
  "stock.move": {
    product: one("product.product"),
    quantity: value,
    uom: one("product.uom"),
    state: initially("draft"),
    company: initially(1),
    currency: value,
    unit_price: value,
    from_location: value,
    to_location: value,
    origin: value,
    lot: one("stock.lot"),
    production_input: one("production"),
    production_output: one("production"),
  },
  "stock.lot": { number: value, product: one("product.product") },
  production: {
    number: value,
    reference: value,
    state: initially("draft"),
    company: initially(1),
    product: one("product.product"),
    bom: one("production.bom"),
    routing: one("production.routing"),
    uom: one("product.uom"),
    quantity: value,
    warehouse: one("stock.location"),
    location: value,
    work_center: one("production.work.center"),
    planned_start_date: value,
    planned_date: value,
    effective_start_date: value,
    inputs: many("stock.move", "production_input"),
    outputs: many("stock.move", "production_output"),
    works: many("production.work", "production"),
  },
  "res.user.warning": { user: value, name: value, always: value },
  "res.user": { name: value, company: value, companies: value },
};

/** Fields of a move that Tryton keeps as they are once stock is reserved for it or was moved. */
export const FIXED_OF_MOVES: ReadonlySet<string> = new Set([
  "product",
  "uom",
  "quantity",
  "from_location",
  "to_location",
  "company",
  "currency",
]);

/** Every model's own: Tryton's record keeping. */
export const OF_EVERY_MODEL: Readonly<Record<string, Field>> = {
  id: value,
  create_date: value,
  write_date: value,
  create_uid: one("res.user"),
};
