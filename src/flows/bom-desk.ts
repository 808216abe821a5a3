import type { BomVersion } from "../domain/bom/bom-version.ts";
import { compareBoms, type BomComparison, type BomSide } from "../domain/bom/compare-boms.ts";
import { explainEdit } from "../domain/bom/explain-merge.ts";
import { sameMbom } from "../domain/bom/diff-mbom.ts";
import { explain } from "../domain/bom/explain.ts";
import { recheckAccount, type KeptAccount, type RecheckedAccount } from "../domain/bom/recheck-account.ts";
import { structureOf } from "../domain/bom/structure.ts";
import type { ChangePlan, MbomChange } from "../domain/change-plan.ts";
import { itemRevision, type ItemRevisionKey } from "../domain/ebom.ts";
import type { ChangeId, Digest, ItemId, PlantId, Revision } from "../domain/ids.ts";
import { fromJson } from "../domain/json.ts";
import type { Mbom } from "../domain/mbom.ts";
import { decimalsOfNew } from "../domain/plan-design.ts";
import type { Db } from "../store/database.ts";
import { designsOf } from "../store/designs.ts";
import { readPlan } from "../store/plans.ts";
import { publicationAt, publishersOf, type StoredPublication } from "../store/publications.ts";
import { runOf } from "../store/runs.ts";
import { subjectOf } from "../store/subject.ts";
import { answered, NoAnswer, systemsOf } from "./no-answer.ts";
import { erpReader, plmReader } from "./readers.ts";
import type { ChangeHub, PlantSystems } from "./systems.ts";

/** Answers questions about an item's bills of material. It writes nothing. Rejects with `NoAnswer`. */
export type BomDesk = {
  readonly compare: (plant: PlantId, item: ItemId, from: BomVersion, to: BomVersion) => Promise<BomComparison>;
  readonly account: (plant: PlantId, item: ItemId) => Promise<PublishedAccount>;
};

/** The account of what Heddle published last of an item, checked against the systems as they are now. */
type PublishedAccount = RecheckedAccount & {
  readonly item: ItemId;
  readonly plant: PlantId;
  readonly revision: Revision;
  readonly change: ChangeId;
  /** The ERP's number of what was published. */
  readonly number: string;
  /** UTC instant. */
  readonly publishedAt: string;
  /** What a person should know of the check itself, each a sentence. */
  readonly notes: readonly string[];
};

export function bomDesk({ database, plants }: Pick<ChangeHub, "database" | "plants">): BomDesk {
  const asked = (plant: PlantId, item: ItemId): Asked => ({
    db: database.pool,
    systems: systemsOf(plants, plant),
    plant,
    item,
  });
  return {
    compare: (plant, item, from, to) =>
      answered(async () => {
        const of = asked(plant, item);
        const sides = [await sideOf(from, "from", of), await sideOf(to, "to", of)] as const;
        const [{ name: fromName }, { name: toName }] = sides;
        return { item, plant, from: fromName, to: toName, lines: compareBoms(...sides) };
      }),
    account: (plant, item) => answered(() => accountOf(asked(plant, item))),
  };
}

const LAST = { back: 0 } as const;

type Asked = {
  readonly db: Db;
  readonly systems: PlantSystems;
  readonly plant: PlantId;
  readonly item: ItemId;
};

function unknown(system: string, field: string, message: string, fix: string): NoAnswer {
  return new NoAnswer("unknown", message, { system, field, fix });
}

function sideOf(version: BomVersion, field: string, asked: Asked): Promise<BomSide> {
  switch (version.kind) {
    case "ebom":
      return ebomSide(version.revision, field, asked);
    case "planned":
      return plannedSide(version.change, field, asked);
    case "published":
      return publishedSide(version, field, asked);
    case "erp":
      return standingSide(field, asked);
  }
}

