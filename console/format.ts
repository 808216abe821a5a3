import { grouped } from "../src/domain/grouped.ts";
import { moneyText } from "../src/domain/money-text.ts";
import type { Money } from "../src/domain/money.ts";
import { quantityText, type Quantity } from "../src/domain/quantity.ts";

export function money(sum: Money): string {
  return grouped(moneyText(sum));
}

export function quantity(amount: Quantity): string {
  return grouped(quantityText(amount));
}

/** `1 line`, `2,400 lines` */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${count === 1 ? noun : `${noun}s`}`;
}

/** `2 min ago` for today, the day for what is older; a table's second look is the exact time in its title. */
export function since(instant: string, now: number): string {
  const seconds = Math.round((now - Date.parse(instant)) / 1_000);
  if (Number.isNaN(seconds)) return instant;
  if (seconds < 10) return "just now";
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h ago`;
  return instant.slice(0, 10);
}
