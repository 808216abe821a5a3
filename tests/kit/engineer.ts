import type { Sandbox } from "./sandbox.ts";

type Usage = { readonly partNumber: string; readonly quantity: string };

/** An engineer who revises parts in the sandbox PLM. */
export function engineer(plm: Sandbox) {
  return {
    /** Revises an assembly with other quantities of some parts; gives the number of the draft change. */
    async revise(
      partNumber: string,
      [from, to]: readonly [from: string, to: string],
      quantities: Readonly<Record<string, string>>,
    ): Promise<string> {
      const part = `/api/v2/parts/${partNumber}/revisions`;
      const { usages } = await plm.get<{ usages: readonly Usage[] }>(`${part}/${from}/bom`);
      const { etag } = await plm.send<{ etag: string }>("POST", part, { basedOn: from, revision: to });
      const revised = usages.map((usage) => ({ ...usage, quantity: quantities[usage.partNumber] ?? usage.quantity }));
      await plm.send("PUT", `${part}/${to}/bom`, { usages: revised }, `"${etag}"`);
      const affectedParts = [{ partNumber, fromRevision: from, toRevision: to }];
      const { ecoNumber } = await plm.send<{ ecoNumber: string }>("POST", "/api/v2/ecos", {
        title: `${partNumber} revised`,
        affectedParts,
      });
      return ecoNumber;
    },
  };
}
