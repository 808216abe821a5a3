/** An item of the example product as engineering and purchasing know it together. */
export type ProductItem = {
  readonly number: string;
  readonly description: string;
  readonly type: string;
  readonly unit: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly source?: Source;
  readonly conversion?: { readonly from: string; readonly to: string; readonly factor: string };
};

/** From whom it is bought; `price` is per `unit`. */
type Source = {
  readonly supplier: string;
  readonly item: string;
  readonly days: number;
  readonly price: string;
};

function made(number: string, description: string, type: string, attributes?: Record<string, string>): ProductItem {
  return { number, description, type, unit: "EA", ...(attributes === undefined ? {} : { attributes }) };
}

function bought(number: string, description: string, type: string, source: Source, unit = "EA"): ProductItem {
  return { number, description, type, unit, source };
}

function from(supplier: string, item: string, days: number, price: string): Source {
  return { supplier, item, days, price };
}

const KIT = { phantom: "yes" };
const THREADLOCK = { threadlock: "yes" };

const ASSEMBLIES = [
  made("FX-200", "Solder fume extractor, benchtop, 230 V", "assembly"),
  made("FX-210", "Blower module", "assembly", THREADLOCK),
  made("FX-211", "Volute", "assembly"),
  made("FX-220", "Housing", "assembly"),
  made("FX-230", "Filter cartridge", "assembly", { sourcing: "make" }),
  made("FX-240", "Control unit", "assembly"),
  made("FX-250", "Hose arm", "assembly", THREADLOCK),
];

const KITS = [
  made("FX-219", "Hardware kit, blower", "kit", KIT),
  made("FX-229", "Hardware kit, housing", "kit", KIT),
  made("FX-249", "Hardware kit, control unit", "kit", KIT),
  made("FX-259", "Hardware kit, hose arm", "kit", KIT),
  made("FX-290", "Hardware kit, final assembly", "kit", KIT),
];

const FABRICATED: readonly ProductItem[] = [
  made("SMP-101", "Motor bracket", "sheet-metal-part", { thickness: "1.5 mm" }),
  made("SMP-102", "Volute shell", "sheet-metal-part"),
  made("SMP-103", "Volute cover", "sheet-metal-part"),
  made("SMP-201", "Base plate", "sheet-metal-part"),
  made("SMP-202", "Housing cover", "sheet-metal-part"),
  made("SMP-203", "Front panel", "sheet-metal-part"),
  made("SMP-301", "Filter frame", "sheet-metal-part"),
  made("SMP-501", "Arm clamp", "sheet-metal-part"),
  made("MCH-401", "Heat sink block", "machined-part"),
  {
    ...made("MCH-501", "Pivot bush, turned outside", "machined-part", { sourcing: "buy" }),
    source: from("DREHWERK", "DW-PB-12", 18, "1.85"),
  },
  made("HAR-001", "Harness, motor", "harness"),
  made("HAR-002", "Harness, mains", "harness"),
];

/** Bought by the kilogram, drawn by the square metre: the factor is thickness × density. */
const SHEET = [
  ["RAW-DC01-10", "Sheet DC01, 1.0 mm", "7.85", "1.28"],
  ["RAW-DC01-15", "Sheet DC01, 1.5 mm", "11.775", "1.22"],
  ["RAW-DC01-20", "Sheet DC01, 2.0 mm", "15.7", "1.19"],
  ["RAW-AL-08", "Plate EN AW-6060, 8 mm", "21.6", "4.65"],
] as const;

const RAW: readonly ProductItem[] = SHEET.map(([number, description, factor, price]) => ({
  ...bought(number, description, "raw-sheet", from("STAHLHOF", `SH-${number.slice(4)}`, 10, price), "KGM"),
  conversion: { from: "MTK", to: "KGM", factor },
}));

/** Shared by several assemblies. */
export const FASTENERS: readonly ProductItem[] = [
  bought("SCR-M3-8", "Screw ISO 7380 M3 x 8, zinc", "fastener", from("SCHRAUBENLAND", "7380-M3X8", 5, "0.031")),
  bought("SCR-M4-10", "Screw ISO 7380 M4 x 10, zinc", "fastener", from("SCHRAUBENLAND", "7380-M4X10", 5, "0.038")),
  bought("SCR-M5-16", "Screw ISO 4762 M5 x 16, zinc", "fastener", from("SCHRAUBENLAND", "4762-M5X16", 5, "0.062")),
  bought("WSH-M3", "Washer ISO 7089 M3", "fastener", from("SCHRAUBENLAND", "7089-M3", 5, "0.008")),
  bought("WSH-M4", "Washer ISO 7089 M4", "fastener", from("SCHRAUBENLAND", "7089-M4", 5, "0.009")),
  bought("NUT-M4", "Nut ISO 10511 M4", "fastener", from("SCHRAUBENLAND", "10511-M4", 5, "0.024")),
  bought("NUT-M5", "Nut ISO 10511 M5", "fastener", from("SCHRAUBENLAND", "10511-M5", 5, "0.029")),
  bought("RIV-32", "Blind rivet 3.2 x 8", "fastener", from("SCHRAUBENLAND", "BR-32-8", 5, "0.027")),
];

const WIRES = [
  bought("WIR-RD-05", "Wire 0.5 mm2, red", "wire", from("KABELWERK", "LIY-05-RD", 7, "0.14"), "MTR"),
  bought("WIR-BK-05", "Wire 0.5 mm2, black", "wire", from("KABELWERK", "LIY-05-BK", 7, "0.14"), "MTR"),
  bought("WIR-BN-15", "Wire 1.5 mm2, brown", "wire", from("KABELWERK", "H07-15-BN", 7, "0.31"), "MTR"),
  bought("WIR-BU-15", "Wire 1.5 mm2, blue", "wire", from("KABELWERK", "H07-15-BU", 7, "0.31"), "MTR"),
];

