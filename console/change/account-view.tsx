import { NativeSelect } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import type { Plan } from "../api.ts";
import { Empty } from "../parts/empty.tsx";
import { AccountPanel } from "./account-panel.tsx";
import { ComparisonPanel } from "./comparison-panel.tsx";

const route = getRouteApi("/inside/changes/$change/$plant");

/** Of one item of the change: what became of each eBOM quantity, and any two of its bills of material compared. */
export function AccountView({ plan: { plan, state } }: { plan: Plan }) {
  const { mboms, plant, change } = plan;
  const { item } = route.useSearch();
  const navigate = route.useNavigate();
  const chosen = mboms.find((mbom) => mbom.item === item) ?? mboms.at(-1);
  if (chosen === undefined) {
    return (
      <div className="panel">
        <Empty title="No mBOM changes" />
      </div>
    );
  }
  const shown = { plant, item: chosen.item, change: change.id, isApplied: state === "applied" };
  return (
    <div className="stack">
      <NativeSelect
        size="xs"
        w={240}
        label="Item"
        value={chosen.item}
        data={mboms.map((mbom) => mbom.item)}
        onChange={({ currentTarget: { value } }) =>
          void navigate({ search: (search) => ({ ...search, item: value }), replace: true })
        }
      />
      <AccountPanel {...shown} />
      <ComparisonPanel {...shown} revision={chosen.after.revision} />
    </div>
  );
}
