import { Type } from "typebox";
import type { RuleAction } from "../domain/bom/rules.ts";
import type { OperationId } from "../domain/ids.ts";
import { didYouMean } from "./nearest-word.ts";
import type { Path, SourceFile } from "./source-file.ts";

/** What is written under `group`. */
export const GROUP = Type.Object(
  {
    number: Type.String({ hint: "the group's item number, such as KIT-{assembly}-{operation}" }),
    as: Type.Union([Type.Literal("make"), Type.Literal("buy"), Type.Literal("subcontract"), Type.Literal("phantom")], {
      hint: "how the plant comes by it: make, buy, subcontract or phantom",
    }),
    operation: Type.Optional(Type.String({ hint: "the operation of the assembly that takes the group" })),
    name: Type.Optional(Type.String({ hint: "the group's name, such as Screws of {assembly}" })),
  },
  { description: "Puts the lines of an assembly into a subassembly or kit that only manufacturing knows." },
);

const PLACEHOLDERS = ["assembly", "plant", "operation"] as const;

export function readGroup(source: SourceFile, path: Path): RuleAction | null {
  const body = source.read(path, GROUP);
  if (body === null) return null;
  const { number, name = null, as, operation } = body;
  checkTemplate(source, [...path, "number"], number, operation);
  if (!number.includes("{assembly}")) {
    const fix = "put {assembly} into it: each assembly has a group of its own, which no change of another alters";
    source.mistake([...path, "number"], "a group's number without {assembly}", fix);
  }
  if (name !== null) checkTemplate(source, [...path, "name"], name, operation);
  return { kind: "group", number, name, as, operation: (operation as OperationId | undefined) ?? null };
}

function checkTemplate(source: SourceFile, path: Path, template: string, operation: string | undefined): void {
  for (const match of template.matchAll(/\{([^{}]*)\}/g)) {
    const [, name = ""] = match;
    if (!PLACEHOLDERS.some((known) => known === name)) {
      source.mistake(path, `unknown placeholder {${name}}`, didYouMean(name, PLACEHOLDERS), match.index);
    } else if (name === "operation" && operation === undefined) {
      source.mistake(
        path,
        "{operation} of a group without an operation",
        "add operation, or take it away",
        match.index,
      );
    }
  }
}
