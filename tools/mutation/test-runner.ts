import { globSync } from "node:fs";
import { registerHooks } from "node:module";
import { resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { isLeftOut, withoutLeftOut } from "./left-out.ts";
import { testsOf } from "./test-words.ts";
import type { CollectedTest } from "./test-words.ts";

const SOURCES = "src/domain/**/!(*.test).ts";
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

/** What a file of tests is taken to need until it has run once. */
const LONG_MS = 1_000;

/** Stryker's codes of how a test ended. */
const SUCCESS = 0;
const FAILED = 1;

type LoadedTest = CollectedTest & { readonly isWholeFile: boolean };
type Outcome = { readonly test: CollectedTest; readonly milliseconds: number; readonly failure: string | null };

const switchboard: Switchboard = {};
Object.assign(globalThis, { __stryker__: switchboard });

// A law that a mutant breaks shows within a few examples, and the same ones each time.
fc.configureGlobal({ numRuns: 15, seed: 20_261_123, endOnFailure: true });

/** Counts loads of all, and of one file again: under another number it is a fresh module. */
let load = 0;
let setUps = 0;

/** Gives tests our words in place of vitest's, and every load modules of its own. */
function redirectImports(): void {
  const project = pathToFileURL(`${resolve("src")}/`).href;
  const words = import.meta.resolve("./test-words.ts");
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier === "vitest" && context.parentURL?.startsWith(project) === true) return next(words, context);
      const found = next(specifier, context);
      if (!found.url.startsWith(project)) return found;
      const url = new URL(found.url);
      url.searchParams.set("load", `${load}`);
      return { ...found, url: url.href };
    },
  });
}

async function loadTests(): Promise<LoadedTest[]> {
  load += 1;
  // First, so that what a file reaches while it loads is the doing of its tests alone.
  for (const file of filesOf(SOURCES)) await import(urlOf(file));
  const tests: LoadedTest[] = [];
  for (const file of filesOf(TESTS)) tests.push(...(await loadFile(file)));
  return withoutLeftOut(tests);
}

/**
 * The tests of a file, and one more that stands for what they share: a constant that is planned while the file loads
 * is planned without the mutant, so that test loads the file again, and runs all of its tests.
 */
async function loadFile(file: string): Promise<LoadedTest[]> {
  const id = `${file} > loaded anew`;
  switchboard.currentTestId = id;
  const tests = await testsOf(file, () => import(urlOf(file)));
  switchboard.currentTestId = undefined;
  const run = async (): Promise<void> => {
    setUps += 1;
    const anew = await testsOf(file, () => import(`${urlOf(file)}?again=${setUps}`));
    for (const test of anew) if (!isLeftOut(test)) await test.run();
  };
  return [...tests.map((test) => ({ ...test, isWholeFile: false })), { id, file, run, isWholeFile: true }];
}

function filesOf(pattern: string): readonly string[] {
  return globSync(pattern).toSorted();
}

function urlOf(file: string): string {
  return pathToFileURL(resolve(file)).href;
}

/** Not run: what it reaches while it loads is noted already, and what its tests reach is theirs. */
function wholeOf(test: CollectedTest, outcomes: readonly Outcome[]): Outcome {
  const own = outcomes.filter((outcome) => outcome.test.file === test.file);
  return { test, milliseconds: own.reduce((sum, { milliseconds }) => sum + milliseconds, 10), failure: null };
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

/**
 * The first of `tests` that fails under the mutant; null when none does.
 *
 * @param usual takes in how long those took that passed.
 */
async function killerOf(
  { activeMutant, hitLimit }: MutantRun,
  tests: readonly CollectedTest[],
  usual: Map<string, number>,
): Promise<Outcome | null> {
  Object.assign(switchboard, { activeMutant: activeMutant.id, hitCount: 0, hitLimit });
  try {
    for (const test of tests) {
      const outcome = await outcomeOf(test);
      if (outcome.failure !== null) return outcome;
      usual.set(test.id, outcome.milliseconds);
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
  let tests: readonly LoadedTest[] = [];
  /** How long each test took when it last passed: the quick ones are asked first. Not every process makes a dry run. */
  const usual = new Map<string, number>();

  async function dryRun() {
    tests = await loadTests();
    const outcomes: Outcome[] = [];
    for (const test of tests) outcomes.push(test.isWholeFile ? wholeOf(test, outcomes) : await outcomeOf(test));
    for (const { test, milliseconds } of outcomes) usual.set(test.id, milliseconds);
    return { status: "complete", tests: outcomes.map(inStrykersWords), mutantCoverage: switchboard.mutantCoverage };
  }

  const lasts = ({ id, isWholeFile }: LoadedTest): number => usual.get(id) ?? (isWholeFile ? LONG_MS : 0);

  async function askedBy({ testFilter }: MutantRun): Promise<CollectedTest[]> {
    if (tests.length === 0) tests = await loadTests();
    const wanted = testFilter === undefined ? null : new Set(testFilter);
    const asked = tests.filter(({ id }) => wanted === null || wanted.has(id));
    return asked.toSorted((a, b) => lasts(a) - lasts(b));
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
    let killer = await killerOf(run, await askedBy(run), usual);
    const { hitCount = 0 } = switchboard;
    if (run.hitLimit !== undefined && hitCount > run.hitLimit) {
      return { status: "timeout", reason: `It was reached ${hitCount} times: it would go on forever.` };
    }
    if (run.mutantActivation === "static") tests = [];
    else if (await staysBroken(killer)) {
      // Perhaps a mutant before this one broke it.
      killer = await killerOf(run, await askedBy(run), usual);
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
