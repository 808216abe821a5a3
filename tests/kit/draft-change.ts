import type { Sandbox } from "./sandbox.ts";

/** A line of a part's BOM as the sandbox PLM shows it. */
export type Usage = { readonly partNumber: string; readonly quantity: string; readonly [field: string]: unknown };

export type Draft = {
  readonly part: string;
  /** The revision that it is drafted from, and its own. */
  readonly from: string;
  readonly to: string;
  readonly edit: (usages: readonly Usage[]) => readonly object[];
  readonly effectiveFrom?: string;
  readonly supersedes?: string;
};

/** Revises a part in the PLM, in a change of its own; gives the change's number. It is not released. */
export async function draftChange(plm: Sandbox, { part, from, to, edit, ...more }: Draft): Promise<string> {
  const revisions = `/api/v2/parts/${part}/revisions`;
  const { usages } = await plm.get<{ usages: Usage[] }>(`${revisions}/${from}/bom`);
  const { etag } = await plm.send<{ etag: string }>("POST", revisions, { basedOn: from, revision: to });
  await plm.send("PUT", `${revisions}/${to}/bom`, { usages: edit(usages) }, `"${etag}"`);
  const affectedParts = [{ partNumber: part, fromRevision: from, toRevision: to }];
  const drafted = { title: `${part} as ${to}`, affectedParts, ...more };
  return (await plm.send<{ ecoNumber: string }>("POST", "/api/v2/ecos", drafted)).ecoNumber;
}

/** An edit that gives the line of a component another quantity. */
export function withQuantity(component: string, quantity: string): Draft["edit"] {
  return withQuantities({ [component]: quantity });
}

/** The same for several components. */
export function withQuantities(quantities: Readonly<Record<string, string>>): Draft["edit"] {
  return (usages) => usages.map((line) => ({ ...line, quantity: quantities[line.partNumber] ?? line.quantity }));
}

/** An edit that takes the line of a component out. */
export function without(component: string): Draft["edit"] {
  return (usages) => usages.filter(({ partNumber }) => partNumber !== component);
}

/** Releases a change in the PLM without telling the hub, as if its message was late. */
export async function releaseUnheard(plm: Sandbox, change: string): Promise<void> {
  await plm.send("POST", `/api/v2/ecos/${change}/release`, { releasedBy: "eva.engineer" });
}
