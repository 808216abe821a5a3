import type { ChangeId, PlantId } from "../domain/ids.ts";
import { subjectOf } from "../store/subject.ts";
import { changeReading } from "./change-run.ts";
import { answered, systemsOf } from "./no-answer.ts";
import { readAndPlan } from "./read-and-plan.ts";
import type { SealedPlan } from "./sealed.ts";
import type { ChangeHub } from "./systems.ts";

/** What the hub would plan of a change now. Rejects with `NoAnswer`. */
export type PreviewDesk = (change: ChangeId, plant: PlantId) => Promise<SealedPlan>;

/**
 * Previews from the systems as they are and from all that the hub remembers: what it published, what planners edited
 * since, answers to conflicts, rollbacks. It keeps nothing and writes nothing.
 */
export function previewDesk(hub: Pick<ChangeHub, "database" | "plants" | "now">): PreviewDesk {
  return (change, plant) =>
    answered(async () => {
      const systems = systemsOf(hub.plants, plant);
      return readAndPlan(await changeReading(hub, systems, subjectOf("change", change, plant)));
    });
}
