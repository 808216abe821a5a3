import { Type } from "typebox";
import type { RuleAction, SplitPart } from "../domain/bom/rules.ts";
import type { OperationId } from "../domain/ids.ts";
import {
  compare,
  dividedBy,
  ONE,
  parseRational,
  plus,
  rational,
  rationalText,
  times,
  ZERO,
  type Rational,
} from "../domain/rational.ts";
import { readAboveZero } from "./exact-fields.ts";
import type { Path, SourceFile } from "./source-file.ts";

/** What is written under `split`. */
export const SPLIT = Type.Object(
  {
    parts: Type.Array(
      Type.Object({
        operation: Type.String({ hint: "the operation that takes the part" }),
        share: Type.Optional(Type.String({ hint: "a part of the whole, such as 60 % or 1/3" })),
        quantity: Type.Optional(Type.String({ hint: "a quantity in the line's unit, such as 4" })),
        designators: Type.Optional(Type.Array(Type.String(), { hint: "reference designators, such as [R1, R2]" })),
        rest: Type.Optional(Type.Literal(true, { hint: "true: what the other parts leave" })),
      }),
      { hint: "a list of parts, each with its operation" },
    ),
    whole: Type.Optional(
      Type.Boolean({ description: "Rounds shares of pieces to whole ones, by the largest remainder." }),
    ),
  },
  { description: "Spreads the line over operations, to the last piece." },
);

const TAKES = ["share", "quantity", "designators", "rest"] as const;

/** A split as it is written; shares that cannot make up a line are mistakes already here. */
export function readSplit(source: SourceFile, path: Path): RuleAction | null {
  const body = source.read(path, SPLIT);
  if (body === null) return null;
  const read = body.parts.map((part, at) => readPart(source, [...path, "parts", at], part));
  const parts = read.filter((part) => part !== null);
  if (body.parts.length < 2) {
    source.mistake([...path, "parts"], "a split into one part", "write two parts or more, or the action operation");
  }
  checkOnce(source, path, parts);
  if (parts.length === body.parts.length) checkShares(source, path, parts);
  return { kind: "split", parts, whole: body.whole ?? false };
}

type Written = {
  readonly operation: string;
  readonly share?: string;
  readonly quantity?: string;
  readonly designators?: readonly string[];
  readonly rest?: true;
};

function readPart(source: SourceFile, path: Path, part: Written): SplitPart | null {
  const [take, ...more] = TAKES.filter((key) => part[key] !== undefined);
  if (take === undefined || more.length > 0) {
    const what =
      take === undefined ? "a part that takes nothing" : `a part that takes ${take} and ${more.join(" and ")}`;
    source.mistake(path, what, `write one of: ${TAKES.join(", ")}`);
    return null;
  }
  const operation = part.operation as OperationId;
  switch (take) {
    case "share": {
      const share = readShare(source, [...path, "share"], part.share ?? "");
      return share && { operation, take, share };
    }
    case "quantity": {
      const quantity = readAboveZero(source, [...path, "quantity"]);
      return quantity && { operation, take, quantity };
    }
    case "designators": {
      const { designators = [] } = part;
      if (designators.length === 0) {
        source.mistake([...path, "designators"], "a part without a designator", "name at least one, or take it out");
      }
      return { operation, take, designators };
    }
    case "rest":
      return { operation, take };
  }
}

/** `60 %`, `1/3` or `0.6`. */
function readShare(source: SourceFile, path: Path, text: string): Rational | null {
  const [, number = "", percent = ""] = /^(.*?)\s*(%?)$/.exec(text) ?? [];
  const parsed = parseRational(number);
  if (parsed === null) {
    source.mistake(path, `share "${text}" is not a share`, "write a percentage or a fraction, such as 60 % or 1/3");
    return null;
  }
  const share = percent === "" ? parsed : dividedBy(parsed, HUNDRED);
  if (compare(share, ZERO) > 0 && compare(share, ONE) <= 0) return share;
  const fix = percent === "" && compare(parsed, HUNDRED) <= 0 ? `write "${number} %" if that is meant` : "write less";
  source.mistake(path, `share "${text}" is not a part of the whole`, fix);
  return null;
}

const HUNDRED = rational(100n);

/** An operation gets one part, a designator belongs to one, and only one gets the rest. */
function checkOnce(source: SourceFile, path: Path, parts: readonly SplitPart[]): void {
  const operation = twice(parts.map((part) => part.operation));
  const place = twice(parts.flatMap((part) => (part.take === "designators" ? part.designators : [])));
  const rests = parts.filter(({ take }) => take === "rest").length;
  const at = [...path, "parts"];
  if (operation !== undefined) source.mistake(at, `two parts for operation ${operation}`, "make one part of them");
  if (place !== undefined)
    source.mistake(at, `reference designator ${place} is in two parts`, "name it in one of them");
  if (rests > 1) source.mistake(at, "two parts get the rest", "let one part have the rest");
}

function twice(texts: readonly string[]): string | undefined {
  return texts.find((text, at) => texts.indexOf(text) !== at);
}

function checkShares(source: SourceFile, path: Path, parts: readonly SplitPart[]): void {
  const sum = parts.reduce((total, part) => (part.take === "share" ? plus(total, part.share) : total), ZERO);
  const onlyShares = parts.every(({ take }) => take === "share");
  const off = compare(sum, ONE);
  if (off <= 0 && !(onlyShares && off < 0)) return;
  source.mistake(
    [...path, "parts"],
    `the shares add to ${rationalText(times(sum, HUNDRED))} %`,
    off > 0 ? "let them add to 100 % at most" : "let them add to 100 %, or give one part the rest",
  );
}
