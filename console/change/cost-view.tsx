import type { CostChange } from "../../src/domain/change-plan.ts";
import { minus } from "../../src/domain/money.ts";
import {
  dividedBy,
  isZero,
  rational,
  rationalText,
  roundedHalfUp,
  sign,
  times,
  toNumber,
  type Rational,
} from "../../src/domain/rational.ts";
import { money } from "../format.ts";
import { DataTable, type Column } from "../parts/data-table.tsx";
import { Empty } from "../parts/empty.tsx";

/** Standard cost before and after, of every item whose cost the change moves. */
export function CostView({ costs }: { costs: readonly CostChange[] }) {
  return (
    <section className="panel">
      <div className="panel-head">
        <h2>Standard cost</h2>
        <span className="soft small">of one unit, rolled up from the new mBOMs</span>
      </div>
      {costs.length === 0 ? (
        <Empty title="No standard cost moves" />
      ) : (
        <DataTable caption="Standard cost" columns={COLUMNS} rows={costs} rowKey={({ item }) => item} />
      )}
    </section>
  );
}

const COLUMNS: readonly Column<CostChange>[] = [
  {
    id: "item",
    header: "Item",
    value: ({ item }) => item,
    cell: ({ item }) => <span className="id">{item}</span>,
  },
  {
    id: "before",
    header: "Before",
    align: "right",
    value: ({ before }) => (before === null ? 0 : toNumber(before.amount)),
    cell: ({ before }) => (before === null ? <span className="soft">none</span> : money(before)),
  },
  {
    id: "after",
    header: "After",
    align: "right",
    value: ({ after }) => toNumber(after.amount),
    cell: ({ after }) => money(after),
  },
  {
    id: "delta",
    header: "Difference",
    align: "right",
    value: (cost) => toNumber(difference(cost)?.amount ?? rational(0n)),
    cell: (cost) => {
      const moved = difference(cost);
      return moved === null ? <span className="soft">–</span> : signed(money(moved), moved.amount);
    },
  },
  {
    id: "percent",
    header: "%",
    align: "right",
    value: (cost) => toNumber(percent(cost) ?? rational(0n)),
    cell: (cost) => {
      const share = percent(cost);
      return share === null ? <span className="soft">–</span> : signed(rationalText(roundedHalfUp(share, 1)), share);
    },
  },
];

/** Null where there was no cost, or one in another currency. */
function difference({ before, after }: CostChange) {
  return before === null || before.currency !== after.currency ? null : minus(after, before);
}

function percent(cost: CostChange): Rational | null {
  const moved = difference(cost);
  if (moved === null || cost.before === null || isZero(cost.before.amount)) return null;
  return times(dividedBy(moved.amount, cost.before.amount), rational(100n));
}

function signed(text: string, amount: Rational): string {
  return sign(amount) > 0 ? `+${text}` : text;
}
