import { describe, expect, it } from "vitest";
import { ebom, line, mbom, mbomLine, sourcing } from "./bom/bom-builder.ts";
import type { Day } from "./calendar.ts";
import type { ChangeId, ItemId, Revision } from "./ids.ts";
import { books, planned, type Scenario } from "./plan-harness.ts";
import type { Published } from "./plan-change.ts";
import { change, plantItem } from "./testing.ts";

const PUMP = "PUMP" as ItemId;

/** PUMP as ECO-1 wants it: its revision A, on a day or at once; the plan is made on 1 March. */
const wanted = (effectiveFrom: string | null, from = "-"): Scenario => ({
  change: change({ PUMP: { from } }, { effectiveFrom: effectiveFrom as Day | null }),
  ebom: ebom({ PUMP: [line("SEAL", "2")] }),
  rules: sourcing({ make: ["PUMP"], buy: ["SEAL"] }),
});

/** What ECO-2 has published of PUMP; ECO-1 was released on 1 February. */
function after(revision: string, { releasedAt = "2026-02-02T12:00:00.000Z", effectiveFrom = null as string | null }) {
  const stands = { ...mbom("PUMP", [mbomLine("L10", "SEAL", "3")]), revision: revision as Revision };
  const last: Published = {
    mbom: stands,
    change: "ECO-2" as ChangeId,
    releasedAt,
    ...(effectiveFrom === null ? {} : { effectiveFrom: effectiveFrom as Day }),
  };
  const items = ["PUMP", "SEAL"].map((item) => plantItem(item));
  return books({ items, mboms: [stands], published: new Map([[PUMP, last]]) });
}

function blockedBy(scenario: Scenario, held: ReturnType<typeof after>): string[] {
  const { findings } = planned(scenario, held).plan;
  return findings.filter(({ severity }) => severity === "blocked").map(({ code, cause }) => `${code}: ${cause}`);
}

/** What is said of a change, and what to do about it. */
function said(scenario: Scenario, held: ReturnType<typeof after>, code: string): readonly unknown[] {
  return planned(scenario, held).plan.findings.filter((finding) => finding.code === code);
}

