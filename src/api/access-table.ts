import { ROLES, type Role } from "../store/accounts.ts";

/** Who may call a route: anyone; whoever signs the message; anyone signed in; or at least this role. */
export type Access = "public" | "signed message" | "signed in" | Role;

/** Every route and the least it asks for. A route that is not here cannot be registered. */
export const ACCESS: Readonly<Record<string, Access>> = {
  "POST /api/session": "public",
  "GET /api/session": "signed in",
  "DELETE /api/session": "signed in",
  "PUT /api/session/password": "signed in",

  "GET /api/accounts": "admin",
  "POST /api/accounts": "admin",
  "PATCH /api/accounts/:account": "admin",
  "POST /api/accounts/:account/one-time-password": "admin",
  "GET /api/api-keys": "viewer",
  "POST /api/api-keys": "viewer",
  "DELETE /api/api-keys/:id": "viewer",

  "GET /api/changes": "viewer",
  "GET /api/changes/:change/:plant": "viewer",
  "GET /api/changes/:change/effect": "viewer",
  "POST /api/changes/:change/:plant/decision": "approver",
  "POST /api/changes/:change/:plant/look-again": "operator",
  "POST /api/changes/:change/:plant/resolve-conflicts": "approver",
  "GET /api/conflicts": "viewer",
  "GET /api/conflicts/:id": "viewer",
  "POST /api/conflicts/:id/resolution": "approver",
  "POST /api/conflicts/:id/revoke": "approver",
  "GET /api/orders": "viewer",
  "GET /api/orders/:plant/:order": "viewer",
  "POST /api/orders/:plant/:order/dispatch-now": "operator",
  "POST /api/orders/:plant/:order/hold": "operator",
  "POST /api/orders/:plant/:order/release": "operator",
  "POST /api/orders/:plant/:order/cancel": "operator",
  "POST /api/orders/:plant/:order/look-again": "operator",
  "POST /api/orders/:plant/:order/release-with-deviation": "approver",
  "GET /api/deviations": "viewer",
  "POST /api/deviations": "approver",
  "POST /api/deviations/:id/revoke": "approver",
  "GET /api/proposals": "viewer",
  "GET /api/proposals/:id": "viewer",
  "POST /api/proposals/:id/decision": "approver",
  "GET /api/shifts": "viewer",
  "POST /api/shop-events": "operator",
  "POST /api/shop-events/:connection": "operator",
  "GET /api/production": "viewer",
  "GET /api/production/:plant/:order": "viewer",
  "POST /api/production/:plant/:order/decision": "approver",
  "POST /api/production/:plant/:order/look-again": "operator",
  "GET /api/kept-apart": "viewer",
  "GET /api/kept-apart/counts": "viewer",
  "GET /api/kept-apart/:id": "viewer",
  "POST /api/kept-apart/:id/replay": "operator",
  "POST /api/kept-apart/:id/dismiss": "operator",
  "GET /api/kpis": "viewer",
  "GET /api/losses": "viewer",
  "GET /api/plans/:digest": "viewer",
  "GET /api/status": "viewer",
  "GET /api/audit": "viewer",
  "GET /api/trace": "viewer",
  "GET /api/search": "viewer",
  "GET /api/as-built/:plant/:item/:kind/:id": "viewer",
  "GET /api/recall": "viewer",
  "GET /api/recall/count": "viewer",
  "GET /api/recall.csv": "viewer",
  "GET /api/events": "viewer",

  "GET /api/sandbox": "viewer",
  "POST /api/sandbox/changes/:change/release": "operator",
  "POST /api/sandbox/production-orders": "operator",
  "POST /api/sandbox/production-orders/:order/release": "operator",
  "PUT /api/sandbox/faults/:system": "operator",

  "POST /webhooks/:connection": "signed message",
  "GET /health/live": "public",
  "GET /health/ready": "public",
  "GET /metrics": "viewer",
  "GET /api/openapi.json": "public",
  "GET /*": "public",
  "HEAD /*": "public",
};

/** Whether `role` may do what asks for at least `least`. */
export function reaches(role: Role, least: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(least);
}
