import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PORT_VERSION } from "../src/connectors/port.ts";

const PROJECT = join(import.meta.dirname, "..");
const EXAMPLE = join(PROJECT, "examples", "connector-package");
const NAME = "@acme/heddle-connector-routing-sheets";

let folder = "";
let service: { readonly url: string; readonly close: () => Promise<void> };
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "heddle-package-"));
  const fake = (await import(join(EXAMPLE, "fake.js"))) as { startFake: (token: string) => Promise<typeof service> };
  service = await fake.startFake("good-token");
});
afterAll(async () => {
  await service.close();
  await rm(folder, { recursive: true });
});

type Ended = { readonly exitCode: number; readonly out: string };

/** Runs a program of Node to its end, as somebody who installed Heddle elsewhere does. */
async function node(words: readonly string[], cwd = folder): Promise<Ended> {
  return promisify(execFile)(process.execPath, words, { cwd }).then(
    ({ stdout, stderr }) => ({ exitCode: 0, out: stdout + stderr }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      exitCode: error.code,
      out: error.stdout + error.stderr,
    }),
  );
}

const heddle = (...args: readonly string[]) => node([join(PROJECT, "bin", "heddle.js"), ...args]);

/** Tests the connection of a `heddle.yaml` whose kind is that package. */
async function connectorTest(kind: string, settings: object): Promise<Ended> {
  await writeFile(
    join(folder, "heddle.yaml"),
    JSON.stringify({ connections: { sheets: { kind, settings } }, plants: [] }),
  );
  return heddle("connector", "test", "sheets");
}

async function install(name: string, files: Readonly<Record<string, string>>): Promise<void> {
  const home = join(folder, "node_modules", name);
  await mkdir(home, { recursive: true });
  for (const [file, text] of Object.entries(files)) await writeFile(join(home, file), text);
}

const packageJson = (entry: string) => JSON.stringify({ type: "module", exports: `./${entry}` });

describe("a connector of another package", () => {
  it("is used by its name, from beside heddle.yaml, without a copy of Heddle there", async () => {
    await cp(EXAMPLE, join(folder, "node_modules", NAME), { recursive: true });
    const { exitCode, out } = await connectorTest(NAME, { url: service.url, apiKey: "good-token" });
    expect(out).toMatch(/✓ access +the credentials are taken/);
    expect(out).toMatch(/✓ abilities +routings/);
    expect(exitCode).toBe(0);
  });

  it("fails with Heddle's own errors, and has its settings checked as it declares them", async () => {
    const denied = await connectorTest(NAME, { url: service.url, apiKey: "bad-token" });
    expect(denied.out).toMatch(/✗ access +sheets failed while proving access: access denied: REFUSED: who are you\?/);
    expect(denied.exitCode).toBe(1);
    const wrong = await connectorTest(NAME, { url: service.url, apiKey: "good-token", atempts: 1 });
    expect(wrong.out).toContain('unknown field "atempts"; did you mean "attempts"?');
  });

  const SETTINGS = { url: "http://127.0.0.1:9", apiKey: "x" };

  it.each([
    [
      "heddle-connector-absent",
      {},
      /the package heddle-connector-absent is not installed; run npm install heddle-connector-absent in /,
    ],
    [
      "heddle-connector-empty",
      { "package.json": packageJson("x.js"), "x.js": "export const other = 1;" },
      /exports no connectorKind with port, settings, make and waivers; its main file must say: export const connectorKind/,
    ],
    [
      "heddle-connector-newer",
      {
        "package.json": packageJson("x.js"),
        "x.js": `export const connectorKind = { port: ${PORT_VERSION + 1}, settings: {}, make() {}, waivers: {} };`,
      },
      /is written for version \d+ of the connector port; this Heddle has version \d+; update Heddle, or install an older version/,
    ],
    [
      "heddle-connector-typed",
      { "package.json": packageJson("x.ts"), "x.ts": "export const connectorKind: unknown = 1;" },
      /cannot be loaded: .+; Node runs no TypeScript of packages: its author must publish JavaScript/,
    ],
    [
      "heddle-connector-lost",
      { "package.json": JSON.stringify({ type: "module", exports: { "./other": "./x.js" } }), "x.js": "" },
      /has no entry: .+; its package\.json must say "exports": /,
    ],
    [
      "heddle-connector-broken",
      { "package.json": packageJson("x.js"), "x.js": 'import "no-such-package";' },
      /cannot be loaded: Cannot find package 'no-such-package'.+; install it again with what it needs/,
    ],
  ])("says at the line of its kind what is wrong with %s", async (name, files, expected) => {
    await install(name, files);
    const { exitCode, out } = await connectorTest(name, SETTINGS);
    expect(exitCode).toBe(1);
    expect(out).toMatch(/^heddle\.yaml:1:\d+ the package /);
    expect(out.replaceAll("\n", " ")).toMatch(expected);
  });
});

it("type-checks and passes the conformance suite where its author works", async () => {
  const home = join(folder, "author");
  await cp(EXAMPLE, home, { recursive: true });
  await mkdir(join(home, "node_modules", "@types"), { recursive: true });
  await symlink(PROJECT, join(home, "node_modules", "heddle")); // as npm install ../heddle does
  await symlink(join(PROJECT, "node_modules", "@types", "node"), join(home, "node_modules", "@types", "node"));
  const modules = join(PROJECT, "node_modules");
  expect(await node([join(modules, "typescript", "bin", "tsc"), "-p", "."], home)).toEqual({ exitCode: 0, out: "" });
  const tested = await node([join(modules, "vitest", "vitest.mjs"), "run", "--root", home], home);
  expect(tested.out).toMatch(/Tests +.*\d+ passed/);
  expect(tested.exitCode).toBe(0);
}, 180_000);
