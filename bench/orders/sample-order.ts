import type * as Wire from "../../src/connectors/sandbox-erp/wire.ts";

export const PLANT = "1000";
/** Orders are for so many items in turn. */
const ITEMS = 40;
const OPERATIONS = 10;
const COMPONENTS = 20;

const STEPS = ["Saw", "Turn", "Mill", "Deburr", "Press bearings", "Wind", "Pot", "Balance", "Assemble", "Test"];
const SUPPLIES = ["PUSH", "PULL", "BACKFLUSH"] as const;
const operationOf = (at: number) => String((at + 1) * 10).padStart(4, "0");
const itemOf = (at: number) => `FX-${100 + (at % ITEMS)}`;

const OPERATION_LIST = STEPS.slice(0, OPERATIONS).map((description, at) => ({
  operation: operationOf(at),
  description,
  workCenter: `WC-${description.slice(0, 4).trim().toUpperCase()}-${at}`,
  setupSeconds: 300 + at * 60,
  runSeconds: 45.5 + at,
}));

const COMPONENT_LIST = Array.from({ length: COMPONENTS }, (_, at) => ({
  line: String((at + 1) * 10),
  itemCode: `PART-${1000 + at}`,
  unit: at % 4 === 3 ? "MTR" : "EA",
  requiredQuantity: at % 4 === 3 ? `${at}.25` : String(20 + at),
  issuedQuantity: "0",
  operation: operationOf(at % OPERATIONS),
  supplyType: SUPPLIES[at % SUPPLIES.length] ?? null,
  lot: null,
}));

/** A released order as the sandbox ERP sends it: 10 operations, 20 components, 3.6 kB of JSON. */
export function sampleOrder(number: string, at: number): Wire.ProductionOrder {
  const order = {
    number,
    plant: PLANT,
    itemCode: itemOf(at),
    orderType: "STANDARD",
    revisionLevel: "C",
    bomNumber: `BOM-${itemOf(at)}`,
    routingNumber: `RTG-${itemOf(at)}`,
    quantity: "20",
    completedQuantity: "0",
    unit: "EA",
    state: "RELEASED",
    onHold: false,
    priority: 0,
    startDate: "2027-01-11",
    startTime: null,
    endTime: null,
    planner: "P-17",
    splitFrom: null,
    reworkOf: null,
    etag: "7",
    operations: OPERATION_LIST,
    components: COMPONENT_LIST,
  } as const;
  return { ...order, operations: [...order.operations], components: [...order.components] };
}

/** The place of an order among its like, from the end of its number: `MO-c2-000017` is the 17th. */
export function placeOf(number: string): number {
  return Number(number.slice(number.lastIndexOf("-") + 1));
}

export function sampleRouting(item: string): Wire.Routing {
  return { number: `RTG-${item}`, plant: PLANT, itemCode: item, operations: OPERATION_LIST };
}

export function sampleItem(item: string): Wire.Item {
  return {
    id: `ITEM-${item}`,
    code: item,
    plant: PLANT,
    description: `Axial fan ${item}`,
    revisionLevel: "C",
    baseUnit: "EA",
    decimals: 0,
    procurementType: "MAKE",
    externalReference: null,
    etag: "1",
  };
}
