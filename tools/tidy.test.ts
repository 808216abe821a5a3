import { basename, dirname, matchesGlob } from "node:path";
import { describe, expect, it } from "vitest";
import { filesIn, importsOf } from "./project-files.ts";

const SHARED_BY_CONNECTORS = "src/connectors/!(registry).ts";

/** Who may import what, beside what stands in the same part. The first row that fits a file counts. */
const MAY_IMPORT: readonly (readonly [files: string, imports: readonly string[]])[] = [
  ["src/domain/**", []],
  ["src/store/**", ["src/domain/**"]],
  ["src/engine/**", ["src/store/**", "src/domain/**"]],
  ["src/config/**", ["src/domain/**"]],
  ["src/connectors/registry.ts", ["src/domain/**", "src/connectors/**"]],
  ["src/connectors/*.ts", ["src/domain/**", "src/connectors/http/**"]],
  ["src/connectors/http/**", ["src/domain/**", SHARED_BY_CONNECTORS]],
  ["src/connectors/*/**", ["src/domain/**", SHARED_BY_CONNECTORS, "src/connectors/http/**"]],
  [
    "src/flows/**",
    ["src/domain/**", "src/engine/**", "src/store/**", "src/connectors/{port,connector-error,live-connector}.ts"],
  ],
  ["src/api/**", ["src/flows/**", "src/engine/**", "src/store/**", "src/domain/**", "src/config/**"]],
  // The command line talks to a hub over its API, except for `up`, which starts one.
  [
    "src/cli/**",
    [
      "src/flows/**",
      "src/engine/**",
      "src/store/**",
      "src/domain/**",
      "src/config/**",
      // It writes tables as the API does, from files alone too.
      "src/api/{contract,spreadsheet}.ts",
      "src/connectors/{connector-error,check,prove-connection}.ts",
      // It reads BOM exports as the connector does.
      "src/connectors/files/**",
      "src/hub/**",
      "src/main.ts",
    ],
  ],
  ["src/{main.ts,hub/**}", ["src/**", "sandbox/**"]],
  ["console/**", ["src/domain/**", "src/api/contract.ts"]],
  ["sandbox/**", []],
  ["bench/**", ["src/**", "sandbox/**", "tests/kit/trial-hub.ts"]],
  ["scenarios/**", ["src/**"]],
  ["tests/**", ["src/**", "sandbox/**", "bench/**"]],
  ["tools/**", ["src/**"]],
];

/** The exception: tests, and what only tests use, may reach across to start the real other side. */
const TEST_SUPPORT = [
  "**/*.test.{ts,tsx}",
  "**/{testing,conformance,fault-proxy,harness,*-harness}.ts",
  "**/fixtures/*.ts",
];

const CODE = filesIn("{src,console,sandbox,scenarios,bench,tests,tools}/**/*.{ts,tsx}");
const SHIPPED = CODE.filter((file) => !fits(file, TEST_SUPPORT));

function fits(file: string, globs: readonly string[]): boolean {
  return globs.some((glob) => matchesGlob(file, glob));
}

/** What a file may always import from: its part of `src`, its connector, or its top folder. */
function home(file: string): string {
  const [top = "", part = "", connector = ""] = file.split("/");
  if (part !== "connectors") return top === "src" ? `src/${part}` : top;
  return connector.endsWith(".ts") ? "src/connectors" : `src/connectors/${connector}`;
}

function isProjectFile(name: string): boolean {
  return /^(src|console|sandbox|scenarios|bench|tests|tools)\//.test(name);
}

/** `file imports name`, for every import of these files that `isWrong`. */
function imports(files: readonly string[], isWrong: (name: string, file: string) => boolean): readonly string[] {
  return files.flatMap((file) =>
    importsOf(file)
      .filter((name) => isWrong(name, file))
      .map((name) => `${file} imports ${name}`),
  );
}

describe("who imports whom", () => {
  it("reads every form of import", () => {
    expect(importsOf("src/engine/lanes.ts")).toEqual(
      expect.arrayContaining(["pg-boss", "src/store/database.ts", "src/store/subject.ts"]),
    );
    expect(importsOf("console/main.tsx")).toContain("@mantine/core/styles.css");
  });

  it("has a row for every file", () => {
    expect(SHIPPED.length).toBeGreaterThan(100);
    expect(SHIPPED.filter((file) => !MAY_IMPORT.some(([files]) => matchesGlob(file, files)))).toEqual([]);
  });

  it("keeps to the table", () => {
    const strays = imports(SHIPPED, (name, file) => {
      const allowed = MAY_IMPORT.find(([files]) => matchesGlob(file, files))?.[1] ?? [];
      return isProjectFile(name) && home(name) !== home(file) && !fits(name, allowed);
    });
    expect(strays).toEqual([]);
  });

  it("keeps Node and packages out of the domain", () => {
    const domain = SHIPPED.filter((file) => file.startsWith("src/domain/"));
    expect(imports(domain, (name) => !isProjectFile(name))).toEqual([]);
  });

  it("keeps test support out of what runs in production", () => {
    const production = SHIPPED.filter((file) => !/^(tests|tools|bench|scenarios)\//.test(file));
    expect(imports(production, (name) => isProjectFile(name) && fits(name, TEST_SUPPORT))).toEqual([]);
  });
});

describe("file names", () => {
  it("say what is in them: no drawers for odds and ends, no barrels", () => {
    const drawer = /(^|-)(utils?|helpers?|managers?|common|misc|index)$/;
    expect(CODE.filter((file) => file.split(/[/.]/).some((name) => drawer.test(name)))).toEqual([]);
  });

  it("are in kebab-case", () => {
    expect(CODE.filter((file) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.(test|config))?\.tsx?$/.test(basename(file)))).toEqual([]);
  });
});

describe("a connector's folder", () => {
  const folders = new Set(filesIn("src/connectors/*/*").map(dirname));
  folders.delete("src/connectors/http"); // what connectors over HTTP share
  const complete = ["README.md", "config.ts", "connector.test.ts", "connector.ts", "mapping.ts", "wire.ts"];

  it("exists", () => {
    expect([...folders]).toContain("src/connectors/sandbox-plm");
  });

  it.each([...folders])("%s is complete and registered", (folder) => {
    expect(filesIn(`${folder}/*`).map((file) => basename(file))).toEqual(expect.arrayContaining(complete));
    expect(importsOf("src/connectors/registry.ts")).toContain(`${folder}/connector.ts`);
  });
});
