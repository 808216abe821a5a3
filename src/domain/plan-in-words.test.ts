import { describe, expect, it } from "vitest";
import { ALWAYS, type Day } from "./calendar.ts";
import type { Action, ActionContent, ChangePlan, MbomChange } from "./change-plan.ts";
import { itemRevision } from "./ebom.ts";
import type {
  ChangeId,
  ItemId,
  MbomLineKey,
  OperationId,
  PlantId,
  ProductionOrderId,
  PurchaseOrderLineId,
  Revision,
  SupplierId,
} from "./ids.ts";
import { NO_SCRAP, type Mbom, type MbomLine } from "./mbom.ts";
import type { Money } from "./money.ts";
import { actionInWords, fieldText, planInWords } from "./plan-in-words.ts";
import type { PlantItem } from "./plant-item.ts";
import { parseQuantity } from "./quantity.ts";
import { parseRational, ZERO } from "./rational.ts";

const PLANT = "P1" as PlantId;
const CHANGE = "ECO-7" as ChangeId;

it("says what a change will do, in the order it is read", () => {
  const plan = planOf([
    { id: "1", kind: "create item", item: item("SEAL-2", { name: "Lip seal", revision: "A" as Revision }) },
    {
      id: "2",
      kind: "update item",
      item: item("HOUSING", { revision: "C" as Revision, procurement: "make" }),
      was: item("HOUSING", { revision: "B" as Revision }),
      expected: "v1",
    },
    {
      id: "3",
      kind: "set procurement record",
      record: { ...bought("SEAL-2", "SEALCO"), price: euro("0.42") },
      was: null,
      expected: null,
    },
    { id: "4", kind: "publish mBOM", mbom: PUMP.after, change: CHANGE, expected: "v2" },
    {
      id: "5",
      kind: "set standard cost",
      cost: { item: "PUMP" as ItemId, plant: PLANT, material: euro("2103.45"), conversion: euro("20") },
      was: { item: "PUMP" as ItemId, plant: PLANT, material: euro("2100"), conversion: euro("20") },
      expected: "v3",
    },
    { id: "6", kind: "re-explode planned order", order: "MO-4" as ProductionOrderId, expected: "v4" },
    {
      id: "7",
      kind: "flag purchase-order line",
      line: "PO-1007/20" as PurchaseOrderLineId,
      change: CHANGE,
      text: "SEAL-1 is replaced by SEAL-2",
    },
  ]);

  expect(draw(plan)).toBe(`
Items
  Create SEAL-2 (Lip seal) in plant P1: bought, revision A, in EA with whole numbers.
  Update HOUSING: revision B → C; bought until now, made here from now on.
Manufacturing BOMs
  Publish the mBOM of PUMP rev C: add 2 EA SEAL-2 at operation 0020; remove 2 EA SEAL-1; BOLT quantity 4 EA → 6 EA; 1 line stays as it is.
Procurement
  Buy SEAL-2 from SEALCO as X-1 (14 days, 0.42 EUR); no source until now.
Standard cost
  Set the standard cost of PUMP to 2,123.45 EUR (was 2,120.00 EUR, +3.45 EUR).
Open purchase orders
  Flag purchase-order line PO-1007/20: SEAL-1 is replaced by SEAL-2.
Open production orders
  Work out the components of planned order MO-4 again from the new mBOM.
`);
});

it("counts what would be too long to read", () => {
  const lines = Array.from({ length: 40 }, (_, index) => line(`L${index}`, `PART-${index}`, "1"));
  const after = mbom([...PUMP.after.lines, ...lines]);
  const big: MbomChange = { ...PUMP, after, diff: { ...PUMP.diff, added: lines, removed: [], changed: [] } };

  const plan = planOf([{ id: "4", kind: "publish mBOM", mbom: after, change: CHANGE, expected: null }], [big]);

  expect(draw(plan)).toMatch(/add 1 EA PART-5; 34 more differences; 1 line stays as it is\.\n$/);
});

it("says how many lines a first mBOM has, since there is nothing to compare it with", () => {
  const first: MbomChange = { ...PUMP, before: null };

  const plan = planOf([{ id: "4", kind: "publish mBOM", mbom: PUMP.after, change: CHANGE, expected: null }], [first]);

  expect(draw(plan)).toContain("Publish the first mBOM of PUMP rev C: 3 lines.");
});

describe("one write", () => {
  const order = "MO-4" as ProductionOrderId;
  const replaced = (...needs: readonly MbomLine[]) =>
    inWords({
      kind: "replace order components",
      order,
      components: needs.map(({ item: of, quantity }) => ({ item: of, required: quantity, operation: null })),
      expected: "v1",
    });

  it("to an order says what it will need", () => {
    expect(replaced(line("1", "FRAME", "10"), line("2", "SEAL-2", "2000"))).toBe(
      "Replace what released order MO-4 needs: 10 EA FRAME, 2,000 EA SEAL-2.",
    );
    expect(replaced()).toBe("Replace what released order MO-4 needs: nothing any more.");
    expect(replaced(...Array.from({ length: 8 }, (_, at) => line(`${at}`, `PART-${at}`, "1")))).toMatch(
      /1 EA PART-5, 2 more components\.$/,
    );
  });

  it("to an order or its flag gives the reason, as a whole sentence", () => {
    expect(inWords({ kind: "hold production order", order, reason: "Old seal", expected: "v1" })).toBe(
      "Hold production order MO-4: Old seal.",
    );
    expect(
      inWords({ kind: "take back flag", flag: "F-1", on: { kind: "production order", id: order }, reason: "Done." }),
    ).toBe("Take back the flag on MO-4: Done.");
    expect(inWords({ kind: "flag production order", order, change: CHANGE, text: "Stop!" })).toBe(
      "Flag production order MO-4: Stop!",
    );
  });

  it("to a source says what it was until now", () => {
    const was = { ...bought("SEAL", "OLDCO"), leadTimeDays: 1 };
    expect(inWords({ kind: "set procurement record", record: bought("SEAL", "SEALCO"), was, expected: "v1" })).toBe(
      "Buy SEAL from SEALCO as X-1 (14 days); until now OLDCO as X-1 (1 day).",
    );
  });

  it("to a cost compares no two currencies", () => {
    const cost = { item: "SEAL" as ItemId, plant: PLANT, material: euro("2"), conversion: euro("0") };
    const dollars = { amount: ZERO, currency: "USD" };
    const was = { ...cost, material: dollars, conversion: dollars };
    expect(inWords({ kind: "set standard cost", cost, was, expected: "v1" })).toBe(
      "Set the standard cost of SEAL to 2.00 EUR (was 0.00 USD).",
    );
  });
});

