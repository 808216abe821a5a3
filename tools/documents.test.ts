import { existsSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { describe, expect, it } from "vitest";
import { runHeddle } from "../src/cli/heddle.ts";
import { filesIn, textOf } from "./project-files.ts";

const PAGES = [...filesIn("*.md"), ...filesIn("docs/**/*.md"), ...filesIn("src/**/*.md"), ...filesIn("sandbox/*.md")];

/** A heading as GitHub makes an anchor of it. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

describe.each(PAGES)("%s", (page) => {
  const text = textOf(page);

  it("links only to what exists", () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)];
    const broken = links.filter(([, path = "", section]) => {
      const target = path === "" ? page : posix.join(dirname(page), path);
      if (!existsSync(join(import.meta.dirname, "..", target))) return true;
      if (section === undefined) return false;
      return ![...textOf(target).matchAll(/^#+ (.+)$/gm)].some(([, heading = ""]) => anchor(heading) === section);
    });
    expect(broken.map(([link]) => link)).toEqual([]);
  });

  it("names only files that exist", () => {
    const named = [...text.matchAll(/`((?:src|console|sandbox|bench|tools|docs|rules|examples)\/[\w./-]+)`/g)];
    const gone = named.filter(([, path = ""]) => !existsSync(join(import.meta.dirname, "..", path)));
    expect(gone.map(([, path]) => path)).toEqual([]);
  });
});

it("shows in README.md what the commands there print", async () => {
  const shown = [...textOf("README.md").matchAll(/```sh\nnpx heddle ([^`]+)```\n\n```text\n([^`]+)```/g)];
  expect(shown).toHaveLength(2);
  for (const [, command = "", expected = ""] of shown) {
    const printed: string[] = [];
    const args = command.replaceAll("\\\n", " ").trim().split(/\s+/);
    await runHeddle(args, { out: (text) => void printed.push(text), progress: () => undefined });
    expect(anyDay(printed.join("\n"))).toBe(anyDay(expected.trimEnd()));
  }
});

/** The plan is made as of today. */
function anyDay(text: string): string {
  return text.replace(/as of +\d{4}-\d\d-\d\d/, "as of today");
}
