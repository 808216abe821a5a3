import type { ChangePage, ChangeRow, ChangeView } from "../api/contract.ts";
import { CliFailure } from "./failure.ts";
import type { HubClient } from "./hub-client.ts";

/** A change in one plant, as the hub names it. */
export type ChangeInPlant = { readonly change: string; readonly plant: string };

const PAGE = 200;

/** The plant that is meant where only one has the change. @throws CliFailure */
export async function findChange(hub: HubClient, change: string, plant: string | undefined): Promise<ChangeInPlant> {
  const query = new URLSearchParams({ text: change, limit: String(PAGE) });
  const { changes } = await hub.call<ChangePage>(`GET /api/changes?${query.toString()}`);
  const found = changes.filter((row) => row.change === change && (plant === undefined || row.plant === plant));
  const [first, ...more] = found;
  if (first === undefined) {
    throw new CliFailure(`the hub knows no change ${change}${plant === undefined ? "" : ` in plant ${plant}`}`, {
      system: "heddle",
      field: plant === undefined ? "change" : "--plant",
      fix: "see which changes it knows: npx heddle status. A change is known once it is released in the PLM",
    });
  }
  if (more.length === 0) return first;
  throw new CliFailure(`${change} concerns ${found.length} plants: ${found.map((row) => row.plant).join(", ")}`, {
    field: "--plant",
    fix: `name one: --plant ${first.plant}`,
  });
}

export async function readChange(hub: HubClient, at: ChangeInPlant): Promise<ChangeView> {
  return hub.call<ChangeView>(`GET ${pathOf(at)}`);
}

export function pathOf({ change, plant }: ChangeInPlant): string {
  return `/api/changes/${encodeURIComponent(change)}/${encodeURIComponent(plant)}`;
}

/** `blocked: No rule says …` */
export function stateText({ state, reason, waitsFor }: ChangeRow): string {
  const waits = waitsFor.length === 0 ? "" : ` (waits for ${waitsFor.join(", ")})`;
  return reason === null ? `${state}${waits}` : `${state}${waits}: ${reason}`;
}
