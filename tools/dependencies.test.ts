import { expect, it } from "vitest";
import { filesIn, textOf } from "./project-files.ts";

type Packages = Readonly<Record<string, string>>;
const { dependencies, devDependencies } = JSON.parse(textOf("package.json")) as Record<string, Packages>;
const PACKAGES: Packages = { ...dependencies, ...devDependencies };

it("pins every dependency to one version", () => {
  const loose = Object.entries(PACKAGES).filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version));
  expect(loose).toEqual([]);
});

it("has a recorded decision for every dependency, and no row for one that is gone", () => {
  const rows = filesIn("docs/decisions/*.md").flatMap((file) => [...textOf(file).matchAll(/^\| `([^`]+)` +\|/gm)]);
  expect(rows.map(([, name = ""]) => name).toSorted()).toEqual(Object.keys(PACKAGES).toSorted());
});
