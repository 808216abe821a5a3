import type { Sandbox } from "./sandbox.ts";

/** The seeded product's screws: in all parents one gives way to the other. */
export const [OLD_SCREW, NEW_SCREW] = ["SCR-M3-8", "SCR-M4-10"] as const;

/** So many brackets, each with four screws of a kind; `A` brings them in, `B` revises them. */
export type MassDraft = { readonly parents: number; readonly revision: "A" | "B"; readonly screw: string };

/** Drafts one change in the PLM that gives every bracket, `MASS-00001` and on, a revision. It is not released. */
export async function draftMassChange(plm: Sandbox, { parents, revision, screw }: MassDraft): Promise<string> {
  const numbers = Array.from({ length: parents }, (_, at) => `MASS-${String(at + 1).padStart(5, "0")}`);
  const from = revision === "A" ? {} : { fromRevision: "A" };
  const { ecos } = await plm.send<{ ecos: string[] }>("POST", "/api/v2/import", {
    parts: numbers.map((partNumber) => ({
      partNumber,
      revision,
      description: `Bracket ${partNumber}`,
      partType: "assembly",
      bom: [{ findNumber: "10", partNumber: screw, quantity: "4" }],
    })),
    ecos: [
      {
        title: `Brackets with ${screw}`,
        affectedParts: numbers.map((partNumber) => ({ partNumber, ...from, toRevision: revision })),
      },
    ],
  });
  const [change] = ecos;
  if (change === undefined) throw new Error("the PLM has drafted no change");
  return change;
}
