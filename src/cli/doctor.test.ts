import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { runHeddle } from "./heddle.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "heddle-doctor-"));
  await mkdir(join(folder, "rules"));
  await writeFile(join(folder, "rules", "1000.yaml"), RULES);
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const RULES = 'plant: "1000"\nrules:\n  - { name: buy, buy: }\n';
const CONNECTIONS = {
  plm: {
    kind: "sandbox-plm",
    settings: { url: "http://127.0.0.1:9", apiKey: "key", attempts: 1 },
    webhookSecrets: ["short"],
  },
  erp: {
    kind: "sandbox-erp",
    settings: { url: "http://127.0.0.1:9", apiKey: "key", attempts: 1 },
    webhookSecrets: [`whsec_${Buffer.from("a secret that is long enough").toString("base64")}`],
  },
};
const PLANT = { id: "1000", plm: "plm", erp: "erp", rules: "rules/1000.yaml", currency: "EUR", timeZone: "UTC" };

/** What it says of each check that is not well, by its name. */
async function doctor(config: object): Promise<{ exitCode: number; wrong: Record<string, string>; out: string }> {
  const file = join(folder, "heddle.yaml");
  await writeFile(file, JSON.stringify({ hub: { port: 0 }, connections: {}, plants: [], ...config }));
  const out: string[] = [];
  const run = (...args: string[]) =>
    runHeddle([...args, "--config", file], { out: (text) => out.push(text), progress: (text) => out.push(text) });
  const exitCode = await run("doctor", "--json");
  type Check = { name: string; state: string; detail: string; fix?: string };
  const { groups } = JSON.parse(out.join("\n")) as { groups: { checks: Check[] }[] };
  const bad = groups.flatMap(({ checks }) => checks).filter(({ name, state }) => state !== "ok" && name !== "console");
  expect(bad.filter(({ state, fix }) => state !== "skipped" && (fix ?? "") === "")).toEqual([]);
  return {
    exitCode,
    wrong: Object.fromEntries(
      bad.map(({ name, state, detail }) => [name.replace(`${folder}/`, ""), `${state}: ${detail}`]),
    ),
    out: out.join("\n"),
  };
}

it("finds nothing wrong with an empty configuration", async () => {
  expect(await doctor({})).toMatchObject({ exitCode: 0, wrong: {} });
});

it("names the mistakes of heddle.yaml by line and column, and says what it could not look at", async () => {
  const { exitCode, wrong } = await doctor({ plants: [{ ...PLANT, timeZone: "Europe/Berlim" }] });
  expect(exitCode).toBe(1);
  expect(Object.keys(wrong)).toEqual(["heddle.yaml", "everything else"]);
  expect(wrong["heddle.yaml"]).toMatch(/^failure: line 1, column \d+: /);
});

it("names a rule file that is wrong, and cases that fail", async () => {
  const plants = [PLANT];
  expect((await doctor({ connections: CONNECTIONS, plants })).wrong["rules/1000.cases.yaml"]).toMatch(
    /^warning: there are no cases/,
  );

  const expected =
    "cases:\n  - name: makes it\n    assembly: A\n    lines: [{ item: B }]\n    expect: |\n      A\n        1 EA B made\n";
  await writeFile(join(folder, "rules", "1000.cases.yaml"), expected);
  expect((await doctor({ connections: CONNECTIONS, plants })).wrong["rules/1000.cases.yaml"]).toBe(
    "failure: 1 of 1 cases fail: makes it",
  );

  await writeFile(join(folder, "rules", "1000.yaml"), 'plant: "1000"\nrules:\n  - { name: buy, bye: }\n');
  expect((await doctor({ connections: CONNECTIONS, plants })).wrong["rules/1000.yaml"]).toBe(
    'failure: line 3, column 18: unknown action "bye"',
  );
});

it("names a trigger file that is wrong, or missing", async () => {
  const plants = [{ ...PLANT, feedback: { triggers: "triggers.yaml" } }];
  expect((await doctor({ connections: CONNECTIONS, plants })).wrong["triggers.yaml"]).toMatch(
    /^failure: .*triggers\.yaml/,
  );
  await writeFile(join(folder, "triggers.yaml"), 'plant: "1000"\ntriggers:\n  - { name: slow, watch: runtime }\n');
  expect((await doctor({ connections: CONNECTIONS, plants })).wrong["triggers.yaml"]).toBe(
    'failure: line 3, column 26: "runtime" is not known here',
  );
  await writeFile(join(folder, "triggers.yaml"), 'plant: "1000"\ntriggers: []\n');
  expect((await doctor({ connections: CONNECTIONS, plants })).wrong).not.toHaveProperty("triggers.yaml");
});

it("names each connection that fails and a webhook secret that is none", async () => {
  const { exitCode, wrong } = await doctor({ connections: CONNECTIONS });
  expect(exitCode).toBe(1);
  expect(wrong["address"]).toBe("failure: nothing answers at 127.0.0.1 port 9 (ECONNREFUSED)");
  expect(wrong["webhooks"]).toBe("failure: 1 of 1 secrets is not whsec_ and at least 24 bytes in base64");
});

it("warns that changes come late where a PLM's webhooks are not taken", async () => {
  const { wrong } = await doctor({ connections: { plm: { ...CONNECTIONS.plm, webhookSecrets: [] } } });
  expect(wrong["webhooks"]).toBe(
    "warning: they are not taken, for want of a secret: changes are seen by polling, every 30 s",
  );
});

it("names a database that does not answer, without its password", async () => {
  const { exitCode, wrong, out } = await doctor({ database: "postgres://heddle:secret@127.0.0.1:9/heddle" });
  expect(exitCode).toBe(1);
  expect(wrong["PostgreSQL"]).toMatch(/^failure: PostgreSQL at 127.0.0.1:9\/heddle does not answer/);
  expect(out).not.toContain("secret@");
});

it("names a data folder that cannot be", async () => {
  const { exitCode, wrong } = await doctor({ hub: { port: 0, dataFolder: "rules/1000.yaml/data" } });
  expect(exitCode).toBe(1);
  expect(wrong["data folder"]).toMatch(/^failure: .+ cannot write to .+1000\.yaml$/);
});

it("tells a port that another program has", async () => {
  const other = createServer((_, response) => response.end("<html>")).listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as AddressInfo;
  const { exitCode, wrong } = await doctor({ hub: { port } });
  other.closeAllConnections();
  other.close();
  expect(exitCode).toBe(1);
  expect(wrong["port"]).toBe(`failure: port ${port} of 127.0.0.1 is taken, and not by a hub`);
});

it.each([
  [{ host: "0.0.0.0" }, /^warning: it listens on 0.0.0.0 for other machines/],
  [{ host: "0.0.0.0", publicUrl: "http://heddle.example.com" }, /is not encrypted/],
  [{ host: "0.0.0.0", publicUrl: "https://heddle.example.com" }, null],
])("warns of a hub that others reach unsafely: %j", async (hub, warning) => {
  const { wrong } = await doctor({ hub: { port: 0, ...hub } });
  if (warning === null) expect(wrong["address"]).toBeUndefined();
  else expect(wrong["address"]).toMatch(warning);
});
