import { ITEMS, NEW_MOTOR } from "./items.ts";
import { STRUCTURE, type ProductLine } from "./structure.ts";

/** A draft change with the revisions that it brings in. */
export type ProductChange = {
  readonly title: string;
  readonly reason: string;
  /** Days from the day of the seeding; null means at once. */
  readonly effectiveInDays: number | null;
  readonly affected: readonly AffectedItem[];
};

export type AffectedItem = {
  readonly item: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly dispositions: Dispositions;
  /** The new revision's own attributes, parts list (null: has none) and description, where they differ. */
  readonly lines?: readonly ProductLine[];
  readonly attributes?: Readonly<Record<string, string>>;
};

type Choice = "USE_AS_IS" | "REWORK" | "SCRAP" | "RETURN" | "EXHAUST";
type Dispositions = Readonly<Record<"stock" | "wip" | "onOrder" | "finished", Choice>>;

const RUN_ON: Dispositions = { stock: "USE_AS_IS", wip: "USE_AS_IS", onOrder: "USE_AS_IS", finished: "USE_AS_IS" };

/** Drafts of an engineer's week, released one by one to see what Heddle makes of them. */
export const CHANGES: readonly ProductChange[] = [
  {
    title: "Fan motor: brushless VENTEC replaces brushed NORDLUFT",
    reason: "Brush wear after 900 h in the life test; the NORDLUFT motor goes out of production",
    effectiveInDays: null,
    affected: [
      revised(
        "FX-210",
        { stock: "REWORK", wip: "REWORK", onOrder: "RETURN", finished: "USE_AS_IS" },
        lines("FX-210", { "MOT-024": { item: NEW_MOTOR.number } }),
      ),
      { item: NEW_MOTOR.number, from: null, to: "A", dispositions: RUN_ON },
      {
        item: "MOT-024",
        from: "A",
        to: null,
        dispositions: { stock: "RETURN", wip: "REWORK", onOrder: "RETURN", finished: "USE_AS_IS" },
      },
    ],
  },
  {
    title: "Motor bracket from 2.0 mm instead of 1.5 mm sheet",
    reason: "Brackets cracked in the transport vibration test",
    effectiveInDays: null,
    affected: [
      {
        ...revised(
          "SMP-101",
          { stock: "SCRAP", wip: "SCRAP", onOrder: "SCRAP", finished: "USE_AS_IS" },
          lines("SMP-101", { "RAW-DC01-15": { item: "RAW-DC01-20" } }),
        ),
        attributes: { thickness: "2.0 mm" },
      },
    ],
  },
  {
    title: "Volute cover: 8 screws instead of 6",
    reason: "Leak at the volute's corners, 3 of 20 units",
    effectiveInDays: null,
    affected: [
      revised(
        "FX-211",
        { stock: "REWORK", wip: "REWORK", onOrder: "USE_AS_IS", finished: "USE_AS_IS" },
        lines("FX-211", { "SCR-M3-8": { quantity: "8" } }),
      ),
    ],
  },
  {
    title: "Housing hardware kit: nuts instead of rivets",
    reason: "Service needs to open the housing",
    effectiveInDays: null,
    affected: [
      revised("FX-229", { ...RUN_ON, stock: "EXHAUST" }, [
        ...lines("FX-229", { "NUT-M4": { quantity: "12" } }).filter(({ item }) => item !== "RIV-32"),
        added("50", "SCR-M3-8", "8"),
      ]),
    ],
  },
  {
    title: "User manual: French and Polish added",
    reason: "New markets; nothing of the product changes",
    effectiveInDays: null,
    affected: [revised("DOC-001", RUN_ON, null)],
  },
  {
    title: "Motor harness 150 mm longer",
    reason: "The harness is tight when the filter door is open",
    effectiveInDays: null,
    affected: [
      revised(
        "HAR-001",
        { stock: "EXHAUST", wip: "USE_AS_IS", onOrder: "USE_AS_IS", finished: "USE_AS_IS" },
        lines("HAR-001", { "WIR-RD-05": { quantity: "0.60" }, "WIR-BK-05": { quantity: "0.60" } }),
      ),
    ],
  },
  {
    title: "Controller board: pull-up R6 removed",
    reason: "The microcontroller's own pull-up is enough",
    effectiveInDays: 60,
    affected: [
      revised(
        "PCA-100",
        { stock: "USE_AS_IS", wip: "USE_AS_IS", onOrder: "REWORK", finished: "USE_AS_IS" },
        lines("PCA-100", { "RES-10K": { quantity: "5", referenceDesignators: ["R1", "R2", "R3", "R4", "R5"] } }),
      ),
      revised("PCB-100", { ...RUN_ON, stock: "EXHAUST" }, null),
    ],
  },
  {
    title: "Control unit: shield wire added",
    reason: "Radio interference at 140 MHz",
    effectiveInDays: null,
    affected: [
      revised("FX-240", RUN_ON, [
        ...lines("FX-240", {}),
        { ...added("70", "WIR-BK-05", "0.001"), unit: "FURLONG" }, // a slip that the PLM takes and Heddle must not
      ]),
    ],
  },
];

/** The parts list of revision A with some lines edited, found by the item they name. */
function lines(assembly: string, edits: Readonly<Record<string, Partial<ProductLine>>>): ProductLine[] {
  return (STRUCTURE.get(assembly) ?? []).map((line) => ({ ...line, ...edits[line.item] }));
}

/** A line that has no occurrence id yet: the PLM gives it one. */
function added(findNumber: string, item: string, quantity: string): ProductLine {
  return { usageId: "", findNumber, item, quantity, unit: "EA", referenceDesignators: [], alternates: [] };
}

/** @throws Error when the product has no such item. */
function revised(item: string, dispositions: Dispositions, newLines: readonly ProductLine[] | null): AffectedItem {
  if (!ITEMS.some(({ number }) => number === item)) throw new Error(`the product has no item ${item}`);
  return { item, from: "A", to: "B", dispositions, ...(newLines === null ? {} : { lines: newLines }) };
}
