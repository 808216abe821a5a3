import { moneyText } from "../src/domain/money-text.ts";
import { plus, type Money } from "../src/domain/money.ts";
import { grouped } from "../src/domain/grouped.ts";

/** One sum for each currency, since there is no rate to add two by; `–` when there is nothing. */
export function sumsText(sums: readonly Money[]): string {
  const byCurrency = new Map<string, Money>();
  for (const sum of sums) {
    const before = byCurrency.get(sum.currency);
    byCurrency.set(sum.currency, before === undefined ? sum : plus(before, sum));
  }
  const texts = [...byCurrency.values()].map((sum) => grouped(moneyText(sum)));
  return texts.length === 0 ? "–" : texts.join(" + ");
}
