import type { JsonSchema } from "../src/config/editor-schema.ts";

/** `docs/configuration.md`: every field of `heddle.yaml` in the words of the schema that it is read by. */
export function configurationPage(schema: JsonSchema): string {
  const rows = rowsOf(schema, "");
  return `${INTRODUCTION}
| field | default | what it says |
| --- | --- | --- |
${rows.map((row) => `| ${row.map(cell).join(" | ")} |`).join("\n")}

${MORE}`;
}

type Row = readonly [field: string, byDefault: string, text: string];

function rowsOf(schema: JsonSchema, path: string): readonly Row[] {
  const { properties = {}, required = [] } = schema as {
    properties?: Readonly<Record<string, JsonSchema>>;
    required?: readonly string[];
  };
  return Object.entries(properties).flatMap(([name, field]): readonly Row[] => {
    const at = path === "" ? name : `${path}.${name}`;
    const { description, additionalProperties, items } = field as {
      description?: string;
      additionalProperties?: JsonSchema | boolean;
      items?: JsonSchema;
    };
    const byDefault =
      "default" in field ? `\`${String(field["default"])}\`` : required.includes(name) ? "required" : "";
    return [
      ...(description === undefined ? [] : [[`\`${at}\``, byDefault, description] as const]),
      ...rowsOf(field, at),
      ...(typeof additionalProperties === "object" ? rowsOf(additionalProperties, `${at}.<name>`) : []),
      ...(items === undefined ? [] : rowsOf(items, `${at}[]`)),
    ];
  });
}

function cell(text: string): string {
  return text
    .replaceAll("|", "\\|")
    .replaceAll("<", "&lt;")
    .replaceAll("`&lt;", "`<")
    .replaceAll("&lt;name>", "<name>");
}

const INTRODUCTION = `# Configuration

One file, \`heddle.yaml\`, says what Heddle connects; a rule file per plant says how an eBOM becomes its mBOM
([rules.md](rules.md)). Mistakes are found when a file is read, all at once, each with line, column and what to write.

Editors with the YAML language server check both while you type. The first line of the file names the schema, which
is made of the very schemas that Heddle reads by:

\`\`\`yaml
# yaml-language-server: $schema=docs/heddle.schema.json
\`\`\`

Is everything as it should be? \`npx heddle doctor\` looks at machine, files, database, address and connections;
\`npx heddle connector test <name>\` proves one connection. Both change nothing, take \`--json\`, and end with
exit code 1 when something failed.

## heddle.yaml

Paths are relative to the file. This table is made of the schema (\`npm run schemas\`).
`;

const MORE = `## Secrets

A secret is referred to and never written down: \`\${env:NAME}\` is an environment variable, \`\${env:NAME:-default}\` one
that may be missing, and \`\${file:path}\` the contents of a file, without its last line break. A reference may stand in
any text. What it stands for is in no log, no error and no page.

## Connections

\`kind\` is one that Heddle brings ([connectors.md](connectors.md)) or an npm package that is installed beside
\`heddle.yaml\` ([how to write one](connectors.md#a-connector-in-a-package-of-its-own)). Settings are the kind's own;
[those of every connection over HTTP](connectors.md#http-for-free) have defaults.

## Schedules

Webhooks say at once that something changed; asking makes sure. A system that minds being asked is asked less often:

\`\`\`yaml
polling: { seconds: 30 }
schedules:
  polling: { erp: 120 }
\`\`\`
`;
