import type { Rule } from "../domain/bom/rules.ts";
import { didYouMean } from "./nearest-word.ts";

/** Names of inherited rules that a file leaves out, and how to say that one is wrong. */
export type Without = {
  readonly names: readonly string[];
  readonly mistake: (at: number, message: string, fix: string) => void;
};

/**
 * Own rules before inherited ones, so that they match first; one of the same name takes the place of the inherited
 * one where that stands.
 */
export function inherited(
  own: readonly Rule[],
  base: readonly Rule[] | null,
  { names, mistake }: Without,
): readonly Rule[] {
  for (const [at, name] of names.entries()) {
    if (base === null) mistake(at, `nothing is inherited, so there is no rule "${name}" to leave out`, "add extends");
    else if (!base.some((rule) => rule.name === name)) {
      mistake(
        at,
        `no inherited rule is called "${name}"`,
        didYouMean(
          name,
          base.map((rule) => rule.name),
        ),
      );
    }
  }
  const kept = (base ?? []).filter(({ name }) => !names.includes(name));
  const overriding = new Map(own.map((rule) => [rule.name, rule]));
  const overridden = new Set(kept.map(({ name }) => name));
  return [...own.filter(({ name }) => !overridden.has(name)), ...kept.map((rule) => overriding.get(rule.name) ?? rule)];
}
