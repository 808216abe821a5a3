import type { KeptEdit } from "./mbom-merge.ts";

/** One edit of the plant's planners and what became of it, as a part of a sentence. */
export function explainEdit(edit: KeptEdit): string {
  return `${whatStands(edit)}${edit.by === null ? "" : ", as was decided"}`;
}

function whatStands({ line, component, field, engineering, plant, stands }: KeptEdit): string {
  const here = `line ${line} (${component})`;
  if (field !== "line") {
    const isOne = !field.includes(" and ");
    return stands === "plant"
      ? `${field} of ${here} ${isOne ? "stays" : "stay"} ${plant} where engineering says ${engineering}`
      : `${field} of ${here} ${isOne ? "becomes" : "become"} engineering's ${engineering} in place of the plant's ${plant}`;
  }
  if (stands === "engineering") {
    if (engineering === null) return `${here} goes, as engineering wants`;
    return plant === null
      ? `${here} comes back, as engineering wants`
      : `${here}, which the plant added, is engineering's line now`;
  }
  if (plant === null) return `${here} stays removed`;
  return engineering === null ? `${here} stays, which engineering does not have` : `${here} stays beside engineering's`;
}