async function ebomSide(revision: Revision, field: string, asked: Asked): Promise<BomSide> {
  const plm = plmReader(asked.systems.plm);
  const engineering = await engineeringItem(asked);
  const { ebom } = await plm.ebom.read(engineering, revision);
  const source = itemRevision(engineering, revision);
  if (!ebom.items.has(source)) {
    const fix = `Check the item's number and its revisions in ${plm.system}.`;
    throw unknown(plm.system, field, `${plm.system} has no revision ${revision} of ${engineering}.`, fix);
  }
  return { kind: "ebom", name: `eBOM ${source} (${plm.system})`, source, structure: structureOf(ebom) };
}

/** What engineering calls the plant's item: it may be a variant, or have a number of the plant's own. */
async function engineeringItem({ db, systems, plant, item }: Asked): Promise<ItemId> {
  const configuration = systems.variants?.configurations.find((each) => each.item === item);
  if (configuration !== undefined) return configuration.of;
  const last = await publicationAt(db, plant, item, LAST);
  const planned = await newestDesign(db, plant, item);
  for (const digest of [last?.digest ?? null, planned?.digest ?? null]) {
    const change = digest === null ? null : await mbomChange(db, digest, item);
    if (change !== null) return itemOf(change);
  }
  return item;
}

function itemOf({ key, after }: Pick<MbomChange, "key" | "after">): ItemId {
  const ending = ` rev ${after.revision}`;
  return (key.endsWith(ending) ? key.slice(0, -ending.length) : after.item) as ItemId;
}

async function plannedSide(change: ChangeId | null, field: string, asked: Asked): Promise<BomSide> {
  const { db, plant, item } = asked;
  const design = change === null ? await newestDesign(db, plant, item) : await designBy(change, asked);
  if (design === null) {
    const fix =
      change === null
        ? "Name a change that concerns it, planned:<change>, or compare published with erp."
        : "See which changes the hub knows: npx heddle status.";
    const what = change === null ? `No change that plans ${item}` : `${change} is no change that the hub`;
    throw unknown("heddle", field, `${what} ${change === null ? "is known" : "knows"} in plant ${plant}.`, fix);
  }
  const planned = await mbomChange(db, design.digest, item);
  if (planned === null) {
    const fix = `Compare published with erp: the plan of ${design.change} leaves the mBOM of ${item} as it is.`;
    throw unknown("heddle", field, `The plan of ${design.change} changes no mBOM of ${item}.`, fix);
  }
  return mbomSide(`planned by ${design.change}`, planned.after, planned, asked);
}

type PlannedDesign = { readonly change: ChangeId; readonly digest: Digest };

/** The plan that counts of the change that was released last of those that design the item. */
async function newestDesign(db: Db, plant: PlantId, item: ItemId): Promise<PlannedDesign | null> {
  const designs = (await designsOf(db, plant, [item])).get(item) ?? [];
  const newest = designs.toSorted((a, b) => (a.releasedAt < b.releasedAt ? 1 : -1))[0];
  return newest === undefined ? null : planOf(newest.change as ChangeId, db, plant);
}

function designBy(change: ChangeId, { db, plant }: Asked): Promise<PlannedDesign | null> {
  return planOf(change, db, plant);
}

async function planOf(change: ChangeId, db: Db, plant: PlantId): Promise<PlannedDesign | null> {
  const run = await runOf(db, subjectOf("change", change, plant).id);
  return run?.planDigest == null ? null : { change, digest: run.planDigest };
}

async function mbomChange(db: Db, digest: Digest, item: ItemId): Promise<MbomChange | null> {
  const stored = await readPlan(db, digest);
  const plan = stored === null ? null : fromJson<ChangePlan>(stored.plan);
  return plan?.mboms.find((each) => each.item === item) ?? null;
}

type PublishedVersion = Extract<BomVersion, { readonly kind: "published" }>;

async function publishedSide(version: PublishedVersion, field: string, asked: Asked): Promise<BomSide> {
  const publication = await publicationOf(version, field, asked);
  const { change, number, digest } = publication;
  const mbom = fromJson<Mbom>(publication.after);
  return mbomSide(`published by ${change} (${number})`, mbom, await mbomChange(asked.db, digest, asked.item), asked);
}

