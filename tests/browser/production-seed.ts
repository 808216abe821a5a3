import type {
  ChangeId,
  Digest,
  ItemId,
  OperationId,
  PlantId,
  ProductionOrderId,
  Revision,
} from "../../src/domain/ids.ts";
import { made, used } from "../../src/domain/feedback/posting-harness.ts";
import type { Proposal } from "../../src/domain/feedback/trigger-proposal.ts";
import { toJson } from "../../src/domain/json.ts";
import type { TestApi } from "../../src/api/testing.ts";
import { bookingHubOf, ledger } from "../../src/flows/production-to-erp-harness.ts";
import { openShopFloor } from "../../src/flows/shop-floor-harness.ts";
import { publishDesigns, recordDesigns } from "../../src/store/designs.ts";
import { storePlan } from "../../src/store/plans.ts";
import { openProposals } from "../../src/store/proposals.ts";
import { recordPublication } from "../../src/store/publications.ts";
import { recordRun } from "../../src/store/runs.ts";
import { subjectOf } from "../../src/store/subject.ts";
import { holdSubject } from "../../src/store/testing.ts";

const PLANT = "1000" as PlantId;
const ITEM = "FX-110" as ItemId;
const PLACE = { plant: PLANT, item: ITEM, revision: "B" as Revision, operation: "0020" as OperationId };

/** Working days that are made on, and from which of them on the new design is built. */
const DAYS = 40;
const NEW_FROM = 24;

/** FX-110 has got revision B by ECO-7, which plan and publication tell. */
export async function leaveChange({ database }: TestApi): Promise<void> {
  const subject = subjectOf("change", "ECO-7", PLANT);
  const lease = await holdSubject(database, subject);
  const mbom = (revision: string, motor: string) => ({
    plant: PLANT,
    item: ITEM,
    revision,
    lines: [{ item: motor }],
  });
  const [before, after] = [mbom("A", "MOT-024"), mbom("B", "MOT-026")];
  const plan = {
    change: {
      id: "ECO-7",
      title: "Quieter motor",
      reason: "Noise",
      releasedBy: "m.keller",
      releasedAt: "2026-03-02T08:00:00.000Z",
      effectiveFrom: null,
      supersedes: null,
    },
    plant: PLANT,
    rulesVersion: "1",
    actions: [],
    mboms: [{ item: ITEM, before, after, diff: { added: [], removed: [], changed: [] } }],
    impact: [],
    costs: [],
    findings: [],
  };
  const digest = "7".repeat(64) as Digest;
  const published = { plant: PLANT, item: ITEM, change: "ECO-7" as ChangeId, digest, version: null };
  await database.transaction(async (tx) => {
    await storePlan(tx, { subject: subject.id, digest, plan: toJson(plan), state: "approved", requestedBy: "plm" });
    await recordPublication(tx, {
      ...published,
      before: toJson(before),
      after: toJson(after),
      number: "BOM-2",
      releasedAt: "2026-03-02T08:00:00.000Z",
    });
    await recordDesigns(tx, PLANT, "ECO-7", [
      { item: ITEM, releasedAt: "2026-03-02T08:00:00.000Z", effectiveFrom: null, revision: "B" },
    ]);
    await publishDesigns(tx, PLANT, "ECO-7");
    await recordRun(tx, lease, { title: "Quieter motor", state: "applied", planDigest: digest });
    await tx.query("update publications set at = '2026-03-05T20:00:00Z'");
  });
}

/** An order a day, sawn and welded; the new design takes longer to weld and is scrapped more often. */
export async function leaveProduction({ database }: TestApi): Promise<void> {
  const floor = await openShopFloor(database);
  const days = workingDays(DAYS);
  await floor.learn(
    ...days.map((_, at) => ({
      order: orderOf(at),
      item: ITEM,
      quantity: "40",
      revision: at < NEW_FROM ? "A" : "B",
      mbom: at < NEW_FROM ? "BOM-1" : "BOM-2",
      operations: { "0010": { workCenter: "SAW", runMinutes: 1 }, "0020": { workCenter: "WELD", runMinutes: 2 } },
    })),
  );
  await floor.tell(...days.flatMap(eventsOfDay));
  // What cannot be counted: an order that nobody knows, and what is no event.
  await floor.tell(
    { id: "u-1", at: "2026-02-02T08:00:00Z", order: "MO-9", operation: "0010", fact: { kind: "operation started" } },
    { id: "u-2", at: "2026-02-02T08:00:00Z", order: "MO-1", fact: { kind: "exploded" } },
  );
  await floor.count();
}

