import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ebom, line, mbom, mbomLine, quantity, sourcing } from "./bom/bom-builder.ts";
import { holdsOn, type Day } from "./calendar.ts";
import { effectivityText } from "./effectivity-text.ts";
import type { ChangeId, ItemId, Revision } from "./ids.ts";
import { plantBeneath } from "./layers.ts";
import type { MbomLine } from "./mbom.ts";
import { blockedFindings } from "./plan-change.ts";
import { applied, books, booksOf, planned, type Books, type Planned, type Scenario } from "./plan-harness.ts";
import { quantityText } from "./quantity.ts";
import { change, plantItem, productionOrder, standardCost } from "./testing.ts";

const PARTS = ["FRAME", "SEAL-1", "SEAL-2", "SEAL-3"];
const RULES = sourcing({ make: ["PUMP"], buy: PARTS });

type Parts = Readonly<Record<string, string>>;

/** A change that has PUMP built of these parts from a day on; released on that day of February. */
function built(id: string, parts: Parts, effectiveFrom: string | null, released = 1): Scenario {
  const dates = { effectiveFrom: effectiveFrom as Day | null, releasedAt: `2026-02-0${released}T12:00:00.000Z` };
  const lines = Object.entries(parts).map(([item, amount]) => line(item, amount));
  return {
    change: { ...change({ PUMP: {} }, dates), id: id as ChangeId },
    ebom: ebom({ PUMP: lines }),
    rules: RULES,
    tops: ["PUMP"],
    target: { holdsEffectivity: "days" },
  };
}

const PLANT: Books = books({
  items: [plantItem("PUMP", { procurement: "make" }), ...PARTS.map((part) => plantItem(part))],
  mboms: [mbom("PUMP", [mbomLine("L10", "FRAME", "1"), mbomLine("L20", "SEAL-1", "2")])],
  costs: ["PUMP", ...PARTS].map((item) => standardCost(item, "4")),
});

function look(scenario: Scenario, held: Books, today = "2026-03-01"): Planned {
  return planned({ ...scenario, today: today as Day }, booksOf(held, scenario.change.id));
}

function put(held: Books, ...scenarios: readonly Scenario[]): Books {
  return scenarios.reduce((now, one) => applied(look(one, now).plan, booksOf(now, one.change.id)), held);
}

const linesOf = ({ mboms }: Books) => mboms.find(({ item }) => item === "PUMP")?.lines ?? [];
const text = ({ item, quantity: { amount, unit } }: MbomLine) => `${item} ${quantityText({ amount, unit })}`;
const shown = (held: Books) =>
  linesOf(held)
    .map((one) => `${text(one)} ${effectivityText(one.effectivity)}`)
    .toSorted();

/** What an order that starts on a day is built of. */
const builtOn = (day: string, held: Books) =>
  linesOf(held)
    .filter(({ effectivity }) => holdsOn(effectivity, day as Day))
    .map(text)
    .toSorted();

/** What a plan of a change that was published would publish again, if nothing stops it. */
const publishedAgain = ({ plan, plant: { baselines } }: Planned) =>
  baselines.size === 0 || blockedFindings(plan).length > 0
    ? []
    : plan.actions.flatMap(({ kind, id }) => (kind === "publish mBOM" ? [id] : []));

const JUNE = built("ECO-1", { FRAME: "1", "SEAL-3": "2" }, "2026-06-01");
const MAY = built("ECO-2", { FRAME: "1", "SEAL-2": "2" }, "2026-05-01", 2);
const found = ({ plan }: Planned) => plan.findings.map(({ severity, code }) => `${severity}: ${code}`);
const kinds = ({ plan }: Planned) => plan.actions.map(({ id }) => id);

const order = (id: string, start: string) =>
  productionOrder(id, "PUMP", "10", "planned", { FRAME: "10", "SEAL-1": "20" }, { start: start as Day });
const asThree = (one: MbomLine): MbomLine => (one.item === "FRAME" ? { ...one, quantity: quantity("3") } : one);

describe("a change whose day comes before that of one that is published already", () => {
  const published = put(PLANT, JUNE);
  const both = put(published, MAY);

  it("holds from its day until that one's, which stays as it is", () => {
    expect(shown(published)).toEqual([
      "FRAME 1 EA always",
      "SEAL-1 2 EA until 2026-05-31",
      "SEAL-3 2 EA from 2026-06-01",
    ]);
    expect(shown(both)).toEqual([
      "FRAME 1 EA always",
      "SEAL-1 2 EA until 2026-04-30",
      "SEAL-2 2 EA from 2026-05-01 until 2026-05-31",
      "SEAL-3 2 EA from 2026-06-01",
    ]);
  });

  it("says behind which one it is put", () => {
    expect(look(MAY, published).plan.findings).toContainEqual(
      expect.objectContaining({
        severity: "info",
        code: "effectivity-beneath",
        cause:
          "PUMP is published for a later day already: ECO-1, from 2026-06-01 on. ECO-2 is put before that, and holds until then.",
      }),
    );
  });

  it("leaves nothing to do to either, until the days come", () => {
    for (const one of [JUNE, MAY]) expect(kinds(look(one, both))).toEqual([]);
    expect(kinds(look(MAY, both, "2026-05-01"))).toEqual(["update item:PUMP", "set standard cost:PUMP"]);
    expect(kinds(look(JUNE, both, "2026-05-01"))).toEqual([]);
    expect(kinds(look(JUNE, both, "2026-06-01"))).toEqual(["update item:PUMP", "set standard cost:PUMP"]);
  });

  it("judges the orders that start in its days, and leaves those that start later to the other", () => {
    const orders = [order("MO-APRIL", "2026-04-10"), order("MO-MAY", "2026-05-10"), order("MO-JUNE", "2026-06-10")];
    const touched = (one: Scenario) =>
      look(one, { ...both, productionOrders: orders }).plan.impact.map((impact) =>
        impact.kind === "production" ? impact.order : "",
      );
    expect(touched(MAY)).toEqual(["MO-MAY"]);
    expect(touched(JUNE)).toEqual(["MO-JUNE"]);
  });

  it("keeps what planners have made of what both build", () => {
    const three = { ...published, mboms: [mbom("PUMP", linesOf(published).map(asThree))] };
    expect(shown(put(three, MAY))).toContain("FRAME 3 EA always");
  });

  it("is blocked where its revision is newer: the older one would come into force after it", () => {
    const older = published.history.get("PUMP" as ItemId)?.map((one) => ({
      ...one,
      mbom: { ...one.mbom, revision: "0" as Revision },
    }));
    const held = { ...published, history: new Map([["PUMP" as ItemId, older ?? []]]) };
    expect(found(look(MAY, held))).toContain("blocked: effectivity-against-revision");
  });

  it("is still blocked when that one is in effect", () => {
    expect(found(look(MAY, published, "2026-06-01"))).toContain("blocked: change-superseded");
  });

  it("is not put beneath one that takes effect at once after it", () => {
    const atOnce = built("ECO-3", { FRAME: "2" }, null, 3);
    const now = put(published, atOnce);
    expect(shown(now)).toEqual(["FRAME 2 EA always"]);
    expect(look(MAY, now).plant.layered).toBeUndefined();
  });
});

