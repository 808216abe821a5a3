import type { ChangeEffect } from "../../src/api/contract.ts";
import { counted } from "../format.ts";

export type Measure = ChangeEffect["measures"][number];

/** What asks for attention first. */
const RANK: Readonly<Record<Measure["verdict"], number>> = {
  worse: 0,
  better: 1,
  "no difference shown": 2,
  "too few": 3,
};

/** Those of an item and an operation, or all: what became worse first, what cannot be judged last. */
export function measuresShown(
  measures: readonly Measure[],
  { item, operation }: { readonly item?: string | undefined; readonly operation?: string | undefined },
): readonly Measure[] {
  return measures
    .filter((one) => item === undefined || one.item === item)
    .filter((one) => operation === undefined || one.operation === operation)
    .toSorted((a, b) => RANK[a.verdict] - RANK[b.verdict]);
}

/** `Before: 240 pieces in 12 orders. After: 200 pieces in 10 orders.` */
export function sizesText({ measure, sizes: { before, after } }: Pick<Measure, "measure" | "sizes">): string {
  return `Before: ${sizeText(measure, before)}. After: ${sizeText(measure, after)}.`;
}

function sizeText(measure: Measure["measure"], { counted: size, orders }: Measure["sizes"]["before"]): string {
  if (measure === "run time") return counted(size, "order");
  return `${counted(size, "piece")}${orders === null ? "" : ` in ${counted(orders, "order")}`}`;
}
