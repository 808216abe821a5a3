import { readFile } from "node:fs/promises";
import { parse } from "csv-parse/sync";

/** A line of the tape feeder's parts list as its author typed it. */
export type Listed = {
  readonly name: string;
  readonly quantity: string;
  readonly unit: "EA" | "KGM";
  readonly type: string;
  readonly isOptional: boolean;
};

/** A parts list, read past the connector. */
export async function listedIn(file: string): Promise<readonly Listed[]> {
  const rows: Record<string, string>[] = parse(await readFile(file, "utf8"), { columns: true });
  return rows.flatMap((row) => {
    const { "Part Name": name = "", Quantity: quantity = "", "Part Type": type = "", Optional: optional = "" } = row;
    const unit = /units in kg/i.test(row["Note"] ?? "") ? "KGM" : "EA";
    const isOptional = optional.trim().toLowerCase() === "yes";
    return name.trim() === ""
      ? []
      : [{ name: name.trim(), quantity: quantity.trim(), unit, type: type.trim(), isOptional }];
  });
}
