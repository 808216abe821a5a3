/** What plant 1000 has beside the product: its partners, shop floor and open orders. */
export const PLANT = "1000";
export const CURRENCY = "EUR";

export const SUPPLIERS = [
  ["NORDLUFT", "Nordluft Antriebe GmbH"],
  ["VENTEC", "Ventec Motion s.r.o."],
  ["STAHLHOF", "Stahlhof Blechhandel AG"],
  ["SCHRAUBENLAND", "Schraubenland Vertrieb GmbH"],
  ["KABELWERK", "Kabelwerk Lindau GmbH"],
  ["ELTRONIX", "Eltronix Components B.V."],
  ["LEITERTECH", "Leitertech Baugruppen GmbH"],
  ["FILTERTEC", "Filtertec Medien AG"],
  ["PLASTFORM", "Plastform Spritzguss GmbH"],
  ["DREHWERK", "Drehwerk Sauer OHG"],
  ["KLEBEHAUS", "Klebehaus Technik GmbH"],
  ["DRUCKHAUS", "Druckhaus Ostheim GmbH"],
] as const;

export const WORK_CENTERS = [
  ["LAS-1", "Laser cutting"],
  ["BND-1", "Press brake"],
  ["MIL-1", "Machining centre"],
  ["HRN-1", "Harness bench"],
  ["ASM-1", "Assembly line"],
  ["TST-1", "Test bench"],
  ["PCK-1", "Packing"],
] as const;

type Operation = readonly [operation: string, description: string, workCenter: string, setup: number, run: number];

/** How the plant makes items of a type. */
export const ROUTINGS: Readonly<Record<string, readonly Operation[]>> = {
  assembly: [
    ["0010", "Assemble", "ASM-1", 600, 420],
    ["0020", "Test", "TST-1", 180, 90],
    ["0030", "Label and pack", "PCK-1", 60, 75],
  ],
  "sheet-metal-part": [
    ["0010", "Laser cut", "LAS-1", 900, 25],
    ["0020", "Bend", "BND-1", 1200, 40],
  ],
  "machined-part": [["0010", "Mill", "MIL-1", 2400, 210]],
  harness: [["0010", "Cut and crimp", "HRN-1", 300, 110]],
};

/** Labour and overhead of making one, by type. */
export const CONVERSION_COST: Readonly<Record<string, string>> = {
  assembly: "7.20",
  "sheet-metal-part": "1.35",
  "machined-part": "5.60",
  harness: "2.10",
  "pcb-assembly": "6.80",
};

export type SeedPurchaseOrder = {
  readonly supplier: string;
  readonly buyer: string;
  readonly orderedDaysAgo: number;
  readonly lines: readonly {
    readonly item: string;
    readonly unit: string;
    readonly quantity: string;
    readonly price: string;
    readonly dueInDays: number;
    readonly received?: string;
    readonly cancelled?: string;
  }[];
};

