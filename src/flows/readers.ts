import type {
  Changes,
  Connector,
  Costs,
  EbomReader,
  Flags,
  Items,
  Mboms,
  Procurement,
  ProductionOrders,
  PurchaseOrders,
  Routings,
} from "../connectors/port.ts";

/** A PLM to plan from. It cannot write: what plans gets no writer. */
export type PlmReader = { readonly system: string; readonly changes: Pick<Changes, "read">; readonly ebom: EbomReader };

/** An ERP to plan against. It cannot write. */
export type ErpReader = {
  readonly system: string;
  readonly items: Pick<Items, "read">;
  readonly procurement: Pick<Procurement, "read" | "knownSuppliers">;
  /** Null where the ERP has none: then operations are not checked. */
  readonly routings: Routings | null;
  readonly mbom: Pick<
    Mboms,
    "read" | "whereUsed" | "cannotHold" | "asHeld" | "holdsEffectivity" | "holdsOptions" | "typedFields"
  >;
  readonly costs: Pick<Costs, "read">;
  readonly purchaseOrders: Pick<PurchaseOrders, "openOf" | "read">;
  readonly productionOrders: Pick<ProductionOrders, "openOf" | "read">;
  readonly flags: Pick<Flags, "of">;
};

/** @throws Error naming what the connection lacks: the configuration gives a plant a system that is no PLM. */
export function plmReader({ system, changes, ebom }: Connector): PlmReader {
  if (changes === undefined || ebom === undefined) {
    throw new Error(`connection ${system} cannot be a PLM: it gives no ${changes === undefined ? "changes" : "eBOM"}`);
  }
  return { system, changes: { read: changes.read }, ebom };
}

/** @throws Error naming what the connection lacks: the configuration gives a plant a system that is no ERP. */
export function erpReader(connector: Connector): ErpReader {
  const { system, items, procurement, mbom, costs, purchaseOrders, productionOrders, flags } = erpAbilities(connector);
  const { routings = null } = connector;
  const { holdsEffectivity } = mbom;
  return {
    system,
    items: { read: items.read },
    procurement: { read: procurement.read, knownSuppliers: procurement.knownSuppliers },
    routings,
    mbom: {
      read: mbom.read,
      whereUsed: mbom.whereUsed,
      cannotHold: mbom.cannotHold,
      ...(holdsEffectivity === undefined ? {} : { holdsEffectivity }),
      ...(mbom.asHeld === undefined ? {} : { asHeld: mbom.asHeld }),
      ...(mbom.typedFields === undefined ? {} : { typedFields: mbom.typedFields }),
      ...(mbom.holdsOptions === true ? { holdsOptions: true } : {}),
    },
    costs: { read: costs.read },
    purchaseOrders: { openOf: purchaseOrders.openOf, read: purchaseOrders.read },
    productionOrders: { openOf: productionOrders.openOf, read: productionOrders.read },
    flags: { of: flags.of },
  };
}

const PLM_ABILITIES = ["changes", "ebom"] as const;
const ERP_ABILITIES = ["items", "procurement", "mbom", "costs", "purchaseOrders", "productionOrders", "flags"] as const;

const ABILITIES = { plm: PLM_ABILITIES, erp: ERP_ABILITIES, mes: ["jobs"] } as const;

/** What a system can be to a plant. */
export type SystemRole = keyof typeof ABILITIES;

export const SYSTEM_ROLES: readonly SystemRole[] = ["plm", "erp", "mes"];

/** The abilities that a plant's system must have for its role, and this one has not. */
export function lackingFor(role: SystemRole, connector: Connector): readonly string[] {
  return ABILITIES[role].filter((ability) => connector[ability] === undefined);
}

export type ErpAbilities = Required<Pick<Connector, (typeof ERP_ABILITIES)[number]>> & Pick<Connector, "system">;

/** @throws Error naming what the connection lacks. */
export function erpAbilities(connector: Connector): ErpAbilities {
  const missing = lackingFor("erp", connector);
  if (missing.length > 0)
    throw new Error(`connection ${connector.system} cannot be an ERP: it gives no ${missing.join(", ")}`);
  return connector as ErpAbilities;
}
