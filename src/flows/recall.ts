import { nodeName, nodeText } from "../domain/trace/node-name.ts";
import { nodeKey, RELATIONS } from "../domain/trace/relations.ts";
import type { ThreadNode } from "../domain/thread-link.ts";
import { FIRST, holdersOf, placeAt, type Ask, type Holder } from "../store/affected.ts";
import type { Db } from "../store/database.ts";
import { NoSuchPlace } from "../store/page.ts";
import { parseSubject } from "../store/subject.ts";
import { unitsNamed, type BuiltUnit, type UnitKind, type UnitName } from "../store/unit-records.ts";

/** A unit that a recall reaches, as it is on record; of one without a record only the thread's words are known. */
export type RecalledUnit = UnitName & {
  readonly record: Pick<BuiltUnit, "order" | "revision" | "lot" | "builtAt" | "changes"> | null;
  /** Why it is among them: `contains lot L-7 of MOT-024`; null where that goes without saying. */
  readonly because: string | null;
};

/** What holds a recalled thing, before its record is read. */
type Affected = UnitName & { readonly because: string };

/** Nodes whose holders one statement asks for, and how many of each. */
const ASKED_AT_ONCE = 200;
const HOLDERS_AT_ONCE = 1_000;
/** Things that one recall goes through; beyond it is not a recall of a lot but of the plant. */
const RECALLED_MAX = 200_000;

/**
 * Everything built with a serial or lot, through any depth of subassemblies, each once, as it is found: serials; lots
 * whose serials nobody knows; orders whose pieces nobody knows. The same order every time, so that a place in it is a
 * number.
 */
export async function* builtWith(db: Db, start: ThreadNode): AsyncGenerator<Affected> {
  const reached = new Set([nodeKey(start)]);
  const queue: (Ask & { readonly holder: Holder | null })[] = [{ node: start, after: FIRST, holder: null }];
  for (let at = 0; at < queue.length;) {
    const asks = queue.slice(at, at + ASKED_AT_ONCE);
    at += asks.length;
    const answers = await holdersOf(db, asks, HOLDERS_AT_ONCE);
    for (const [n, ask] of asks.entries()) {
      const { holders, hasPieces } = answers[n] ?? { holders: [], hasPieces: false };
      const isFirst = ask.after === FIRST;
      if (isFirst && ask.holder !== null && !hasPieces) yield affected(ask.holder);
      for (const holder of holders) {
        const key = nodeKey(holder.node);
        if (reached.has(key) || reached.size > RECALLED_MAX) continue;
        reached.add(key);
        queue.push({ node: holder.node, after: FIRST, holder });
      }
      const last = holders.at(-1);
      if (holders.length === HOLDERS_AT_ONCE && last !== undefined && reached.size <= RECALLED_MAX)
        queue.push({ ...ask, after: placeAt(last) });
    }
  }
}

function affected({ node, of, relation, subject }: Holder): Affected {
  const because = `${RELATIONS[relation].says} ${nodeText(of)}`;
  const { name, item } = nodeName(node);
  const kind = node.kind === "serial" || node.kind === "lot" ? node.kind : "order";
  const plant = kind === "order" ? (parseSubject(subject)?.plant ?? node.system) : node.system;
  return { plant, item: item ?? "", kind, id: name, because };
}

/** Gives each its record. */
export async function withRecords(db: Db, units: readonly Affected[]): Promise<RecalledUnit[]> {
  if (units.length === 0) return [];
  const known = new Map((await unitsNamed(db, units)).map((unit) => [unitKey(unit), unit]));
  return units.map((unit) => {
    const record = known.get(unitKey(unit));
    return { ...unit, item: unit.item === "" ? (record?.item ?? "") : unit.item, record: record ?? null };
  });
}

function unitKey({ plant, item, kind, id }: UnitName): string {
  return JSON.stringify([plant, kind === "order" ? "" : item, kind, id]);
}

export type RecallPage = { readonly units: readonly RecalledUnit[]; readonly next: string | null };

/** Walks that were begun and may go on: one for each person who turns pages, or a few. */
const KEPT_WALKS = 4;

type Walk = { readonly units: AsyncGenerator<Affected>; readonly ahead: Affected | null };

/**
 * Recalls page by page. A walk is kept where its page ended, so that the next page goes on from there; where it is not
 * kept any more, or another hub has it, it is walked again up to the place, with the same result.
 */
export function openRecalls(db: Db) {
  const kept = new Map<string, Walk>();

  async function at(start: ThreadNode, position: number): Promise<Walk> {
    const key = placeKey(start, position);
    const held = kept.get(key);
    if (held !== undefined) {
      kept.delete(key); // two readers of one page must not share what is left of it
      return held;
    }
    const units = builtWith(db, start);
    for (let passed = 0; passed < position; passed++) if ((await units.next()).done === true) break;
    return { units, ahead: null };
  }

  return async function page(start: ThreadNode, after: string | null, limit: number): Promise<RecallPage> {
    const position = after === null ? 0 : positionOf(after);
    const { units, ahead } = await at(start, position);
    const found: Affected[] = ahead === null ? [] : [ahead];
    // One more than is shown tells whether there is a next page.
    while (found.length <= limit) {
      const next = await units.next();
      if (next.done === true) break;
      found.push(next.value);
    }
    const [beyond = null] = found.splice(limit);
    if (beyond === null) return { units: await withRecords(db, found), next: null };
    const end = position + limit;
    kept.set(placeKey(start, end), { units, ahead: beyond });
    for (const key of kept.keys()) if (kept.size > KEPT_WALKS) kept.delete(key);
    return { units: await withRecords(db, found), next: String(end) };
  };
}

function placeKey(start: ThreadNode, position: number): string {
  return `${nodeKey(start)} ${position}`;
}

function positionOf(cursor: string): number {
  const position = Number(cursor);
  if (/^\d{1,7}$/.test(cursor) && position <= RECALLED_MAX) return position;
  throw new NoSuchPlace(cursor, "a recall");
}

export type RecallCount = {
  readonly counts: Readonly<Record<UnitKind, number>>;
  /** True where the recall ended at its bound. */
  readonly isAtLeast: boolean;
};

/** Counts a recall to its end. */
export async function countBuiltWith(db: Db, start: ThreadNode): Promise<RecallCount> {
  const counts = { serial: 0, lot: 0, order: 0 };
  for await (const { kind } of builtWith(db, start)) counts[kind]++;
  return { counts, isAtLeast: counts.serial + counts.lot + counts.order >= RECALLED_MAX };
}
