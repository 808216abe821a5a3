/**
 * Tests that are not asked about mutants, by the beginning of their id: each takes between half a second and ten, and
 * every mutant that survives would have to wait for all of them. What they alone would notice shows as a survivor.
 */
const LEFT_OUT = [
  "src/domain/bom/incremental-planner.test.ts > does so for an assembly with more lines than a call takes arguments",
  "src/domain/bom/plan-mbom.test.ts > bad data > blocks structure deeper than 200 levels, and survives 20,000",
  "src/domain/bom/plan-mbom.test.ts > bad data > stops where structure multiplies beyond any product",
  "src/domain/feedback/change-effect.test.ts > over 1,000 seeded changes",
  "src/domain/feedback/change-outcome.test.ts > the outcome of a change > is alleged in no more than 6.5 %",
  "src/domain/feedback/change-outcome.test.ts > the outcome of a change > is found in nearly all of a hundred shops",
  "src/domain/feedback/effective-events.test.ts > laws > takes a chain of 20,000 corrections",
  "src/domain/feedback/median-effect.test.ts > compares a hundred thousand times with as many",
  "src/domain/orders/plan-order-laws.test.ts > whatever an order went through",
  "src/domain/orders/shift-calendar.test.ts > at every plant, over every year",
];

export function isLeftOut({ id }: { readonly id: string }): boolean {
  return LEFT_OUT.some((start) => id.startsWith(start));
}

/** The rest of all tests; throws when a name above fits none of them any more. */
export function withoutLeftOut<Test extends { readonly id: string }>(tests: readonly Test[]): Test[] {
  const forgotten = LEFT_OUT.filter((start) => !tests.some(({ id }) => id.startsWith(start)));
  if (forgotten.length > 0) throw new Error(`left-out.ts names no test: ${forgotten.join("; ")}`);
  return tests.filter((test) => !isLeftOut(test));
}
