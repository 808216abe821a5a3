/** A line of a parts list. `usageId` names this use of the item for good. */
export type ProductLine = {
  readonly usageId: string;
  readonly findNumber: string;
  readonly item: string;
  readonly quantity: string;
  readonly unit: string;
  readonly referenceDesignators: readonly string[];
  readonly alternates: readonly string[];
};

type Typed = readonly [item: string, quantity: string, unit?: string, more?: Partial<ProductLine>];

const at = (...referenceDesignators: string[]) => ({ referenceDesignators });
const or = (...alternates: string[]) => ({ alternates });

const TYPED: Readonly<Record<string, readonly Typed[]>> = {
  "FX-200": [
    ["FX-210", "1"],
    ["FX-220", "1"],
    ["FX-230", "1"],
    ["FX-240", "1"],
    ["FX-250", "1"],
    ["FX-290", "1"],
    ["LBL-001", "1"],
    ["LBL-002", "1"],
    ["PKG-001", "1"],
    ["PKG-002", "2"],
    ["DOC-001", "1"],
    ["DOC-002", "1"],
  ],
  "FX-210": [
    ["MOT-024", "1"],
    ["IMP-080", "1"],
    ["SMP-101", "2"],
    ["FX-211", "1"],
    ["HAR-001", "1"],
    ["FX-219", "1"],
  ],
  "FX-211": [
    ["SMP-102", "1"],
    ["SMP-103", "1"],
    ["GSK-001", "1"],
    ["SCR-M3-8", "6"],
    ["ADH-310", "4", "GRM"],
  ],
  "FX-219": [
    ["SCR-M4-10", "8"],
    ["WSH-M4", "8"],
  ],
  "FX-220": [
    ["SMP-201", "1"],
    ["SMP-202", "1"],
    ["SMP-203", "1"],
    ["PUR-001", "4"],
    ["PUR-003", "1.35", "MTR"],
    ["FX-229", "1"],
    ["DOC-003", "1"],
  ],
  "FX-229": [
    ["SCR-M4-10", "12"],
    ["WSH-M4", "12"],
    ["NUT-M4", "4"],
    ["RIV-32", "8"],
  ],
  "FX-230": [
    ["SMP-301", "1"],
    ["PUR-011", "1", "EA", or("PUR-012")],
    ["PUR-013", "1"],
    ["ADH-310", "6.5", "GRM"],
    ["LBL-003", "1"],
  ],
  "FX-240": [
    ["PCA-100", "1"],
    ["MCH-401", "1"],
    ["PUR-021", "1", "EA", or("PUR-022")],
    ["PUR-023", "1"],
    ["HAR-002", "1"],
    ["FX-249", "1"],
  ],
  "FX-249": [
    ["SCR-M3-8", "8"],
    ["WSH-M3", "8"],
  ],
  "FX-250": [
    ["PUR-031", "1.2", "MTR"],
    ["PUR-032", "1"],
    ["SMP-501", "1"],
    ["MCH-501", "2"],
    ["FX-259", "1"],
  ],
  "FX-259": [
    ["SCR-M5-16", "2"],
    ["NUT-M5", "2"],
    ["SCR-M4-10", "2"],
  ],
  "FX-290": [
    ["SCR-M4-10", "6"],
    ["WSH-M4", "6"],
    ["SCR-M3-8", "4"],
    ["PUR-042", "5"],
  ],
  "SMP-101": [["RAW-DC01-15", "0.018", "MTK"]],
  "SMP-102": [["RAW-DC01-10", "0.075", "MTK"]],
  "SMP-103": [["RAW-DC01-10", "0.022", "MTK"]],
  "SMP-201": [["RAW-DC01-20", "0.112", "MTK"]],
  "SMP-202": [["RAW-DC01-10", "0.285", "MTK"]],
  "SMP-203": [["RAW-DC01-15", "0.064", "MTK"]],
  "SMP-301": [["RAW-DC01-10", "0.048", "MTK"]],
  "SMP-501": [["RAW-DC01-15", "0.009", "MTK"]],
  "MCH-401": [["RAW-AL-08", "0.0065", "MTK"]],
  "MCH-501": [["RAW-AL-08", "0.0012", "MTK"]],
  "HAR-001": [
    ["WIR-RD-05", "0.45", "MTR"],
    ["WIR-BK-05", "0.45", "MTR"],
    ["CON-MOT-H", "1"],
    ["PUR-042", "2"],
  ],
  "HAR-002": [
    ["WIR-BN-15", "0.35", "MTR"],
    ["WIR-BU-15", "0.35", "MTR"],
    ["PUR-042", "3"],
  ],
  "PCA-100": [
    ["PCB-100", "1", "EA", at("PCB1")],
    ["RES-10K", "6", "EA", at("R1", "R2", "R3", "R4", "R5", "R6")],
    ["RES-330", "3", "EA", at("R7", "R8", "R9")],
    ["CAP-100N", "5", "EA", at("C1", "C2", "C3", "C4", "C5")],
    ["IC-MCU", "1", "EA", at("U1")],
    ["IC-DRV", "1", "EA", at("U2")],
    ["CON-MOT", "1", "EA", at("J1")],
    ["DOC-004", "1"],
  ],
};

/** The parts list of every item that has one, at revision A. */
export const STRUCTURE: ReadonlyMap<string, readonly ProductLine[]> = withUsageIds();

function withUsageIds(): Map<string, ProductLine[]> {
  let last = 0;
  return new Map(
    Object.entries(TYPED).map(([assembly, lines]) => [
      assembly,
      lines.map(([item, quantity, unit = "EA", more], place) => ({
        usageId: `USG-${String((last += 1)).padStart(6, "0")}`,
        findNumber: String((place + 1) * 10),
        item,
        quantity,
        unit,
        referenceDesignators: [],
        alternates: [],
        ...more,
      })),
    ]),
  );
}

/** How many occurrence ids the product has used up. */
export const USAGES_USED = [...STRUCTURE.values()].flat().length;
