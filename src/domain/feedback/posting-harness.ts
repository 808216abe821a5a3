import { exact, quantity } from "../bom/bom-builder.ts";
import type { ItemId, OperationId, PlantId, ProductionOrderId } from "../ids.ts";
import type { ProductionOrder } from "../order.ts";
import type { OrderProduction, Posting } from "../posting.ts";
import { quantityText } from "../quantity.ts";
import { isZero, toNumber, ZERO } from "../rational.ts";
import { productionOrder } from "../testing.ts";
import type { ConsumptionActuals, OperationActuals, OrderActuals } from "./order-actuals.ts";
import type { PostingInput, PostingPlan } from "./plan-posting.ts";
import type { PostingTolerances } from "./posting-findings.ts";
import { clock } from "./testing.ts";

/** Order MO-1 of 10 frames, sawn (0010) and welded (0020), in few words. */

const EXACTLY: PostingTolerances = { consumption: ZERO, overdelivery: ZERO, underdelivery: ZERO };

export const frames: ProductionOrder = productionOrder("MO-1", "FRAME", "10 EA", "started", {
  TUBE: "20 EA",
  WIRE: "3 KGM",
});

/** `{ "0010": "5 good 1 scrap 20 min done" }` */
export function made(
  operations: Readonly<Record<string, string>>,
  consumption: readonly ConsumptionActuals[] = [],
  more: Partial<OrderActuals> = {},
): OrderActuals {
  const all = Object.entries(operations).map(([operation, text]) => operationOf(operation, text));
  const last = all.find(({ operation }) => operation === "0020");
  const scrap = all.map((each) => toNumber(each.scrap.amount)).reduce((a, b) => a + b, 0);
  return {
    unit: "EA",
    operations: all,
    consumption,
    lastOperation: "0020" as OperationId,
    good: last?.good ?? quantity("0 EA"),
    scrap: quantity(`${scrap} EA`),
    lots: [],
    serials: [],
    isComplete: last?.isComplete === true,
    lastAt: clock("12:00"),
    ...more,
  };
}

function operationOf(operation: string, text: string): OperationActuals {
  const figure = (name: string) => new RegExp(`(\\d+) ${name}`).exec(text)?.[1] ?? "0";
  const isComplete = text.includes("done");
  return {
    operation: operation as OperationId,
    good: quantity(`${figure("good")} EA`),
    scrap: quantity(`${figure("scrap")} EA`),
    rework: quantity(`${figure("rework")} EA`),
    setupMs: 0,
    runMs: Number(figure("min")) * 60_000,
    startedAt: clock("08:00"),
    completedAt: isComplete ? clock("12:00") : null,
    isComplete,
    isEarly: false,
  };
}

/** `used("10 TUBE", "4 EA", "T-1")` at line 10; `used("- PAINT", "1 LTR")` at none. */
export function used(
  at: string,
  amount: string,
  lot: string | null = null,
  serials: readonly string[] = [],
): ConsumptionActuals {
  const [line = "", item = ""] = at.split(" ");
  const operation = "0010" as OperationId;
  return {
    line: line === "-" ? null : line,
    item: item as ItemId,
    operation,
    lot,
    quantity: quantity(amount),
    serials,
  };
}

export function postingInput(
  actuals: OrderActuals,
  postings: readonly Posting[] = [],
  more: Partial<PostingInput> = {},
): PostingInput {
  const order = "MO-1" as ProductionOrderId;
  const erpOrder = more.erpOrder === undefined ? frames : more.erpOrder;
  const production: OrderProduction | null = erpOrder === null ? null : { order, state: erpOrder.state, postings };
  return {
    plant: "P1" as PlantId,
    order,
    actuals,
    production,
    erpOrder,
    operations: ["0010", "0020"] as OperationId[],
    issuesOnTop: false,
    decimalsOf: () => null,
    item: "FRAME" as ItemId,
    isQuiet: true,
    tolerances: EXACTLY,
    decisions: [],
    ...more,
  };
}

/** `MO-1:2`, `0010: 5 EA good 20 min final`, `1 TUBE: 4 EA of T-1`; `complete with 9 EA`; `nothing`. */
export function drawStep({ step }: Pick<PostingPlan, "step">): readonly string[] {
  if (step.kind === "nothing") return ["nothing"];
  if (step.kind === "complete") return [`complete with ${quantityText(step.completion.good)}`];
  return [step.posting.id, ...drawLines(step.posting)];
}

export function drawLines({ confirmations, consumptions }: Pick<Posting, "confirmations" | "consumptions">) {
  return [
    ...confirmations.map(({ operation, runMs, isFinal, ...amounts }) => {
      const parts = (["good", "scrap", "rework"] as const)
        .filter((kind) => !isZero(amounts[kind].amount))
        .map((kind) => `${quantityText(amounts[kind])} ${kind}`);
      const time = runMs === 0 ? [] : [`${runMs / 60_000} min`];
      return `${operation}: ${[...parts, ...time, ...(isFinal ? ["final"] : [])].join(" ")}`;
    }),
    ...consumptions.map(({ line, item, quantity: amount, lot, serials }) => {
      const of = lot === null ? "" : ` of ${lot}`;
      return [`${line ?? "-"} ${item}: ${quantityText(amount)}${of}`, ...serials].join(" ");
    }),
  ];
}

export const fivePercent = exact("0.05");