async function publicationOf(version: PublishedVersion, field: string, asked: Asked): Promise<StoredPublication> {
  const { db, plant, item } = asked;
  const found = await publicationAt(db, plant, item, version);
  if (found !== null) return found;
  const changes = await publishersOf(db, plant, item);
  if (changes.length === 0) throw neverPublished(field, plant, item);
  const message =
    "back" in version
      ? `Heddle published the mBOM of ${item} in plant ${plant} ${times(changes.length)}: there is none ${version.back} before the last.`
      : `${version.change} never published an mBOM of ${item} in plant ${plant}.`;
  const names = [...new Set(changes)].slice(0, NAMES_MAX).map((change) => `published:${change}`);
  throw unknown("heddle", field, message, `Name one of: ${names.join(", ")}.`);
}

/** How many there are to choose from, before the list is longer than anyone reads. */
const NAMES_MAX = 8;

function times(count: number): string {
  return count === 1 ? "once" : `${count} times`;
}

function neverPublished(field: string, plant: PlantId, item: ItemId): NoAnswer {
  return new NoAnswer("never published", `Heddle never published an mBOM of ${item} in plant ${plant}.`, {
    system: "heddle",
    field,
    fix: "Check the number; a sub-assembly's mBOM is published with the first change that reaches it. erp and planned may be there.",
  });
}

async function standingSide(field: string, asked: Asked): Promise<BomSide> {
  const { db, systems, plant, item } = asked;
  const mbom = await standing(asked);
  if (mbom === null) {
    const { system } = systems.erp;
    const fix = `Check the number in ${system}, or name another version.`;
    throw unknown(system, field, `${system} has no mBOM of ${item} in plant ${plant}.`, fix);
  }
  const last = await publicationAt(db, plant, item, LAST);
  const change = last === null ? null : await mbomChange(db, last.digest, item);
  const plan = last === null || change === null ? null : { ...change, after: fromJson<Mbom>(last.after) };
  return mbomSide(`${systems.erp.system} now`, mbom, plan, asked);
}

async function standing({ systems, plant, item }: Asked): Promise<Mbom | null> {
  return (await erpReader(systems.erp).mbom.read([item], plant)).get(item)?.value ?? null;
}

function mbomSide(
  name: string,
  mbom: Mbom,
  from: Pick<MbomChange, "after" | "decisions"> | null,
  { systems }: Asked,
): BomSide {
  const { rules } = systems;
  return {
    kind: "mbom",
    name,
    mbom,
    plan: from === null ? null : { mbom: from.after, decisions: from.decisions, rules },
  };
}

async function accountOf(asked: Asked): Promise<PublishedAccount> {
  const { db, systems, plant, item } = asked;
  const last = await publicationAt(db, plant, item, LAST);
  if (last === null) throw neverPublished("item", plant, item);
  const published = fromJson<Mbom>(last.after);
  const planned = plannedIn(last);
  const own = await keptWith(last, asked);
  const { publication, plan, kept } = own.kept.decisions.length > 0 ? own : await keptBefore(last, asked);
  const { ebom, findings } = await plmReader(systems.plm).ebom.read(itemOf(kept), kept.after.revision);
  const now = await standing(asked);
  const groups = await groupsOf(kept, asked);
  const mboms = [planned, published, now, ...groups.flatMap((group) => [group.planned, group.standing])];
  const input = { ebom, rules: systems.rules, ...(await plantFacts(mboms, asked)) };
  return {
    item,
    plant,
    revision: published.revision,
    change: last.change,
    number: last.number,
    publishedAt: last.at,
    ...recheckAccount(input, { ...kept, planned, groups }, now),
    notes: [
      ...(publication === last
        ? []
        : [
            `${last.change} put back what ${publication.change} had published (${publication.number}): the account is of that.`,
          ]),
      ...notesOf(kept.key, now, plan.rulesVersion, systems),
      ...editsKept(own.kept),
      ...findings.map(explain),
    ],
  };
}

/** Engineering's plan of what was published, without the edits of the plant's planners. */
function plannedIn({ after, engineering }: StoredPublication): Mbom {
  return fromJson<Mbom>(engineering ?? after);
}

/** A publication and the plan that it came of, with what that plan decided of the item. */
type Kept = { readonly publication: StoredPublication; readonly plan: ChangePlan; readonly kept: MbomChange };

