import { utils, write } from "@e965/xlsx";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quantityText } from "../../domain/quantity.ts";
import { plainOrder } from "../../domain/natural-order.ts";
import type { ExportMapping } from "./config.ts";
import { toRevision } from "./mapping.ts";
import { readNumber } from "./number-text.ts";
import { readExport } from "./read-export.ts";
import { rational } from "../../domain/rational.ts";

/** A tree of uses: what is used, how often, and what that is made of. */
type Use = { readonly item: string; readonly quantity: string; readonly below: readonly Use[] };

const anyQuantity = fc
  .tuple(fc.integer({ min: 1, max: 99_999 }), fc.constantFrom("", ".5", ".25", ".001"))
  .map(([whole, decimals]) => `${whole}${decimals}`);

/** Names hold whatever part numbers hold, and what CSV has to quote. */
const anyName = fc
  .stringMatching(/^[A-Z][A-Za-z0-9 ,;"'/ÄÖß-]{0,12}[A-Z0-9]$/)
  .map((name) => name.replaceAll(/ +/g, " "));

/** Up to four levels; each item stands in one place, so that each has one structure. */
const anyProduct = fc
  .tuple(fc.uniqueArray(anyName, { minLength: 2, maxLength: 30 }), fc.infiniteStream(fc.tuple(fc.nat(), anyQuantity)))
  .map(([names, stream]): Use => {
    const nodes = names.map((item) => ({ item, quantity: "1", below: [] as Use[], depth: 0 }));
    nodes.slice(1).forEach((node, at) => {
      const [choice, quantity] = stream.next().value as [number, string];
      const parents = nodes.slice(0, at + 1).filter(({ depth }) => depth < 4);
      const parent = parents[choice % parents.length] ?? nodes[0]!;
      node.quantity = quantity;
      node.depth = parent.depth + 1;
      parent.below.push(node);
    });
    return nodes[0]!;
  });

type Row = { readonly level: number; readonly item: string; readonly parent: string; readonly quantity: string };

function rowsOf(use: Use, level = 0, parent = ""): readonly Row[] {
  const { item, quantity, below } = use;
  return [{ level, item, parent, quantity }, ...below.flatMap((one) => rowsOf(one, level + 1, item))];
}

const HEADER = ["Level", "Part", "Parent", "Qty"];
const cellsOf = ({ level, item, parent, quantity }: Row) => [String(level), item, parent, quantity];

function csv(rows: readonly (readonly string[])[], separator: string): Uint8Array {
  const quoted = rows.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(separator));
  return new TextEncoder().encode(quoted.join("\r\n"));
}

function workbook(rows: readonly (readonly string[])[]): Uint8Array {
  const book = utils.book_new();
  utils.book_append_sheet(book, utils.aoa_to_sheet(rows as string[][]), "BOM");
  return new Uint8Array(write(book, { type: "buffer", bookType: "xlsx" }) as Buffer);
}

const columns = { item: "Part", quantity: "Qty" };
const BY_LEVEL: ExportMapping = { columns: { ...columns, level: "Level" } };
const BY_PARENT: ExportMapping = { columns: { ...columns, parent: "Parent" } };
const BY_INDENT: ExportMapping = { columns, indented: true };

/** What was read: each assembly with its lines, in no order; and the digest, which has none either. */
function readBack(bytes: Uint8Array, mapping: ExportMapping) {
  const bom = readExport(bytes, mapping, { file: "bom.csv", product: null, revision: toRevision("A") });
  const lines = [...bom.ebom.assemblies.values()].flatMap((assembly) =>
    assembly.lines.map((line) => `${assembly.item} > ${line.item} ${quantityText(line.quantity)}`),
  );
  return { top: bom.top.item, lines: lines.toSorted(plainOrder), flaws: bom.flaws, digest: bom.digest };
}

function expected(product: Use) {
  const rows = rowsOf(product).slice(1);
  const lines = rows.map(({ parent, item, quantity }) => `${parent} > ${item} ${quantity} EA`);
  return { top: product.item, lines: lines.toSorted(plainOrder), flaws: [] };
}

describe("an export of any structure", () => {
  it("is read as the structure it was written of, however it shows it", () => {
    fc.assert(
      fc.property(anyProduct, fc.constantFrom(",", ";", "\t", "|"), (product, separator) => {
        const rows = rowsOf(product);
        const table = [HEADER, ...rows.map(cellsOf)];
        const indented = [
          HEADER,
          ...rows.map((row) => cellsOf({ ...row, item: " ".repeat(3 * row.level) + row.item })),
        ];
        const byLevel = readBack(csv(table, separator), BY_LEVEL);
        expect(byLevel).toMatchObject(expected(product));
        expect(readBack(csv(table, separator), BY_PARENT)).toEqual(byLevel);
        expect(readBack(csv(indented, separator), BY_INDENT)).toEqual(byLevel);
      }),
    );
  });

  it("is read alike from CSV and from Excel", () => {
    fc.assert(
      fc.property(anyProduct, (product) => {
        const table = [HEADER, ...rowsOf(product).map(cellsOf)];
        expect(readBack(workbook(table), BY_LEVEL)).toEqual(readBack(csv(table, ","), BY_LEVEL));
      }),
      { numRuns: 30 },
    );
  });

  it("says the same in any order of rows, where each names its parent", () => {
    const shuffled = anyProduct.chain((product) => {
      const rows = rowsOf(product);
      return fc.tuple(fc.constant(rows), fc.shuffledSubarray([...rows], { minLength: rows.length }));
    });
    fc.assert(
      fc.property(shuffled, ([rows, others]) => {
        const [one, other] = [rows, others].map((some) => csv([HEADER, ...some.map(cellsOf)], ","));
        expect(readBack(other!, BY_PARENT)).toEqual(readBack(one!, BY_PARENT));
      }),
    );
  });

  it("never throws and never hangs, whatever bytes it is", () => {
    const anyBytes = fc.oneof(
      fc.uint8Array({ maxLength: 2_000 }),
      fc.uint8Array({ maxLength: 500 }).map((bytes) => new Uint8Array([0x50, 0x4b, 3, 4, ...bytes])),
      fc
        .array(fc.array(fc.oneof(fc.string(), fc.constantFrom(...HEADER)), { maxLength: 6 }), { maxLength: 20 })
        .map((rows) => csv([HEADER, ...rows], ",")),
    );
    fc.assert(
      fc.property(anyBytes, fc.constantFrom(BY_LEVEL, BY_PARENT, BY_INDENT), (bytes, mapping) => {
        const { ebom, flaws } = readExport(bytes, mapping, {
          file: "bom.csv",
          product: null,
          revision: toRevision("A"),
        });
        for (const { problem, fix } of flaws) expect([problem, fix]).not.toContain("");
        expect(flaws.length + ebom.assemblies.size + ebom.items.size).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });
});

describe("a number", () => {
  it("is read back in the way that it was written", () => {
    const MARKS = { comma: ",", point: ".", space: " ", apostrophe: "'" } as const;
    const ways = fc.constantFrom(
      ["point", "comma"] as const,
      ["point", "apostrophe"] as const,
      ["comma", "point"] as const,
      ["comma", "space"] as const,
    );
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10n ** 15n }),
        fc.nat(999),
        ways,
        (whole, thousandths, [decimal, thousands]) => {
          const grouped = whole.toString().replaceAll(/\B(?=(\d{3})+$)/g, MARKS[thousands]);
          const text = `${grouped}${MARKS[decimal]}${String(thousandths).padStart(3, "0")}`;
          const read = readNumber(text, { decimal, thousands });
          expect(read).toEqual(rational(whole * 1_000n + BigInt(thousandths), 1_000n));
        },
      ),
    );
  });
});
