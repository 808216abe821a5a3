import { decimalsFor } from "../../src/domain/feedback/figure-text.ts";
import { readRational } from "../../src/domain/rational.ts";

/** `12.3 s`, `4.5 min`, `2.1 h`: three digits, of milliseconds. */
export function timeText(ms: number): string {
  const seconds = ms / 1_000;
  if (Math.abs(seconds) < 100) return `${digits(seconds)} s`;
  if (Math.abs(seconds) < 6_000) return `${digits(seconds / 60)} min`;
  return `${digits(seconds / 3_600)} h`;
}

/** `3.4 %` of a share of 1. */
export function shareText(share: number): string {
  return `${digits(share * 100)} %`;
}

/** `12.5 / h` */
export function rateText(perHour: number): string {
  return `${digits(perHour)} / h`;
}

/** `75.0 s → 68.2 s` is told by as many decimals as the two differ in. */
export function plannedText(value: number, other: number, unit: "seconds" | "share"): string {
  const scale = unit === "share" ? 100 : 1;
  const decimals = decimalsFor((value - other) * scale, 1);
  return `${(value * scale).toFixed(decimals)} ${unit === "share" ? "%" : "s"}`;
}

/** An exact number as the API gives it, for people: `1,234`, `0.333`. */
export function amountText(exact: string): string {
  const held = readRational(exact);
  if (held === null) return exact;
  return (Number(held.numerator) / Number(held.denominator)).toLocaleString("en", { maximumFractionDigits: 3 });
}

/** As many decimals as make three digits, without zeros at the end of whole numbers. */
function digits(value: number): string {
  const size = Math.abs(value);
  const decimals = size >= 100 || value === 0 ? 0 : size >= 10 ? 1 : 2;
  const most = { maximumFractionDigits: decimals };
  return value.toLocaleString("en", Number.isInteger(value) ? most : { ...most, minimumFractionDigits: decimals });
}
