import { beforeEach, describe, expect, it, vi } from "vitest";
import { ConnectorError, type ConnectorErrorKind } from "../connectors/connector-error.ts";
import type { Connector, ProblemReport, Receipt } from "../connectors/port.ts";
import { DEFAULT_FEEDBACK_RULES } from "../domain/feedback/feedback-rules.ts";
import { NO_TRIGGERS } from "../domain/feedback/plant-triggers.ts";
import type { ItemId, OperationId, PlantId, ProductionOrderId, Revision, SystemId } from "../domain/ids.ts";
import { DEFAULT_ORDER_RULES } from "../domain/orders/order-rules.ts";
import { keepLease, type Lease } from "../engine/lease.ts";
import { startWorker } from "../engine/worker.ts";
import { auditOf } from "../store/audit.ts";
import { moveProposal, openProposals, proposalOf, type StoredProposal } from "../store/proposals.ts";
import { recordRun, runOf } from "../store/runs.ts";
import { parseSubject } from "../store/subject.ts";
import { holdSubject } from "../store/testing.ts";
import { threadOf } from "../store/thread-links.ts";
import { productionToPlm } from "./production-to-plm.ts";
import { proposalSubject } from "./proposal-thread.ts";
import type { PlantSystems } from "./systems.ts";
import { testLanes } from "../engine/testing.ts";

const PLANT = "1000" as PlantId;
const { database, lanes } = await testLanes();
beforeEach(() => database.pool.query("truncate runs, proposals, thread_links cascade"));

/** A PLM in memory that finds reports by their occasion. Each write may fail, before it is done or after. */
function plm(...failures: readonly Failure[]) {
  const reports: ProblemReport[] = [];
  const waiting = [...failures];
  const number = ({ occasion }: ProblemReport): Receipt | null => {
    const at = reports.findIndex((one) => one.occasion === occasion);
    return at < 0 ? null : { id: `PR-${at + 1}`, version: null };
  };
  const file = {
    async find(report: ProblemReport) {
      return number(report);
    },
    async write(report: ProblemReport) {
      const failure = waiting.shift();
      if (failure?.isDone !== false) reports.push(report);
      if (failure !== undefined) throw failure.error;
      return number(report) ?? { id: "none", version: null };
    },
  };
  return { reports, connector: { system: "plm" as SystemId, problemReports: { file } } as unknown as Connector };
}

type Failure = { readonly error: ConnectorError; readonly isDone: boolean };

function fails(kind: ConnectorErrorKind, isDone = false): Failure {
  const at = { system: "plm", doing: "filing the problem report", field: "revision", cause: "no such revision" };
  return { error: new ConnectorError(kind, at), isDone };
}

function hub(connector: Connector) {
  const systems: PlantSystems = {
    plant: PLANT,
    plm: connector,
    erp: { system: "erp" } as Connector,
    mes: null,
    rules: { plant: PLANT, version: "1", rules: [] },
    currency: "EUR",
    timeZone: "UTC",
    orders: DEFAULT_ORDER_RULES,
    feedback: DEFAULT_FEEDBACK_RULES,
    triggers: NO_TRIGGERS,
  };
  return { database, plants: new Map([[PLANT, systems]]) };
}

/** A problem report that a person has approved. */
async function approved(
  occasion = "scrap:1000:FX-110:B:0020:above plan:MO-2",
  revision = "B",
): Promise<StoredProposal> {
  return database.transaction(async (tx) => {
    const place = {
      plant: PLANT,
      item: "FX-110" as ItemId,
      revision: revision as Revision,
      operation: "0020" as OperationId,
    };
    const content = {
      kind: "problem report" as const,
      occasion,
      item: place.item,
      revision: place.revision,
      title: "Scrap above plan at operation 0020",
      description: "10.0 % of the pieces are scrapped where 3.0 % are planned.",
      evidence: "MO-2, finished 2026-02-02T02:00:00.000Z, 50 pieces: 5 scrapped",
    };
    const orders = ["MO-1", "MO-2"] as ProductionOrderId[];
    const [opened] = await openProposals(tx, [
      { place, content, rule: "scrap", orders, change: null, approvedBy: null },
    ]);
    if (opened === undefined) throw new Error("it was opened before");
    return moveProposal(tx, opened.id, { state: "filing", reason: "seen at the line", decidedBy: "q.meier" });
  });
}

async function held(proposal: StoredProposal, attempt = 1): Promise<Lease> {
  const subject = parseSubject(proposalSubject(proposal));
  if (subject === null) throw new Error("a proposal has no subject");
  const token = await holdSubject(database, subject);
  return keepLease({ ...token, attempt, why: "approved", by: null }, performance.now(), 60_000).lease;
}

/** One look, with what it records. */
async function look(connector: Connector, proposal: StoredProposal): Promise<string> {
  const lease = await held(proposal);
  const subject = parseSubject(lease.subject);
  if (subject === null) throw new Error("a proposal has no subject");
  const next = await productionToPlm(hub(connector))(subject, lease);
  await database.transaction(async (tx) => {
    if (next.kind === "retry") await recordRun(tx, lease, { state: "retrying", reason: next.why });
    await next.record?.(tx);
  });
  return next.kind;
}

