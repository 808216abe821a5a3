import { parseDay } from "../domain/calendar.ts";
import { CliFailure } from "./failure.ts";

/** `2026-11-24T05:00:00.000Z` as `2026-11-24 05:00Z`: to the minute, and never in doubt about the zone. */
export function instantText(instant: string): string {
  return `${new Date(instant).toISOString().slice(0, "2026-11-24T05:00".length).replace("T", " ")}Z`;
}

/**
 * The instant that a person means: an instant with its zone as it is, and a day to its very end, by this
 * machine's time zone.
 * @throws CliFailure
 */
export function endInstant(text: string, option: string): string {
  const day = parseDay(text);
  if (day !== null) {
    const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
    return new Date(year, month - 1, date + 1).toISOString();
  }
  return instantOf(text, option);
}

/** @throws CliFailure on what is no instant with its zone. */
export function instantOf(text: string, option: string): string {
  const written = text.replace(" ", "T");
  const withZone = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/.test(written);
  const time = withZone ? Date.parse(written) : Number.NaN;
  if (!Number.isNaN(time)) return new Date(time).toISOString();
  throw new CliFailure(`"${text}" is no point in time`, {
    field: option,
    fix: "write an instant with its zone, such as 2026-11-24T05:00Z or 2026-11-24T06:00+01:00",
  });
}
