import type { Check } from "../connectors/check.ts";

const SIGNS = { ok: "✓", warning: "!", failure: "✗", skipped: "-" } as const;

/** One line per check, and below it what to do where something is wrong. */
export function drawChecks(checks: readonly Check[], system: string | null = null): string {
  const width = Math.max(0, ...checks.map(({ name }) => name.length));
  return checks.map((check) => drawCheck(check, width, system)).join("\n");
}

function drawCheck({ name, state, detail, object, field, fix }: Check, width: number, system: string | null): string {
  const indent = " ".repeat(width + 6);
  const place = [
    system === null ? "" : `system: ${system}`,
    object === undefined ? "" : `object: ${object}`,
    field === undefined ? "" : `field: ${field}`,
  ].filter(Boolean);
  const more = fix === undefined ? [] : [...(place.length === 0 ? [] : [place.join("  ")]), `next: ${fix}`];
  return [`  ${SIGNS[state]} ${name.padEnd(width)}  ${detail}`, ...more.map((line) => indent + line)].join("\n");
}

/** `12 checks: 1 failure, 2 warnings` */
export function countsText(checks: readonly Check[]): string {
  const count = (state: Check["state"], one: string, many: string) => {
    const found = checks.filter((check) => check.state === state).length;
    return found === 0 ? [] : [`${found} ${found === 1 ? one : many}`];
  };
  const wrong = [
    ...count("failure", "failure", "failures"),
    ...count("warning", "warning", "warnings"),
    ...count("skipped", "not tried", "not tried"),
  ];
  return `${checks.length} checks: ${wrong.length === 0 ? "all is well" : wrong.join(", ")}`;
}

export function hasFailure(checks: readonly Check[]): boolean {
  return checks.some(({ state }) => state === "failure");
}
