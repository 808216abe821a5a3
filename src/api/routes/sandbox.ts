import { Type } from "typebox";
import type { ChangeId, ProductionOrderId } from "../../domain/ids.ts";
import { recordAudit } from "../../store/audit.ts";
import { Faults, SandboxOrders, SandboxOrdersMade, SandboxView } from "../contract.ts";
import type { SandboxControl } from "../dependencies.ts";
import { signedIn } from "../principal.ts";
import { ApiError } from "../problem.ts";
import { answers, type RouteGroup } from "../route-group.ts";

export const sandboxRoutes: RouteGroup =
  ({ database, sandbox }) =>
  async (app) => {
    app.get(
      "/api/sandbox",
      {
        schema: { summary: "What the sandboxes hold and how they misbehave", response: answers({ 200: SandboxView }) },
      },
      async () => present(sandbox).view(),
    );

    app.post(
      "/api/sandbox/changes/:change/release",
      {
        schema: {
          summary: "Release a draft in the sandbox PLM",
          params: Type.Object({ change: Type.String() }),
          response: answers({ 204: Type.Null() }),
        },
      },
      async (request, reply) => {
        const { change } = request.params;
        if (!(await present(sandbox).release(change as ChangeId))) {
          throw new ApiError("not-found", `The sandbox PLM has no draft ${change}.`, {
            system: "sandbox PLM",
            field: "change",
            fix: 'Choose one of the drafts: GET /api/sandbox, npx heddle sandbox drafts, or the console\'s panel "Try it".',
          });
        }
        const { account: who } = signedIn(request);
        await recordAudit(database.pool, { who, what: "sandbox change released", subject: null, detail: { change } });
        return reply.code(204).send(null);
      },
    );

    app.post(
      "/api/sandbox/production-orders",
      {
        schema: {
          summary: "Plan and release production orders in the sandbox ERP",
          body: SandboxOrders,
          response: answers({ 201: SandboxOrdersMade }),
        },
      },
      async (request, reply) => {
        const orders = await present(sandbox).produce(request.body);
        if (orders === null) {
          throw new ApiError("not-found", `The sandbox ERP does not make ${request.body.item}.`, {
            system: "sandbox ERP",
            field: "item",
            fix: "Name an item that has an mBOM, such as FX-210, FX-211 or HAR-001 of the seeded ones.",
          });
        }
        const { account: who } = signedIn(request);
        const detail = { ...request.body, numbers: [...orders] };
        await recordAudit(database.pool, { who, what: "sandbox orders released", subject: null, detail });
        return reply.code(201).send({ orders: [...orders] });
      },
    );

    app.post(
      "/api/sandbox/production-orders/:order/release",
      {
        schema: {
          summary: "Release a planned order in the sandbox ERP",
          params: Type.Object({ order: Type.String() }),
          response: answers({ 204: Type.Null() }),
        },
      },
      async (request, reply) => {
        const { order } = request.params;
        if (!(await present(sandbox).releaseOrder(order as ProductionOrderId))) {
          throw new ApiError("not-found", `The sandbox ERP has no planned order ${order} that is not on hold.`, {
            system: "sandbox ERP",
            field: "order",
            fix: "Name an order that is planned, such as MO-5001, MO-5007 or MO-5009 of the seeded ones.",
          });
        }
        const { account: who } = signedIn(request);
        await recordAudit(database.pool, { who, what: "sandbox order released", subject: null, detail: { order } });
        return reply.code(204).send(null);
      },
    );

    app.put(
      "/api/sandbox/faults/:system",
      {
        schema: {
          summary: "Make a sandbox system misbehave",
          params: Type.Object({ system: Type.String() }),
          body: Faults,
          response: answers({ 200: Faults }),
        },
      },
      async (request) => {
        const { system } = request.params;
        if (!(await present(sandbox).setFaults(system, request.body))) {
          throw new ApiError("not-found", `There is no sandbox system ${system}.`, {
            field: "system",
            fix: "Name a connection of a sandbox kind, such as plm, erp or mes; GET /api/sandbox lists them.",
          });
        }
        const { account: who } = signedIn(request);
        const detail = { system, ...request.body };
        await recordAudit(database.pool, { who, what: "sandbox faults set", subject: null, detail });
        return request.body;
      },
    );
  };

function present(sandbox: SandboxControl | null): SandboxControl {
  if (sandbox === null) {
    throw new ApiError("not-found", "This hub runs without sandbox systems.", {
      fix: "Start it with them: npx heddle up --sandbox.",
    });
  }
  return sandbox;
}
