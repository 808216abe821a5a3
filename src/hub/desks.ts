import type { Logger } from "pino";
import type { SystemId } from "../domain/ids.ts";
import { startDesk, type Desk, type DeskOptions } from "../engine/desk.ts";
import { areReady } from "../flows/answering-systems.ts";
import { orderToMes } from "../flows/order-to-mes.ts";
import type { ChangeHub } from "../flows/systems.ts";
import { forgetCursor } from "../store/cursors.ts";
import { hadDesk } from "../store/desks.ts";
import { wakeOrdersIn } from "../store/order-wakes.ts";
import type { Systems } from "./connections.ts";

/** One desk for each plant whose orders go to an MES; the hubs that share the database agree on who has it. */
export async function startDesks(
  hub: ChangeHub,
  holder: string,
  { connections }: Systems,
  logger: Logger,
): Promise<Desk[]> {
  const { database, now } = hub;
  const plants = [...hub.plants.values()];
  return Promise.all(
    plants.flatMap(({ plant, erp, mes, orders: rules, timeZone }) => {
      if (mes === null) return [];
      const needed = [erp.system, mes.system].flatMap((system) => connections.get(system)?.connector ?? []);
      return [
        openDesk({
          database,
          plant,
          holder,
          erp: erp.system,
          open: orderToMes({ database, plant, timeZone, erp, mes, rules, now }),
          ready: () => areReady(database, plant, needed),
          onError: (error) => logger.error({ err: error }, error.message),
        }),
      ];
    }),
  );
}

/** A plant's first desk has all the orders of its ERP to look at, whoever has followed them so far. */
async function openDesk({ erp, ...options }: DeskOptions & { erp: SystemId }): Promise<Desk> {
  const { database, plant } = options;
  if (!(await hadDesk(database.pool, plant))) await forgetCursor(database.pool, erp, "productionOrders");
  await wakeOrdersIn(database.pool, plant, ["scheduled"], "the hub was started; shifts may have other times now");
  return startDesk(options);
}
