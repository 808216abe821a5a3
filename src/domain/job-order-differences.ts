import { grouped } from "./grouped.ts";
import type { JobComponent, JobOperation, JobOrder } from "./job-order.ts";
import { quantityText, type Quantity } from "./quantity.ts";

/** What a later version of a job order asks for otherwise, each as a phrase: `quantity 50 EA, was 40 EA`. */
export function jobOrderDifferences(from: JobOrder, to: JobOrder): readonly string[] {
  return [
    ...fields(HEAD, from, to),
    ...added(from, to).map(({ operation, workCenter }) => `operation ${operation} at ${workCenter} added`),
    ...added(to, from).map(({ operation }) => `operation ${operation} left out`),
    ...sequence(from, to),
    ...to.operations.flatMap((after) => {
      const before = from.operations.find(({ operation }) => operation === after.operation);
      return before === undefined ? [] : operationDifferences(before, after);
    }),
  ];
}

type Field<Held> = readonly [name: string, text: (held: Held) => string];

const HEAD: readonly Field<JobOrder>[] = [
  ["item", ({ item }) => item],
  ["revision", ({ revision }) => revision ?? "none"],
  ["name", ({ name }) => name],
  ["type", ({ type }) => type],
  ["origin", ({ from }) => (from === null ? "none" : `${from.because} of ${from.order}`)],
  ["quantity", ({ quantity }) => amount(quantity)],
  ["priority", ({ priority }) => String(priority)],
  ["start", ({ start }) => start ?? "left to the MES"],
  ["end", ({ end }) => end ?? "left to the MES"],
  ["mBOM", ({ mbom }) => mbom ?? "none"],
  ["routing", ({ routing }) => routing ?? "none"],
];

const OPERATION: readonly Field<JobOperation>[] = [
  ["name", ({ name }) => name],
  ["work center", ({ workCenter }) => workCenter],
  ["setup", ({ setupSeconds }) => seconds(setupSeconds)],
  ["time per piece", ({ runSeconds }) => seconds(runSeconds)],
];

const COMPONENT: readonly Field<JobComponent>[] = [
  ["item", ({ item }) => item],
  ["required", ({ required }) => amount(required)],
  ["supply", ({ supply }) => supply ?? "none"],
  ["lot", ({ lot }) => lot ?? "any"],
];

function operationDifferences(from: JobOperation, to: JobOperation): readonly string[] {
  const at = `operation ${to.operation}`;
  const gone = from.components.filter(({ line }) => !to.components.some((other) => other.line === line));
  const components = to.components.flatMap((after) => {
    const before = from.components.find(({ line }) => line === after.line);
    if (before !== undefined) return fields(COMPONENT, before, after).map((text) => `${at}, ${after.item}: ${text}`);
    return [`${at}: ${amount(after.required)} of ${after.item} added`];
  });
  return [
    ...fields(OPERATION, from, to).map((text) => `${at}: ${text}`),
    ...components,
    ...gone.map(({ item }) => `${at}: ${item} left out`),
  ];
}

/** Operations of `to` that `from` has not. */
function added(from: JobOrder, to: JobOrder): readonly JobOperation[] {
  return to.operations.filter(({ operation }) => !from.operations.some((other) => other.operation === operation));
}

/** Where the operations that both have come in another order. */
function sequence(from: JobOrder, to: JobOrder): readonly string[] {
  const [before, after] = [sequenceShared(from, to), sequenceShared(to, from)];
  return before === after ? [] : [`sequence ${after}, was ${before}`];
}

/** The operations of `one` that `other` has too, as `one` has them do. */
function sequenceShared(one: JobOrder, other: JobOrder): string {
  const shared = new Set(other.operations.map(({ operation }) => operation));
  const ids = one.operations.map(({ operation }) => operation);
  return ids.filter((id) => shared.has(id)).join(", ");
}

function fields<Held>(all: readonly Field<Held>[], from: Held, to: Held): readonly string[] {
  return all.flatMap(([name, text]) => (text(from) === text(to) ? [] : [`${name} ${text(to)}, was ${text(from)}`]));
}

function amount(quantity: Quantity): string {
  return grouped(quantityText(quantity));
}

function seconds(value: number | null): string {
  return value === null ? "none" : `${value} s`;
}
