import type { Run } from "../store/runs.ts";
import { parseSubject, subjectOf, type SubjectId } from "../store/subject.ts";
import type { ChangeRow } from "./contract.ts";
import { ApiError } from "./problem.ts";

/** @throws ApiError on a plant that could not be one. */
export function changeSubject({ change, plant }: { change: string; plant: string }): SubjectId {
  if (plant.includes("@")) throw new ApiError("invalid-input", "A plant's name has no @.", { field: "params.plant" });
  return subjectOf("change", change, plant).id;
}

export function changeRow(run: Run): ChangeRow {
  return {
    change: run.key,
    plant: run.plant,
    title: run.title,
    state: run.state,
    reason: run.reason,
    waitsFor: run.waitsFor.map((subject) => parseSubject(subject)?.key ?? subject),
    actionRequired: run.actionRequired,
    exposure: run.exposure,
    updatedAt: run.updatedAt,
  };
}
