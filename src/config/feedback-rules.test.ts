import { resolve } from "node:path";
import { expect, it } from "vitest";
import { loadConfig, type Config } from "./heddle-config.ts";
import { mistakeText } from "./mistake.ts";

function plantWith(...lines: readonly string[]): Config["plants"][number] {
  const text = [
    "connections: { plm: { kind: x }, erp: { kind: x } }",
    "plants:",
    '  - { id: "1000", plm: plm, erp: erp, rules: r.yaml, currency: EUR, timeZone: Europe/Berlin',
    ...lines.map((line) => `      , ${line}`),
    "    }",
    "",
  ].join("\n");
  const loaded = loadConfig("heddle.yaml", text);
  if (!loaded.ok) throw new Error(loaded.mistakes.map(mistakeText).join("\n"));
  const [plant] = loaded.value.plants;
  if (plant === undefined) throw new Error("no plant was read");
  return plant;
}

it("takes feedback as is usual where a plant says nothing, and calls nobody", () => {
  expect(plantWith()).toMatchObject({
    feedback: {
      clockToleranceMinutes: 15,
      longestHours: 744,
      workCenters: [],
      retentionDays: 400,
    },
    triggers: null,
  });
});

it("takes feedback as the plant says", () => {
  expect(
    plantWith("feedback: { triggers: feedback/1000.yaml, longestHours: 72.5, workCenters: [ASM-1, 0815] }"),
  ).toMatchObject({
    feedback: {
      clockToleranceMinutes: 15,
      longestHours: 72.5,
      workCenters: ["ASM-1", "0815"],
    },
    triggers: resolve("feedback/1000.yaml"),
  });
});

it("names what it cannot take", () => {
  expect(() => plantWith("feedback: { retentionDays: 0 }")).toThrow(
    "heddle.yaml:4:36 0 is out of range; write a whole number from 1 to 36500",
  );
});
