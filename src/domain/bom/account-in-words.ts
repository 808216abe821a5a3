import { quantityText, type Quantity } from "../quantity.ts";
import { isZero, rationalText, roundedHalfUp } from "../rational.ts";
import { explainEdit } from "./explain-merge.ts";
import type { AccountEntry } from "./mbom-plan.ts";

/** `8 EA required; 8 EA on mBOM line L10/L10; scrap on top: 5 %`: what became of one eBOM quantity. */
export function accountInWords({ required, placed, rounding, unplaced, scrap, edited = [] }: AccountEntry): string {
  const held = placed.map(({ quantity, line }) => `${readable(quantity)} on mBOM line ${line}`);
  const rounded = isZero(rounding.amount) ? [] : [`rounding up adds ${readable(rounding)}`];
  const rest = unplaced === null ? [] : [`${readable(unplaced.quantity)} nowhere: ${unplaced.reason}`];
  const lost = scrap.length === 0 ? [] : [`scrap on top: ${scrap.map(scrapInWords).join(", ")}`];
  const inPlant = edited.length === 0 ? [] : [`in the plant: ${edited.map(explainEdit).join(", ")}`];
  return `${readable(required)} required; ${[...held, ...rounded, ...rest, ...lost, ...inPlant].join("; ")}`;
}

function scrapInWords({ percent, fixedPerOrder }: AccountEntry["scrap"][number]): string {
  return [
    percent === null ? "" : `${rationalText(percent)} %`,
    fixedPerOrder === null ? "" : `${rationalText(fixedPerOrder)} an order`,
  ]
    .filter(Boolean)
    .join(" and ");
}

/** As a decimal, to nine places where it has no end; the plan itself keeps the exact fraction. */
function readable(quantity: Quantity): string {
  const text = quantityText(quantity);
  if (!text.includes("/")) return text;
  return `about ${quantityText({ ...quantity, amount: roundedHalfUp(quantity.amount, 9) })}`;
}
