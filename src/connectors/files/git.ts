import { execFile } from "node:child_process";
import { dirname } from "node:path";
import type { SystemId } from "../../domain/ids.ts";
import { ConnectorError } from "../connector-error.ts";

/** A git repository that is only read. Each answer is what the `git` program printed. */
export type Git = { readonly run: (doing: string, args: readonly string[]) => Promise<Buffer> };

const TIMEOUT_MS = 60_000;
const OUTPUT_MAX = 64 * 1024 * 1024;

/**
 * What a repository's own configuration may have git start is switched off; the commands used beside have
 * no hooks and no filters. Nothing is fetched.
 */
const HARMLESS = [
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  "core.pager=cat",
  "protocol.allow=never",
  "log.showSignature=false",
  "gpg.program=false",
].flatMap((setting) => ["-c", setting]);

export function openGit(system: SystemId, folder: string): Git {
  const env = {
    PATH: process.env["PATH"],
    HOME: process.env["HOME"],
    LC_ALL: "C",
    GIT_TERMINAL_PROMPT: "0",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_NO_LAZY_FETCH: "1",
    GIT_NO_REPLACE_OBJECTS: "1",
    // The folder that was named is meant, and not a repository that it happens to lie in.
    GIT_CEILING_DIRECTORIES: dirname(folder),
  };
  return {
    run: (doing, args) =>
      new Promise((resolve, reject) => {
        const options = { env, timeout: TIMEOUT_MS, maxBuffer: OUTPUT_MAX, encoding: "buffer" as const, cwd: "/" };
        execFile("git", [...HARMLESS, "--no-pager", "-C", folder, ...args], options, (error, stdout, stderr) => {
          if (error === null) resolve(stdout);
          else reject(gitError(system, doing, folder, error, stderr.toString("utf8")));
        });
      }),
  };
}

function gitError(system: SystemId, doing: string, folder: string, error: Error, stderr: string): ConnectorError {
  const at = { system, doing, object: folder };
  if ("code" in error && error.code === "ENOENT") {
    const cause = "the program git is not installed where Heddle runs";
    return new ConnectorError("unreachable", { ...at, cause }, error);
  }
  const words = stderr.trim().split("\n")[0] ?? "";
  const isDenied = /dubious ownership|Permission denied/i.test(stderr);
  const cause = words === "" ? error.message : words;
  return new ConnectorError(isDenied ? "access denied" : "unreachable", { ...at, cause }, error);
}
