import type { OperationId, WorkCenterId } from "../domain/ids.ts";
import { pieceNode, revisionNode, type ThreadLink, type ThreadNode } from "../domain/thread-link.ts";
import type { Database } from "../store/database.ts";
import { subjectOf } from "../store/subject.ts";
import { builtIn, leaveShopOrder, leaveUnits } from "../store/thread-harness.ts";
import { linkThread } from "../store/thread-links.ts";

export const LOT = pieceNode("1000", "lot", "L-7", "MOT-024");
export const SERIALS = 60;
const change: ThreadNode = { system: "plm", kind: "change", id: "ECO-0001" };
const order: ThreadNode = { system: "erp", kind: "production order", id: "MO-5001" };
const revision = revisionNode("erp", "FX-110", "B");
const machine = pieceNode("1000", "serial", "M-1", "FX-900");
const report: ThreadNode = { system: "plm", kind: "problem report", id: "PR-0003" };

/** A thread from a change over an order and 60 serials to a machine and a problem report, as the legs leave it. */
export async function leaveThread({ pool }: Database): Promise<void> {
  const serials = Array.from({ length: SERIALS }, (_, n) =>
    pieceNode("1000", "serial", `SN-${String(n + 1).padStart(3, "0")}`, "FX-110"),
  );
  const links: ThreadLink[] = [
    { from: change, relation: "releases", to: revision },
    { from: order, relation: "makes", to: revision },
    { from: order, relation: "built under", to: change },
    { from: order, relation: "dispatched as", to: { system: "mes", kind: "job order", id: "1000:MO-5001" } },
    ...serials.flatMap((serial, n): ThreadLink[] => [
      { from: serial, relation: "made by", to: order, happenedAt: builtAt(n), who: "4711" },
      { from: serial, relation: "contains", to: LOT, happenedAt: builtAt(n), who: "4711" },
    ]),
    { from: machine, relation: "contains", to: serials[2]! },
    // Another item counts its serials from the same number.
    { from: pieceNode("1000", "serial", "SN-001", "FX-300"), relation: "made by", to: { ...order, id: "MO-5002" } },
    {
      from: pieceNode("1000", "lot", "L-9", "MOT-024"),
      relation: "of lot",
      to: pieceNode("1000", "lot", "L-0", "MOT-024"),
    },
    {
      from: pieceNode("1000", "lot", "L-9", "GEAR-1"),
      relation: "of lot",
      to: pieceNode("1000", "lot", "L-0", "GEAR-1"),
    },
    { from: report, relation: "based on", to: order },
    { from: report, relation: "reports on", to: revision },
  ];
  await linkThread(pool, subjectOf("order", "MO-5001", "1000").id, links);
  await leaveShopOrder(
    pool,
    { order: "MO-5001" },
    {
      quantity: "60 EA",
      components: [
        { line: "10", item: "MOT-024", required: "60 EA" },
        { line: "20", item: "SCR-M4-10", required: "480 EA" },
        { line: "30", item: "GREASE", required: "0.6 KGM", supply: "bulk" },
      ],
    },
  );
  await leaveUnits(
    pool,
    serials.map((_, n) => ({
      id: `SN-${String(n + 1).padStart(3, "0")}`,
      builtAt: builtAt(n),
      changes: n < 20 ? [] : ["ECO-0001"],
      record: {
        components: [
          builtIn("MOT-024", "1 EA", { lot: "L-7" }),
          builtIn("SCR-M4-10", "7 EA"),
          ...(n === 0 ? [builtIn("SHIM-1", "1 EA", { serial: "X-1" })] : []),
        ],
        operations: [
          {
            operation: "0010" as OperationId,
            workCenter: "ASSY" as WorkCenterId,
            station: "ASSY-2",
            operator: "4711",
            at: builtAt(n),
          },
        ],
        results: [{ kind: "measured", name: "current", passed: true, text: "1.2 A, 1 to 1.5", at: builtAt(n) }],
      },
    })),
  );
  await pool.query(
    "insert into newer_designs (plant, item, change, released_at) values ('1000', 'FX-110', 'ECO-0001', '2026-01-31')",
  );
}

/** Ten pieces an hour, from six o'clock on. */
function builtAt(n: number): string {
  return `2026-02-01T${String(6 + Math.floor(n / 10)).padStart(2, "0")}:00:00.000Z`;
}
