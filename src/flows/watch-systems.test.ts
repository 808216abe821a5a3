import { expect, it } from "vitest";
import type { Connector } from "../connectors/port.ts";
import type { PlantId, ProductionOrderId, SystemId } from "../domain/ids.ts";
import { subjectOf } from "../store/subject.ts";
import { holdSubject } from "../store/testing.ts";
import { linkThread } from "../store/thread-links.ts";
import type { ChangeHub, PlantSystems } from "./systems.ts";
import { watchErp } from "./watch-systems.ts";
import { testLanes } from "../engine/testing.ts";

const { database, lanes } = await testLanes();

/** An ERP in which MO-1 has moved. */
const ERP = {
  system: "erp" as SystemId,
  productionOrders: {
    changedSince: () => Promise.resolve({ ids: ["MO-1" as ProductionOrderId], cursor: "1", more: false }),
  },
} as unknown as Connector;

it("wakes a rollback in the plant that it is of, not in others of the same ERP", async () => {
  const rollback = subjectOf("change", "ROLLBACK-ECO-1-1", "1000");
  await holdSubject(database, rollback);
  await database.transaction((tx) =>
    linkThread(tx, rollback.id, [
      {
        from: { system: "plm", kind: "change", id: rollback.key },
        relation: "touches",
        to: { system: "erp", kind: "production order", id: "MO-1" },
      },
    ]),
  );
  const systems = (plant: string) =>
    ({ plant, erp: ERP, plm: { system: "plm" }, mes: null }) as unknown as PlantSystems;
  const plants = new Map(["1000", "2000"].map((plant) => [plant as PlantId, systems(plant)]));
  const hub: ChangeHub = { database, lanes, plants, policyFor: () => null, now: () => new Date() };

  await watchErp(hub, ERP);

  expect((await lanes.list(database.pool)).map(({ subject }) => subject)).toEqual([rollback.id]);
});
