import { lookup } from "node:dns/promises";
import { connect } from "node:net";
import { ALWAYS } from "../domain/calendar.ts";
import type { ItemId, LineId, MbomLineKey, OperationId, PlantId, Revision } from "../domain/ids.ts";
import type { Mbom } from "../domain/mbom.ts";
import { ONE } from "../domain/rational.ts";
import { clockCheck, ok, type Check } from "./check.ts";
import { ConnectorError } from "./connector-error.ts";
import type { Connector } from "./port.ts";
import { NO_SUCH, readProbes, type ReadProbe, type Sample } from "./read-probes.ts";
import type { Waivers } from "./waivers.ts";

/** A connection to be tested. */
export type Connection = {
  readonly connector: Connector;
  /** Where it connects to, `http://erp:8000/api`; null for a system without an address, such as a folder. */
  readonly url: string | null;
  /** A plant that it serves, to ask by; null where no plant names it. */
  readonly plant: PlantId | null;
  readonly waivers: Waivers;
};

/** Ports of addresses that name none, other than HTTP's. */
const USUAL_PORTS: Readonly<Record<string, number>> = { "https:": 443, "opc.tcp:": 4840 };

/** How long a port may take to answer. */
const ANSWER_MS_MAX = 5_000;

/**
 * Proves a connection step by step: address, access, clock, and the right to each ability by reading with it.
 * It never writes. Whatever fails is a check of its own, so that one missing right does not hide another.
 */
export async function proveConnection(connection: Connection): Promise<readonly Check[]> {
  const { connector, url } = connection;
  const address = url === null ? [] : [await addressCheck(url)];
  const access = address.some(isFailure)
    ? skipped("access", "the address does not answer")
    : await accessCheck(connector);
  const abilities = [abilitiesCheck(connector), lossesCheck(connector), waiversCheck(connection.waivers)].flat();
  if (access.state !== "ok") return [...address, access, skipped("rights", "there is no access"), ...abilities];
  return [
    ...address,
    access,
    ...(await descriptionChecks(connector)),
    ...(await rightsChecks(connection)),
    ...abilities,
  ];
}

function isFailure({ state }: Check): boolean {
  return state === "failure";
}

function skipped(name: string, because: string): Check {
  return { name, state: "skipped", detail: `not tried: ${because}` };
}

async function addressCheck(url: string): Promise<Check> {
  const { hostname, port, protocol } = new URL(url);
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  const at = Number(port === "" ? (USUAL_PORTS[protocol] ?? 80) : port);
  const address = await lookup(host).catch((error: NodeJS.ErrnoException) => error);
  if (address instanceof Error) {
    return addressFailure(
      `the name ${host} does not resolve (${address.code ?? address.message})`,
      "correct the host in settings.url, or make this machine's DNS know it",
    );
  }
  const refusal = await portRefusal(address.address, at);
  if (refusal === null) return ok("address", `${host} port ${at} answers`);
  return addressFailure(
    `nothing answers at ${host} port ${at} (${refusal})`,
    "start the system, correct settings.url, or open the way to it (firewall, VPN)",
  );
}

function addressFailure(detail: string, fix: string): Check {
  return { name: "address", state: "failure", detail, field: "url", fix };
}

/** Null when something takes connections there. */
async function portRefusal(host: string, port: number): Promise<string | null> {
  const { promise, resolve } = Promise.withResolvers<string | null>();
  const socket = connect({ host, port, timeout: ANSWER_MS_MAX });
  socket.once("connect", () => resolve(null));
  socket.once("timeout", () => resolve(`no answer in ${ANSWER_MS_MAX / 1_000} s`));
  socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  try {
    return await promise;
  } finally {
    socket.destroy();
  }
}

async function accessCheck(connector: Connector): Promise<Check> {
  try {
    await connector.check();
    return ok("access", "the credentials are taken");
  } catch (error) {
    return failureCheck(
      "access",
      error,
      connector,
      "correct the credentials in its settings, or the secret that they refer to",
    );
  }
}

/** What the system says of itself. Without an answer nothing is wrong: it need not say anything. */
async function descriptionChecks(connector: Connector): Promise<readonly Check[]> {
  if (connector.describe === undefined) return [];
  try {
    const { version, now } = await connector.describe();
    return [
      ...(version === null ? [] : [ok("version", version)]),
      ...(now === null ? [] : [clockCheck("clock", Date.parse(now) - Date.now(), connector.system)]),
    ];
  } catch (error) {
    return [failureCheck("version", error, connector, "give Heddle's account the right to read it")];
  }
}

