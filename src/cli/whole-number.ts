import { CliFailure } from "./failure.ts";

/** @throws CliFailure on what is no whole number from 1 to `most`. */
export function wholeNumber(text: string, option: string, most: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= most) return number;
  throw new CliFailure(`"${text}" is no number for ${option}`, {
    field: option,
    fix: `write a whole number from 1 to ${most}`,
  });
}