it("a change is put beneath several, each of which stands on the one before it", () => {
  const july = built("ECO-3", { FRAME: "2" }, "2026-07-01", 3);
  const all = put(PLANT, july, JUNE, MAY);
  expect(shown(all)).toEqual([
    "FRAME 1 EA until 2026-06-30",
    "FRAME 2 EA from 2026-07-01",
    "SEAL-1 2 EA until 2026-04-30",
    "SEAL-2 2 EA from 2026-05-01 until 2026-05-31",
    "SEAL-3 2 EA from 2026-06-01 until 2026-06-30",
  ]);
  for (const one of [july, JUNE, MAY]) expect(kinds(look(one, all))).toEqual([]);
});

describe("a change that was taken back", () => {
  const taken = put(PLANT, JUNE);
  const [first] = taken.history.get("PUMP" as ItemId) ?? [];
  if (first === undefined) throw new Error("ECO-1 was not published");
  const back = { ...first, at: 1, mbom: first.before ?? first.mbom, takesBack: first.change, change: first.change };
  const { effectiveFrom: _never, engineering: _same, ...withdrawal } = back;
  const history = new Map([["PUMP" as ItemId, [{ ...first, isTakenBack: true }, withdrawal]]]);
  const held: Books = { ...PLANT, history };

  it("stands in nobody's way, by no day that it had", () => {
    expect(found(look(MAY, held))).toEqual(["info: effectivity-ahead"]);
  });

  it("leaves the others in their order", () => {
    const other = { ...first, change: "ECO-0" as ChangeId, effectiveFrom: "2026-02-20" as Day };
    const known = new Map([
      ["PUMP" as ItemId, [other, { ...first, at: 1, isTakenBack: true }, { ...withdrawal, at: 2 }]],
    ]);
    const plant = plantBeneath(look(MAY, PLANT).plant, known, MAY.change, "2026-03-01" as Day);
    expect(plant.published?.get("PUMP" as ItemId)).toMatchObject({ standsBy: "ECO-0", effectiveFrom: "2026-02-20" });
  });
});

const dayOf = ({ change: { effectiveFrom } }: Scenario) => effectiveFrom ?? "";
const drawn = ({ ebom: { assemblies } }: Scenario) =>
  [...assemblies.values()].flatMap(({ lines }) =>
    lines.map(({ item, quantity: { amount, unit } }) => `${item} ${quantityText({ amount, unit })}`),
  );

describe("the law of days to come", () => {
  const parts = fc.dictionary(fc.constantFrom(...PARTS), fc.constantFrom("1", "2", "5"), { minKeys: 1 });
  const days = fc.shuffledSubarray(["2026-04-01", "2026-05-01", "2026-06-01", "2026-07-01"], { minLength: 2 });
  const changes = days.chain((some) =>
    fc.tuple(...some.map((day, at) => parts.map((made) => built(`ECO-${at + 1}`, made, day)))),
  );

  it("in whatever order changes arrive, each day is built by the change that is in force", () => {
    fc.assert(
      fc.property(changes, (arriving) => {
        const inOrder = arriving.toSorted((a, b) => (dayOf(a) < dayOf(b) ? -1 : 1));
        // One that changes nothing when it arrives is looked at again on its day: by then it may.
        const held = put(PLANT, ...arriving, ...inOrder);
        for (const day of ["2026-03-31", "2026-04-01", "2026-05-31", "2026-06-01", "2026-07-01", "2027-01-01"]) {
          const inForce = inOrder.findLast((one) => dayOf(one) <= day);
          const wanted = inForce === undefined ? ["FRAME 1 EA", "SEAL-1 2 EA"] : drawn(inForce);
          expect(builtOn(day, held)).toEqual(wanted.toSorted());
        }
        for (const each of arriving) expect(kinds(look(each, held))).toEqual([]);
        for (const today of ["2026-04-01", "2026-05-15", "2026-06-02", "2026-08-01"]) {
          for (const each of arriving) expect(publishedAgain(look(each, held, today))).toEqual([]);
        }
      }),
      { numRuns: 100 },
    );
  });
});
