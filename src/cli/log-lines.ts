import { pino, type Logger } from "pino";

/** Logs to `write`: a short line each for a person, or pino's JSON for a program. */
export function makeLogger(write: (line: string) => void, { json }: { readonly json: boolean }): Logger {
  const options = { level: process.env["LOG_LEVEL"] ?? "info" };
  const stream = { write: (line: string) => write(json ? line.trimEnd() : shortLine(line)) };
  return pino(options, stream);
}

type Entry = {
  readonly level: number;
  readonly time: number;
  readonly msg?: string;
  readonly err?: { stack?: string };
};

/** `12:34:56 warning  erp failed while …`; where it is a fault of ours, with the stack. */
function shortLine(text: string): string {
  const { level, time, msg = "", err } = JSON.parse(text) as Entry;
  const at = new Date(time).toTimeString().slice(0, "HH:MM:SS".length);
  const stack = level >= pino.levels.values["error"]! && err?.stack !== undefined ? `\n${err.stack}` : "";
  return `${at} ${WORDS[pino.levels.labels[level] ?? ""] ?? ""}${msg}${stack}`;
}

const WORDS: Readonly<Record<string, string>> = { warn: "warning: ", error: "error: ", fatal: "error: " };
