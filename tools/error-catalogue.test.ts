import { expect, it } from "vitest";
import { API_ERRORS } from "../src/api/problem.ts";
import { CONNECTOR_ERRORS } from "../src/connectors/connector-error.ts";
import { textOf } from "./project-files.ts";

const ADVICE = /^- \*\*Likely cause:\*\* .+^- \*\*Do:\*\* /ms;

/** Entries of one chapter of docs/errors.md, by the code in their heading. */
function chapter(name: string): ReadonlyMap<string, string> {
  const [, rest = ""] = textOf("docs/errors.md").split(`\n## ${name}\n`);
  const [text = ""] = rest.split("\n## ");
  return new Map(
    [...text.matchAll(/^### `(.+)`\n\n((?:(?!### ).*\n?)*)/gm)].map(([, code = "", entry = ""]) => [code, entry]),
  );
}

/** A type has no list at run time, so its text is read. */
function codesOf(file: string, type: string): readonly string[] {
  const [, rest = ""] = textOf(file).split(`type ${type} =`);
  const [union = ""] = rest.split(";");
  return [...union.matchAll(/\| "(.+?)"/g)].map(([, code = ""]) => code);
}

it("describes every finding and nothing else, in order, with what to do", () => {
  const entries = chapter("Findings");
  expect([...entries.keys()]).toEqual(codesOf("src/domain/finding.ts", "FindingCode").toSorted());
  for (const [code, entry] of entries) {
    expect(entry, code).toMatch(/\b(Blocked|Warning|Info)\b/);
    expect(entry, code).toMatch(ADVICE);
  }
});

it("describes every finding of the booking and nothing else, in order, with what to do", () => {
  const entries = chapter("Booking findings");
  const codes = codesOf("src/domain/feedback/posting-findings.ts", "PostingFindingCode");
  expect([...entries.keys()]).toEqual(codes.toSorted());
  for (const [code, entry] of entries) expect(entry, code).toMatch(ADVICE);
});

it("describes every reason to keep an event apart and nothing else, in order, with what to do", () => {
  const entries = chapter("Event findings");
  const codes = [...codesOf("src/domain/feedback/check-event.ts", "EventFindingCode"), "unreadable"];
  expect([...entries.keys()]).toEqual(codes.toSorted());
  for (const [code, entry] of entries) expect(entry, code).toMatch(ADVICE);
});

it("describes every connector error and nothing else, with what becomes of it", () => {
  const entries = chapter("Connector errors");
  expect([...entries.keys()]).toEqual(Object.keys(CONNECTOR_ERRORS));
  for (const [kind, { retry }] of Object.entries(CONNECTOR_ERRORS)) {
    expect(entries.get(kind), kind).toMatch(new RegExp(`^Retry: ${retry}\\b`));
    expect(entries.get(kind), kind).toMatch(ADVICE);
  }
});

it("describes every API error and nothing else, in order, with its status", () => {
  const entries = chapter("API errors");
  expect([...entries.keys()]).toEqual(Object.keys(API_ERRORS).toSorted());
  for (const [code, { status }] of Object.entries(API_ERRORS)) {
    expect(entries.get(code), code).toMatch(new RegExp(`^Status ${status}\\. `));
    expect(entries.get(code), code).toContain("- **Do:** ");
  }
});
