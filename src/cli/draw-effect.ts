import type { ChangeEffect } from "../api/contract.ts";

/** What a change did to production, in sentences: what it moved first, then what it did not. */
export function drawEffect({ items, measures, alongside }: ChangeEffect): string {
  const verdicts = ["worse", "better", "no difference shown", "too few"] as const;
  const sentences = verdicts.flatMap((verdict) =>
    measures.filter((measure) => measure.verdict === verdict).map(({ sentence }) => `  ${mark(verdict)} ${sentence}`),
  );
  const others = alongside.map(({ change, orders }) => `${change} (${orders} ${orders === 1 ? "order" : "orders"})`);
  return [
    ...(items.length === 0 ? ["It changed no mBOM of this plant."] : []),
    ...items.map(({ item, from, to, text }) => `${item} ${from === null ? "" : `rev ${from} to `}rev ${to}: ${text}`),
    ...(sentences.length === 0 ? [] : ["", ...sentences]),
    ...(others.length === 0
      ? []
      : ["", `In force with the same orders, and not to be told apart from it: ${others.join(", ")}.`]),
  ].join("\n");
}

function mark(verdict: ChangeEffect["measures"][number]["verdict"]): string {
  return { worse: "-", better: "+", "no difference shown": "=", "too few": "?" }[verdict];
}
