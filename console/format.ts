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

/** `in 25 min` for what comes within a day, the day for what is later; what has passed is `now`. */
export function ahead(instant: string, now: number): string {
  const minutes = Math.ceil((Date.parse(instant) - now) / 60_000);
  if (Number.isNaN(minutes)) return instant;
  if (minutes <= 0) return "now";
  if (minutes < 60) return `in ${minutes} min`;
  if (minutes < 1_440) return `in ${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return instant.slice(0, 10);
}

/** `2026-11-24 06:00`, by the clock of whoever looks. */
export function clockTime(instant: string): string {
  const at = new Date(instant);
  if (Number.isNaN(at.getTime())) return instant;
  const day = [at.getFullYear(), twoDigits(at.getMonth() + 1), twoDigits(at.getDate())].join("-");
  return `${day} ${twoDigits(at.getHours())}:${twoDigits(at.getMinutes())}`;
}

function twoDigits(part: number): string {
  return String(part).padStart(2, "0");
}

/** The instant at which a day ends, by the clock of whoever looks. */
export function endOfDay(day: string): string {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return new Date(year, month - 1, date + 1).toISOString();
}
