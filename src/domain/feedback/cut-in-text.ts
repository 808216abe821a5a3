import type { ChangeId } from "../ids.ts";
import type { BuiltUnit, CutIn, PlannedCutIn } from "./cut-in.ts";
import { figure } from "./figure-text.ts";

/** Where a change cut in at a plant, in sentences for engineering and quality. */
export function cutInText(change: ChangeId, cutIn: CutIn): string {
  return [found(change, cutIn), ...mixed(cutIn), ...plan(cutIn), ...untold(cutIn)].join(" ");
}

function found(change: ChangeId, cutIn: CutIn): string {
  switch (cutIn.kind) {
    case "cut in": {
      const before = cutIn.lastOld === null ? "; nothing of the old design is on record before it" : "";
      return `${change} cut in at plant ${cutIn.plant} with ${cutIn.from.id}, built ${cutIn.from.builtAt}${before}.`;
    }
    case "not cut in": {
      const among =
        cutIn.newAmong.length === 0 ? "" : ` ${are(cutIn.newAmong)} of the new design, and the old one went on after.`;
      return `${change} has not cut in at plant ${cutIn.plant}: ${cutIn.lastOld.id}, built ${cutIn.lastOld.builtAt}, is still of the old design.${among}`;
    }
    case "nothing told":
      return `Nothing shows where ${change} cut in at plant ${cutIn.plant}: ${
        cutIn.untold.length === 0 ? "no unit is on record." : "no unit on record tells old from new."
      }`;
  }
}

function mixed(cutIn: CutIn): readonly string[] {
  if (cutIn.kind !== "cut in" || cutIn.newBefore.length + cutIn.oldAfter.length === 0) return [];
  const { firstNew, lastOld, newBefore, oldAfter } = cutIn;
  const last = lastOld === null ? "" : `, the last old ${lastOld.id}`;
  const parts = [
    ...(newBefore.length === 0 ? [] : [`before the cut-in ${are(newBefore)} new already`]),
    ...(oldAfter.length === 0 ? [] : [`after it ${are(oldAfter)} still old`]),
  ];
  return [`Both designs were built side by side (the first new ${firstNew.id}${last}): ${parts.join(", ")}.`];
}

function plan(cutIn: CutIn): readonly string[] {
  if (cutIn.kind !== "cut in" || cutIn.planned === null || cutIn.versusPlan === null) return [];
  const { newTooEarly, oldTooLate } = cutIn.versusPlan;
  const wrong = [
    ...(newTooEarly.length === 0 ? [] : [`${are(newTooEarly)} of the new design before`]),
    ...(oldTooLate.length === 0 ? [] : [`${are(oldTooLate)} of the old design after`]),
  ];
  const planned = plannedText(cutIn.planned);
  return [wrong.length === 0 ? `This is as planned, ${planned}.` : `Planned was ${planned}: ${wrong.join(", ")}.`];
}

function plannedText(planned: PlannedCutIn): string {
  return planned.kind === "instant" ? `from ${planned.at} on` : `from ${planned.first} on`;
}

function untold({ kind, untold: units }: CutIn): readonly string[] {
  if (units.length === 0 || kind === "nothing told") return [];
  return [`What is on record of ${named(units)} does not tell the design.`];
}

function are(units: readonly BuiltUnit[]): string {
  return `${named(units)} ${units.length === 1 ? "is" : "are"}`;
}

/** `FX-000120`, `3 units (FX-000120 to FX-000124)`: not each of a thousand. */
function named(units: readonly BuiltUnit[]): string {
  const [first, last] = [units[0]?.id ?? "", units.at(-1)?.id ?? ""];
  return units.length === 1 ? first : `${figure(units.length, 0)} units (${first} to ${last})`;
}
