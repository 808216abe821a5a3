import type { EngineeringChange } from "../domain/change.ts";
import { takenBackBy } from "../store/rollbacks.ts";
import { supersederOf } from "../store/supersessions.ts";
import type { ChangeReading } from "./change-run.ts";

/** The change as it is to be carried out here. One that was taken back is not, nor one that another superseded. */
export async function asItStands(told: EngineeringChange, run: ChangeReading): Promise<EngineeringChange> {
  const { carriesOut, change, plant, wasApplied } = run;
  const { pool } = run.database;
  if (told.state !== "released" || carriesOut === "released") return told;
  if (carriesOut !== null) return { ...told, state: carriesOut };
  if ((await takenBackBy(pool, { plant, change })) !== null) return { ...told, state: "rolled back" };
  if (wasApplied) return told;
  const by = await supersederOf(pool, { plant, change, releasedAt: told.releasedAt ?? "" });
  return by === null ? told : { ...told, state: "superseded" };
}
