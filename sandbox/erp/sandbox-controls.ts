import type { FastifyInstance } from "fastify";
import { applied, moved } from "./order-steps.ts";
import { productionOrderOf, shownOrder } from "./production-order.ts";
import type { Erp } from "./state.ts";

export function sandboxControls(app: FastifyInstance, erp: Erp): void {
  app.get("/_sandbox/webhooks", () => erp.outbox.counts());

  app.post<{ Params: { number: string } }>("/_sandbox/production-orders/:number/release", (request) =>
    erp.write(() => {
      const order = productionOrderOf(erp, request.params.number);
      return shownOrder(applied(erp, order, moved(["PLANNED"], "RELEASED"), null));
    }),
  );
}