/** PO-1001 and on. The first is the one that ECO-0001 makes expensive. */
export const PURCHASE_ORDERS: readonly SeedPurchaseOrder[] = [
  {
    supplier: "NORDLUFT",
    buyer: "j.brandt",
    orderedDaysAgo: 24,
    lines: [
      { item: "MOT-024", unit: "EA", quantity: "200", received: "80", price: "24.50", dueInDays: 12 },
      { item: "MOT-024", unit: "EA", quantity: "150", price: "23.90", dueInDays: 47 },
    ],
  },
  {
    supplier: "STAHLHOF",
    buyer: "a.wagner",
    orderedDaysAgo: 9,
    lines: [
      { item: "RAW-DC01-15", unit: "KGM", quantity: "400", received: "150.5", price: "1.22", dueInDays: 5 },
      { item: "RAW-DC01-10", unit: "KGM", quantity: "900", price: "1.28", dueInDays: 5 },
    ],
  },
  {
    supplier: "SCHRAUBENLAND",
    buyer: "a.wagner",
    orderedDaysAgo: 4,
    lines: [
      { item: "SCR-M3-8", unit: "EA", quantity: "5000", price: "0.031", dueInDays: 3 },
      { item: "RIV-32", unit: "EA", quantity: "2000", price: "0.027", dueInDays: 3 },
    ],
  },
  {
    supplier: "NORDLUFT",
    buyer: "j.brandt",
    orderedDaysAgo: 90,
    lines: [{ item: "MOT-024", unit: "EA", quantity: "100", received: "100", price: "24.50", dueInDays: -60 }],
  },
  {
    supplier: "KABELWERK",
    buyer: "j.brandt",
    orderedDaysAgo: 30,
    lines: [
      {
        item: "WIR-RD-05",
        unit: "MTR",
        quantity: "500",
        price: "0.14",
        dueInDays: -10,
        cancelled: "Ordered twice, see the order after it",
      },
    ],
  },
  {
    supplier: "KABELWERK",
    buyer: "j.brandt",
    orderedDaysAgo: 29,
    lines: [
      { item: "WIR-RD-05", unit: "MTR", quantity: "1000", received: "250", price: "0.14", dueInDays: 9 },
      { item: "WIR-BK-05", unit: "MTR", quantity: "1000", price: "0.14", dueInDays: 9 },
    ],
  },
  {
    supplier: "LEITERTECH",
    buyer: "k.novak",
    orderedDaysAgo: 14,
    lines: [
      { item: "PCA-100", unit: "EA", quantity: "120", price: "6.80", dueInDays: 20 },
      { item: "PCB-100", unit: "EA", quantity: "300", price: "2.40", dueInDays: 16 },
    ],
  },
  {
    supplier: "ELTRONIX",
    buyer: "k.novak",
    orderedDaysAgo: 20,
    lines: [
      { item: "RES-10K", unit: "EA", quantity: "10000", received: "4000", price: "0.004", dueInDays: 2 },
      { item: "IC-MCU", unit: "EA", quantity: "250", price: "1.95", dueInDays: 25 },
    ],
  },
];

export type SeedProductionOrder = {
  readonly item: string;
  readonly quantity: string;
  readonly startInDays: number;
  /** From its start, at the begin of the early shift, until it must be done. */
  readonly hours: number;
  readonly planner: string;
  /** A standard one when it says nothing. */
  readonly orderType?: "PILOT";
  /** 0 when it says nothing; a higher one goes first. */
  readonly priority?: number;
  /** How far it went: `issued` is released with its first component issued. */
  readonly reached: "planned" | "released" | "issued" | "started" | "finished" | "cancelled";
};

/** MO-5001 and on. ECO-0001 meets the blower module in every state; MO-5005 is its pilot series and goes first. */
export const PRODUCTION_ORDERS: readonly SeedProductionOrder[] = [
  { item: "FX-210", quantity: "40", startInDays: 21, hours: 8, planner: "s.vogt", reached: "planned" },
  { item: "FX-210", quantity: "25", startInDays: 3, hours: 6, planner: "s.vogt", reached: "released" },
  { item: "FX-210", quantity: "20", startInDays: -1, hours: 5, planner: "s.vogt", reached: "started" },
  { item: "FX-210", quantity: "20", startInDays: -30, hours: 5, planner: "s.vogt", reached: "finished" },
  {
    item: "FX-210",
    quantity: "15",
    startInDays: 1,
    hours: 4,
    planner: "s.vogt",
    reached: "issued",
    orderType: "PILOT",
    priority: 5,
  },
  { item: "SMP-101", quantity: "100", startInDays: 4, hours: 4, planner: "l.hahn", reached: "released" },
  { item: "FX-220", quantity: "40", startInDays: 18, hours: 8, planner: "s.vogt", reached: "planned" },
  { item: "HAR-001", quantity: "60", startInDays: 7, hours: 3, planner: "l.hahn", reached: "released", priority: 2 },
  { item: "FX-211", quantity: "30", startInDays: 10, hours: 6, planner: "l.hahn", reached: "planned" },
  { item: "FX-200", quantity: "10", startInDays: -15, hours: 3, planner: "s.vogt", reached: "cancelled" },
];
