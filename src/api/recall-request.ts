import type { ThreadNode } from "../domain/thread-link.ts";
import { nodeName, nodeText } from "../domain/trace/node-name.ts";
import type { Db } from "../store/database.ts";
import { findNodes } from "../store/thread-search.ts";
import { itemsOfChange, type BuiltUnit } from "../store/unit-records.ts";
import type { RecallAllQuery, RecalledUnit } from "./contract.ts";
import type { RecalledUnit as Recalled } from "../flows/recall.ts";
import { ApiError } from "./problem.ts";

/** What is asked to be recalled, found in the thread. */
export type Recall =
  | { readonly kind: "built with"; readonly words: string; readonly node: ThreadNode }
  | {
      readonly kind: "built before";
      readonly words: string;
      readonly change: string;
      readonly items: readonly { readonly plant: string; readonly item: string }[];
    };

/** Things of one number that are told apart by their item. */
const CHOICES = 200;

/** @throws ApiError when it is not one thing, or nobody knows it. */
export async function recallOf(db: Db, { lot, serial, item, before, plant }: RecallAllQuery): Promise<Recall> {
  if ([lot, serial, before].filter((one) => one !== undefined).length !== 1) {
    throw new ApiError("invalid-input", "A recall is of one lot, one serial or one change.", {
      field: "querystring.lot",
      fix: "Give one of lot, serial and before.",
    });
  }
  if (before !== undefined) return beforeChange(db, before, plant ?? null);
  return lot === undefined
    ? withPiece(db, "serial", serial ?? "", item, plant)
    : withPiece(db, "lot", lot, item, plant);
}

async function beforeChange(db: Db, change: string, plant: string | null): Promise<Recall> {
  const items = await itemsOfChange(db, change, plant);
  if (items.length === 0) {
    const where = plant === null ? "" : ` in plant ${plant}`;
    throw new ApiError("not-found", `No item is known that change ${change} designs anew${where}.`, {
      field: "querystring.before",
      fix: "Check the number: GET /api/changes lists every change. A change has items once the hub has planned it.",
    });
  }
  const named = items.map(({ item, plant: at }) => `${item} in plant ${at}`).join(", ");
  return { kind: "built before", change, items, words: `${named}: built without change ${change}` };
}

async function withPiece(
  db: Db,
  kind: "lot" | "serial",
  number: string,
  item: string | undefined,
  plant: string | undefined,
): Promise<Recall> {
  const { nodes, by } = await findNodes(db, number, { kind, plant }, CHOICES);
  const called = by === "name" ? nodes.filter((node) => item === undefined || nodeName(node).item === item) : [];
  const [node, ...others] = called;
  if (node === undefined) {
    const of = item === undefined ? "" : ` of ${item}`;
    const where = plant === undefined ? "" : ` in plant ${plant}`;
    throw new ApiError("not-found", `No ${kind} ${number}${of} is in the thread${where}.`, {
      field: `querystring.${kind}`,
      fix: "Check number, item and plant: GET /api/search finds what begins like it.",
    });
  }
  if (others.length > 0) {
    const choice = called.map((one) => `${nodeName(one).item} in plant ${one.system}`).join(", ");
    throw new ApiError("invalid-input", `Several items have a ${kind} ${number}: ${choice}.`, {
      field: "querystring.item",
      fix: "Say which one: give item, or plant.",
    });
  }
  return { kind: "built with", node, words: `built with ${nodeText(node)}` };
}

export function recalledWith({ plant, kind, id, item, because, record }: Recalled): RecalledUnit {
  return {
    plant,
    kind,
    id,
    item,
    because,
    revision: record?.revision ?? null,
    lot: record?.lot ?? null,
    order: record?.order ?? (kind === "order" ? id : null),
    builtAt: record?.builtAt ?? null,
    changes: record === null ? null : [...record.changes],
  };
}

export function recalledBefore({
  plant,
  kind,
  id,
  item,
  revision,
  lot,
  order,
  builtAt,
  changes,
}: BuiltUnit): RecalledUnit {
  return { plant, kind, id, item, revision, lot, order, builtAt, changes: [...changes], because: null };
}