it("shows every field of an mBOM line, also where it is empty", () => {
  const three = parseRational("3");
  const full: MbomLine = {
    ...line("L1", "BOLT", "4"),
    basis: "per order",
    operation: "0020" as OperationId,
    supply: "pull",
    scrap: { componentPercent: three, operationPercent: three, fixedPerOrder: three },
    phantom: true,
    referenceDesignators: ["M1", "M2"],
    alternates: ["NUT" as ItemId, "PIN" as ItemId],
    effectivity: { from: "2026-03-01" as Day, until: "2026-12-31" as Day },
  };
  const fields = [
    "operation",
    "supply",
    "scrap",
    "phantom",
    "reference designators",
    "alternates",
    "effectivity",
  ] as const;
  expect(fields.map((field) => fieldText(full, field))).toEqual([
    "0020",
    "pull",
    "3 %, operation 3 %, 3 per order",
    "phantom",
    "M1 M2",
    "NUT, PIN",
    "from 2026-03-01 until 2026-12-31",
  ]);
  expect(fields.map((field) => fieldText(line("L1", "BOLT", "4"), field))).toEqual([
    "none",
    "none",
    "none",
    "stocked",
    "none",
    "none",
    "always",
  ]);
});

it("has nothing to say about a plan that does nothing", () => {
  expect(planInWords(planOf([]))).toEqual([]);
});

function inWords(content: ActionContent): string {
  return actionInWords({ id: "1", ...content }, { mboms: [] });
}

function draw(plan: ChangePlan): string {
  const sections = planInWords(plan).map(({ heading, sentences }) => [heading, ...sentences.map((one) => `  ${one}`)]);
  return `\n${sections.flat().join("\n")}\n`;
}

const PUMP = pumpChange();

function pumpChange(): MbomChange {
  const [frame, oldSeal, newSeal] = [line("L1", "FRAME", "1"), line("L2", "SEAL-1", "2"), line("L4", "SEAL-2", "2")];
  const [fourBolts, sixBolts] = [line("L3", "BOLT", "4"), line("L3", "BOLT", "6")];
  const added = { ...newSeal, operation: "0020" as OperationId };
  return {
    item: "PUMP" as ItemId,
    key: itemRevision("PUMP" as ItemId, "C" as Revision),
    before: mbom([frame, oldSeal, fourBolts]),
    after: mbom([frame, added, sixBolts]),
    diff: {
      added: [added],
      removed: [oldSeal],
      changed: [{ from: fourBolts, to: sixBolts, fields: ["quantity"] }],
      same: [frame],
    },
    decisions: [],
    account: [],
  };
}

function planOf(actions: readonly Action[], mboms: readonly MbomChange[] = [PUMP]): ChangePlan {
  return {
    change: {
      id: CHANGE,
      title: "New seal",
      reason: "Leaks",
      state: "released",
      releasedAt: "2026-01-31T12:00:00.000Z",
      releasedBy: "ada",
      effectiveFrom: null,
      affected: [],
      supersedes: null,
    },
    plant: PLANT,
    rulesVersion: "1",
    actions,
    mboms,
    impact: [],
    costs: [],
    findings: [],
  };
}

function mbom(lines: readonly MbomLine[]): Mbom {
  return { plant: PLANT, item: "PUMP" as ItemId, revision: "C" as Revision, lines };
}

function line(key: string, component: string, amount: string): MbomLine {
  const quantity = parseQuantity(amount, "EA");
  if (quantity === null) throw new Error(`${amount} is no quantity`);
  return {
    key: key as MbomLineKey,
    item: component as ItemId,
    quantity,
    basis: "per assembly",
    operation: null,
    supply: null,
    scrap: NO_SCRAP,
    phantom: false,
    referenceDesignators: [],
    alternates: [],
    effectivity: ALWAYS,
    origin: { kind: "engineering", from: [] },
  };
}

function item(id: string, differs: Partial<PlantItem>): PlantItem {
  return {
    item: id as ItemId,
    plant: PLANT,
    name: id,
    revision: null,
    unit: "EA",
    decimals: 0,
    procurement: "buy",
    ...differs,
  };
}

function bought(id: string, supplier: string) {
  return {
    item: id as ItemId,
    plant: PLANT,
    supplier: supplier as SupplierId,
    supplierItem: "X-1",
    leadTimeDays: 14,
    price: null,
  };
}

function euro(amount: string): Money {
  return { amount: parseRational(amount) ?? ZERO, currency: "EUR" };
}
