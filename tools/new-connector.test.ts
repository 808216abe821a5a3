import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { textOf } from "./project-files.ts";

const PROJECT = join(import.meta.dirname, "..");
const COPIED = ["src", "sandbox", "tools", "package.json", "tsconfig.json", "vitest.config.ts"];

/** It type-checks and tests a whole project, twice, on a machine that may do other things beside. */
const PROGRAMS_MS_MAX = 300_000;

/** A copy of the project that a stranger works in. */
let copy = "";
beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), "heddle-new-connector-"));
  for (const name of COPIED) await cp(join(PROJECT, name), join(copy, name), { recursive: true });
  await symlink(join(PROJECT, "node_modules"), join(copy, "node_modules"));
});
afterAll(() => rm(copy, { recursive: true }));

type Ended = { readonly exitCode: number; readonly out: string; readonly err: string };

async function run(file: string, ...args: readonly string[]): Promise<Ended> {
  return promisify(execFile)(process.execPath, [file, ...args], { cwd: copy, maxBuffer: 64 * 1024 * 1024 }).then(
    ({ stdout, stderr }) => ({ exitCode: 0, out: stdout, err: stderr }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      exitCode: error.code,
      out: error.stdout,
      err: error.stderr,
    }),
  );
}

const typeCheck = () => run("node_modules/typescript/bin/tsc", "-p", ".");

/** Tests of the suite by name, each with what it says when it fails. */
async function conformance(): Promise<ReadonlyMap<string, { readonly status: string; readonly says: string }>> {
  const words = ["src/connectors/conformance.test.ts", "-t", "the connector price-book", "--reporter", "json"];
  const { out } = await run("node_modules/vitest/vitest.mjs", "run", ...words);
  type Test = { ancestorTitles: string[]; title: string; status: string; failureMessages: string[] };
  const { testResults } = JSON.parse(out) as { testResults: { assertionResults: Test[] }[] };
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const ours = tests.filter(({ ancestorTitles }) => ancestorTitles.includes("the connector price-book"));
  return new Map(
    ours.map(({ title, status, failureMessages }) => [title, { status, says: failureMessages.join("\n") }]),
  );
}

/** The files that docs/connectors.md writes out. */
function tutorialFiles(): readonly (readonly [string, string])[] {
  const blocks = textOf("docs/connectors.md").matchAll(/^```ts ([a-z.-]+)\n([\s\S]*?)^```$/gm);
  return [...blocks].map(([, name = "", text = ""]) => [name, text] as const);
}

it(
  "takes a stranger from nothing to a connector that passes, as docs/connectors.md says",
  async () => {
    const made = await run("tools/new-connector.ts", "price-book");
    expect(made.err).toBe("");
    expect(made.out).toContain('npx vitest run src/connectors/conformance.test.ts -t "the connector price-book"');

    expect(await typeCheck()).toEqual({ exitCode: 0, out: "", err: "" });
    const first = await conformance();
    const said = (promise: string) => first.get(promise)?.says;
    expect(first.get("proves access")?.status).toBe("passed");
    expect(first.get("wrong credentials are access denied")?.status).toBe("passed");
    expect(said("has an ability")).toContain("add the first one in connector.ts");
    expect(said("numbers as text are read exactly")).toContain("write `exactNumbers` in harness.ts; or waive");
    expect(said("null results are absent")).toContain("write `nulls` in harness.ts; or waive");
    expect(said("an error that came as HTTP 200 is an error")).toContain("write `errorAs200` in harness.ts");
    expect(said("a session that ends in mid-run is renewed")).toContain("write `endSession` in harness.ts");

    const files = tutorialFiles();
    expect(files.map(([name]) => name).toSorted()).toEqual([
      "connector.test.ts",
      "connector.ts",
      "fake.ts",
      "harness.ts",
      "mapping.ts",
      "waivers.ts",
      "wire.ts",
    ]);
    for (const [name, text] of files) await writeFile(join(copy, "src/connectors/price-book", name), text);
    expect(await typeCheck()).toEqual({ exitCode: 0, out: "", err: "" });
    const last = await conformance();
    expect([...last].filter(([, { status }]) => status === "failed")).toEqual([]);
    expect([...last].filter(([, { status }]) => status === "passed").length).toBeGreaterThan(12);
    expect(last.get("a lost answer is found again")?.status).toBe("passed");
    const own = await run("node_modules/vitest/vitest.mjs", "run", "src/connectors/price-book");
    expect(own.exitCode).toBe(0);
  },
  PROGRAMS_MS_MAX,
);

it("writes over nothing, and says how a name is written", async () => {
  const before = await readFile(join(copy, "src/connectors/registry.ts"), "utf8");
  const taken = await run("tools/new-connector.ts", "sandbox-plm");
  expect(taken).toMatchObject({
    exitCode: 1,
    err: expect.stringContaining("src/connectors/sandbox-plm is there already"),
  });
  const shouted = await run("tools/new-connector.ts", "PriceBook");
  expect(shouted).toMatchObject({ exitCode: 1, err: expect.stringContaining("such as price-book") });
  expect((await run("tools/new-connector.ts")).err).toContain("Name the connector");
  expect(await readFile(join(copy, "src/connectors/registry.ts"), "utf8")).toBe(before);
});
