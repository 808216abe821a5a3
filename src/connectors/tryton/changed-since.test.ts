import fc from "fast-check";
import { expect, it } from "vitest";
import type { Cursor } from "../port.ts";
import { pollSources, type Source } from "./changed-since.ts";
import type { Company } from "./company.ts";
import { fakeTables, type FakeTables } from "./fake-tables-harness.ts";
import { fromRanges, toRanges } from "./id-ranges.ts";
import { fromInstant, type Instant } from "./values.ts";
import { MODELS, type TouchedProduction } from "./wire.ts";

const ORDERS: Source<TouchedProduction, string> = {
  name: "orders",
  model: MODELS.touchedProduction,
  domain: [["company", "=", 1]],
  deletions: "remembered",
  remember: ({ number }) => number,
  idsOf: (rows) => Promise.resolve(rows.flatMap(({ number }) => number ?? [])),
};

const noFacts = () => Promise.resolve({ modules: new Set() });

/** A company whose Tryton is the tables, as far as polling asks. */
function companyOf(tables: FakeTables): Company {
  const read = ({ method, params }: { method: string; params: readonly unknown[] }) => {
    const [domain, offset = 0, limit = 0, order = null, fields = []] = params as [
      [],
      number?,
      number?,
      never?,
      string[]?,
    ];
    const rows = tables.search("production", domain, order);
    return Promise.resolve(
      method.endsWith("search_count")
        ? rows.length
        : rows.slice(offset, offset + limit).map((row) => tables.read("production", row, fields)),
    );
  };
  return { system: "erp", read, facts: noFacts } as unknown as Company;
}

type Limits = { readonly page: number; readonly recent: number };

async function pollAll(company: Company, from: Cursor, limits?: Limits): Promise<{ ids: Set<string>; cursor: Cursor }> {
  const ids = new Set<string>();
  for (let cursor = from; ;) {
    const page = await pollSources(company, "polling", [ORDERS], (number) => number, cursor, limits);
    for (const id of page.ids) ids.add(id);
    cursor = page.cursor;
    if (!page.more) return { ids, cursor };
  }
}

/** So many seconds into a day, with microseconds that tell them apart from others'. */
function instant(seconds: number, micro = 0): Instant {
  const at = new Date(Date.UTC(2026, 0, 5) + seconds * 1_000).toISOString();
  return `${at.slice(0, 19).replace("T", " ")}.${String(micro).padStart(6, "0")}` as Instant;
}

const transaction = fc.record({
  order: fc.integer({ min: 0, max: 30 }),
  begins: fc.integer({ min: 0, max: 2_000 }),
  lasts: fc.integer({ min: 0, max: 299 }),
  does: fc.constantFrom("write", "write", "make", "delete"),
});

it("tells every touch at the first poll after its transaction ended, in whatever order they began and ended", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(transaction, { maxLength: 60 }),
      fc.array(fc.integer({ min: 0, max: 2_400 }), { maxLength: 12 }),
      // Recent rows in one answer, or by time in pages.
      fc.constantFrom({ page: 200, recent: 500 }, { page: 4, recent: 500 }, { page: 4, recent: 1 }),
      async (transactions, polls, limits) => {
        const tables = fakeTables();
        const company = companyOf(tables);
        const made = new Map<number, number>();
        let cursor: Cursor = null;
        let untold = new Set<string>();
        const told = new Set<string>();
        const events = [
          // No two transactions begin in one microsecond.
          ...transactions.map((one, micro) => ({ at: one.begins + one.lasts, one: { ...one, micro } })),
          ...[...polls, 3_000].map((at) => ({ at, one: null })),
        ].toSorted((a, b) => a.at - b.at);
        for (const { one } of events) {
          if (one === null) {
            const polled = await pollAll(company, cursor, limits);
            expect([...untold].filter((id) => !polled.ids.has(id))).toEqual([]);
            expect((await pollAll(company, polled.cursor, limits)).ids.size).toBe(0);
            cursor = polled.cursor;
            for (const number of untold) told.add(number);
            untold = new Set();
            continue;
          }
          const id = made.get(one.order);
          const stamp = fromInstant(instant(one.begins, one.micro));
          if (id === undefined) {
            const fresh = tables.create("production", { number: `N${one.order}` });
            tables.tables.row("production", fresh)!["create_date"] = stamp;
            made.set(one.order, fresh);
            untold.add(`N${one.order}`);
          } else if (one.does === "delete") {
            tables.remove("production", id);
            made.delete(one.order);
            // What nobody was told of need not be told to be gone.
            if (told.has(`N${one.order}`)) untold.add(`N${one.order}`);
            else untold.delete(`N${one.order}`);
          } else {
            tables.tables.row("production", id)!["write_date"] = stamp;
            untold.add(`N${one.order}`);
          }
        }
      },
    ),
    { numRuns: 1000 },
  );
});

it("tells what was deleted, once", async () => {
  const tables = fakeTables();
  const company = companyOf(tables);
  const ids = ["A", "B", "C"].map((number) => tables.transaction({}, () => tables.create("production", { number })));
  const before = await pollAll(company, null);
  tables.remove("production", ids[1] ?? 0);
  const after = await pollAll(company, before.cursor);
  expect([...after.ids]).toEqual(["B"]);
  expect((await pollAll(company, after.cursor)).ids.size).toBe(0);
});

it("keeps ids in little space", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(2_000)), (ids) => {
      expect(fromRanges(toRanges(ids))).toEqual(ids.toSorted((a, b) => a - b));
    }),
  );
  expect(toRanges([7, 1, 2, 3])).toBe("1-3,7");
});