async function standing({ id }: StoredProposal): Promise<StoredProposal | null> {
  return proposalOf(database.pool, id);
}

describe("an approved problem report", () => {
  it("is filed with its evidence, and joined with what it rests on", async () => {
    const { reports, connector } = plm();
    const proposal = await approved();
    expect(await look(connector, proposal)).toBe("settled");
    expect(reports).toEqual([
      {
        item: "FX-110",
        revision: "B",
        title: "Scrap above plan at operation 0020",
        description: "10.0 % of the pieces are scrapped where 3.0 % are planned.",
        evidence: "MO-2, finished 2026-02-02T02:00:00.000Z, 50 pieces: 5 scrapped",
        occasion: proposal.occasion,
      },
    ]);
    expect(await standing(proposal)).toMatchObject({ state: "filed", receipt: "PR-1", reason: "seen at the line" });
    const from = { system: "plm", kind: "problem report", id: "PR-1" } as const;
    expect((await threadOf(database.pool, from)).map(({ relation, to }) => `${relation} ${to.kind} ${to.id}`)).toEqual([
      "based on production order MO-1",
      "based on production order MO-2",
      "reports on item revision FX-110 rev B",
    ]);
    const subject = proposalSubject(proposal);
    expect(await auditOf(database.pool, subject, 1)).toMatchObject([{ what: "problem report filed", who: "heddle" }]);
    expect(await runOf(database.pool, subject)).toMatchObject({ state: "applied" });
  });

  it("is filed once, however often it is looked at", async () => {
    const { reports, connector } = plm();
    const proposal = await approved();
    await look(connector, proposal);
    await look(connector, proposal);
    expect(reports).toHaveLength(1);
  });

  it("is filed once by two hubs that look at it at the same time", async () => {
    const { reports, connector } = plm();
    const proposal = await approved();
    const workers = await Promise.all(
      [1, 2].map(() =>
        startWorker({ database, lanes, handlers: { proposal: productionToPlm(hub(connector)) }, slots: 2 }),
      ),
    );
    for (const why of ["approved", "looked at again"])
      await database.transaction((tx) => lanes.wakeUp(tx, proposalSubject(proposal), { why }));
    await vi.waitFor(async () => expect(await standing(proposal)).toMatchObject({ state: "filed" }), 60_000);
    await Promise.all(workers.map((worker) => worker.stop()));
    expect(reports).toHaveLength(1);
  });

  it("whose hub was killed between PLM and record is found again, not filed twice", async () => {
    const { reports, connector } = plm();
    const proposal = await approved();
    await database.pool.query("alter table thread_links rename to thread_links_gone");
    await expect(look(connector, proposal)).rejects.toThrow();
    await database.pool.query("alter table thread_links_gone rename to thread_links");
    expect(await standing(proposal)).toMatchObject({ state: "filing", receipt: null });
    await look(connector, proposal);
    expect(reports).toHaveLength(1);
    expect(await standing(proposal)).toMatchObject({ state: "filed", receipt: "PR-1" });
  });

  it("whose answer was lost is looked up at once", async () => {
    const { reports, connector } = plm(fails("answer lost", true));
    const proposal = await approved();
    await look(connector, proposal);
    expect(reports).toHaveLength(1);
    expect(await standing(proposal)).toMatchObject({ state: "filed", receipt: "PR-1" });
  });

  it("waits for a PLM that is away, and says so", async () => {
    const { reports, connector } = plm(fails("unreachable"));
    const proposal = await approved();
    expect(await look(connector, proposal)).toBe("retry");
    expect(await standing(proposal)).toMatchObject({
      state: "filing",
      reason: "seen at the line",
      trouble: expect.stringContaining("unreachable") as string,
    });
    expect(await look(connector, proposal)).toBe("settled");
    expect(reports).toHaveLength(1);
    // Who reads it later asks why it was approved.
    expect(await standing(proposal)).toMatchObject({ state: "filed", reason: "seen at the line", trouble: null });
  });

  it("that the PLM refuses waits for a person, and can be approved again", async () => {
    const { reports, connector } = plm(fails("rejected"));
    const proposal = await approved();
    expect(await look(connector, proposal)).toBe("settled");
    expect(await standing(proposal)).toMatchObject({
      state: "failed",
      reason: expect.stringMatching(/no such revision \(revision\)\. .* Then approve it again\.$/) as string,
    });
    await database.transaction((tx) => moveProposal(tx, proposal.id, { state: "filing", reason: "mended" }));
    await look(connector, proposal);
    expect(reports).toHaveLength(1);
    expect(await standing(proposal)).toMatchObject({ state: "filed" });
  });

  it("says so where the PLM takes no problem reports, or nobody told the revision", async () => {
    const without = { system: "plm" as SystemId } as Connector;
    const proposal = await approved();
    await look(without, proposal);
    expect(await standing(proposal)).toMatchObject({
      state: "failed",
      reason: expect.stringContaining("connection plm, does not take problem reports") as string,
    });
    const untold = await approved("scrap:1000:FX-110:-:0020:above plan:MO-2", "-");
    await look(plm().connector, untold);
    expect(await standing(untold)).toMatchObject({
      state: "failed",
      reason: expect.stringContaining("Nobody told which revision of FX-110 was built") as string,
    });
  });
});
