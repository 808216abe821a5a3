/** A connector's name in the forms that its files need. */
type Names = {
  /** `price-book`: its folder and its kind in `heddle.yaml`. */
  readonly kind: string;
  /** `priceBook` */
  readonly camel: string;
  /** `PriceBook` */
  readonly pascal: string;
  /** `PRICE_BOOK` */
  readonly constant: string;
};

/** @throws Error that says how a name is written */
export function namesOf(kind: string): Names {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(kind)) {
    throw new Error(`"${kind}" is no name for a connector: write it in small letters with hyphens, such as price-book`);
  }
  const words = kind.split("-");
  const pascal = words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join("");
  const camel = pascal.slice(0, 1).toLowerCase() + pascal.slice(1);
  return { kind, camel, pascal, constant: words.join("_").toUpperCase() };
}

/** The files of a new connector by name: it proves access to a fake system, and can do nothing else yet. */
export function connectorFiles(names: Names): Readonly<Record<string, string>> {
  const { kind, camel, pascal, constant } = names;
  return {
    "README.md": `# Connector: ${kind}

Connects Heddle to ${kind}. Say here which versions, which of its interfaces, and how to get an account for Heddle
with the least rights.

\`\`\`yaml
connections:
  ${kind}:
    kind: ${kind}
    settings: { url: "https://${kind}.example.com", apiKey: "\${env:${constant}_API_KEY}" }
\`\`\`

Say here what it can do, how each write is found again after its answer was lost, and what the system cannot hold.
`,
    "config.ts": `import { HttpSettings } from "../http/settings.ts";

/** What \`heddle.yaml\` says of a connection of kind \`${kind}\`. */
export const ${pascal}Settings = HttpSettings;
export type ${pascal}Settings = HttpSettings;
`,
    "wire.ts": `import { Type, type Static } from "typebox";
import { contract } from "../http/contract.ts";
import type { Refusal, RefusalDialect } from "../http/failure.ts";

/** What ${kind} sends, as far as Heddle reads it: its own names, its own units, checked as it comes in. */
const Ping = Type.Object({ version: Type.String() });
export type Ping = Static<typeof Ping>;

export const CONTRACTS = { ping: contract(Ping) };

const Failure = contract(Type.Object({ error: Type.Object({ code: Type.String(), message: Type.String() }) }));

/** How ${kind} words its refusals; null for a body that is no error of it. */
export const DIALECT: RefusalDialect = {
  read(body): Refusal | null {
    const failure = Failure(body);
    return "value" in failure ? { ...failure.value.error, field: null } : null;
  },
  kindOf: () => undefined, // its statuses say what they mean
};
`,
    "mapping.ts": `import type { SystemDescription } from "../port.ts";
import type { Ping } from "./wire.ts";

/** Pure functions from their shapes to Heddle's and back; the only place that makes ids from text. */
export function toDescription({ version }: Ping, now: string | null): SystemDescription {
  return { version, now };
}
`,
    "connector.ts": `import type { SystemId } from "../../domain/ids.ts";
import { openHttp } from "../http/http-client.ts";
import type { LiveConnector } from "../live-connector.ts";
import type { ${pascal}Settings } from "./config.ts";
import { toDescription } from "./mapping.ts";
import { CONTRACTS, DIALECT } from "./wire.ts";

export function ${camel}(system: SystemId, settings: ${pascal}Settings): LiveConnector {
  const http = openHttp(system, settings, DIALECT, "x-api-key");
  const ping = () => http.read({ doing: "proving access", path: "/ping", answer: CONTRACTS.ping });
  return {
    system,
    status: http.status,
    check: async () => void (await ping()),
    describe: async () => toDescription(await ping(), http.systemTime()),
  };
}
`,
    "waivers.ts": `import type { Waivers } from "../waivers.ts";

/** Promises of the conformance suite that make no sense for ${kind}, each with the reason. */
export const ${constant}_WAIVERS: Waivers = {};
`,
    "fake.ts": `import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** Stands for ${kind} in tests: a small server with state of its own that answers as ${kind} was seen to answer. */
export type Fake${pascal} = { readonly url: string; readonly close: () => Promise<void> };

export async function startFake${pascal}(apiKey: string): Promise<Fake${pascal}> {
  const server = createServer((request, response) => {
    const { status, body } = request.headers["x-api-key"] === apiKey ? answer(request) : UNAUTHORIZED;
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: \`http://127.0.0.1:\${(server.address() as AddressInfo).port}\`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

type Answer = { readonly status: number; readonly body: unknown };

const UNAUTHORIZED: Answer = { status: 401, body: { error: { code: "UNAUTHORIZED", message: "no such API key" } } };

function answer({ method, url }: IncomingMessage): Answer {
  if (method === "GET" && url === "/ping") return { status: 200, body: { version: "1.0" } };
  return { status: 404, body: { error: { code: "NOT_FOUND", message: \`there is no \${method} \${url}\` } } };
}
`,
    "harness.ts": `import type { PlantId, SystemId } from "../../domain/ids.ts";
import type { Harness } from "../conformance.ts";
import { startFaultProxy } from "../fault-proxy.ts";
import { makeConnector } from "../registry.ts";
import { startFake${pascal} } from "./fake.ts";

const API_KEY = "conformance-key";

/** ${kind} under the conformance suite. */
export async function ${camel}Harness(): Promise<Harness> {
  const fake = await startFake${pascal}(API_KEY);
  const proxy = await startFaultProxy(fake.url, (method) => method !== "GET");
  const connect = (apiKey: string) =>
    makeConnector("${kind}", "${kind}" as SystemId, {
      url: proxy.url,
      apiKey,
      attempts: 1,
      failuresToPause: 1_000,
    });
  return {
    connector: connect(API_KEY),
    withWrongKey: connect("some-other-key"),
    proxy,
    plant: "1000" as PlantId,
    writes: {},
    histories: {},
    async close() {
      await proxy.stop();
      await fake.close();
    },
  };
}
`,
    "connector.test.ts": `import { expect, it } from "vitest";
import { toDescription } from "./mapping.ts";

// What is special about ${kind}, by examples; the promises of every connector are tested by the suite.
it("tells its version", () => {
  expect(toDescription({ version: "1.0" }, null)).toEqual({ version: "1.0", now: null });
});
`,
  };
}