function eventsOfDay(day: string, at: number): readonly object[] {
  const isNew = at >= NEW_FROM;
  const scrapped = { "0010": at % 3 === 0 ? 1 : 0, "0020": (isNew ? 4 : 1) + (at % 2) };
  const seconds = { "0010": 58 + (at % 5), "0020": (isNew ? 152 : 120) + ((at * 7) % 11) };
  const operation = (name: "0010" | "0020", workCenter: string, hour: number) => {
    const common = { order: orderOf(at), operation: name, workCenter };
    const [scrap, good] = [scrapped[name], 40 - scrapped[name]];
    const [from, until] = [`${day}T${clock(hour)}:00:00Z`, `${day}T${clock(hour + 2)}:00:00Z`];
    const reason = name === "0010" ? "BURR" : at % 4 === 0 ? "POROSITY" : isNew ? "GAP TOO WIDE" : "SURFACE";
    return [
      { ...common, id: `${at}-${name}-s`, at: from, fact: { kind: "operation started" } },
      ...[0.9, 0.98, 1.02, 1.1].map((pace, part) => {
        const pieces = partOf(good, part);
        return {
          ...common,
          id: `${at}-${name}-g${part}`,
          since: `${day}T${clock(hour)}:${clock(part * 12)}:00Z`,
          at: `${day}T${clock(hour)}:${clock(part * 12 + 11)}:00Z`,
          ...(name === "0020" ? { serials: serials(at, good).slice(...pieces) } : {}),
          fact: {
            kind: "good",
            quantity: String(pieces[1] - pieces[0]),
            unit: "EA",
            workedMs: Math.round(seconds[name] * 1_000 * pace * (pieces[1] - pieces[0])),
          },
        };
      }),
      ...(scrap === 0
        ? []
        : [
            {
              ...common,
              id: `${at}-${name}-x`,
              at: until,
              fact: { kind: "scrap", quantity: String(scrap), unit: "EA", reason },
            },
          ]),
      { ...common, id: `${at}-${name}-c`, at: until, fact: { kind: "operation completed" } },
    ];
  };
  return [
    ...operation("0010", "SAW", 6),
    ...operation("0020", "WELD", 9),
    {
      id: `${at}-down`,
      plant: PLANT,
      workCenter: "WELD",
      since: `${day}T12:00:00Z`,
      at: `${day}T12:${at % 2 === 0 ? "20" : "45"}:00Z`,
      fact: { kind: "downtime", reason: at % 3 === 0 ? "NOZZLE" : "GAS" },
    },
  ];
}

/** Which of the pieces come in the `part`th of four batches: from the first, up to before the second. */
function partOf(pieces: number, part: number): readonly [number, number] {
  return [Math.floor((pieces * part) / 4), Math.floor((pieces * (part + 1)) / 4)];
}

function orderOf(at: number): string {
  return `MO-${6_001 + at}`;
}

function serials(at: number, count: number): readonly string[] {
  return Array.from({ length: count }, (_, piece) => `FX-${String(at * 40 + piece + 1).padStart(6, "0")}`);
}

function clock(hour: number): string {
  return String(hour).padStart(2, "0");
}

function workingDays(count: number): readonly string[] {
  const days: string[] = [];
  for (let at = Date.UTC(2026, 1, 2); days.length < count; at += 86_400_000) {
    const day = new Date(at);
    if (day.getUTCDay() !== 0 && day.getUTCDay() !== 6) days.push(day.toISOString().slice(0, 10));
  }
  return days;
}

/** What triggers have opened on `occasion`: a run time and a problem report. Gives their ids. */
export async function leaveProposals({ database }: TestApi, occasion: string): Promise<readonly string[]> {
  const evidence = ["MO-6025", "MO-6026", "MO-6027"].map((order) => `${order}: 155.0 s a piece, 120.0 s planned`);
  const contents: readonly Proposal[] = [
    {
      kind: "routing time",
      occasion: `run-time:1000:FX-110:B:0020:longer:${occasion}`,
      place: PLACE,
      plannedSeconds: 120,
      proposedSeconds: 155,
      evidence: evidence.join("\n"),
    },
    {
      kind: "problem report",
      occasion: `scrap:1000:FX-110:B:0020:above plan:${occasion}`,
      item: ITEM,
      revision: PLACE.revision,
      title: "Scrap above plan at operation 0020 of FX-110",
      description: "11.3 % of the pieces are scrapped; 2.0 % are planned.",
      evidence: "MO-6025: 4 of 40 scrapped\nMO-6026: 5 of 40 scrapped",
    },
  ];
  const orders = ["MO-6025", "MO-6026"] as ProductionOrderId[];
  const opened = await database.transaction((tx) =>
    openProposals(
      tx,
      contents.map((content) => ({
        place: PLACE,
        content,
        rule: "welding-watch",
        orders,
        change: "ECO-7" as ChangeId,
        approvedBy: null,
      })),
    ),
  );
  return opened.map(({ id }) => id);
}

/** Order MO-1 of plant P1 used more than its ERP order plans, and waits for a person. Gives the hub that books it. */
export async function leaveBooking({ database, lanes }: TestApi): Promise<ReturnType<typeof bookingHubOf>> {
  const hub = bookingHubOf(database, lanes, ledger());
  await hub.counts(
    made({ "0010": "10 good 1 scrap 20 min done", "0020": "4 good 8 min" }, [
      used("10 TUBE", "25 EA", "T-1"),
      used("20 WIRE", "1 KGM"),
    ]),
  );
  await hub.look();
  return hub;
}