describe("a change of an assembly that another one has published", () => {
  it("is told what to do", () => {
    const about = { system: "erp", item: "PUMP", line: null, field: null };
    const later = { releasedAt: "2026-02-15T12:00:00.000Z" };
    expect(said(wanted(null), after("B", later), "change-superseded")).toEqual([
      {
        ...about,
        severity: "blocked",
        code: "change-superseded",
        cause: "PUMP is already built as ECO-2 wants it, which was released after ECO-1.",
        fix: "Refuse ECO-1 here, or release a new change in the PLM.",
      },
    ]);
    const ahead = { releasedAt: "2026-01-15T12:00:00.000Z", effectiveFrom: "2026-06-01" };
    expect(said(wanted(null), after("-", ahead), "effectivity-brought-forward")).toMatchObject([
      { ...about, fix: "Approve if that is meant; else give ECO-1 a day in the PLM, 2026-06-01 or later." },
    ]);
    const newer = after("B", { effectiveFrom: "2026-04-01" });
    expect(said(wanted("2026-06-01"), newer, "effectivity-against-revision")).toMatchObject([
      {
        ...about,
        fix: "Give ECO-1 a day before that of ECO-2 in the PLM, or release a change from rev B.",
      },
    ]);
  });

  it("names the release where both take effect on one day", () => {
    const sameDay = after("-", { effectiveFrom: "2026-06-01" });
    expect(blockedBy(wanted("2026-06-01"), sameDay)).toEqual([
      "change-superseded: PUMP is already built as ECO-2 wants it, which was released after ECO-1.",
    ]);
  });

  it("is not warned of what it has published itself, nor blocked by it", () => {
    const own = { ...after("B", { effectiveFrom: "2026-06-01" }) };
    const [last] = own.published.values();
    if (last === undefined) throw new Error("nothing is published");
    const published = new Map([[PUMP, { ...last, change: "ECO-1" as ChangeId }]]);
    expect(said(wanted(null), { ...own, published }, "effectivity-brought-forward")).toEqual([]);
    expect(blockedBy(wanted("2026-07-01"), { ...own, published })).toEqual([]);
  });

  it("is not blocked where it is withdrawn", () => {
    const newer = after("B", { effectiveFrom: "2026-04-01" });
    const { change: released, ...scenario } = wanted("2026-06-01");
    const cancelled: Scenario = { ...scenario, change: { ...released, state: "cancelled" } };
    expect(blockedBy(cancelled, newer)).toEqual([]);
    const ahead = after("-", { releasedAt: "2026-01-15T12:00:00.000Z", effectiveFrom: "2026-06-01" });
    const atOnce: Scenario = { ...cancelled, change: { ...cancelled.change, effectiveFrom: null } };
    expect(said(atOnce, ahead, "effectivity-brought-forward")).toEqual([]);
  });

  it("takes an assembly back only where it is among what it changes", () => {
    const newer = after("B", { effectiveFrom: "2026-04-01" });
    const scenario = wanted("2026-06-01", "B");
    const both: Scenario = {
      ...scenario,
      change: {
        ...scenario.change,
        affected: [...scenario.change.affected, ...change({ SEAL: { from: "-" } }).affected],
      },
    };
    expect(blockedBy(both, newer)).toEqual([]);
  });

  it("is blocked where the other one takes effect after it, whichever was released first", () => {
    const other = { releasedAt: "2026-01-15T12:00:00.000Z", effectiveFrom: "2026-06-01" };
    expect(blockedBy(wanted("2026-04-01"), after("B", other))).toEqual([
      "change-superseded: PUMP is already built as ECO-2 wants it, which takes effect on 2026-06-01, after ECO-1.",
    ]);
  });

  it("lets the higher number stand where both were released at the same instant", () => {
    const other = after("-", { releasedAt: "2026-02-01T12:00:00.000Z" });
    expect(blockedBy(wanted(null), other)).toEqual([
      "change-superseded: PUMP is already built as ECO-2 wants it, which was released with ECO-1 and comes after it by its number.",
    ]);
    const own = mbom("PUMP", [mbomLine("L10", "SEAL", "2")]);
    const { plan } = planned(wanted(null), { ...other, baselines: new Map([[PUMP, own]]) });
    expect(plan.actions.map(({ kind }) => kind)).not.toContain("publish mBOM");
    expect(plan.findings.filter(({ severity }) => severity === "blocked")).toEqual([]);
  });

  it("is planned on top of it where that one takes effect before it, although it was released later", () => {
    expect(blockedBy(wanted("2026-06-01"), after("-", { effectiveFrom: "2026-04-01" }))).toEqual([]);
  });

  it("warns where it takes effect at once, and what was published for a day to come with it", () => {
    const causes = (held: ReturnType<typeof after>, day: string | null = null) =>
      planned(wanted(day), held).plan.findings.flatMap(({ code, severity, cause }) =>
        code === "effectivity-brought-forward" ? [`${severity}: ${cause}`] : [],
      );
    const ahead = { releasedAt: "2026-01-15T12:00:00.000Z", effectiveFrom: "2026-06-01" };
    expect(causes(after("-", ahead))).toEqual([
      "warning: ECO-2 has published PUMP for 2026-06-01; ECO-1 takes effect at once, and what its revision A has of ECO-2 does so with it.",
    ]);
    expect(causes(after("-", { ...ahead, effectiveFrom: "2026-03-01" }))).toEqual([]); // it is in force
    expect(causes(after("-", ahead), "2026-07-01")).toEqual([]);
  });

  it("is blocked where an older revision would come into force after a newer one", () => {
    expect(blockedBy(wanted("2026-06-01"), after("B", { effectiveFrom: "2026-04-01" }))).toEqual([
      "effectivity-against-revision: ECO-1 would bring PUMP rev A into force after rev B, which ECO-2 published.",
    ]);
  });

  it("may go back to an older revision where it says so", () => {
    expect(blockedBy(wanted("2026-06-01", "B"), after("B", { effectiveFrom: "2026-04-01" }))).toEqual([]);
  });
});
