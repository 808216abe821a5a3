import { ConnectorError } from "../connectors/connector-error.ts";
import type { PlantId } from "../domain/ids.ts";
import type { PlantSystems } from "./systems.ts";

/**
 * Why there is no answer, and what to do about it. `unknown`: there is no such thing; `never published`: not by Heddle, of
 * this item; `system failed`: a system was asked and did not answer.
 */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";
  readonly reason: "unknown" | "never published" | "system failed";
  readonly detail: { readonly system: string; readonly field?: string; readonly fix: string };

  constructor(reason: NoAnswer["reason"], message: string, detail: NoAnswer["detail"], cause?: unknown) {
    super(message, { cause });
    this.reason = reason;
    this.detail = detail;
  }
}

/** What a question to the systems is answered with. Rejects with `NoAnswer` where one of them fails. */
export async function answered<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    const { system, field } = error.at;
    const reason = error.kind === "not found" ? "unknown" : "system failed";
    throw new NoAnswer(
      reason,
      error.message,
      { system, ...(field === undefined ? {} : { field }), fix: error.fix },
      error,
    );
  }
}

/** @throws NoAnswer naming the plants that there are */
export function systemsOf(plants: ReadonlyMap<PlantId, PlantSystems>, plant: PlantId): PlantSystems {
  const systems = plants.get(plant);
  if (systems !== undefined) return systems;
  const fix = `Name one of: ${[...plants.keys()].join(", ")}.`;
  throw new NoAnswer("unknown", `There is no plant ${plant}.`, { system: "heddle", field: "plant", fix });
}
