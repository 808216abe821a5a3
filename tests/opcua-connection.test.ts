import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runHeddle } from "../src/cli/heddle.ts";
import { startTrusted, type RunningJobControl } from "../src/connectors/opcua-job-control/harness.ts";

let running: RunningJobControl;
beforeAll(async () => {
  running = await startTrusted();
});
afterAll(async () => {
  await running.close();
});

it("is proved by `heddle connector test`, which leaves no session open", async () => {
  const file = join(running.folder, "heddle.yaml");
  const connections = { line: { kind: "opcua-job-control", settings: running.settings } };
  await writeFile(file, JSON.stringify({ connections, plants: [] })); // JSON is YAML
  const printed: string[] = [];
  const note = (text: string) => void printed.push(text);
  const exitCode = await runHeddle(["connector", "test", "line", "--json", "--config", file], {
    out: note,
    progress: note,
  });
  expect(exitCode, printed.join("\n")).toBe(0);
  expect(printed.join("\n")).toContain('"name": "version"');
  expect(running.server().sessionCount()).toBe(0);
});
