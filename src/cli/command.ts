import type { Command } from "commander";

/** Where a command writes. Results go out; progress and errors go beside them, so that results can be piped. */
export type Output = {
  readonly out: (text: string) => void;
  readonly progress: (text: string) => void;
};

/** What every command is given. `json` is asked when the command runs: the option may stand anywhere. */
export type Cli = Output & {
  readonly json: () => boolean;
  /** Runs a command's work and remembers its exit code; a `CliFailure` is told and becomes exit code 1. */
  readonly run: (work: () => Promise<ExitCode>) => Promise<void>;
};

/** One file per command registers it. */
export type RegisterCommand = (program: Command, cli: Cli) => void;

/**
 * What scripts can tell apart. `changes` only where `--detailed-exitcode` asks for it, so that a plan with
 * changes does not look like a failure to who does not know.
 */
export const EXIT = { ok: 0, error: 1, changes: 2, blocked: 3 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
