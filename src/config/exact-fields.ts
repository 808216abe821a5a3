import { Type } from "typebox";
import { ALWAYS, parseDay, type Day, type Effectivity } from "../domain/calendar.ts";
import type { ItemId } from "../domain/ids.ts";
import { orderedRanges, rangeFaults, type NumberConstraint, type NumberRange } from "../domain/number-ranges.ts";
import { compare, parseRational, ZERO, type Rational } from "../domain/rational.ts";
import { KNOWN_UNITS, parseUnit, type Unit } from "../domain/unit.ts";
import type { Option } from "../domain/variant/option.ts";
import { parseOption } from "../domain/variant/parse-option.ts";
import { didYouMean } from "./nearest-word.ts";
import type { Path, SourceFile } from "./source-file.ts";

/**
 * Fields that are exact: each reads what stands at a path, or gives null and, unless nothing stands there,
 * a mistake.
 */
export function readUnit(source: SourceFile, path: Path): Unit | null {
  const code = source.readIfPresent(path, Text);
  const unit = code === null ? null : parseUnit(code);
  if (code !== null && unit === null) source.mistake(path, `unknown unit "${code}"`, didYouMean(code, KNOWN_UNITS));
  return unit;
}

export function readAboveZero(source: SourceFile, path: Path): Rational | null {
  return readNumber(source, path, "above zero", (number) => compare(number, ZERO) > 0);
}

export function readNotNegative(source: SourceFile, path: Path): Rational | null {
  return readNumber(source, path, "zero or above", (number) => compare(number, ZERO) >= 0);
}

const NumberRanges = Type.Object({
  of: Type.String({ hint: "the end item whose numbers count" }),
  ranges: Type.Array(
    Type.Object({ from: Type.String({ hint: "the first number" }), until: Type.Optional(Type.String()) }),
    { hint: 'a list of ranges, such as [{ from: "120", until: "199" }]' },
  ),
});

/** What a line of a file may say of when it holds: `readEffectivity` reads it. */
export const EFFECTIVITY_FIELDS = {
  effectiveFrom: Type.Optional(Type.String()),
  effectiveUntil: Type.Optional(Type.String()),
  serials: Type.Optional(NumberRanges),
  units: Type.Optional(NumberRanges),
};

/** Days and numbers, both ends included; a side that is not written is open. */
export function readEffectivity(source: SourceFile, path: Path): Effectivity {
  const numbers = (["serial", "unit"] as const).flatMap((counts) => readNumbers(source, path, counts));
  return { ...readDays(source, path), ...(numbers.length === 0 ? {} : { numbers }) };
}

function readNumbers(source: SourceFile, path: Path, counts: NumberConstraint["counts"]): NumberConstraint[] {
  const at = [...path, `${counts}s`];
  const entry = source.readIfPresent(at, NumberRanges);
  if (entry === null) return [];
  const ranges = entry.ranges.map(({ from, until }): NumberRange => ({ from, until: until ?? null }));
  if (ranges.length === 0)
    source.mistake([...at, "ranges"], "no range at all", `leave out ${counts}s, or write a range`);
  for (const { at: index, side, problem, fix } of rangeFaults(counts, ranges)) {
    source.mistake([...at, "ranges", index, side], problem, lowerFirst(fix));
  }
  return [{ counts, of: entry.of as ItemId, ranges: orderedRanges(ranges) }];
}

function lowerFirst(sentence: string): string {
  return `${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`.replace(/\.$/, "");
}

function readDays(source: SourceFile, path: Path): Effectivity {
  const from = readDay(source, [...path, "effectiveFrom"]);
  const until = readDay(source, [...path, "effectiveUntil"]);
  if (from !== null && until !== null && from > until) {
    source.mistake(
      [...path, "effectiveUntil"],
      `${until} is before effectiveFrom, ${from}`,
      "swap or correct the days",
    );
    return ALWAYS;
  }
  return { from, until };
}

/** Nothing where no option is written, or one that is a mistake. */
export function readOption(source: SourceFile, path: Path): { readonly option?: Option } {
  const text = source.readIfPresent(path, Text);
  if (text === null) return {};
  const parsed = parseOption(text);
  if (parsed.ok) return { option: parsed.option };
  source.mistake(path, `option "${text}": ${parsed.problem}`, OPTION_FIX, parsed.offset);
  return {};
}

const OPTION_FIX = "write it as MOTOR = AC and not COLOR in (RED, BLUE); docs/variants.md describes it";

const Text = Type.String();

function readDay(source: SourceFile, path: Path): Day | null {
  const text = source.readIfPresent(path, Text);
  const day = text === null ? null : parseDay(text);
  if (text !== null && day === null) source.mistake(path, `"${text}" is not a day`, "write it as 2026-03-31");
  return day;
}

function readNumber(
  source: SourceFile,
  path: Path,
  range: string,
  inRange: (number: Rational) => boolean,
): Rational | null {
  const text = source.readIfPresent(path, Text);
  if (text === null) return null;
  const number = parseRational(text);
  const what = `${String(path.at(-1))} "${text}"`;
  if (number === null) source.mistake(path, `${what} is not a number`, "write a decimal number, such as 0.35");
  else if (!inRange(number)) source.mistake(path, `${what} is not ${range}`, `write a number ${range}`);
  return number !== null && inRange(number) ? number : null;
}
