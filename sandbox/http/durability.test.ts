import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";
import { startSandboxErp } from "../erp/server.ts";
import { startSandboxMes } from "../mes/server.ts";
import { startSandboxPlm } from "../plm/server.ts";
import { API_KEY, clientOf, trial, trialFolder } from "./trial.ts";

const HALF_A_MINUTE = 30_000;

/** Runs a server's main in a process of its own. */
async function run(main: string, folder: string): Promise<{ child: ChildProcess; url: string }> {
  const path = fileURLToPath(new URL(main, import.meta.url));
  const args = [path, "--port", "0", "--folder", folder, "--api-key", API_KEY, "--seed"];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /listening on (\S+)/.exec(line)?.[1];
    if (url !== undefined) return { child, url };
  }
  throw new Error(`${main} ended without listening`);
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}

it("keeps every answered write of the ERP over kill -9, and seeds only once", { timeout: HALF_A_MINUTE }, async () => {
  const folder = trialFolder();
  const { child, url } = await run("../erp/main.ts", folder);
  const before = clientOf(url);
  const posted = Array.from({ length: 20 }, (_, at) =>
    before("POST", "/erp/v1/suppliers", { code: `S-${at}`, name: "Supplier", currency: "EUR" }),
  );
  const codes = (await Promise.all(posted)).map(({ body }) => body.code);
  const seeded = (await before("GET", "/erp/v1/purchase-orders")).body.value;
  await kill(child);

  const { client } = await trial(startSandboxErp, { folder, seed: true });
  const query = codes.map((code) => `code=${code}`).join("&");
  expect((await client("GET", `/erp/v1/suppliers?${query}`)).body.value).toHaveLength(20);
  expect((await client("GET", "/erp/v1/purchase-orders")).body.value).toEqual(seeded);
});

it("keeps a release of the PLM over kill -9", { timeout: HALF_A_MINUTE }, async () => {
  const folder = trialFolder();
  const { child, url } = await run("../plm/main.ts", folder);
  const released = await clientOf(url)("POST", "/api/v2/ecos/ECO-0001/release", { releasedBy: "m.keller" });
  await kill(child);

  const { client } = await trial(startSandboxPlm, { folder, seed: true });
  expect((await client("GET", "/api/v2/ecos/ECO-0001")).body).toEqual(released.body);
  expect((await client("GET", "/api/v2/parts/FX-210/revisions/B")).body.lifecycle).toBe("RELEASED");
  expect((await client("GET", "/_sandbox/drafts")).body.value).toHaveLength(7);
});

it("keeps the jobs of the MES over kill -9, and goes on with them", { timeout: HALF_A_MINUTE }, async () => {
  const folder = trialFolder();
  const { child, url } = await run("../mes/main.ts", folder);
  const before = clientOf(url);
  await before("PUT", "/_sandbox/clock", { speed: 0 });
  const operation = { operation: "0010", name: "Mill", workCenter: "MIL-1", setupSeconds: 60, runSeconds: 60 };
  const job = {
    externalId: "1000:MO-1",
    plant: "1000",
    order: "MO-1",
    version: 1,
    itemCode: "MCH-401",
    name: "Heat sink block",
    quantity: "5",
    unit: "EA",
    priority: 0,
    operations: [operation],
    components: [],
  };
  await before("POST", "/mes/v1/job-orders", job);
  await before("POST", "/_sandbox/advance", { seconds: 200 });
  const begun = (await before("GET", "/mes/v1/job-orders/1000:MO-1")).body;
  await kill(child);

  const { client } = await trial(startSandboxMes, { folder, seed: true });
  expect((await client("GET", "/mes/v1/job-orders/1000:MO-1")).body).toEqual(begun);
  await client("POST", "/_sandbox/advance", { seconds: 3600 });
  expect((await client("GET", "/mes/v1/job-orders/1000:MO-1")).body.state).toBe("ENDED");
});
