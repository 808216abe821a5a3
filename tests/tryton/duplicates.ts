import type { TrytonWorld } from "../../src/connectors/tryton/server-harness.ts";

type Row = { readonly id: number } & Readonly<Record<string, unknown>>;

/** Whatever stands twice in Tryton and should stand once, each in words; drafts that were left behind too. */
export async function duplicates(world: TrytonWorld): Promise<string[]> {
  const rows = (model: string, domain: readonly unknown[], fields: readonly string[]) =>
    world.search<Row>(model, domain, fields);
  const boms = await rows("production.bom", [["active", "in", [true, false]]], ["name"]);
  const links = await rows("product.product-production.bom", [], ["product"]);
  const products = await rows("product.product", [], ["code"]);
  const identifiers = await rows("product.identifier", [], ["code"]);
  const sources = await rows("purchase.product_supplier", [], ["product", "party"]);
  const costs = await rows("product.cost_price.revision", [], ["product", "cost_price"]);
  const notes = await rows("ir.note", [], ["resource", "message"]);
  const moves = await rows("stock.move", [["production_input", "!=", null]], ["production_input", "product"]);
  return [
    ...twice("BOM", boms, ({ name }) => String(name)),
    ...boms.flatMap(({ name }) => (String(name).endsWith(" draft") ? [`draft left: ${String(name)}`] : [])),
    ...twice("BOM link", links, ({ product }) => String(product)),
    ...twice("product", products, ({ code }) => String(code)),
    ...twice("identifier", identifiers, ({ code }) => String(code)),
    ...twice("supplier record", sources, ({ product, party }) => `${String(product)} ${String(party)}`),
    ...twice("cost revision", costs, ({ product, cost_price: cost }) => `${String(product)} ${String(cost)}`),
    ...twice("note", notes, ({ resource, message }) => `${String(resource)} ${String(message)}`),
    ...twice("component", moves, ({ production_input: order, product }) => `${String(order)} ${String(product)}`),
  ];
}

function twice(what: string, rows: readonly Row[], keyOf: (row: Row) => string): string[] {
  return [...Map.groupBy(rows, keyOf)].flatMap(([key, own]) =>
    own.length > 1 ? [`${own.length} × ${what} ${key}`] : [],
  );
}
