import type { DatabaseSync } from "node:sqlite";
import { Type, type Static } from "typebox";

const Percent = Type.Integer({ minimum: 0, maximum: 100 });

/** How the simulated shop floor works, until it is told otherwise; kept over restarts. */
export const ShopRules = Type.Object(
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
  },
  { additionalProperties: false },
);
export type ShopRules = Static<typeof ShopRules>;

const USUAL: ShopRules = { seed: 1, scrapPercent: 3, reworkPercent: 2, latePercent: 4, twicePercent: 3 };

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
  return {
    now: () => Number(read.get()?.["now"]),
    setNow: (now) => void writeNow.run(now),
    rules: () => JSON.parse(String(read.get()?.["rules"])) as ShopRules,
    setRules: (rules) => void writeRules.run(JSON.stringify(rules)),
  };
}
