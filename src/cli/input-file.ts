import { readFile } from "node:fs/promises";
import type { Loaded } from "../config/mistake.ts";
import { CliFailure, FileMistakes } from "./failure.ts";

/** @throws CliFailure for a file that cannot be read, FileMistakes for one that says something wrong. */
export async function readInput<T>(file: string, load: (file: string, text: string) => Loaded<T>): Promise<T> {
  const loaded = load(file, await readText(file));
  if (!loaded.ok) throw new FileMistakes(loaded.mistakes);
  return loaded.value;
}

/**
 * Reads several files, so that the mistakes of all of them are said at once.
 * @throws as `readInput`
 */
export async function readInputs<T extends readonly unknown[]>(
  ...reads: { readonly [At in keyof T]: Promise<T[At]> }
): Promise<T> {
  const settled = await Promise.allSettled(reads);
  const failures = settled.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
  const other = failures.find((failure) => !(failure instanceof FileMistakes));
  if (other !== undefined)
    throw other instanceof Error ? other : new Error("a file could not be read", { cause: other });
  const mistakes = failures.flatMap((failure) => (failure instanceof FileMistakes ? failure.mistakes : []));
  if (mistakes.length > 0) throw new FileMistakes(mistakes);
  return settled.map((result) => (result.status === "fulfilled" ? result.value : null)) as unknown as T;
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw new CliFailure(`cannot read ${file}`, {
      field: file,
      fix: "check the path, and that the file may be read",
      cause,
    });
  }
}
