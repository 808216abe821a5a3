import { ITEMS, NEW_MOTOR, type ProductItem } from "../product/items.ts";
import { PLANT, WORK_CENTERS } from "../product/plant.ts";
import type { Tracking } from "./item.ts";
import type { Effect } from "./shop-rules.ts";
import type { Mes } from "./state.ts";
import type { WorkCenter } from "./work-center.ts";

/** How many stations a work center of the example plant has, and what is measured there. Units: UN/ECE Rec. 20. */
const EQUIPMENT: Readonly<Record<string, Pick<WorkCenter, "stations" | "measures">>> = {
  "LAS-1": { stations: 1, measures: { characteristic: "Contour width", unit: "MMT", nominal: 92, tolerance: 0.2 } },
  "BND-1": { stations: 1, measures: { characteristic: "Bend angle", unit: "DD", nominal: 90, tolerance: 0.5 } },
  "MIL-1": { stations: 1, measures: { characteristic: "Bore", unit: "MMT", nominal: 12, tolerance: 0.018 } },
  "HRN-1": { stations: 2, measures: { characteristic: "Crimp pull force", unit: "NEW", nominal: 85, tolerance: 15 } },
  "ASM-1": { stations: 3, measures: null },
  "TST-1": { stations: 2, measures: { characteristic: "Air flow", unit: "MQH", nominal: 55, tolerance: 4 } },
  "PCK-1": { stations: 1, measures: null },
};

const BY_SERIAL = new Set(["MOT-024", "MOT-026", "PCA-100"]);

/** Two more screws, by ECO-0003: they take their time, and the volute leaks no more. */
const EFFECTS: readonly Effect[] = [
  { itemCode: "FX-211", operation: "0020", scrapPercent: 12, defect: "LEAK" },
  { itemCode: "FX-211", revision: "B", operation: "0010", runFactor: 1.2 },
  { itemCode: "FX-211", revision: "B", operation: "0020", scrapPercent: 1 },
];

/** Fills an empty MES with the shop floor of plant 1000; leaves any other alone. */
export function seedMes(mes: Mes): void {
  if (mes.workCenters.list([], 0, 1).length > 0) return;
  mes.write(() => {
    for (const [code, name] of WORK_CENTERS) {
      mes.workCenters.insert({ code, plant: PLANT, name, ...(EQUIPMENT[code] ?? { stations: 1, measures: null }) });
    }
    mes.shop.setRules({ ...mes.shop.rules(), effects: [...EFFECTS] });
    for (const item of [...ITEMS, NEW_MOTOR]) mes.items.insert({ code: item.number, tracking: tracking(item) });
  });
}

function tracking({ number, type }: ProductItem): Tracking {
  return type === "assembly" || BY_SERIAL.has(number) ? "SERIAL" : "LOT";
}
