import type { ChangePlan } from "../domain/change-plan.ts";
import type { ChangeId, Digest, PlantId } from "../domain/ids.ts";
import { fromJson } from "../domain/json.ts";
import type { Mbom } from "../domain/mbom.ts";
import type { Footprint, MbomFootprint } from "../domain/plan-rollback.ts";
import type { Db } from "../store/database.ts";
import { readPlan } from "../store/plans.ts";
import { carriedOut, publishedBy, type PublishedBy } from "../store/rollbacks.ts";
import { subjectOf } from "../store/subject.ts";

/** What a change did to a plant, as Heddle remembers it; null when it did nothing. */
export async function footprintOf(
  db: Db,
  { change, plant }: { readonly change: ChangeId; readonly plant: PlantId },
): Promise<Footprint | null> {
  const digests: Digest[] = [];
  let applied: ChangePlan["change"] | null = null;
  const items: Mutable<Footprint["items"]> = new Map();
  const procurement: Mutable<Footprint["procurement"]> = new Map();
  for (const { digest, done } of await carriedOut(db, subjectOf("change", change, plant).id)) {
    const stored = await readPlan(db, digest);
    if (stored === null) continue;
    const plan = fromJson<ChangePlan>(stored.plan);
    if (plan.change.state !== "released") continue; // it took back what others before it had done
    applied = plan.change;
    digests.push(digest);
    const isDone = new Set(done);
    for (const action of plan.actions) {
      if (!isDone.has(action.id)) continue;
      if (action.kind === "update item") {
        items.set(action.item.item, { was: items.get(action.item.item)?.was ?? action.was, left: action.item });
      } else if (action.kind === "set procurement record") {
        const { item } = action.record;
        const first = procurement.get(item);
        procurement.set(item, { was: first === undefined ? action.was : first.was, left: action.record });
      }
    }
  }
  const mboms = (await publishedBy(db, { change, plant }, digests)).map(
    (row) => [row.item, mbomFootprint(row)] as const,
  );
  if (applied === null || mboms.length + items.size + procurement.size === 0) return null;
  return { change: applied, mboms: new Map(mboms), items, procurement };
}

type Mutable<T> = T extends ReadonlyMap<infer Key, infer Value> ? Map<Key, Value> : never;

function mbomFootprint({ before, after, engineering, earlier, earlierEngineering }: PublishedBy): MbomFootprint {
  const left = fromJson<Mbom>(after);
  if (before === null) return { before: null, left };
  const was = fromJson<Mbom>(before);
  const said = earlierEngineering ?? earlier;
  if (said === null && engineering === null) return { before: was, left };
  return {
    before: was,
    left,
    engineering: {
      before: said === null ? was : fromJson<Mbom>(said),
      left: engineering === null ? left : fromJson<Mbom>(engineering),
    },
  };
}
