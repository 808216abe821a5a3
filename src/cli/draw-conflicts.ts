import type { ConflictRow, ConflictView } from "../api/contract.ts";
import { ENDED_STATES } from "../domain/run-state.ts";
import { instantText } from "./instant.ts";
import { table } from "./table.ts";

const NO_LINE = "(no such line)";

/** A line for each. */
export function drawConflicts(conflicts: readonly ConflictRow[]): string {
  const rows = conflicts.map((row) => [
    row.id,
    row.state,
    row.plant,
    row.item,
    row.line,
    row.component,
    row.field,
    row.said.base ?? NO_LINE,
    row.said.engineering ?? NO_LINE,
    row.said.plant ?? NO_LINE,
    askedBy(row),
    instantText(row.openedAt),
  ]);
  const head = ["Id", "State", "Plant", "Item", "Line", "Component", "Field", "Was", "Engineering", "Plant has"];
  return table([[...head, "Change", "Since"], ...rows], { right: [] });
}

export function drawConflict({ row, around, answers }: ConflictView): string {
  const { id, item, line, component, field, plant, said, openedAt, state } = row;
  return [
    `${id}  ${field} of ${component} on line ${line} in the mBOM of ${item}, plant ${plant}`,
    `${state}, came up by ${row.change} ${instantText(openedAt)}${changesText(row)}`,
    "",
    table(
      [
        ["was, as published", said.base ?? NO_LINE],
        ["engineering wants", said.engineering ?? NO_LINE],
        ["the plant has", said.plant ?? NO_LINE],
      ],
      { indent: "  ", right: [] },
    ),
    ...linesAround(around, line),
    ...answersText(answers),
    ...nextStep(row),
  ].join("\n");
}

/** What follows from an answer that was given just now. */
export function resolvedText({ id, answer, changes }: ConflictRow): string {
  const stands = answer === null ? "" : `: ${answer.stands} stands, by ${answer.by}: ${answer.reason}`;
  const asking = changes.filter(({ asks }) => asks).map(({ change }) => change);
  return `${id} is answered${stands}${asking.length === 0 ? "" : `\nplanned again with it: ${asking.join(", ")}`}`;
}

/** The same for one that was taken back. */
export function revokedText({ id, state, changes }: ConflictRow): string {
  if (state !== "open") return `the answer to ${id} is taken back; the next change of the line asks again`;
  const asking = changes.filter((one) => !ENDED_STATES.has(one.state)).map(({ change }) => change);
  return `the answer to ${id} is taken back; planned again, and will ask: ${asking.join(", ")}`;
}

function askedBy({ change, changes }: ConflictRow): string {
  const asking = changes.filter(({ asks }) => asks).map((one) => one.change);
  return asking.length === 0 ? change : asking.join(", ");
}

function changesText({ changes }: ConflictRow): string {
  if (changes.length === 0) return "; no plan asks it now";
  return changes
    .map(({ change, state, asks }) => `\n  ${change} is ${state} and ${asks ? "asks it" : "goes by the answer"}`)
    .join("");
}

function linesAround(around: ConflictView["around"], asked: string): string[] {
  if (around.length === 0) return [];
  const rows = around.map(({ line, component, quantity, operation }) => [
    line === asked ? ">" : " ",
    line,
    component,
    quantity,
    operation === null ? "" : `operation ${operation}`,
  ]);
  return ["", "Lines around it", table(rows, { indent: "  ", right: [3] })];
}

function answersText(answers: ConflictView["answers"]): string[] {
  if (answers.length === 0) return [];
  const drawn = answers.flatMap(({ stands, plantSaid, by, at, reason, revokedBy, revokedAt, revokedReason }) => [
    `  ${stands} stands, by ${by} ${instantText(at)}, as long as the plant says ${plantSaid ?? "it has no such line"}: ${reason}`,
    ...(revokedBy === null || revokedAt === null
      ? []
      : [`    taken back by ${revokedBy} ${instantText(revokedAt)}: ${revokedReason ?? ""}`]),
  ]);
  return ["", "Answers", ...drawn];
}

function nextStep({ id, state, answer }: ConflictRow): string[] {
  if (state === "open") return ["", `Answer it: npx heddle conflict ${id} --keep plant --reason "…", or engineering`];
  if (answer !== null) return ["", `Take the answer back: npx heddle conflict ${id} --revoke --reason "…"`];
  return [];
}
