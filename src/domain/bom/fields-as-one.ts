import type { MbomLine } from "../mbom.ts";
import { changedFields } from "./line-fields.ts";
import type { MbomField } from "./mbom-diff.ts";
import type { FieldsAsOne } from "./mbom-merge.ts";

/** Two fields of which one means little without the other; `when` says between which lines, absent: any. */
type Bond = {
  readonly of: readonly [MbomField, MbomField];
  readonly when?: (one: MbomLine, other: MbomLine) => boolean;
};

const BONDS: readonly Bond[] = [
  // 2 pieces of grease are no 2 pieces of oil, which is planned by weight.
  { of: ["item", "quantity"] },
  { of: ["item", "phantom"] },
  { of: ["item", "usage"] },
  { of: ["item", "alternates"], when: (one, other) => isAlternate(one, other) || isAlternate(other, one) },
  { of: ["alternates", "usage"] },
  { of: ["quantity", "basis"] },
  { of: ["quantity", "reference designators"] },
  // A fixed loss is counted in the unit of the line.
  { of: ["quantity", "scrap"], when: (one, other) => one.quantity.unit !== other.quantity.unit && loses(one, other) },
];

/**
 * The fields in which two lines differ, in sets that must come from one of the two: a mixture of both would say what
 * neither means, such as the item of one in the other's quantity and unit.
 */
export function fieldsAsOne(one: MbomLine, other: MbomLine): readonly (readonly MbomField[])[] {
  const fields = changedFields(one, other);
  const bonds = BONDS.filter(({ when }) => when?.(one, other) ?? true).map(({ of }) => of);
  const alone = fields.map((field): readonly MbomField[] => [field]);
  const sets = bonds.reduce((apart, [a, b]) => {
    const [left, right] = [a, b].map((field) => apart.find((set) => set.includes(field)));
    if (left === undefined || right === undefined || left === right) return apart;
    return [...apart.filter((set) => set !== left && set !== right), [...left, ...right]];
  }, alone);
  // In the order of the fields, whichever bond came first.
  return sets
    .map((set) => fields.filter((field) => set.includes(field)))
    .toSorted(([a], [b]) => (a === undefined || b === undefined ? 0 : fields.indexOf(a) - fields.indexOf(b)));
}

/** Names a set: `item, quantity and phantom`. */
export function namedAsOne(fields: readonly MbomField[]): MbomField | FieldsAsOne {
  const [only] = fields;
  if (only !== undefined && fields.length === 1) return only;
  return `${fields.slice(0, -1).join(", ")} and ${fields.at(-1)}` as FieldsAsOne;
}

function isAlternate({ item }: MbomLine, { alternates }: MbomLine): boolean {
  return alternates.includes(item);
}

function loses(...lines: readonly MbomLine[]): boolean {
  return lines.some(({ scrap }) => scrap.fixedPerOrder !== null);
}
