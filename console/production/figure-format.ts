import { decimalsFor } from "../../src/domain/feedback/figure-text.ts";
import { readRational, toNumber } from "../../src/domain/rational.ts";

/** How a figure is told: in words, and at the ticks of an axis that reaches up to `high`. */
export type Format = {
  readonly text: (value: number) => string;
  /** What the ticks are round numbers of, and how each is told. */
  readonly ticks: (high: number) => { readonly unit: number; readonly text: (value: number) => string };
};

const TIME_UNITS = [
  { ms: 3_600_000, name: "h", from: 6_000_000 },
  { ms: 60_000, name: "min", from: 100_000 },
  { ms: 1_000, name: "s", from: 0 },
] as const;

/** `12.3 s`, `4.5 min`, `2.1 h`: three digits, of milliseconds. */
export function timeText(ms: number): string {
  const { ms: unit, name } = timeUnit(ms);
  return `${digits(ms / unit)} ${name}`;
}

function timeUnit(ms: number): (typeof TIME_UNITS)[number] {
  return TIME_UNITS.find(({ from }) => Math.abs(ms) >= from) ?? TIME_UNITS[2];
}

/** Of a share of 1: `3.4 %`, and `0.34 %` where one decimal would say too little. */
export function shareText(share: number): string {
  const percent = share * 100;
  return `${percent.toFixed(percent !== 0 && Math.abs(percent) < 1 ? 2 : 1)} %`;
}

export const TIME: Format = {
  text: timeText,
  ticks: (high) => {
    const { ms, name } = timeUnit(high);
    return { unit: ms, text: (value) => `${plain(value / ms)} ${name}` };
  },
};

/** Times in seconds. */
export const SECONDS: Format = {
  text: (seconds) => timeText(seconds * 1_000),
  ticks: (high) => {
    const { unit, text } = TIME.ticks(high * 1_000);
    return { unit: unit / 1_000, text: (value) => text(value * 1_000) };
  },
};

export const SHARE: Format = {
  text: shareText,
  ticks: () => ({ unit: 1, text: (value) => `${plain(value * 100)} %` }),
};

export const RATE: Format = { text: rateText, ticks: () => ({ unit: 1, text: (value) => `${plain(value)} / h` }) };

/** `12.5 / h` */
function rateText(perHour: number): string {
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
  return toNumber(held).toLocaleString("en", { maximumFractionDigits: 3 });
}

function plain(value: number): string {
  return value.toLocaleString("en", { maximumFractionDigits: 4 });
}

/** As many decimals as make three digits, without zeros at the end of whole numbers. */
function digits(value: number): string {
  const size = Math.abs(value);
  const decimals = size >= 100 || value === 0 ? 0 : size >= 10 ? 1 : 2;
  const most = { maximumFractionDigits: decimals };
  return value.toLocaleString("en", Number.isInteger(value) ? most : { ...most, minimumFractionDigits: decimals });
}
