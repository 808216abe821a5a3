import { spawnSync } from "node:child_process";

/**
 * Peak resident memory of a fresh process that runs `script` with `args`, in megabytes. The
 * script must end by writing what `peakReport` gives.
 */
export function peakMemoryOf(script: string, args: readonly string[]): number {
  return Number(said(script, args, /^peak-kilobytes (\d+)$/m)) / 1024;
}

/** What a measured process says about itself. */
export function peakReport(): string {
  return `peak-kilobytes ${process.resourceUsage().maxRSS}`;
}

/** Times by name that a fresh process measured, which must end by writing what `timesReport` gives. */
export function timesOf(script: string, args: readonly string[]): Readonly<Record<string, number>> {
  return JSON.parse(said(script, args, /^times (\{.*\})$/m)) as Record<string, number>;
}

export function timesReport(times: Readonly<Record<string, number>>): string {
  return `times ${JSON.stringify(times)}`;
}

/** @throws Error when the process fails, or does not say it. */
function said(script: string, args: readonly string[], what: RegExp): string {
  // A plan of a million lines, and the one before it, are more than the default heap holds.
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--max-old-space-size=12288", script, ...args], {
    encoding: "utf8",
  });
  const found = what.exec(stdout)?.[1];
  if (status !== 0 || found === undefined) throw new Error(`${script} ${args.join(" ")} failed:\n${stderr}${stdout}`);
  return found;
}
