import type { DatabaseSync } from "node:sqlite";
import { Type, type Static } from "typebox";
import { optional } from "../http/body.ts";

const Percent = Type.Integer({ minimum: 0, maximum: 100 });
const Share = Type.Number({ minimum: 0, maximum: 100 });
const Code = Type.String({ minLength: 1, maxLength: 60 });

/** What is different about the work on an item, or on some jobs of it. */
export const Effect = Type.Object(
  {
    itemCode: Code,
    /** Of jobs of this revision and later ones; of all where it is left out. */
    revision: optional(Code),
    /** Of jobs that use this item. */
    component: optional(Code),
    /** At this operation; at all where it is left out. */
    operation: optional(Code),
    /** Of the time that a piece takes otherwise. */
    runFactor: optional(Type.Number({ exclusiveMinimum: 0, maximum: 100 })),
    /** In place of the shop's own percentages. */
    scrapPercent: optional(Share),
    reworkPercent: optional(Share),
    /** What is wrong with the pieces that are not good. */
    defect: optional(Code),
  },
  { additionalProperties: false },
);
export type Effect = Static<typeof Effect>;

/** How the simulated shop floor works, until it is told otherwise; kept over restarts. */
export const WrittenShopRules = Type.Object(
  {
    /** What happens to which piece follows from it. */
    seed: Type.Integer({ minimum: 0, maximum: 0xffff_ffff }),
    /** Of the pieces of one operation. */
    scrapPercent: Percent,
    /** Of the pieces of one operation: worked on twice. */
    reworkPercent: Percent,
    /** Of the events: reported minutes after they happened, and after later ones. */
    latePercent: Percent,
    /** Of the events: reported once more. */
    twicePercent: Percent,
    /** Of what is booked: reported wrongly, or once too often, and put right minutes later; none where left out. */
    correctedPercent: Type.Optional(Percent),
    /** Of several that fit a job, the last one that says something decides it; none where left out. */
    effects: Type.Optional(Type.Array(Effect, { maxItems: 200 })),
  },
  { additionalProperties: false },
);
export type ShopRules = Required<Static<typeof WrittenShopRules>>;

const USUAL: ShopRules = {
  seed: 1,
  scrapPercent: 3,
  reworkPercent: 2,
  latePercent: 4,
  twicePercent: 3,
  correctedPercent: 1,
  effects: [],
};

/** The shop's own time, which stands still unless it is advanced, and its rules. */
export type Shop = {
  /** Milliseconds since 1970, as `Date.now()`. */
  readonly now: () => number;
  readonly setNow: (now: number) => void;
  readonly rules: () => ShopRules;
  readonly setRules: (rules: ShopRules) => void;
};

/** @param start what time it is in a shop that was never opened before. */
export function openShop(db: DatabaseSync, start: number): Shop {
  db.exec(
    "create table if not exists shop (only integer primary key check (only = 1), now integer not null, rules text not null)",
  );
  db.prepare("insert into shop values (1, ?, ?) on conflict do nothing").run(start, JSON.stringify(USUAL));
  const read = db.prepare("select now, rules from shop");
  const writeNow = db.prepare("update shop set now = ?");
  const writeRules = db.prepare("update shop set rules = ?");
  // Every event asks for them.
  let rules = completed(JSON.parse(String(read.get()?.["rules"])) as Static<typeof WrittenShopRules>);
  return {
    now: () => Number(read.get()?.["now"]),
    setNow: (now) => void writeNow.run(now),
    rules: () => rules,
    setRules(wanted) {
      writeRules.run(JSON.stringify(wanted));
      rules = wanted;
    },
  };
}

/** With what was left out, or was not known yet when it was written. */
export function completed(written: Static<typeof WrittenShopRules>): ShopRules {
  return { ...written, correctedPercent: written.correctedPercent ?? 0, effects: written.effects ?? [] };
}
