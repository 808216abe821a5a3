import { mistakeText, type Mistake } from "../config/mistake.ts";

/** Why a command could not do its work, and what to do about it. */
export type FailureDetail = {
  readonly system?: string;
  readonly field?: string;
  /** What to do about it, in a sentence. */
  readonly fix: string;
  readonly cause?: unknown;
};

/** A failure that a person can mend. Anything else that is thrown is a bug and keeps its stack. */
export class CliFailure extends Error {
  override readonly name = "CliFailure";
  readonly detail: FailureDetail;

  constructor(message: string, detail: FailureDetail) {
    super(message, { cause: detail.cause });
    this.detail = detail;
  }
}

/** Files that cannot be used as they are. */
export class FileMistakes extends Error {
  override readonly name = "FileMistakes";
  readonly mistakes: readonly Mistake[];

  constructor(mistakes: readonly Mistake[]) {
    super(mistakes.map(mistakeText).join("\n"));
    this.mistakes = mistakes;
  }
}

/** For a person. */
export function failureText(failure: CliFailure | FileMistakes): string {
  if (failure instanceof FileMistakes) {
    const { length } = failure.mistakes;
    return `${failure.message}\n\n${length === 1 ? "1 mistake" : `${length} mistakes`}; nothing was planned.`;
  }
  const { system, field, fix, cause } = failure.detail;
  return [
    `heddle: ${failure.message}`,
    system === undefined ? "" : `  system: ${system}`,
    field === undefined ? "" : `  field:  ${field}`,
    cause instanceof Error ? `  cause:  ${cause.message}` : "",
    `  next:   ${fix}`,
  ]
    .filter(Boolean)
    .join("\n");
}

/** For a script. */
export function failureJson(failure: CliFailure | FileMistakes): unknown {
  if (failure instanceof FileMistakes) return { error: { message: "mistakes in files", mistakes: failure.mistakes } };
  const { cause, ...detail } = failure.detail;
  return {
    error: { message: failure.message, ...detail, ...(cause instanceof Error ? { cause: cause.message } : {}) },
  };
}
