import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, request as forward, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { startSandboxErp } from "../../sandbox/erp/server.ts";
import { startSandboxMes } from "../../sandbox/mes/server.ts";
import { startSandboxPlm } from "../../sandbox/plm/server.ts";
import type { Check } from "../connectors/check.ts";
import { runHeddle } from "./heddle.ts";

const KEY = "the-right-key";
let folder = "";
let plm: Awaited<ReturnType<typeof startSandboxPlm>>;
let erp: Awaited<ReturnType<typeof startSandboxErp>>;
let mes: Awaited<ReturnType<typeof startSandboxMes>>;
/** Stands before the ERP; answers by itself what a test tells it to. */
let front: Server;
let frontUrl = "";
let inPlaceOf: (path: string) => { status: number; type?: string; body: string; date?: string } | null = () => null;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "heddle-connector-test-"));
  plm = await startSandboxPlm({ folder: join(folder, "plm"), port: 0, apiKey: KEY, seed: true });
  erp = await startSandboxErp({ folder: join(folder, "erp"), port: 0, apiKey: KEY, seed: true });
  mes = await startSandboxMes({ folder: join(folder, "mes"), port: 0, apiKey: KEY, seed: true });
  front = createServer(passOn).listen(0, "127.0.0.1");
  await new Promise((done) => front.once("listening", done));
  frontUrl = `http://127.0.0.1:${(front.address() as AddressInfo).port}`;
});
afterEach(() => {
  inPlaceOf = () => null;
});
afterAll(async () => {
  front.closeAllConnections();
  front.close();
  await Promise.all([plm.close(), erp.close(), mes.close()]);
  await rm(folder, { recursive: true });
});

function passOn(asked: IncomingMessage, response: ServerResponse): void {
  const own = inPlaceOf(asked.url ?? "");
  if (own !== null) {
    const { status, type = "application/json", body, date } = own;
    response.writeHead(status, { "content-type": type, ...(date === undefined ? {} : { date }) }).end(body);
    return;
  }
  const { method, headers } = asked;
  const onward = forward(new URL(asked.url ?? "/", erp.url), { method: method ?? "GET", headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.pipe(response);
  });
  asked.pipe(onward);
}

type Settings = { readonly url: string; readonly apiKey: string };
type Tested = {
  readonly exitCode: number;
  readonly out: string;
  readonly checks: (system: string) => readonly Check[];
};

async function connectorTest(
  settings: { plm?: Partial<Settings>; erp?: Partial<Settings>; mesOfPlant?: string },
  ...args: string[]
): Promise<Tested> {
  const quick = { attempts: 1, apiKey: KEY };
  const config = {
    connections: {
      plm: { kind: "sandbox-plm", settings: { ...quick, url: plm.url, ...settings.plm } },
      erp: { kind: "sandbox-erp", settings: { ...quick, url: frontUrl, ...settings.erp } },
      mes: {
        kind: "sandbox-mes",
        settings: { ...quick, url: mes.url },
        webhookSecrets: [`whsec_${Buffer.alloc(32, "secret").toString("base64")}`],
      },
    },
    plants: [
      {
        id: "1000",
        plm: "plm",
        erp: "erp",
        mes: settings.mesOfPlant ?? "mes",
        rules: resolve("rules/1000.yaml"),
        currency: "EUR",
        timeZone: "UTC",
      },
    ],
  };
  const file = join(folder, "heddle.yaml");
  await writeFile(file, JSON.stringify(config)); // JSON is YAML
  const printed: string[] = [];
  const words = ["connector", "test", ...args, "--config", file];
  const exitCode = await runHeddle(words, {
    out: (text) => printed.push(text),
    progress: (text) => printed.push(text),
  });
  const out = printed.join("\n");
  const checks = (system: string) =>
    (JSON.parse(out) as { connections: { system: string; checks: Check[] }[] }).connections.find(
      (each) => each.system === system,
    )?.checks ?? [];
  return { exitCode, out, checks };
}

const failures = (checks: readonly Check[]) => checks.filter(({ state }) => state === "failure");

