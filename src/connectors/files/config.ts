import { Type, type Static, type TObject } from "typebox";
import { KNOWN_UNITS, type Unit } from "../../domain/unit.ts";

const column = (description: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: 200, description, hint: "the name of a column" }));
const UnitCode = Type.Unsafe<Unit>(
  Type.Union(
    KNOWN_UNITS.map((unit) => Type.Literal(unit)),
    { description: "A UN/ECE Recommendation 20 code." },
  ),
);

const Columns = Type.Object(
  {
    item: Type.String({ minLength: 1, maxLength: 200, description: "Item number.", hint: "the name of a column" }),
    quantity: Type.String({
      minLength: 1,
      maxLength: 200,
      description: "Quantity per assembly. The header may carry the unit of all rows after the name: `Qty [kg]`.",
      hint: "the name of a column",
    }),
    revision: column("Revision of the item. Without one, what an item says of itself makes its revision."),
    name: column("Description of the item."),
    type: column("The item's class, for rules: fastener, assembly …"),
    makeBuy: column("Whether engineering means the item to be made or bought; rules see it as attribute `makeBuy`."),
    unit: column("Unit of the quantity."),
    findNumber: column("Find number, position."),
    id: column("Occurrence id, where the PLM exports one: it tells lines of one item apart for good."),
    referenceDesignators: column("Reference designators: `R1, R3-R7`."),
    effectiveFrom: column("First day that the line holds, as 2026-04-01 or a workbook's date; empty: always."),
    effectiveUntil: column("Last day that the line holds; empty: without end."),
    serialFrom: column("First serial number of the end item that the line is for."),
    serialUntil: column("Last serial number that the line is for; empty: without end."),
    units: column("Unit numbers of the end item that the line is for: `1-20, 31-`."),
    endItem: column("The end item whose serial and unit numbers count; without the column, the product itself."),
    option: column("For which variants the row is: `MOTOR = AC and not COLOR in (RED, BLUE)`."),
    place: column("Place that the row is one choice for; rows with the same place exclude each other."),
    level: column("Level in the structure: `1`, `..2` or `1.2.1`. Rows stand in the order of the structure."),
    parent: column("Item number of the assembly that the row belongs to. Rows may stand in any order."),
  },
  { additionalProperties: false },
);

/** How the columns of an export are read: `mapping` of a connection, or a file of its own for `heddle plan --mapping`. */
export const ExportMapping = Type.Object(
  {
    columns: Columns,
    attributes: Type.Optional(
      Type.Record(Type.String(), Type.String({ minLength: 1, maxLength: 200 }), {
        description: "Further columns that rules look at: the attribute's name, then its column.",
      }),
    ),
    indented: Type.Optional(
      Type.Boolean({ description: "The structure is shown by spaces, dots or dashes before the item number." }),
    ),
    top: Type.Optional(
      Type.String({
        minLength: 1,
        description: "Item number of the product, where the export lists its parts and not itself.",
      }),
    ),
    topType: Type.Optional(Type.String({ minLength: 1, description: "The product's type, where no row gives it." })),
    unit: Type.Optional(UnitCode),
    units: Type.Optional(
      Type.Record(Type.String(), UnitCode, { description: "What the export calls its units: `Stk: EA`." }),
    ),
    itemUnits: Type.Optional(
      Type.Record(Type.String(), UnitCode, { description: "Units of items where no column gives them." }),
    ),
    decimal: Type.Optional(
      Type.Union([Type.Literal("point"), Type.Literal("comma")], {
        description: "What stands before the decimals of a number; `point` unless said.",
      }),
    ),
    thousands: Type.Optional(
      Type.Union([Type.Literal("comma"), Type.Literal("point"), Type.Literal("space"), Type.Literal("apostrophe")], {
        description: "What groups the thousands of a number; nothing unless said.",
      }),
    ),
    separator: Type.Optional(
      Type.Union([Type.Literal("comma"), Type.Literal("semicolon"), Type.Literal("tab"), Type.Literal("pipe")], {
        description: "What stands between the fields of a CSV file; found by the header row unless said.",
      }),
    ),
    encoding: Type.Optional(
      Type.Union(
        [
          Type.Literal("utf-8"),
          Type.Literal("windows-1252"),
          Type.Literal("utf-16le"),
          Type.Literal("utf-16be"),
          Type.Literal("iso-8859-1"),
          Type.Literal("iso-8859-2"),
          Type.Literal("shift_jis"),
          Type.Literal("gb18030"),
        ],
        { description: "Encoding of a CSV file; unless said UTF-8 or UTF-16, else Windows-1252, which holds Latin-1." },
      ),
    ),
    sheet: Type.Optional(Type.String({ minLength: 1, description: "Sheet of a workbook; the first unless said." })),
    endsAt: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        description: "Words that begin the row after the last: `Total` and its like unless said.",
      }),
    ),
  },
  { additionalProperties: false },
);
export type ExportMapping = Static<typeof ExportMapping>;

/** `{revision}` once, `{item}` at most once, `*` for whatever does not matter. */
const NAME_PATTERN = "^((?:[^{}]*\\{item\\})?[^{}]*\\{revision\\}[^{}]*|[^{}]*\\{revision\\}[^{}]*\\{item\\}[^{}]*)$";

/** What `heddle.yaml` says of a connection of kind `files`. */
export const FilesSettings = Type.Object(
  {
    folder: Type.String({
      minLength: 1,
      maxLength: 4_000,
      description: "The watched folder, or a git repository; relative to where Heddle is started.",
    }),
    revisionPer: Type.Union(
      [Type.Literal("file"), Type.Literal("folder"), Type.Literal("tag"), Type.Literal("commit")],
      { description: "What makes a revision: a file, a folder of files, or a tag or commit of a git repository." },
    ),
    name: Type.Optional(
      Type.String({
        pattern: NAME_PATTERN,
        maxLength: 200,
        description: "Name of file, folder or tag: `{item}_rev{revision}.csv`. Others are not looked at.",
        hint: 'a name with {revision} in it, such as "{item}_rev{revision}.csv"',
      }),
    ),
    files: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 1_000 }), {
        description:
          "Which files of a folder, tag or commit are exports: `bom/*.csv`; CSV and Excel files unless said.",
      }),
    ),
    branch: Type.Optional(
      Type.String({
        pattern: "^[A-Za-z0-9_][A-Za-z0-9_./-]*$",
        maxLength: 200,
        description: "The branch whose commits are revisions; what is checked out unless said.",
      }),
    ),
    acknowledgements: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 4_000,
        description:
          "Folder for what became of each change; `.heddle-ack` in the watched folder unless said, beside a repository.",
      }),
    ),
    settleSeconds: Type.Integer({
      minimum: 0,
      maximum: 3_600,
      default: 5,
      description: "How long a file must have stood unchanged to count as completely written.",
    }),
    mapping: ExportMapping,
  },
  { additionalProperties: false },
) satisfies TObject;
export type FilesSettings = Static<typeof FilesSettings>;
