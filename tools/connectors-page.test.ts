import { Value } from "typebox/value";
import { expect, it } from "vitest";
import { CONNECTOR_KINDS } from "../src/connectors/registry.ts";
import { PROMISES } from "../src/connectors/waivers.ts";
import { HttpSettings } from "../src/connectors/http/settings.ts";
import { textOf } from "./project-files.ts";

const PAGE = textOf("docs/connectors.md");

it("lists every promise of the conformance suite, in order", () => {
  const [, rest = ""] = PAGE.split("\n## The conformance suite\n");
  const [chapter = ""] = rest.split("\n## ");
  const listed = [...chapter.matchAll(/^- ([^(\n]+)/gm)].map(([, promise = ""]) => promise.trim());
  expect(listed).toEqual(PROMISES);
});

it("lists every waiver with its reason, and no other", () => {
  const waived = Object.entries(CONNECTOR_KINDS).flatMap(([kind, { waivers }]) =>
    Object.entries(waivers).map(([promise, reason]) => `${kind}: ${promise}: ${reason}`),
  );
  const rows = [...PAGE.matchAll(/^\| `([a-z0-9-]+)` +\| (.+?) +\| (.+?) +\|$/gm)]
    .filter(([, kind = ""]) => kind in CONNECTOR_KINDS)
    .map(([, kind, promise, reason]) => `${kind}: ${promise}: ${reason}`);
  expect(rows.toSorted()).toEqual(waived.toSorted());
});

it("gives every setting that has a default", () => {
  const defaults = Value.Default(HttpSettings, {}) as Record<string, number>;
  const rows = [...PAGE.matchAll(/^\| `(\w+)` +\| (\d+) +\|/gm)].map(([, name, value]) => [name, Number(value)]);
  expect(Object.fromEntries(rows)).toEqual(defaults);
});