it("proves every step of connections that are well", async () => {
  const { exitCode, out } = await connectorTest({});
  expect(exitCode).toBe(0);
  expect(out.replaceAll(/port \d+/g, "port …").replaceAll(/read \d+/g, "read …")).toMatchInlineSnapshot(`
    "plm (sandbox-plm): 12 checks: 1 warning
      ✓ settings              complete, and every secret is there
      ✓ address               127.0.0.1 port … answers
      ✓ access                the credentials are taken
      ✓ clock                 within seconds of ours
      ✓ changes.changedSince  allowed; nothing there to read
      ✓ changes.read          allowed; nothing there to read
      ✓ ebom.read             allowed; nothing there to read
      ✓ ebom.whereUsed        allowed; nothing there to read
      ✓ abilities             changes, ebom, problemReports, webhooks
      ✓ not promised          a version conflict is told, nothing is overwritten; a session that ends in mid-run is renewed
      ! webhooks              they are not taken, for want of a secret: changes are seen by polling, every 30 s
                              system: plm  field: connections.plm.webhookSecrets
                              next: give it a secret by reference, and have the system sign its webhooks to <hub>/webhooks/plm with it
      ✓ PLM of 1000           it has every ability that this takes

    erp (sandbox-erp): 24 checks: 1 warning
      ✓ settings                       complete, and every secret is there
      ✓ address                        127.0.0.1 port … answers
      ✓ access                         the credentials are taken
      ✓ clock                          within seconds of ours
      ✓ purchaseOrders.changedSince    read …
      ✓ purchaseOrders.read            read …
      ✓ productionOrders.changedSince  read …
      ✓ productionOrders.read          read …
      ✓ production.read                read …
      ✓ items.read                     read …
      ✓ procurement.read               allowed; nothing there to read
      ✓ procurement.knownSuppliers     read …
      ✓ routings.read                  read …
      ✓ mbom.read                      read …
      ✓ mbom.whereUsed                 read …
      ✓ costs.read                     read …
      ✓ purchaseOrders.openOf          allowed; nothing there to read
      ✓ productionOrders.openOf        read …
      ✓ flags.of                       allowed; nothing there to read
      ✓ abilities                      items, procurement, routings, mbom, costs, purchaseOrders, productionOrders, production, flags, webhooks
      ✓ losses                         none: it holds all that an mBOM says
      ✓ not promised                   bad data is named by system, object and field; a session that ends in mid-run is renewed
      ! webhooks                       they are not taken, for want of a secret: changes are seen by polling, every 30 s
                                       system: erp  field: connections.erp.webhookSecrets
                                       next: give it a secret by reference, and have the system sign its webhooks to <hub>/webhooks/erp with it
      ✓ ERP of 1000                    it has every ability that this takes

    mes (sandbox-mes): 11 checks: all is well
      ✓ settings              complete, and every secret is there
      ✓ address               127.0.0.1 port … answers
      ✓ access                the credentials are taken
      ✓ clock                 within seconds of ours
      ✓ jobs.changedSince     allowed; nothing there to read
      ✓ jobs.read             allowed; nothing there to read
      ✓ shopEvents.toldSince  allowed; nothing there to read
      ✓ abilities             jobs, shopEvents, webhooks
      ✓ not promised          bad data is named by system, object and field; numbers as text are read exactly; a session that ends in mid-run is renewed
      ✓ webhooks              1 secret
      ✓ MES of 1000           it has every ability that this takes"
  `);
});

it("names wrong credentials, and tests the other connections all the same", async () => {
  const { exitCode, out, checks } = await connectorTest({ erp: { apiKey: "wrong" } }, "--json");
  expect(exitCode).toBe(1);
  expect(failures(checks("plm"))).toEqual([]);
  expect(failures(checks("erp"))).toEqual([
    {
      name: "access",
      state: "failure",
      detail: "erp failed while proving access: access denied: UNAUTHORIZED: send the API key in the header X-Api-Key",
      field: "X-Api-Key",
      fix: "correct the credentials in its settings, or the secret that they refer to",
    },
  ]);
  expect(out).not.toContain('"wrong"');
});

it("names the right that is missing, and goes on with the others", async () => {
  const body = JSON.stringify({ error: { code: "FORBIDDEN", message: "no right to item costs", field: null } });
  inPlaceOf = (path) => (path.startsWith("/erp/v1/item-costs") ? { status: 403, body } : null);
  const { exitCode, checks } = await connectorTest({}, "erp", "--json");
  expect(exitCode).toBe(1);
  expect(failures(checks("erp"))).toEqual([
    expect.objectContaining({
      name: "costs.read",
      detail: expect.stringContaining("FORBIDDEN: no right to item costs"),
      fix: "give Heddle's account in erp the right to costs.read",
    }),
  ]);
  expect(checks("erp").find(({ name }) => name === "flags.of")).toMatchObject({ state: "ok" });
});

