import type { ApartGroupDetail, ApartGroupView } from "../api/contract.ts";
import { instantText } from "./instant.ts";
import { table } from "./table.ts";

export function drawApartGroups(groups: readonly ApartGroupView[]): string {
  const rows = groups.map(({ id, state, count, source, plant, order, code, mayPass, cause, receivedAt }) => [
    id,
    state,
    String(count),
    source ?? "(unreadable)",
    plant ?? "",
    order ?? "",
    code,
    mayPass && state === "waiting" ? "tried again" : "",
    cause,
    instantText(receivedAt),
  ]);
  const head = ["Id", "State", "Events", "Source", "Plant", "Order", "Reason", "By itself", "Cause", "Received"];
  return table([head, ...rows], { right: [0, 2] });
}

/** A group with what to do about it, and each of its events on a line. */
export function drawApartGroup({ group, events }: ApartGroupDetail): string {
  const settled =
    group.settledAt === null
      ? []
      : [`${group.state} ${instantText(group.settledAt)} by ${group.settledBy ?? ""}: ${group.reason ?? "it passed"}`];
  return [
    drawApartGroups([group]),
    "",
    `Field ${group.field === "" ? "(all of it)" : group.field}; came by ${group.via}`,
    `Do: ${group.fix}`,
    ...settled,
    "",
    ...events.map((event) => JSON.stringify(event)),
  ].join("\n");
}
