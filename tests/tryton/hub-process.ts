/**
 * A hub's worker as a process of its own, to be killed: works on changes until then.
 * Arguments: the database's address, the PLM's, Tryton's.
 */
import { DATABASE, PASSWORD } from "../../src/connectors/tryton/server-harness.ts";
import { makeConnector } from "../../src/connectors/registry.ts";
import type { SystemId } from "../../src/domain/ids.ts";
import { openLanes } from "../../src/engine/lanes.ts";
import { startWorker } from "../../src/engine/worker.ts";
import { changeToErp } from "../../src/flows/change-to-erp.ts";
import { openDatabase } from "../../src/store/database.ts";
import { connector, plantSystems } from "../kit/trial-hub.ts";

const [databaseUrl = "", plmUrl = "", erpUrl = ""] = process.argv.slice(2);
const database = await openDatabase({ url: databaseUrl });
const lanes = await openLanes(database);
const systems = await plantSystems({
  plant: "1000",
  rules: "rules/1000.yaml",
  plm: connector("sandbox-plm", "plm", plmUrl),
  erp: makeConnector("tryton", "erp" as SystemId, {
    url: erpUrl,
    database: DATABASE,
    user: "admin",
    password: PASSWORD,
    plant: "1000",
  }),
});
const hub = {
  database,
  lanes,
  plants: new Map([[systems.plant, systems]]),
  policyFor: () => null,
  now: () => new Date(),
};
await startWorker({ database, lanes, handlers: { change: changeToErp(hub) }, slots: 1 });
console.log("ready");