async function keptWith(publication: StoredPublication, { db, item }: Asked): Promise<Kept> {
  const stored = await readPlan(db, publication.digest);
  const plan = stored === null ? null : fromJson<ChangePlan>(stored.plan);
  const kept = plan?.mboms.find((each) => each.item === item);
  if (plan !== null && kept !== undefined) return { publication, plan, kept };
  const fix = `Look at ${publication.change} again once ${item} changes: the next publication keeps its account.`;
  throw unknown("heddle", "item", `The plan of ${publication.change} kept no account of ${item}.`, fix);
}

/** A rollback decides nothing of the eBOM: what it put back is accounted for where the same was published before. */
async function keptBefore(rollback: StoredPublication, asked: Asked): Promise<Kept> {
  const { db, plant, item } = asked;
  const planned = plannedIn(rollback);
  for (let back = 1; ; back += 1) {
    const earlier = await publicationAt(db, plant, item, { back });
    if (earlier === null) throw decidedNothing(rollback, planned, asked);
    const found = sameMbom(plannedIn(earlier), planned) ? await keptWith(earlier, asked) : null;
    if (found !== null && found.kept.decisions.length > 0) return found;
  }
}

/** A rollback may put back what Heddle never published, and a group holds lines that its assembly accounts for. */
function decidedNothing({ change }: StoredPublication, { revision }: Mbom, { plant, item }: Asked): NoAnswer {
  return unknown(
    "heddle",
    "item",
    `${change} published ${item} without deciding an eBOM line of it: it put back what stood before, or ${item} is a group.`,
    `Compare it: heddle bom diff ${item} --plant ${plant} --from ebom:${revision} --to erp; of a group, check the account of what it is used in.`,
  );
}

/** The mBOMs of the groups that lines of this one went into. One that was never published holds nothing. */
async function groupsOf({ decisions }: MbomChange, asked: Asked): Promise<NonNullable<KeptAccount["groups"]>> {
  const { db, plant, systems } = asked;
  const named = new Set(decisions.flatMap(({ outcome }) => ("in" in outcome ? [outcome.in] : [])));
  const held = await erpReader(systems.erp).mbom.read([...named], plant);
  const found = await Promise.all(
    [...named].map(async (group) => {
      const last = await publicationAt(db, plant, group, LAST);
      if (last === null) return [];
      const planned = fromJson<Mbom>(last.engineering ?? last.after);
      return [{ planned, standing: held.get(group)?.value ?? null }];
    }),
  );
  return found.flat();
}

async function plantFacts(mboms: readonly (Mbom | null)[], { systems, plant }: Asked) {
  const named = new Set(mboms.flatMap((mbom) => (mbom === null ? [] : mbom.lines.map(({ item }) => item))));
  const items = await erpReader(systems.erp).items.read([...named], plant);
  const decimalsOf = (item: ItemId, unit: Parameters<typeof decimalsOfNew>[0]) =>
    items.get(item)?.value.decimals ?? decimalsOfNew(unit);
  return { decimalsOf, plantItems: new Map([...items].map(([item, { value }]) => [item, value])) };
}

function notesOf(key: ItemRevisionKey, now: Mbom | null, rulesVersion: string, { rules, erp, plant }: PlantSystems) {
  return [
    ...(now === null ? [`${erp.system} has no mBOM of it in plant ${plant} any more.`] : []),
    ...(rulesVersion === rules.version
      ? []
      : [`The rules were changed since ${key} was planned: what they replace and round is judged by today's.`]),
  ];
}

/** Edits that were there when it was published, and why they stand; those that came later have no reason on record. */
function editsKept({ merge }: MbomChange): readonly string[] {
  const kept = (merge?.kept ?? []).filter(({ stands }) => stands === "plant");
  const told = kept.slice(0, NAMES_MAX).map((edit) => `Published with the plant's edit: ${explainEdit(edit)}.`);
  return kept.length <= NAMES_MAX ? told : [...told, `And with ${kept.length - NAMES_MAX} more of its edits.`];
}
