import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import { optional, Reference } from "../http/body.ts";
import { refused } from "../http/errors.ts";
import { checkCurrency } from "./checks.ts";
import { Code } from "./item.ts";
import { recordRoutes } from "./record-routes.ts";
import type { Erp } from "./state.ts";

const WrittenSupplier = Type.Object({
  code: Code,
  name: Type.String({ minLength: 1, maxLength: 200 }),
  currency: Type.String(),
  blocked: optional(Type.Boolean()),
  externalReference: optional(Reference),
});

export type Supplier = {
  readonly code: string;
  readonly name: string;
  readonly currency: string;
  /** Nothing new is ordered from a blocked supplier. */
  readonly blocked: boolean;
  readonly externalReference: string | null;
};

export function supplierRoutes(app: FastifyInstance, erp: Erp): void {
  recordRoutes(app, erp, {
    path: "/suppliers",
    what: "SUPPLIER",
    collection: erp.suppliers,
    schema: WrittenSupplier,
    filters: ["code"],
    fixed: ["code"],
    checked({ code, name, currency, blocked, externalReference }): Supplier {
      checkCurrency(currency, "currency");
      return { code, name, currency, blocked: blocked ?? false, externalReference: externalReference ?? null };
    },
  });
}

/** @throws ApiError 422 when there is no such supplier or it is blocked. */
export function checkSupplier(erp: Erp, code: string, field: string): void {
  const [supplier] = erp.suppliers.list([{ kind: "code", any: [code] }], 0, 1);
  if (supplier === undefined) throw refused("SUPPLIER_UNKNOWN", `there is no supplier ${code}`, field);
  if (supplier.value.blocked) throw refused("SUPPLIER_BLOCKED", `supplier ${code} is blocked`, field);
}
