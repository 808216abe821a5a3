/** What the domain's tests import from vitest, for tests that run without it: see test-runner.ts. */
export { expect } from "vitest";

export type CollectedTest = {
  /** Its file and full name; a row of `it.each` has its number behind it. */
  readonly id: string;
  readonly file: string;
  readonly run: () => unknown;
};

let collected: CollectedTest[] = [];
let path: readonly string[] = [];

/** The tests that `load` defines by its calls of `it`. */
export async function testsOf(file: string, load: () => Promise<unknown>): Promise<CollectedTest[]> {
  collected = [];
  path = [file];
  await load();
  return collected;
}

export function describe(name: string, define: () => void): void {
  const outer = path;
  path = [...outer, name];
  define();
  path = outer;
}

type Run = () => unknown;

function test(name: string, ...rest: readonly [Run] | readonly [options: object, Run]): void {
  const [file = ""] = path;
  collected.push({ id: [...path, name].join(" > "), file, run: rest.length === 1 ? rest[0] : rest[1] });
}

const each =
  (rows: readonly unknown[]) =>
  (name: string, run: (...row: unknown[]) => unknown): void =>
    rows.forEach((row, index) => {
      test(`${name} #${index + 1}`, () => (Array.isArray(row) ? run(...(row as unknown[])) : run(row)));
    });

export const it = Object.assign(test, { each });
