import { describe, expect, it } from "vitest";
import type { ItemId, MbomLineKey } from "../ids.ts";
import { explainEdit } from "./explain-merge.ts";
import type { ConflictId, KeptEdit } from "./mbom-merge.ts";

function said(edit: Pick<KeptEdit, "field" | "engineering" | "plant" | "stands">, by: string | null = null): string {
  const line = { line: "L10" as MbomLineKey, component: "BOLT" as ItemId, base: null };
  return explainEdit({ ...line, ...edit, by: by as ConflictId | null });
}

describe("what is said of a planner's edit", () => {
  it("of a field names what either side says, and whose word stands", () => {
    const quantity = { field: "quantity", engineering: "8 EA", plant: "6 EA" } as const;
    expect(said({ ...quantity, stands: "plant" })).toBe(
      "quantity of line L10 (BOLT) stays 6 EA where engineering says 8 EA",
    );
    expect(said({ ...quantity, stands: "engineering" })).toBe(
      "quantity of line L10 (BOLT) becomes engineering's 8 EA in place of the plant's 6 EA",
    );
  });

  it("of a line says whether it stays or goes", () => {
    const line = { field: "line", engineering: "8 EA BOLT", plant: "6 EA BOLT" } as const;
    expect(said({ ...line, plant: null, stands: "plant" })).toBe("line L10 (BOLT) stays removed");
    expect(said({ ...line, engineering: null, stands: "plant" })).toBe(
      "line L10 (BOLT) stays, which engineering does not have",
    );
    expect(said({ ...line, stands: "plant" })).toBe("line L10 (BOLT) stays beside engineering's");
    expect(said({ ...line, engineering: null, stands: "engineering" })).toBe(
      "line L10 (BOLT) goes, as engineering wants",
    );
    expect(said({ ...line, plant: null, stands: "engineering" })).toBe(
      "line L10 (BOLT) comes back, as engineering wants",
    );
    expect(said({ ...line, stands: "engineering" })).toBe(
      "line L10 (BOLT), which the plant added, is engineering's line now",
    );
  });

  it("says that a person decided it", () => {
    const removed = { field: "line", engineering: "8 EA BOLT", plant: null, stands: "plant" } as const;
    expect(said(removed, "FRAME/L10/line")).toBe("line L10 (BOLT) stays removed, as was decided");
  });
});
