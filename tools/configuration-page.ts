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

## Orders to the MES

A plant with \`mes\` has its released production orders there as job orders: on release, unless \`orders\` says that they
go at shift start. Then an order goes with the batch of the shift that it is planned to start in, or with the next
shift where that one has begun already. Rework, or whatever type of order must not wait, goes on release all the same,
and so does what is urgent:

\`\`\`yaml
plants:
  - id: "1000"
    mes: shopfloor
    timeZone: Europe/Berlin
    orders:
      dispatch: shift start
      byType: { rework: on release }
      shifts:
        - { name: early, start: "06:00" }
        - { name: late, start: "14:00" }
        - { name: weekend, start: "08:00", days: [sat] }
      closed: [2026-12-25, 2027-01-01]
      urgentFrom: 90
      supersededInMes: hold
\`\`\`

A shift begins once on each of its days, by the plant's clock, also on the days it changes: at the first instant at which
the clock shows the shift's time or a later one. So a start at 02:30 is at 03:00 on the day that has no 02:30, and the
first of the two on the day that has it twice.

## Schedules

Webhooks say at once that something changed; asking makes sure. A system that minds being asked is asked less often:

\`\`\`yaml
polling: { seconds: 30 }
schedules:
  polling: { erp: 120 }
\`\`\`
`;
