import type { AuditEntry, OrderRow, OrderView } from "../api/contract.ts";
import { grouped } from "../domain/grouped.ts";
import type { JobOrder } from "../domain/job-order.ts";
import { fromJson } from "../domain/json.ts";
import { jobDifferences } from "../domain/orders/job-differences.ts";
import { drawDeviations } from "./draw-deviations.ts";
import { erpText, goesText, itemText } from "./draw-orders.ts";
import { instantText } from "./instant.ts";
import { table } from "./table.ts";

/** Everything that is known of one order: the three systems side by side, why it stands there, and its past. */
export function drawOrder(view: OrderView): string {
  const { row, findings, gate, deviations, versions, timeline } = view;
  return [
    headText(row),
    drawSystems(row),
    section("Asked by people", directiveLines(view)),
    section(
      "Gate",
      gate.map(({ sentence, deviation }) =>
        deviation === null ? `closed  ${sentence}` : `open    ${sentence} Deviation ${deviation} lets it through.`,
      ),
    ),
    section(
      "Findings",
      findings.map(({ severity, system, field, cause, fix, code }) => {
        const place = field === null ? system : `${system}, ${field}`;
        return `${severity.padEnd(8)} ${place}: ${cause}\n           ${fix} (${code})`;
      }),
    ),
    deviations.length === 0 ? "" : `Deviations\n${drawDeviations(deviations, "  ")}`,
    section("Versions, newest first", versionLines(versions)),
    section("Timeline, newest first", timelineLines(timeline)),
  ]
    .filter(Boolean)
    .join("\n\n");
}

function headText(row: OrderRow): string {
  const origin = row.from === null ? [] : [`${row.from.because} of ${row.from.order}`];
  const facts = [row.type, `priority ${row.priority}`, ...origin];
  const start = row.startAt === null ? [] : [`may begin ${instantText(row.startAt)}`];
  return [
    `${row.order} in plant ${row.plant}: ${row.item === "" ? "not read yet" : `${grouped(row.quantity)} of ${itemText(row)}`}`,
    `  ${[...facts, ...start].join(", ")}`,
    `  ${row.state}${row.reason === null ? "" : `: ${row.reason}`}`,
  ].join("\n");
}

function drawSystems(row: OrderRow): string {
  const { erp, mes } = row;
  const goes = goesText(row);
  const rows = [
    ["", `ERP (${erp.system})`, "Heddle", mes === null ? "MES" : `MES (${mes.system})`],
    ["state", erpText(row), row.state, mes?.state ?? "has no job"],
    ["number", row.order, "", mes?.number ?? ""],
    ["version", "", row.version === 0 ? "none sent" : String(row.version), mes === null ? "" : String(mes.version)],
    ["built by", designText(erp), "", ""],
    ["goes", "", goes, ""],
    ["good / scrap", "", "", mes === null ? "" : `${grouped(mes.good)} / ${grouped(mes.scrap)}`],
  ];
  return table(
    rows.filter(([, ...cells]) => cells.some((cell) => cell !== "")),
    { indent: "  ", right: [] },
  );
}

function designText({ mbom, routing }: OrderRow["erp"]): string {
  const known = [mbom === null ? "" : `mBOM ${mbom}`, routing === null ? "" : `routing ${routing}`];
  return known.filter(Boolean).join(", ");
}

function directiveLines({ directives: { hold, dispatchNow, cancel } }: OrderView): readonly string[] {
  const asked = [
    ["hold", hold],
    ["dispatch now", dispatchNow],
    ["cancel", cancel],
  ] as const;
  return asked.flatMap(([name, directive]) =>
    directive === null ? [] : [`${name}, ${instantText(directive.at)} by ${directive.by}: ${directive.reason}`],
  );
}

/** Each with what it asks for otherwise than the one before. */
function versionLines(versions: OrderView["versions"]): readonly string[] {
  const orders = versions.map(({ jobOrder }) => fromJson<JobOrder>(jobOrder));
  return versions.map(({ version, sentAt, outcome, refusal }, index) => {
    const [now, before] = [orders[index], orders[index + 1]];
    const differences = now === undefined || before === undefined ? [] : jobDifferences(before, now);
    const words = refusal === null ? "" : `: ${refusal}`;
    return [`${version}  ${instantText(sentAt)}  ${outcome}${words}`, ...differences.map((text) => `   ${text}`)].join(
      "\n  ",
    );
  });
}

function timelineLines(entries: readonly AuditEntry[]): readonly string[] {
  const rows = entries.map(({ at, who, what, detail }) => [instantText(at), who, what, reasonIn(detail)]);
  return rows.length === 0 ? [] : table(rows, { right: [] }).split("\n");
}

function reasonIn(detail: unknown): string {
  const isReasoned = typeof detail === "object" && detail !== null && "reason" in detail;
  return isReasoned && typeof detail.reason === "string" ? detail.reason : "";
}

function section(heading: string, lines: readonly string[]): string {
  return lines.length === 0 ? "" : [heading, ...lines.map((line) => `  ${line}`)].join("\n");
}
