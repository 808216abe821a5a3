import type { Deviation } from "../api/contract.ts";
import { grouped } from "../domain/grouped.ts";
import { instantText } from "./instant.ts";
import { table } from "./table.ts";

export function drawDeviations(deviations: readonly Deviation[], indent = ""): string {
  const rows = deviations.map((deviation) => [
    deviation.id,
    deviation.state,
    deviation.plant,
    deviation.item,
    deviation.order ?? "all its orders",
    deviation.supersededBy,
    limitsText(deviation),
    deviation.approvedBy,
    deviation.reason,
  ]);
  const head = ["Id", "State", "Plant", "Item", "Order", "In spite of", "Limits", "Approved by", "Reason"];
  return table([head, ...rows], { indent, right: [] });
}

/** `12 of 50, until 2026-12-01 00:00Z` */
function limitsText({ quantity, used, until }: Deviation): string {
  const limits = [
    quantity === null ? `${grouped(used)} used` : `${grouped(used)} of ${grouped(quantity)}`,
    ...(until === null ? [] : [`until ${instantText(until)}`]),
  ];
  return limits.join(", ");
}
