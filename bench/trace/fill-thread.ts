import { pieceNode, type ThreadNode } from "../../src/domain/thread-link.ts";
import type { Database } from "../../src/store/database.ts";

export type FilledThread = {
  readonly links: number;
  readonly units: number;
  /** One piece among all. */
  readonly serial: ThreadNode;
  /** A lot that one in ten pieces holds. */
  readonly lot: ThreadNode;
  /** A change that half of the orders were built under. */
  readonly change: ThreadNode;
  readonly items: readonly { readonly plant: string; readonly item: string }[];
};

/** Links of one piece: its order, three lots, and every second one the machine that it went into. */
const LINKS_OF_PIECE = 4.5;
const PIECES_OF_ORDER = 100;

/**
 * A plant's thread: orders of 100 pieces under changes, each piece with its order and three lots, one of them the same
 * in one piece of ten; every second piece stands in a machine.
 */
export async function fillThread({ pool }: Database, links: number): Promise<FilledThread> {
  const pieces = Math.round(links / (LINKS_OF_PIECE + 4 / PIECES_OF_ORDER));
  const orders = Math.ceil(pieces / PIECES_OF_ORDER);
  const insert = (select: string, counts: readonly number[]) =>
    pool.query(
      `insert into thread_links
           (subject, from_system, from_kind, from_id, relation, to_system, to_kind, to_id, happened_at, who) ${select}`,
      [...counts],
    );
  // By parts, so that no statement takes longer than the hub lets it.
  const step = 50_000;
  for (let from = 0; from < pieces; from += step) {
    const until = Math.min(pieces, from + step) - 1;
    const named = `'order:MO-' || n / ${PIECES_OF_ORDER} || '@1000', '1000', 'serial', 'SN-' || lpad(n::text, 7, '0') || '@FX-110'`;
    const when = `timestamptz '2026-01-01Z' + n * interval '1 minute', (n % 40)::text`;
    await insert(
      `select ${named}, 'made by', 'erp', 'production order', 'MO-' || n / ${PIECES_OF_ORDER}, ${when}
         from generate_series($1::int, $2::int) n`,
      [from, until],
    );
    await insert(
      `select ${named}, 'contains', '1000', 'lot', lot, ${when}
         from generate_series($1::int, $2::int) n
        cross join lateral (values (case n % 10 when 0 then 'L-7@MOT-024' else 'L-' || n / 500 || '@MOT-024' end),
          ('G-' || n / 1000 || '@GEAR-1'), ('H-' || n / 800 || '@HSG-20')) as lots (lot)`,
      [from, until],
    );
    await insert(
      `select 'order:MA-' || n / 2000 || '@1000', '1000', 'serial', 'M-' || n / 2 || '@FX-900', 'contains',
              '1000', 'serial', 'SN-' || lpad(n::text, 7, '0') || '@FX-110', ${when}
         from generate_series($1::int, $2::int) n where n % 2 = 0`,
      [from, until],
    );
    await pool.query(
      `insert into built_units (plant, item, kind, id, "order", revision, built_at, changes, record)
       select '1000', 'FX-110', 'serial', 'SN-' || lpad(n::text, 7, '0'), 'MO-' || n / ${PIECES_OF_ORDER}, 'B',
              timestamptz '2026-01-01Z' + n * interval '1 minute',
              case when n > $3::int / 2 then array['ECO-7'] else '{}' end, '{"components":[]}'
         from generate_series($1::int, $2::int) n`,
      [from, until, pieces],
    );
  }
  await insert(
    `select 'order:MO-' || n || '@1000', 'erp', 'production order', 'MO-' || n, relation, system, kind, id, null::timestamptz, null
       from generate_series(0, $1::int) n
      cross join lateral (values
        ('makes', 'erp', 'item revision', 'FX-110 rev ' || case when n > $1::int / 2 then 'B' else 'A' end),
        ('dispatched as', 'mes', 'job order', '1000:MO-' || n),
        ('booked as', 'erp', 'posting', 'MO-' || n || ':1'),
        ('built under', 'plm', 'change', case when n > $1::int / 2 then 'ECO-7' else 'ECO-' || n / 100 + 100 end)
      ) as links (relation, system, kind, id)`,
    [orders - 1],
  );
  await pool.query(
    `insert into thread_links (subject, from_system, from_kind, from_id, relation, to_system, to_kind, to_id)
     values ('change:ECO-7@1000', 'plm', 'change', 'ECO-7', 'releases', 'erp', 'item revision', 'FX-110 rev B')`,
  );
  await pool.query("analyze");
  const { rows } = await pool.query<{ links: number; units: number }>(
    "select (select count(*) from thread_links)::int as links, (select count(*) from built_units)::int as units",
  );
  const middle = Math.floor(pieces * 0.75);
  return {
    ...(rows[0] ?? { links: 0, units: 0 }),
    serial: pieceNode("1000", "serial", `SN-${String(middle).padStart(7, "0")}`, "FX-110"),
    lot: pieceNode("1000", "lot", "L-7", "MOT-024"),
    change: { system: "plm", kind: "change", id: "ECO-7" },
    items: [{ plant: "1000", item: "FX-110" }],
  };
}
