import type { AsBuiltView, ThreadNodeView, TracePart, TraceStep, TraceView } from "../api/contract.ts";
import { capital } from "../domain/trace/link-sentence.ts";
import { nodeText } from "../domain/trace/node-name.ts";
import { nodeKey } from "../domain/trace/relations.ts";
import { instantText } from "./instant.ts";
import { table } from "./table.ts";

/** A trace as two trees, with what is missing where it is missing, and a unit's record below. */
export function drawTrace(node: ThreadNodeView, { back, forward }: TraceView, asBuilt: AsBuiltView | null): string {
  return [
    `${capital(nodeText(node))}, in ${node.system}`,
    ...(back === null ? [] : ["", "Came from", ...tree(node, back, "nothing is known of where it came from")]),
    ...(forward === null ? [] : ["", "Led to", ...tree(node, forward, "nothing is known to have come of it")]),
    ...(asBuilt === null ? [] : ["", ...drawAsBuilt(asBuilt)]),
  ].join("\n");
}

function tree(start: ThreadNodeView, part: TracePart, nothing: string): readonly string[] {
  const steps = Map.groupBy(part.steps, ({ from }) => nodeKey(from));
  const missing = Map.groupBy(part.missing, ({ node }) => nodeKey(node));
  const more = new Map(part.more.map((one) => [nodeKey(one.node), one]));
  const open = new Set(part.open.map(nodeKey));
  const below = (node: ThreadNodeView, depth: number): readonly string[] => {
    const key = nodeKey(node);
    const indent = "  ".repeat(depth);
    const left = more.get(key);
    return [
      ...(steps.get(key) ?? []).flatMap((step) => [
        `${indent}${stepText(step)}`,
        ...(step.isKnown ? [] : below(step.to, depth + 1)),
      ]),
      ...(left === undefined ? [] : [`${indent}… ${countText(left)} more: --limit shows up to 200`]),
      ...(missing.get(key) ?? []).map(({ sentence }) => `${indent}! ${sentence}`),
      ...(open.has(key) ? [`${indent}… goes on: trace ${nodeText(node)} itself, or use --depth`] : []),
    ];
  };
  const lines = below(start, 1);
  return lines.length === 0 ? [`  ${nothing}`] : lines;
}

function countText({ count, isAtLeast }: TracePart["more"][number]): string {
  return isAtLeast ? `at least ${count}` : String(count);
}

/** `was made by production order MO-5001 (2026-02-01 06:00Z, by 4711)` */
function stepText({ says, happenedAt, at, who, isKnown }: TraceStep): string {
  const when = happenedAt === null ? `noted ${instantText(at)}` : instantText(happenedAt);
  const known = isKnown ? ", see above" : "";
  return `${says} (${when}${who === null ? "" : `, by ${who}`}${known})`;
}

function drawAsBuilt({ compared, components, operations, results, notes }: AsBuiltView): readonly string[] {
  return [
    "As built",
    ...(compared?.text.map((line, at) => `${at === 0 ? "  " : "    "}${line}`) ?? []),
    ...(compared === null && components.length > 0
      ? [
          table(
            components.map(({ item, quantity, lot, serial }) => [item, quantity, serial ?? lot ?? ""]),
            { indent: "    " },
          ),
        ]
      : []),
    ...notes.map((note) => `  ! ${note}`),
    ...section(
      "  Worked on",
      operations.map(({ operation, workCenter, station, operator, at }) => [
        instantText(at),
        operation ?? "",
        [workCenter, station].filter((one) => one !== null).join(" "),
        operator === null ? "" : `by ${operator}`,
      ]),
    ),
    ...section(
      "  Results",
      results.map(({ kind, name, passed, text, at }) => [
        instantText(at),
        kind,
        name,
        kind === "nonconformance" ? "" : passed ? "passed" : "failed",
        text ?? "",
      ]),
    ),
  ];
}

function section(title: string, rows: readonly (readonly string[])[]): readonly string[] {
  return rows.length === 0 ? [] : [title, table(rows, { indent: "    ", right: [] })];
}
