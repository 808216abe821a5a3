import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { connectorFiles, inConformance, inRegistry, namesOf } from "./connector-template.ts";

const CONNECTORS = join(import.meta.dirname, "..", "src", "connectors");

/** `npm run new-connector -- price-book`: a folder that type-checks, and tests that say what to write next. */
async function newConnector(kind: string): Promise<string> {
  const names = namesOf(kind);
  const folder = join(CONNECTORS, kind);
  if (existsSync(folder)) throw new Error(`src/connectors/${kind} is there already; choose another name`);
  await mkdir(folder);
  for (const [name, text] of Object.entries(connectorFiles(names))) await writeFile(join(folder, name), text);
  await edit("registry.ts", (text) => inRegistry(text, names));
  await edit("conformance.test.ts", (text) => inConformance(text, names));
  return `src/connectors/${kind} is made, and entered in registry.ts and conformance.test.ts.

Next, in this order (docs/connectors.md walks through an example):
  wire.ts        what the system sends, as schemas
  fake.ts        a small server that answers like it
  mapping.ts     their shapes to Heddle's and back
  connector.ts   the abilities, one at a time
  harness.ts     what the suite needs to test them
The suite says after each step what is still missing:
  npx vitest run src/connectors/conformance.test.ts -t "the connector ${kind}"
Before you hand it in:
  npm run schemas    heddle.yaml's schema learns its settings
  npm test           everything else, and that docs/connectors.md lists what it waives
`;
}

async function edit(name: string, change: (text: string) => string): Promise<void> {
  const file = join(CONNECTORS, name);
  await writeFile(file, change(await readFile(file, "utf8")));
}

const [kind, ...more] = process.argv.slice(2);
if (kind === undefined || more.length > 0) {
  console.error("Name the connector: npm run new-connector -- price-book");
  process.exitCode = 1;
} else {
  await newConnector(kind).then(
    (told) => process.stdout.write(told),
    (error: Error) => {
      console.error(error.message);
      process.exitCode = 1;
    },
  );
}
