import { describe, expect, it } from "vitest";
import type { ItemId, OperationId, PlantId, Revision } from "../ids.ts";
import { proposalText, proposalTitle } from "./proposal-text.ts";
import type { Proposal } from "./trigger-proposal.ts";

const AT = {
  occasion: "an occasion",
  evidence: "MO-1",
  place: {
    plant: "1000" as PlantId,
    item: "FX-110" as ItemId,
    revision: "B" as Revision,
    operation: "0020" as OperationId,
  },
};

describe("a proposal in words", () => {
  it("says what to enter as run time, and that a person does", () => {
    const proposal: Proposal = { ...AT, kind: "routing time", plannedSeconds: 60, proposedSeconds: 75.24 };
    expect(proposalTitle(proposal)).toBe("Run time of FX-110 rev B at operation 0020: 75.2 s instead of 60.0 s");
    expect(proposalText(proposal)).toBe(
      "Plan 75.2 s for a piece of FX-110 rev B at operation 0020 in plant 1000, where the routing has 60.0 s (+25 %). Heddle does not enter it in the ERP: approved, it is on record here with who agreed and why. Routing: run time of operation 0020 75.2 s a piece.",
    );
  });

  it("says what to enter as scrap: a quarter lost is a third on top", () => {
    const proposal: Proposal = {
      ...AT,
      kind: "scrap factor",
      plannedShare: 0.03,
      proposedShare: 0.25,
      proposedPercent: 100 / 3,
    };
    expect(proposalTitle(proposal)).toBe(
      "Scrap of FX-110 rev B at operation 0020: 25.0 % of the pieces instead of 3.0 %",
    );
    expect(proposalText(proposal)).toContain("mBOM: operation scrap 33.3 % on top of the net quantity");
  });

  it("says what a problem report says, and where it goes", () => {
    const proposal: Proposal = {
      kind: "problem report",
      occasion: "an occasion",
      item: AT.place.item,
      revision: AT.place.revision,
      title: "Scrap above plan at operation 0020",
      description: "10.0 % of the pieces are scrapped.",
      evidence: "MO-1",
    };
    expect(proposalTitle(proposal)).toBe("Scrap above plan at operation 0020, FX-110 rev B");
    expect(proposalText(proposal)).toBe(
      "10.0 % of the pieces are scrapped. Approved, it is filed in the PLM with the orders below as evidence.",
    );
  });
});
