import type { Loss } from "../domain/feedback/losses.ts";
import { plus, rationalText, readRational, ZERO } from "../domain/rational.ts";
import type { Db } from "./database.ts";
import { narrowed, type ProductionFilter } from "./kpis.ts";

/** What losses can be told apart by, beside plant, kind, reason and unit. */
export type LossPart = "item" | "operation" | "workCenter";

/** The sum of some losses. */
export type LossSum = Pick<Loss, "kind" | "reason" | "quantity" | "unit"> & {
  readonly plant: string;
  /** How often it was told. */
  readonly times: number;
} & Readonly<Record<LossPart, string | null>>;

const COLUMNS = { item: "item", operation: "operation", workCenter: "work_center" } as const;

/** Losses added up by reason and by some parts; the others are null. */
export async function lossSums(
  db: Db,
  { kind, ...filter }: ProductionFilter & { readonly kind?: string },
  parts: readonly LossPart[],
): Promise<readonly LossSum[]> {
  const [where, values] = narrowed(filter);
  const shown = Object.entries(COLUMNS).map(([part, column]) =>
    parts.includes(part as LossPart) ? `${column} as "${part}"` : `null::text as "${part}"`,
  );
  const by = ["plant", "kind", "reason", "unit", ...parts.map((part) => COLUMNS[part])].join(", ");
  type Row = LossSum & { fractions: readonly string[] | null };
  const { rows } = await db.query<Row>(
    // A quantity such as 1/3 has no decimal text: few do, and those are added up exactly here.
    `select plant, kind, reason, unit, ${shown.join(", ")}, count(*)::int as times,
            coalesce(trim_scale(sum(case when quantity not like '%/%' then quantity::numeric end)), 0)::text as quantity,
            array_agg(quantity) filter (where quantity like '%/%') as fractions
       from losses where ${where} and ($${values.length + 1}::text is null or kind = $${values.length + 1})
      group by ${by}`,
    [...values, kind ?? null],
  );
  return rows.map(({ fractions, quantity, ...row }) => ({ ...row, quantity: added([quantity, ...(fractions ?? [])]) }));
}

function added(quantities: readonly string[]): string {
  const sum = quantities.reduce((total, quantity) => plus(total, readRational(quantity) ?? ZERO), ZERO);
  return rationalText(sum);
}
