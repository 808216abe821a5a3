import { alternatesText } from "../domain/bom/explain.ts";
import type { Procurement } from "../domain/item.ts";
import type { MbomLine } from "../domain/mbom.ts";
import { quantityText } from "../domain/quantity.ts";
import { rationalText } from "../domain/rational.ts";
import { optionText } from "../domain/variant/option.ts";

export const PROCUREMENT_WORDS: Readonly<Record<Procurement, string>> = {
  make: "made",
  buy: "bought",
  subcontract: "subcontracted",
  phantom: "phantom",
};

/** `8 EA SCR-M4-10 bought, bulk, at 0010` */
export function mbomLineWords(line: MbomLine, procurement: Procurement | null): string {
  const comesBy = procurement === null || line.output !== undefined ? [] : [PROCUREMENT_WORDS[procurement]];
  const { referenceDesignators: places } = line;
  const details = [...comesBy, ...lineDetails(line), places.join(" "), alternatesText(line)].filter(Boolean);
  return `${quantityText(line.quantity)} ${line.item} ${details.join(", ")}`.trimEnd();
}

/** What there is to say of a line beside its item and quantity, each in a few words. */
export function lineDetails({
  basis,
  operation,
  supply,
  scrap,
  quantity,
  option,
  origin,
  output,
}: MbomLine): readonly string[] {
  const { componentPercent, operationPercent, fixedPerOrder } = scrap;
  return [
    output ?? null,
    basis === "per order" ? "per order" : null,
    supply,
    operation === null ? null : `at ${operation}`,
    componentPercent === null ? null : `${rationalText(componentPercent)} % scrap`,
    operationPercent === null ? null : `${rationalText(operationPercent)} % operation scrap`,
    fixedPerOrder === null ? null : `${rationalText(fixedPerOrder)} ${quantity.unit} scrap an order`,
    option === undefined ? null : `when ${optionText(option)}`,
    origin.kind === "rule" ? `added by ${origin.rule}` : null,
  ].filter((detail) => detail !== null);
}
