import type { FastifyReply } from "fastify";
import type { Format } from "./contract.ts";
import { csvOf, xlsxOf, type Sheet } from "./spreadsheet.ts";

const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/** Answers with a file to be saved under `name`. */
export async function sendSheet(
  reply: FastifyReply,
  sheet: Sheet,
  format: Exclude<Format, "json">,
  name: string,
): Promise<void> {
  const [type, body] = format === "csv" ? ["text/csv; charset=utf-8", csvOf(sheet)] : [XLSX, xlsxOf(sheet, name)];
  await reply
    .header("content-disposition", `attachment; filename="${name}.${format}"`)
    .type(type)
    .send(typeof body === "string" ? Buffer.from(body) : body);
}
