import { globSync } from "node:fs";
import { registerHooks } from "node:module";
import { resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { withoutLeftOut } from "./left-out.ts";
import { testsOf } from "./test-words.ts";
import type { CollectedTest } from "./test-words.ts";

const TESTS = "src/domain/**/*.test.ts";

/** What Stryker's runner and the code that it instrumented tell each other. */
type Switchboard = {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
  mutantCoverage?: unknown;
};

/** What Stryker asks: part of `MutantRunOptions` in `@stryker-mutator/api`. */
type MutantRun = {
  readonly activeMutant: { readonly id: string };
  readonly testFilter?: readonly string[];
  readonly hitLimit?: number;
  readonly mutantActivation: "runtime" | "static";
};

/** Stryker's codes of how a test ended. */
const SUCCESS = 0;
const FAILED = 1;

type Outcome = { readonly test: CollectedTest; readonly milliseconds: number; readonly failure: string | null };

const switchboard: Switchboard = {};
Object.assign(globalThis, { __stryker__: switchboard });

// A law that a mutant breaks shows within a few examples, and the same ones each time.
fc.configureGlobal({ numRuns: 15, seed: 20_261_123, endOnFailure: true });

/** Counts loads: the same file under another number is a fresh module. */
let load = 0;

/** Gives tests our words in place of vitest's, and every load modules of its own. */
function redirectImports(): void {
  const project = pathToFileURL(`${resolve("src")}/`).href;
  const words = import.meta.resolve("./test-words.ts");
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier === "vitest" && context.parentURL?.startsWith(project) === true) return next(words, context);
      const found = next(specifier, context);
      return found.url.startsWith(project) ? { ...found, url: `${found.url}?load=${load}` } : found;
    },
  });
}

async function loadTests(): Promise<CollectedTest[]> {
  load += 1;
  const tests: CollectedTest[] = [];
  for (const file of globSync(TESTS).toSorted()) {
    tests.push(...(await testsOf(file, () => import(pathToFileURL(resolve(file)).href))));
  }
  return withoutLeftOut(tests);
}

async function outcomeOf(test: CollectedTest): Promise<Outcome> {
  const begun = performance.now();
  const failure = await failureOf(test);
  return { test, milliseconds: performance.now() - begun, failure };
}

async function failureOf(test: CollectedTest): Promise<string | null> {
  switchboard.currentTestId = test.id;
  try {
    await test.run();
    return null;
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  } finally {
    switchboard.currentTestId = undefined;
  }
}

/** The first of `tests` that fails under the mutant; null when none does. */
async function killerOf(
  { activeMutant, hitLimit }: MutantRun,
  tests: readonly CollectedTest[],
): Promise<Outcome | null> {
  Object.assign(switchboard, { activeMutant: activeMutant.id, hitCount: 0, hitLimit });
  try {
    for (const test of tests) {
      const outcome = await outcomeOf(test);
      if (outcome.failure !== null) return outcome;
    }
    return null;
  } finally {
    switchboard.activeMutant = undefined;
  }
}

const inStrykersWords = ({ test, milliseconds, failure }: Outcome) => ({
  id: test.id,
  name: test.id,
  fileName: resolve(test.file),
  timeSpentMs: milliseconds,
  ...(failure === null ? { status: SUCCESS } : { status: FAILED, failureMessage: failure }),
});

/**
 * Runs the domain's tests for Stryker inside one process, without vitest.
 *
 * The domain keeps no state and its tests use only `describe`, `it` and `expect`, so files are loaded once, and to ask
 * about a mutant is to switch it on and to call the tests that reach it: some milliseconds. A start of vitest takes a
 * second or more, and there are seventeen thousand mutants.
 */
function inProcessRunner() {
  /** None when they are to be loaded anew. */
  let tests: readonly CollectedTest[] = [];
  /** How long each test takes without a mutant: the quick ones are asked first. */
  const usual = new Map<string, number>();

  async function dryRun() {
    tests = await loadTests();
    const outcomes: Outcome[] = [];
    for (const test of tests) outcomes.push(await outcomeOf(test));
    for (const { test, milliseconds } of outcomes) usual.set(test.id, milliseconds);
    return { status: "complete", tests: outcomes.map(inStrykersWords), mutantCoverage: switchboard.mutantCoverage };
  }

  async function askedBy({ testFilter }: MutantRun): Promise<CollectedTest[]> {
    if (tests.length === 0) tests = await loadTests();
    const wanted = testFilter === undefined ? null : new Set(testFilter);
    const asked = tests.filter(({ id }) => wanted === null || wanted.has(id));
    return asked.toSorted((a, b) => (usual.get(a.id) ?? 0) - (usual.get(b.id) ?? 0));
  }

  /** What a mutant breaks for good, tests that come later must not be blamed for: they get modules of their own. */
  async function staysBroken(killer: Outcome | null): Promise<boolean> {
    const broken = killer !== null && (await failureOf(killer.test)) !== null;
    if (broken) tests = [];
    return broken;
  }

  async function mutantRun(run: MutantRun) {
    if (run.mutantActivation === "static") {
      switchboard.activeMutant = run.activeMutant.id;
      tests = [];
    }
    let killer = await killerOf(run, await askedBy(run));
    const { hitCount = 0 } = switchboard;
    if (run.hitLimit !== undefined && hitCount > run.hitLimit) {
      return { status: "timeout", reason: `It was reached ${hitCount} times: it would go on forever.` };
    }
    if (run.mutantActivation === "static") tests = [];
    else if (await staysBroken(killer)) {
      // Perhaps a mutant before this one broke it.
      killer = await killerOf(run, await askedBy(run));
      await staysBroken(killer);
    }
    const nrOfTests = run.testFilter?.length ?? 0;
    return killer === null
      ? { status: "survived", nrOfTests }
      : { status: "killed", nrOfTests, killedBy: [killer.test.id], failureMessage: killer.failure };
  }

  // Stryker goes to its copy of the project between the load of this file and `init`.
  return { capabilities: () => ({ reloadEnvironment: true }), init: redirectImports, dryRun, mutantRun };
}

export const strykerPlugins = [{ kind: "TestRunner", name: "in-process", factory: inProcessRunner }];