it("names a system that is down", async () => {
  const { exitCode, checks } = await connectorTest({ erp: { url: "http://127.0.0.1:9" } }, "erp", "--json");
  expect(exitCode).toBe(1);
  expect(failures(checks("erp"))).toEqual([
    {
      name: "address",
      state: "failure",
      detail: "nothing answers at 127.0.0.1 port 9 (ECONNREFUSED)",
      field: "url",
      fix: "start the system, correct settings.url, or open the way to it (firewall, VPN)",
    },
  ]);
  expect(
    checks("erp")
      .filter(({ state }) => state === "skipped")
      .map(({ name }) => name),
  ).toEqual(["access", "rights"]);
});

it("names a host that does not exist", async () => {
  const { checks } = await connectorTest({ erp: { url: "http://erp.invalid" } }, "erp", "--json");
  expect(failures(checks("erp"))).toEqual([
    expect.objectContaining({
      name: "address",
      detail: expect.stringContaining("the name erp.invalid does not resolve"),
    }),
  ]);
});

it("names a page that stands where the system should be", async () => {
  inPlaceOf = () => ({ status: 200, type: "text/html", body: "<html>Sign in</html>" });
  const { exitCode, checks } = await connectorTest({}, "erp", "--json");
  expect(exitCode).toBe(1);
  expect(failures(checks("erp"))).toEqual([
    expect.objectContaining({
      name: "access",
      detail: expect.stringContaining("contract broken: the answer is unreadable: it is not JSON but begins with"),
      fix: expect.stringContaining("not to a sign-in or proxy page"),
    }),
  ]);
});

it("names the field of a schema that changed", async () => {
  const line = { id: "PO-1001/10", itemCode: "FX-200" };
  inPlaceOf = (path) =>
    path.startsWith("/erp/v1/items") ? { status: 200, body: JSON.stringify({ value: [line], next: null }) } : null;
  const { exitCode, checks } = await connectorTest({}, "erp", "--json");
  expect(exitCode).toBe(1);
  expect(failures(checks("erp"))).toEqual([
    expect.objectContaining({ name: "items.read", field: expect.stringMatching(/^value\[0\]\./) }),
  ]);
});

it("warns of a clock that is far from ours", async () => {
  const date = new Date(Date.now() - 600_000).toUTCString();
  inPlaceOf = (path) =>
    path.startsWith("/erp/v1/suppliers?limit=1")
      ? { status: 200, body: JSON.stringify({ value: [], next: null }), date }
      : null;
  const { exitCode, checks } = await connectorTest({}, "erp", "--json");
  expect(exitCode).toBe(0);
  expect(checks("erp").find(({ name }) => name === "clock")).toMatchObject({
    state: "warning",
    detail: expect.stringMatching(/^(59\d|60\d) s behind ours$/),
    fix: expect.stringContaining("NTP"),
  });
});

it("names a secret that is not there", async () => {
  const { checks } = await connectorTest({ erp: { apiKey: "${env:NO_SUCH_SECRET}" } }, "--json");
  expect(failures(checks("erp"))).toEqual([
    expect.objectContaining({
      name: "settings",
      detail: "${env:NO_SUCH_SECRET} is not set",
      fix: "set the environment variable NO_SUCH_SECRET",
    }),
  ]);
});

it("names what a system lacks that is to be a plant's MES", async () => {
  const { exitCode, checks } = await connectorTest({ mesOfPlant: "erp" }, "erp", "--json");
  expect(exitCode).toBe(1);
  expect(checks("erp").find(({ name }) => name === "ERP of 1000")).toMatchObject({ state: "ok" });
  expect(failures(checks("erp"))).toEqual([
    {
      name: "MES of 1000",
      state: "failure",
      detail: "it lacks jobs",
      field: "plants.mes",
      fix: "give plant 1000 another connection as its MES in heddle.yaml",
    },
  ]);
});

it("names the connection that there is none of", async () => {
  const { exitCode, out } = await connectorTest({}, "eerp");
  expect(exitCode).toBe(1);
  expect(out).toContain('did you mean "erp"?');
});