/** One check for each read that the connector can do, by records that the system itself names where it can. */
async function rightsChecks({ connector, plant }: Connection): Promise<readonly Check[]> {
  const checks: Check[] = [];
  let sample = NO_SUCH;
  for (const probe of readProbes(connector)) {
    const { check, found } = await rightCheck(probe, sample, connector, plant);
    checks.push(check);
    sample = { ...sample, ...found };
  }
  return checks;
}

type Probed = { readonly check: Check; readonly found?: Partial<Sample> };

async function rightCheck(
  { name, asks, run }: ReadProbe,
  sample: Sample,
  connector: Connector,
  plant: PlantId | null,
): Promise<Probed> {
  if (asks === "by plant" && plant === null)
    return { check: skipped(name, "no plant of heddle.yaml names this connection") };
  try {
    const { count, found = {} } = await run(sample, plant ?? ("" as PlantId));
    return { check: ok(name, count === 0 ? "allowed; nothing there to read" : `read ${count}`), found };
  } catch (error) {
    if (error instanceof ConnectorError && error.kind === "not found")
      return { check: ok(name, "allowed; nothing there to read") };
    return {
      check: failureCheck(name, error, connector, `give Heddle's account in ${connector.system} the right to ${name}`),
    };
  }
}

function failureCheck(name: string, error: unknown, { system }: Connector, ifDenied: string): Check {
  if (!(error instanceof ConnectorError)) return bugCheck(name, error);
  const { object, field } = error.at;
  return {
    name,
    state: error.kind === "overloaded" ? "warning" : "failure",
    detail: error.message,
    ...(object === undefined ? {} : { object }),
    ...(field === undefined ? {} : { field }),
    fix: fixOf(error, system, ifDenied),
  };
}

/** What a connector throws beside its own errors is a fault of its code; the other checks say their own all the same. */
function bugCheck(name: string, error: unknown): Check {
  const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    name,
    state: "failure",
    detail: `the connector itself failed: ${words}`,
    fix: "report it to whoever wrote the connector: a failure of the system should be a ConnectorError",
  };
}

function fixOf({ kind, fix }: ConnectorError, system: string, ifDenied: string): string {
  if (kind === "access denied") return ifDenied;
  if (kind === "contract broken")
    return `see that settings.url leads to ${system} itself and not to a sign-in or proxy page, and that its version is one that the connector knows`;
  return fix.replace("look again", "test again");
}

const NO_ABILITIES = new Set(["system", "status", "check", "describe", "close"]);

function abilitiesCheck(connector: Connector): Check {
  return ok(
    "abilities",
    Object.keys(connector)
      .filter((name) => !NO_ABILITIES.has(name))
      .join(", "),
  );
}

/** What is declared lost, by asking with an mBOM that says everything an mBOM can say. */
function lossesCheck({ mbom }: Connector): readonly Check[] {
  if (mbom === undefined) return [];
  const losses = mbom.cannotHold(FULL_MBOM);
  return [ok("losses", losses.length === 0 ? "none: it holds all that an mBOM says" : losses.join("; "))];
}

/** What the connector does not promise; its README and docs/connectors.md say why. */
function waiversCheck(waivers: Waivers): readonly Check[] {
  const waived = Object.keys(waivers);
  return waived.length === 0 ? [] : [ok("not promised", waived.join("; "))];
}

const FULL_MBOM: Mbom = {
  plant: "1000" as PlantId,
  item: "ASSEMBLY" as ItemId,
  revision: "A" as Revision,
  lines: (["per assembly", "per order", "by-product"] as const).map((says, at) => ({
    key: `L${at}` as MbomLineKey,
    item: `COMPONENT-${at}` as ItemId,
    quantity: { amount: ONE, unit: "EA" },
    basis: says === "per order" ? "per order" : "per assembly",
    operation: "0010" as OperationId,
    supply: "backflush",
    scrap: { componentPercent: ONE, operationPercent: ONE, fixedPerOrder: ONE },
    phantom: at === 1,
    referenceDesignators: ["R1"],
    alternates: ["ALTERNATE" as ItemId],
    effectivity: { ...ALWAYS, from: "2026-01-01" as NonNullable<typeof ALWAYS.from> },
    origin: {
      kind: "engineering",
      from: [{ path: [`L${at}` as LineId], quantity: { amount: ONE, unit: "EA" }, rules: [] }],
    },
    usage: [{ item: "ALTERNATE" as ItemId, percent: ONE, factor: ONE }],
    ...(says === "by-product" ? { output: says } : {}),
  })),
};
