import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Proposal } from "../../domain/feedback/trigger-proposal.ts";
import type { ItemId, OperationId, PlantId, ProductionOrderId, Revision } from "../../domain/ids.ts";
import { moveProposal, openProposals } from "../../store/proposals.ts";
import type { ProposalPage, ProposalView } from "../contract.ts";
import { startTestApi, type Caller, type TestApi } from "../testing.ts";

const PLACE = {
  plant: "1000" as PlantId,
  item: "FX-110" as ItemId,
  revision: "B" as Revision,
  operation: "0020" as OperationId,
};

let api: TestApi;
let approver: Caller;
let viewer: Caller;

beforeAll(async () => {
  api = await startTestApi();
  [approver, viewer] = [await api.signedIn("approver", "ada"), await api.signedIn("viewer")];
});
afterAll(() => api.close());
beforeEach(() => api.database.pool.query("truncate proposals"));

function runTime(order: string): Proposal {
  return {
    kind: "routing time",
    occasion: `run-time:1000:FX-110:B:0020:longer:${order}`,
    place: PLACE,
    plannedSeconds: 60,
    proposedSeconds: 75,
    evidence: "MO-1: 75.0 s a piece, 60.0 s planned\nMO-2: 75.0 s a piece, 60.0 s planned",
  };
}

const REPORT: Proposal = {
  kind: "problem report",
  occasion: "scrap:1000:FX-110:B:0020:above plan:MO-2",
  item: PLACE.item,
  revision: PLACE.revision,
  title: "Scrap above plan at operation 0020",
  description: "10.0 % of the pieces are scrapped.",
  evidence: "MO-2: 5 scrapped",
};

/** Opens one, and gives its id. */
async function open(content: Proposal): Promise<string> {
  const orders = ["MO-1", "MO-2"] as ProductionOrderId[];
  const [opened] = await api.database.transaction((tx) =>
    openProposals(tx, [{ place: PLACE, content, rule: "a-trigger", orders, change: null, approvedBy: null }]),
  );
  if (opened === undefined) throw new Error("it was open already");
  return opened.id;
}

describe("proposals", () => {
  it("are listed, the newest first, page by page", async () => {
    for (const order of ["MO-1", "MO-2", "MO-3"]) await open(runTime(order));
    const all = (await viewer<ProposalPage>("GET /api/proposals")).body.proposals;
    const first = (await viewer<ProposalPage>("GET /api/proposals?limit=2")).body;
    const rest = (await viewer<ProposalPage>(`GET /api/proposals?limit=2&after=${first.next}`)).body;
    expect([...first.proposals, ...rest.proposals]).toEqual(all);
    expect(rest.next).toBeNull();
    expect(all[0]).toMatchObject({ kind: "routing time", state: "waiting", rule: "a-trigger", item: "FX-110" });
  });

  it("are narrowed by item, kind and state", async () => {
    await open(runTime("MO-1"));
    const report = await open(REPORT);
    const ids = async (query: string) =>
      (await viewer<ProposalPage>(`GET /api/proposals?${query}`)).body.proposals.map(({ id }) => id);
    expect(await ids("kind=problem%20report&item=FX-110&plant=1000&state=waiting")).toEqual([report]);
    expect(await ids("item=FX-210")).toEqual([]);
    expect((await viewer("GET /api/proposals?state=lost")).status).toBe(400);
  });

  it("say what is asked, on which evidence", async () => {
    const { body } = await viewer<ProposalView>(`GET /api/proposals/${await open(runTime("MO-1"))}`);
    expect(body).toMatchObject({
      text: expect.stringContaining("Heddle does not enter it in the ERP") as string,
      evidence: ["MO-1: 75.0 s a piece, 60.0 s planned", "MO-2: 75.0 s a piece, 60.0 s planned"],
      orders: ["MO-1", "MO-2"],
      figures: { unit: "seconds", planned: 60, proposed: 75 },
    });
    expect((await viewer("GET /api/proposals/PROP-none")).body.error).toMatchObject({ code: "not-found" });
  });
});

function answer(caller: Caller, id: string, decision: string, reason = "agreed with test") {
  return caller<ProposalView>(`POST /api/proposals/${id}/decision`, { decision, reason });
}

describe("an answer", () => {
  it("that approves a run time records who agreed and why, and sends nothing anywhere", async () => {
    const id = await open(runTime("MO-1"));
    const { body } = await answer(approver, id, "approve");
    expect(body.row).toMatchObject({ state: "approved", decidedBy: "ada", reason: "agreed with test" });
    expect(body.timeline).toMatchObject([{ who: "ada", what: "proposal approved" }]);
    expect(await api.lanes.list(api.database.pool)).toEqual([]);
  });

  it("that approves a problem report wakes its filing", async () => {
    const id = await open(REPORT);
    expect((await answer(approver, id, "approve")).body.row.state).toBe("filing");
    expect(await api.lanes.list(api.database.pool)).toMatchObject([{ subject: `proposal:${id}@1000`, by: "ada" }]);
  });

  it("that dismisses ends it", async () => {
    const id = await open(REPORT);
    expect((await answer(approver, id, "dismiss")).body.row.state).toBe("dismissed");
  });

  it("is given once, unless filing failed", async () => {
    const id = await open(REPORT);
    await answer(approver, id, "dismiss");
    const again = await answer(approver, id, "approve");
    expect(again).toMatchObject({ status: 409, body: { error: { code: "already-decided" } } });
    await api.database.transaction((tx) => moveProposal(tx, id, { state: "failed", reason: "no such revision" }));
    expect((await answer(approver, id, "approve")).body.row.state).toBe("filing");
  });

  it("is an approver's, with a reason", async () => {
    const id = await open(REPORT);
    expect((await answer(viewer, id, "approve")).status).toBe(403);
    expect((await answer(approver, id, "approve", "   ")).status).toBe(400);
    expect((await answer(approver, "PROP-none", "approve")).status).toBe(404);
  });
});
