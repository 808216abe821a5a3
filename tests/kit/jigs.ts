import type { Sandbox } from "./sandbox.ts";

/** Small products of their own, for trials that need many changes which share no assembly. */
export type Jig = { readonly assembly: string; readonly bracket: string; readonly lug: string };

export function jigs(count: number): Jig[] {
  return Array.from({ length: count }, (_, at) => {
    const number = String(at + 1).padStart(3, "0");
    return { assembly: `JIG-${number}`, bracket: `BRK-${number}`, lug: `LUG-${number}` };
  });
}

/** Drafts a change for each jig that brings it in, with a bracket of its own; gives the changes' numbers. */
export async function draftIntroductions(plm: Sandbox, wanted: readonly Jig[]): Promise<string[]> {
  const { ecos } = await plm.send<{ ecos: string[] }>("POST", "/api/v2/import", {
    parts: wanted.flatMap(({ assembly, bracket }) => [
      boughtPart(bracket),
      { partNumber: assembly, revision: "A", partType: "assembly", bom: [line("10", bracket, "2"), SCREWS] },
    ]),
    ecos: wanted.map(({ assembly, bracket }) => ({
      title: `Introduce ${assembly}`,
      affectedParts: [
        { partNumber: assembly, toRevision: "A" },
        { partNumber: bracket, toRevision: "A" },
      ],
    })),
  });
  return ecos;
}

/** Drafts a change for each jig that puts a lug in the bracket's place; brackets on order go back. */
export async function draftReplacements(plm: Sandbox, wanted: readonly Jig[]): Promise<string[]> {
  const dispositions = { stock: "SCRAP", wip: "REWORK", onOrder: "RETURN", finished: "USE_AS_IS" };
  const { ecos } = await plm.send<{ ecos: string[] }>("POST", "/api/v2/import", {
    parts: wanted.flatMap(({ assembly, lug }) => [
      boughtPart(lug),
      {
        partNumber: assembly,
        revision: "B",
        partType: "assembly",
        basedOn: "A",
        bom: [line("10", lug, "2"), SCREWS],
      },
    ]),
    ecos: wanted.map(({ assembly, lug }) => ({
      title: `${assembly}: a lug in the bracket's place`,
      affectedParts: [
        { partNumber: assembly, fromRevision: "A", toRevision: "B", dispositions },
        { partNumber: lug, toRevision: "A" },
      ],
    })),
  });
  return ecos;
}

/** The buyer orders a hundred brackets for each jig: one purchase order, a line each. */
export async function orderBrackets(erp: Sandbox, wanted: readonly Jig[]): Promise<void> {
  await erp.send("POST", "/erp/v1/purchase-orders", {
    plant: "1000",
    supplierCode: "STAHLHOF",
    buyer: "a.wagner",
    orderedOn: "2026-01-12",
    lines: wanted.map(({ bracket }) => ({
      itemCode: bracket,
      revisionLevel: "A",
      unit: "EA",
      orderedQuantity: "100",
      price: "0.80",
      currency: "EUR",
      dueDate: "2027-01-12",
    })),
  });
}

/** The planner plans to build ten of each jig. */
export async function planProduction(erp: Sandbox, wanted: readonly Jig[]): Promise<void> {
  for (const { assembly } of wanted) {
    await erp.send("POST", "/erp/v1/production-orders", {
      plant: "1000",
      itemCode: assembly,
      quantity: "10",
      startDate: "2027-02-01",
      planner: "l.hahn",
    });
  }
}

const SCREWS = line("20", "SCR-M3-8", "4");

function line(findNumber: string, partNumber: string, quantity: string) {
  return { findNumber, partNumber, quantity };
}

function boughtPart(partNumber: string) {
  const source = { supplier: "STAHLHOF", supplierPartNumber: `SH-${partNumber}`, leadTimeDays: 10 };
  return {
    partNumber,
    revision: "A",
    partType: "purchased",
    approvedSources: [{ ...source, price: "0.80", currency: "EUR" }],
  };
}
