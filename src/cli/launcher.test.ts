import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";

const LAUNCHER = "bin/heddle.js";

async function launched(...args: readonly string[]) {
  const child = spawn(process.execPath, [LAUNCHER, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const [out, progress, [exitCode]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { out, progress, exitCode: exitCode as unknown };
}

it("starts the command with its arguments and gives its exit code back", async () => {
  const { out, exitCode } = await launched("rules", "test", "rules/1000.yaml");
  expect(out).toMatch(/(\d+) of \1 cases pass\n$/);
  expect(exitCode).toBe(0);

  const failed = await launched("plan", "--ebom", "none.yaml", "--rules", "rules/1000.yaml");
  expect(failed.progress).toContain("cannot read none.yaml");
  expect(failed.exitCode).toBe(1);
});

it("passes a signal on, and ends as what it started did", async () => {
  const folder = await mkdtemp(join(tmpdir(), "heddle-launcher-"));
  const pipe = join(folder, "ebom.yaml");
  execFileSync("mkfifo", [pipe]);
  const child = spawn(process.execPath, [LAUNCHER, "plan", "--ebom", pipe, "--rules", "rules/1000.yaml"]);
  const ended = once(child, "exit");
  const writer = await open(pipe, "w"); // opens once the command reads, which it then does until it is stopped

  child.kill("SIGTERM");
  expect(await ended).toEqual([null, "SIGTERM"]);
  await expect(writer.write("nobody reads this any more")).rejects.toMatchObject({ code: "EPIPE" });
  await writer.close();
  await rm(folder, { recursive: true });
});
