import { quantityText } from "../quantity.ts";
import type { JobComponent, JobOperation } from "../job-order.ts";
import type { JobContent } from "./job-content.ts";

/** An earlier content, perhaps written by an earlier Heddle that knew fewer fields. */
type Earlier = Partial<JobContent>;

/**
 * What differs between what the MES was told and what it is to be told, each a short sentence; empty when
 * nothing does. A field that the earlier content does not have is not compared: an upgrade of Heddle alone
 * must not move jobs on the shop floor.
 */
export function jobDifferences(was: Earlier, is: JobContent): string[] {
  const plain = PLAIN.flatMap((field) => {
    const [before, after] = [was[field], is[field]];
    return before === undefined || before === after ? [] : [`${field} ${shown(before)} → ${shown(after)}`];
  });
  const quantity =
    was.quantity === undefined || quantityText(was.quantity) === quantityText(is.quantity)
      ? []
      : [`quantity ${quantityText(was.quantity)} → ${quantityText(is.quantity)}`];
  const from =
    was.from === undefined || was.from?.order === is.from?.order
      ? []
      : [`from ${shown(was.from?.order ?? null)} → ${shown(is.from?.order ?? null)}`];
  return [...quantity, ...plain, ...from, ...stepDifferences(was.operations, is.operations)];
}

const PLAIN = ["item", "revision", "name", "type", "priority", "start", "end", "mbom", "routing"] as const;

function shown(value: string | number | null): string {
  return value === null ? "none" : String(value);
}

function stepDifferences(was: readonly JobOperation[] | undefined, is: readonly JobOperation[]): string[] {
  if (was === undefined || was === is) return [];
  if (sequence(was) !== sequence(is)) return [`operations ${sequence(was)} → ${sequence(is)}`];
  return was.flatMap((before, at) => {
    const after = is[at];
    if (after === undefined) return [];
    const fields = STEP.filter((field) => before[field] !== undefined && before[field] !== after[field]);
    return [
      ...fields.map(
        (field) => `${field} of operation ${before.operation} ${shown(before[field])} → ${shown(after[field])}`,
      ),
      ...componentDifferences(before.operation, before.components, after.components),
    ];
  });
}

function sequence(steps: readonly JobOperation[]): string {
  return steps.map(({ operation }) => operation).join(", ");
}

const STEP = ["name", "workCenter", "setupSeconds", "runSeconds"] as const;

function componentDifferences(operation: string, was: readonly JobComponent[], is: readonly JobComponent[]): string[] {
  const [before, after] = [byLine(was), byLine(is)];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((line) => {
    const [had, has] = [before.get(line), after.get(line)];
    if (had === has) return [];
    if (had === undefined) return [`line ${line} added at operation ${operation}: ${has}`];
    return has === undefined
      ? [`line ${line} removed from operation ${operation}: ${had}`]
      : [`line ${line} at operation ${operation}: ${had} → ${has}`];
  });
}

function byLine(components: readonly JobComponent[]): ReadonlyMap<string, string> {
  return new Map(
    components.map(({ line, item, required, supply, lot }) => [
      line,
      [
        `${quantityText(required)} ${item}`,
        ...(supply === null ? [] : [supply]),
        ...(lot === null ? [] : [`lot ${lot}`]),
      ].join(", "),
    ]),
  );
}
