/** The two editions of B2MML that are in use, and how they name things. */
export const EDITIONS = {
  "7.01": {
    namespace: "http://www.mesa.org/xml/B2MML",
    releaseId: "7.01",
    /** The element of `HierarchyScope` that says which level of equipment is named. */
    level: "EquipmentLevel",
  },
  "6": {
    namespace: "http://www.mesa.org/xml/B2MML-V0600",
    releaseId: "6.00",
    level: "EquipmentElementLevel",
  },
} as const;

export type Edition = keyof typeof EDITIONS;

/**
 * What a job order says beyond the schema's own elements goes into parameters and properties of these names.
 * In edition 6 version, order and date are parameters too: it has no elements for them.
 */
export const PARAMETERS = {
  version: "Version",
  order: "ProductionOrder",
  published: "PublishedDate",
  type: "OrderType",
  splitFrom: "SplitFrom",
  reworkOf: "ReworkOf",
  revision: "ItemRevision",
  mbom: "BillOfMaterial",
  routing: "Routing",
  /** From here on only in answers. */
  number: "JobNumber",
  cancellation: "Cancellation",
  refusal: "Refusal",
} as const;

/** On equipment and material requirements. */
export const PROPERTIES = {
  operation: "Operation",
  sequence: "Sequence",
  setup: "SetupTime",
  run: "RunTimePerUnit",
  line: "OrderLine",
  supply: "SupplyType",
  type: "OrderType",
  splitFrom: "SplitFrom",
  reworkOf: "ReworkOf",
  revision: "ItemRevision",
} as const;
