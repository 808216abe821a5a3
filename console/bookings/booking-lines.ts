import type { BookingView } from "../../src/api/contract.ts";
import { grouped } from "../../src/domain/grouped.ts";
import type { OrderActuals } from "../../src/domain/feedback/order-actuals.ts";
import { placeOf, type PostingLines } from "../../src/domain/feedback/posting-sums.ts";
import { fromJson } from "../../src/domain/json.ts";
import { naturalOrder } from "../../src/domain/natural-order.ts";
import type { MaterialConsumption, OperationConfirmation } from "../../src/domain/posting.ts";
import { quantityText, type Quantity } from "../../src/domain/quantity.ts";
import { timeText } from "../production/figure-format.ts";
import { isZero } from "../../src/domain/rational.ts";

/** An operation, or a component used at one, as the shop floor and the ERP see it; empty where one knows nothing of it. */
export type BookingLine = {
  readonly key: string;
  readonly what: string;
  /** Where it was used and of which lot; empty of an operation. */
  readonly detail: string;
  readonly made: string;
  readonly held: string;
  /** What the ERP's books lack; empty where they hold all of it. */
  readonly outstanding: string;
};

export type BookingLines = { readonly operations: readonly BookingLine[]; readonly components: readonly BookingLine[] };

/** What was made and used beside what the ERP holds of it. */
export function bookingLines({ actuals, held, outstanding }: Pick<BookingView, "actuals" | "held" | "outstanding">) {
  const told = actuals === null ? null : fromJson<OrderActuals>(actuals);
  return linesOf(told, linesIn(held), linesIn(outstanding));
}

const NOTHING: PostingLines = { confirmations: [], consumptions: [] };

function linesIn(json: unknown): PostingLines {
  return json === null ? NOTHING : fromJson<PostingLines>(json);
}

function linesOf(told: OrderActuals | null, held: PostingLines, outstanding: PostingLines): BookingLines {
  const made = new Map((told?.operations ?? []).map((each) => [each.operation, operationText(each)]));
  const confirmed = new Map(held.confirmations.map((each) => [each.operation, confirmationText(each)]));
  const lacking = new Map(outstanding.confirmations.map((each) => [each.operation, confirmationText(each)]));
  const used = byPlace(told?.consumption ?? []);
  const booked = byPlace(held.consumptions);
  const missing = byPlace(outstanding.consumptions);
  const places = new Map(
    [...(told?.consumption ?? []), ...held.consumptions, ...outstanding.consumptions].map((one) => [placeOf(one), one]),
  );
  return {
    operations: [...new Set([...made.keys(), ...confirmed.keys(), ...lacking.keys()])]
      .toSorted(naturalOrder)
      .map((operation) => ({
        key: operation,
        what: operation,
        detail: "",
        made: made.get(operation) ?? "",
        held: confirmed.get(operation) ?? "",
        outstanding: lacking.get(operation) ?? "",
      })),
    components: [...places].map(([key, { line, item, operation, lot, serials }]) => ({
      key,
      what: item,
      detail: [
        line === null ? "not planned" : `line ${line}`,
        ...(operation === null ? [] : [`operation ${operation}`]),
        ...(lot === null ? [] : [`lot ${lot}`]),
        ...(serials.length === 0 ? [] : [`serial ${serials.join(", ")}`]),
      ].join(" · "),
      made: used.get(key) ?? "",
      held: booked.get(key) ?? "",
      outstanding: missing.get(key) ?? "",
    })),
  };
}

type Amounts = Pick<OperationConfirmation, "good" | "scrap" | "rework" | "setupMs" | "runMs">;

function operationText(operation: Amounts & { readonly isComplete: boolean }): string {
  return [amountsText(operation), ...(operation.isComplete ? ["complete"] : [])].join(", ");
}

function confirmationText(confirmation: Amounts & { readonly isFinal: boolean }): string {
  return [amountsText(confirmation), ...(confirmation.isFinal ? ["complete"] : [])].join(", ");
}

/** `10 EA good, 1 EA scrap, 20 min` */
function amountsText({ good, scrap, rework, setupMs, runMs }: Amounts): string {
  return [
    `${text(good)} good`,
    ...(isZero(scrap.amount) ? [] : [`${text(scrap)} scrap`]),
    ...(isZero(rework.amount) ? [] : [`${text(rework)} rework`]),
    ...(setupMs === 0 ? [] : [`${timeText(setupMs)} setup`]),
    ...(runMs === 0 ? [] : [`${timeText(runMs)} run`]),
  ].join(", ");
}

/** Several entries of one place, with serials of their own, are its sum in their order. */
function byPlace(lines: readonly MaterialConsumption[]): ReadonlyMap<string, string> {
  const groups = Map.groupBy(lines, placeOf);
  return new Map(
    [...groups].map(([place, ofPlace]) => [place, ofPlace.map(({ quantity }) => text(quantity)).join(" + ")]),
  );
}

function text(amount: Quantity): string {
  return grouped(quantityText(amount));
}
