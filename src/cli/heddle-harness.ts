import { runHeddle } from "./heddle.ts";

/** Runs a command as a person types it, for tests: what it says, and how it ends. */
export async function heddle(...args: readonly string[]) {
  const out: string[] = [];
  const progress: string[] = [];
  const exitCode = await runHeddle(args, { out: (text) => out.push(text), progress: (text) => progress.push(text) });
  return { exitCode, out: out.join("\n"), progress: progress.join("\n") };
}
