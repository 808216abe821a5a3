import { spawnSync } from "node:child_process";

/**
 * Peak resident memory of a fresh process that runs `script` with `args`, in megabytes. The
 * script must end by writing what `peakReport` gives.
 */
export function peakMemoryOf(script: string, args: readonly string[]): number {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { encoding: "utf8" });
  const peak = /^peak-kilobytes (\d+)$/m.exec(stdout)?.[1];
  if (status !== 0 || peak === undefined) throw new Error(`${script} ${args.join(" ")} failed:\n${stderr}${stdout}`);
  return Number(peak) / 1024;
}

/** What a measured process says about itself. */
export function peakReport(): string {
  return `peak-kilobytes ${process.resourceUsage().maxRSS}`;
}
