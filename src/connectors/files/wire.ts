import { Type } from "typebox";
import { contract } from "../http/contract.ts";

/** A table as it was exported, before anything is known of its columns. */
export type Table = { readonly rows: readonly TableRow[] };

/** `number` is the row as a spreadsheet program counts it, from 1. */
export type TableRow = { readonly number: number; readonly cells: readonly Cell[] };

export type Cell = {
  /** What a person sees, spaces and all: they may show the structure. */
  readonly text: string;
  /** The exact decimal that a workbook holds, whatever format shows it; null for text and in CSV. */
  readonly number: string | null;
  /** The first cell of the merged range that this one is hidden under, as `B5`. */
  readonly mergedInto: string | null;
};

export function textCell(text: string): Cell {
  return { text, number: null, mergedInto: null };
}

/** `C12`, as a spreadsheet program calls a cell; `column` counts from 0. */
export function cellName(column: number, row: number): string {
  return `${columnLetters(column)}${row}`;
}

function columnLetters(column: number): string {
  const last = String.fromCharCode(65 + (column % 26));
  return column < 26 ? last : columnLetters(Math.floor(column / 26) - 1) + last;
}

/** The file that an acknowledgement is. */
export const ACKNOWLEDGEMENT = contract(
  Type.Object({
    change: Type.String(),
    plant: Type.String(),
    outcome: Type.String(),
    note: Type.String(),
    key: Type.String({ minLength: 1 }),
  }),
);
