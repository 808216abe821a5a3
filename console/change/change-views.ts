/** The parts of a change's page, by their names in its address. */
export const CHANGE_VIEWS = [
  "plan",
  "orders",
  "mbom",
  "merge",
  "why",
  "account",
  "cost",
  "actions",
  "effect",
  "history",
] as const;
