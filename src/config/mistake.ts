/** One thing wrong in a file that a person wrote, and what to do about it. Lines and columns count from 1. */
export type Mistake = {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** What is so, in a sentence. */
  readonly message: string;
  /** What to do about it, in a sentence. */
  readonly fix: string;
};

/** Either what the file says, or everything that is wrong with it. */
export type Loaded<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly mistakes: readonly Mistake[] };

/** `rules/1000.yaml:14:9 unknown action "exlude"; did you mean "exclude"?` */
export function mistakeText({ file, line, column, message, fix }: Mistake): string {
  return `${file}:${line}:${column} ${message}; ${fix}`;
}