/** The registry with the new connector in it. */
export function inRegistry(registry: string, { kind, camel, pascal, constant }: Names): string {
  const imports = [
    `import { ${pascal}Settings } from "./${kind}/config.ts";`,
    `import { ${camel} } from "./${kind}/connector.ts";`,
    `import { ${constant}_WAIVERS } from "./${kind}/waivers.ts";`,
  ].join("\n");
  const withImports = afterLast(registry, /^import .* from "\.\/[a-z0-9-]+\/waivers\.ts";$/gm, imports);
  return inObject(
    withImports,
    "CONNECTOR_KINDS",
    `${key(kind)}: kind(${pascal}Settings, ${camel}, ${constant}_WAIVERS)`,
  );
}

/** The conformance test with the new connector in it. */
export function inConformance(test: string, { kind, camel }: Names): string {
  const line = `import { ${camel}Harness } from "./${kind}/harness.ts";`;
  return inObject(
    afterLast(test, /^import .* from "\.\/[a-z0-9-]+\/harness\.ts";$/gm, line),
    "HARNESSES",
    `${key(kind)}: ${camel}Harness`,
  );
}

function key(kind: string): string {
  return kind.includes("-") ? `"${kind}"` : kind;
}

/** @throws Error when the file is no longer as this generator knows it */
function afterLast(text: string, line: RegExp, added: string): string {
  const last = [...text.matchAll(line)].at(-1);
  if (last === undefined) throw new Error(`no line matches ${line}: bring tools/connector-template.ts up to date`);
  const end = last.index + last[0].length;
  return `${text.slice(0, end)}\n${added}${text.slice(end)}`;
}

/** Adds an entry to an object that is written out over several lines. */
function inObject(text: string, name: string, entry: string): string {
  const start = text.indexOf(`const ${name}`);
  const end = text.indexOf("\n};", start);
  if (start < 0 || end < 0) throw new Error(`there is no ${name}: bring tools/connector-template.ts up to date`);
  return `${text.slice(0, end)}\n  ${entry},${text.slice(end)}`;
}