const ELECTRONICS = [
  made("PCA-100", "Controller board, assembled", "pcb-assembly"),
  bought("PCB-100", "Controller board, bare", "electronic", from("LEITERTECH", "LT-FX-100", 15, "2.40")),
  bought("RES-10K", "Resistor 10 kOhm 1 % 0603", "electronic", from("ELTRONIX", "R0603-10K", 4, "0.004")),
  bought("RES-330", "Resistor 330 Ohm 1 % 0603", "electronic", from("ELTRONIX", "R0603-330", 4, "0.004")),
  bought("CAP-100N", "Capacitor 100 nF 50 V X7R 0603", "electronic", from("ELTRONIX", "C0603-100N", 4, "0.011")),
  bought("IC-MCU", "Microcontroller, 32 bit, QFN-32", "electronic", from("ELTRONIX", "MC32-Q32", 42, "1.95")),
  bought("IC-DRV", "Motor driver, 3 A", "electronic", from("ELTRONIX", "DRV-3A", 35, "1.42")),
  bought("CON-MOT", "Connector, 4 pole, board side", "electronic", from("ELTRONIX", "CN4-B", 10, "0.28")),
  bought("CON-MOT-H", "Connector, 4 pole, cable side", "electronic", from("ELTRONIX", "CN4-H", 10, "0.22")),
];

const PURCHASED = [
  bought("MOT-024", "Fan motor 24 V DC, brushed, 92 mm", "purchased", from("NORDLUFT", "NL-92-24", 21, "24.50")),
  bought("IMP-080", "Impeller 80 mm, PA6", "purchased", from("PLASTFORM", "PF-IMP-80", 14, "3.10")),
  bought("GSK-001", "Volute gasket, EPDM", "purchased", from("PLASTFORM", "PF-GSK-1", 14, "0.85")),
  bought("PUR-001", "Rubber foot, self-adhesive", "purchased", from("PLASTFORM", "PF-FT-20", 14, "0.19")),
  bought("PUR-003", "Sealing strip, EPDM 8 x 4 mm", "purchased", from("PLASTFORM", "PF-SEAL-8", 14, "0.74"), "MTR"),
  bought("PUR-011", "HEPA pad H13, 200 x 200", "purchased", from("FILTERTEC", "FT-H13-200", 12, "9.80")),
  bought("PUR-012", "HEPA pad H14, 200 x 200", "purchased", from("FILTERTEC", "FT-H14-200", 20, "12.60")),
  bought("PUR-013", "Activated carbon mat, 200 x 200", "purchased", from("FILTERTEC", "FT-AC-200", 12, "4.20")),
  bought("PUR-021", "Power supply 24 V 60 W", "purchased", from("ELTRONIX", "PS-24-60", 28, "13.90")),
  bought("PUR-022", "Power supply 24 V 75 W", "purchased", from("ELTRONIX", "PS-24-75", 28, "16.20")),
  bought("PUR-023", "Inlet IEC C14 with fuse", "purchased", from("ELTRONIX", "C14-F", 9, "1.70")),
  bought("PUR-031", "Hose 50 mm, flexible", "purchased", from("PLASTFORM", "PF-HS-50", 14, "6.40"), "MTR"),
  bought("PUR-032", "Nozzle, antistatic", "purchased", from("PLASTFORM", "PF-NZ-50", 14, "5.25")),
  bought("PUR-042", "Cable tie 100 mm", "purchased", from("KABELWERK", "KT-100", 7, "0.015")),
];

const CONSUMABLES = [
  bought("ADH-310", "Sealant, silicone, grey", "adhesive", from("KLEBEHAUS", "KH-310", 6, "0.021"), "GRM"),
];

const PACKED = [
  bought("LBL-001", "Rating label", "label", from("DRUCKHAUS", "DH-RL-200", 8, "0.22")),
  bought("LBL-002", "Warning label", "label", from("DRUCKHAUS", "DH-WL-200", 8, "0.18")),
  bought("LBL-003", "Filter label", "label", from("DRUCKHAUS", "DH-FL-200", 8, "0.12")),
  bought("PKG-001", "Carton 420 x 320 x 300", "packaging", from("DRUCKHAUS", "DH-C-420", 8, "1.95")),
  bought("PKG-002", "Foam insert, pair of halves", "packaging", from("PLASTFORM", "PF-FO-420", 14, "1.10")),
];

const DOCUMENTS = [
  made("DOC-001", "User manual FX-200", "document"),
  made("DOC-002", "Assembly drawing FX-200", "document"),
  made("DOC-003", "Drawing, housing", "document"),
  made("DOC-004", "Fabrication data, controller board", "document"),
];

/** Every item of the product at revision A. */
export const ITEMS: readonly ProductItem[] = [
  ...ASSEMBLIES,
  ...KITS,
  ...FABRICATED,
  ...RAW,
  ...FASTENERS,
  ...WIRES,
  ...ELECTRONICS,
  ...PURCHASED,
  ...CONSUMABLES,
  ...PACKED,
  ...DOCUMENTS,
];

/** Known to the plant only: engineering does not put thread locker on a drawing's parts list. */
export const THREADLOCKER: ProductItem = bought(
  "LOCTITE-243",
  "Thread locker, medium strength",
  "adhesive",
  from("KLEBEHAUS", "KH-243", 6, "0.38"),
  "GRM",
);

/** The motor that ECO-0001 brings in. */
export const NEW_MOTOR: ProductItem = bought(
  "MOT-026",
  "Fan motor 24 V DC, brushless, 92 mm",
  "purchased",
  from("VENTEC", "VT-92-BL24", 16, "27.80"),
);
