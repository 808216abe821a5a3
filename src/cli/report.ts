import { writeFile } from "node:fs/promises";
import { csvOf, xlsxOf } from "../api/spreadsheet.ts";
import type { TextSheet } from "../domain/bom/bom-sheets.ts";
import type { Cli } from "./command.ts";
import { CliFailure } from "./failure.ts";

/** What a command has to tell, in every form that it may be asked for. */
export type Report = {
  readonly json: unknown;
  readonly text: () => string;
  readonly sheet: () => TextSheet;
  /** Of a workbook's sheet. */
  readonly name: string;
};

export type ReportOptions = { readonly format?: string; readonly output?: string };

export const FORMATS = ["text", "json", "csv", "xlsx"] as const;
type Format = (typeof FORMATS)[number];

/** Prints a report, or writes it into a file. @throws CliFailure */
export async function writeReport(report: Report, { format, output }: ReportOptions, cli: Cli): Promise<void> {
  const written = formatOf(format, output, cli);
  if (output === undefined) {
    if (written !== "xlsx")
      return cli.out(
        textOf(report, written)
          .replace(/^\uFEFF/, "")
          .trimEnd(),
      );
    throw new CliFailure("a workbook cannot be printed", { field: "--output", fix: "name a file: --output bom.xlsx" });
  }
  const content = written === "xlsx" ? xlsxOf(report.sheet(), report.name) : textOf(report, written);
  try {
    await writeFile(output, content);
  } catch (cause) {
    throw new CliFailure(`cannot write ${output}`, {
      field: "--output",
      fix: "check the folder, and that it may be written",
      cause,
    });
  }
  cli.progress(`${output} is written`);
}

/** As asked; else by the file's name; else text, or JSON with `--json`. */
function formatOf(asked: string | undefined, output: string | undefined, cli: Cli): Format {
  const ending = FORMATS.find((format) => output?.toLowerCase().endsWith(`.${format}`));
  const format = asked ?? ending ?? (cli.json() ? "json" : "text");
  const known = FORMATS.find((each) => each === format);
  if (known !== undefined) return known;
  throw new CliFailure(`there is no format "${format}"`, {
    field: "--format",
    fix: `use one of: ${FORMATS.join(", ")}`,
  });
}

function textOf({ json, text, sheet }: Report, format: Exclude<Format, "xlsx">): string {
  if (format === "csv") return csvOf(sheet());
  return `${format === "json" ? JSON.stringify(json, null, 2) : text()}\n`;
}
