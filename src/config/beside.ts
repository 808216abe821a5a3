import { readFileSync } from "node:fs";
import { dirname, isAbsolute, join, normalize, relative } from "node:path";

/** Reads a file that another one names; null where there is none, or it may not be read. */
export type ReadText = (file: string) => string | null;

/** From disk, at once: rule files are small, and are read when a hub or a command starts. */
export const readFromDisk: ReadText = (file) => {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error) return null; // the file that names it says so, with the line
    throw error;
  }
};

/** The file that is called `name` in the folder of `file`, or anywhere by its full path. */
export function besideOf(file: string, name: string): string {
  return normalize(isAbsolute(name) ? name : join(dirname(file), name));
}

/** How `file` is called, seen from the folder of `from`. */
export function nameFrom(from: string, file: string): string {
  return relative(dirname(from), file).replaceAll("\\", "/");
}
