import { Type } from "typebox";
import { accountSheet, comparisonSheet } from "../../domain/bom/bom-sheets.ts";
import { BOM_VERSION_WORDS, parseBomVersion, type BomVersion } from "../../domain/bom/bom-version.ts";
import type { ItemId, PlantId } from "../../domain/ids.ts";
import { BomAccount, BomAccountQuery, BomDiff, BomDiffQuery } from "../contract.ts";
import { ApiError } from "../problem.ts";
import { answers, type RouteGroup } from "../route-group.ts";
import { sendSheet } from "../send-sheet.ts";
import { told } from "../told.ts";

const BomParams = Type.Object({
  plant: Type.String({ minLength: 1, maxLength: 200 }),
  item: Type.String({ minLength: 1, maxLength: 500 }),
});

export const bomRoutes: RouteGroup =
  ({ boms }) =>
  async (app) => {
    app.get(
      "/api/boms/:plant/:item/diff",
      {
        schema: {
          summary: `Compare two bills of material of an item: ${BOM_VERSION_WORDS}; also as CSV or Excel`,
          params: BomParams,
          querystring: BomDiffQuery,
          response: answers({ 200: BomDiff }),
        },
      },
      async ({ params, query: { from, to, format } }, reply) => {
        const [plant, item] = [params.plant as PlantId, params.item as ItemId];
        const diff = await told(() => boms.compare(plant, item, version("from", from), version("to", to)));
        if (format === "json")
          return { ...diff, lines: diff.lines.map((line) => ({ ...line, fields: [...line.fields] })) };
        await sendSheet(reply, comparisonSheet(diff), format, "bom-diff");
        return reply;
      },
    );

    app.get(
      "/api/boms/:plant/:item/account",
      {
        schema: {
          summary: "Check the account of an item's published mBOM against PLM and ERP now; also as CSV or Excel",
          params: BomParams,
          querystring: BomAccountQuery,
          response: answers({ 200: BomAccount }),
        },
      },
      async ({ params, query: { format } }, reply) => {
        const account = await told(() => boms.account(params.plant as PlantId, params.item as ItemId));
        if (format !== "json") {
          await sendSheet(reply, accountSheet(account), format, "bom-account");
          return reply;
        }
        const lines = account.lines.map((line) => ({ ...line, placed: [...line.placed], scrap: [...line.scrap] }));
        return { ...account, lines, edits: [...account.edits], notes: [...account.notes] };
      },
    );
  };

function version(field: string, words: string): BomVersion {
  const named = parseBomVersion(words);
  if (named !== null) return named;
  throw new ApiError("invalid-input", `"${words}" names no bill of material.`, {
    field: `querystring.${field}`,
    fix: `Write one of: ${BOM_VERSION_WORDS}.`,
  });
}
