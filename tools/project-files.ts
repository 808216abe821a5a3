import { globSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative } from "node:path";

const ROOT = join(import.meta.dirname, "..");

/** Files that match, as paths from the project's root with forward slashes, sorted. */
export function filesIn(pattern: string): readonly string[] {
  const found = globSync(pattern, { cwd: ROOT, exclude: ["**/node_modules/**", "**/dist/**"] });
  return found.map((file) => relative(ROOT, join(ROOT, file)).replaceAll("\\", "/")).toSorted();
}

export function textOf(file: string): string {
  return readFileSync(join(ROOT, file), "utf8");
}

const SPECIFIER = /^(?:import .*|export .*|\}) from "(.+?)"(?: with .*)?;$|^import "(.+?)";$|\bimport\("(.+?)"\)/gm;

/** What a file imports: project files as paths from the root, packages by the name that is written. */
export function importsOf(file: string): readonly string[] {
  return [...textOf(file).matchAll(SPECIFIER)]
    .map(([, from, bare, dynamic]) => from ?? bare ?? dynamic ?? "")
    .map((name) => (name.startsWith(".") ? posix.join(dirname(file), name) : name));
}
