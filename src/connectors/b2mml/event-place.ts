import { parseInstant, type Instant } from "../../domain/feedback/instant.ts";
import { unreadable, UNREADABLE_TEXT_MAX, type Told } from "../../domain/feedback/told.ts";
import { Unclear } from "./event-fields.ts";
import { childrenOf, textOf, xmlText, type XmlElement } from "./xml.ts";

/** What a message's surroundings say of the responses in it. */
export type Around = {
  /** Sender's logical id. */
  readonly source: string;
  /** When the message was made: where nothing in it says better. */
  readonly told: Instant | null;
  /** Hierarchy scopes of what contains it, the nearest first. */
  readonly scopes: readonly XmlElement[];
};

export const WORK_CENTERS = ["WorkCenter", "ProductionLine", "ProcessCell", "ProductionUnit", "StorageZone"];
export const WORK_UNITS = ["WorkUnit", "WorkCell", "Unit", "StorageUnit"];

export function narrowed(element: XmlElement, around: Around): Around {
  // One that cannot be read is no loss: it is asked only where nothing better is said.
  const told = parseInstant(textOf(element, "PublishedDate") ?? "") ?? around.told;
  return { ...around, told, scopes: [...scopeChain(element), ...around.scopes] };
}

/** An element's hierarchy scope with what is named within it, the innermost first. */
export function scopeChain(element: XmlElement): readonly XmlElement[] {
  const chain: XmlElement[] = [];
  let [scope] = childrenOf(element, "HierarchyScope");
  while (scope !== undefined) {
    chain.unshift(scope);
    [scope] = childrenOf(scope, "HierarchyScopeChild");
  }
  return chain;
}

export function levelIn(scopes: readonly XmlElement[], levels: readonly string[]): string | null {
  const scope = scopes.find((one) =>
    levels.includes(textOf(one, "EquipmentLevel") ?? textOf(one, "EquipmentElementLevel") ?? ""),
  );
  return scope === undefined ? null : textOf(scope, "EquipmentID");
}

/** Jobs are named as Heddle names them, `1000:MO-5001`, or by the bare order beside the scope of a site. */
export function plantAndOrder(job: string | null, named: string | null, site: string | null) {
  const colon = job?.indexOf(":") ?? -1;
  if (job !== null && site !== null && job.startsWith(`${site}:`))
    return { plant: site, order: job.slice(site.length + 1) };
  if (job !== null && site === null && colon > 0) return { plant: job.slice(0, colon), order: job.slice(colon + 1) };
  if (site !== null) return { plant: site, order: named ?? job };
  const cause = "Nothing says at which plant it was.";
  throw new Unclear("HierarchyScope", cause, "Send the plant as HierarchyScope of level Site, or in JobOrderID.");
}

export function notRead(
  error: unknown,
  element: XmlElement,
  key: { readonly source: string; readonly id: string | null },
): Told {
  if (!(error instanceof Unclear)) throw error;
  return unreadable(xmlText(element, UNREADABLE_TEXT_MAX), [error.fault], key);
}

export const GIVE_IDS = "Let the MES give each response an ID that stays the same when it is told again.";
