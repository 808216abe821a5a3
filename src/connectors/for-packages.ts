/**
 * `heddle/connector`: what a connector in a package of its own is made with. It is as stable as
 * `PORT_VERSION` says; the rest of Heddle is not for packages.
 */
export { ALWAYS, parseDay } from "../domain/calendar.ts";
export { itemRevision } from "../domain/ebom.ts";
export { NO_SCRAP } from "../domain/mbom.ts";
export { parseRational, rational, rationalText } from "../domain/rational.ts";
export { KNOWN_UNITS, parseUnit } from "../domain/unit.ts";
export { badData } from "./bad-data.ts";
export { ConnectorError } from "./connector-error.ts";
export { kind, SettingsError } from "./connector-kind.ts";
export { allPages } from "./http/all-pages.ts";
export { contract } from "./http/contract.ts";
export { openHttp, path } from "./http/http-client.ts";
export { HttpSettings } from "./http/settings.ts";
export { inBatches } from "./in-batches.ts";
export { PORT_VERSION } from "./port.ts";
export { shortened } from "./shortened.ts";
export { PROMISES } from "./waivers.ts";
export { Type } from "typebox";

export type { EngineeringChange } from "../domain/change.ts";
export type * from "../domain/ebom.ts";
export type { Finding, FindingCode } from "../domain/finding.ts";
export type * from "../domain/ids.ts";
export type { ApprovedSource, Item, ItemState } from "../domain/item.ts";
export type * from "../domain/mbom.ts";
export type { Money } from "../domain/money.ts";
export type { ProductionOrder, PurchaseOrderLine } from "../domain/order.ts";
export type { Held, PlantItem, ProcurementRecord, PublishedMbom, StandardCost } from "../domain/plant-item.ts";
export type { Quantity } from "../domain/quantity.ts";
export type { Rational } from "../domain/rational.ts";
export type { Routing } from "../domain/routing.ts";
export type { Unit, UnitFactor } from "../domain/unit.ts";
export type { ConnectorKind } from "./connector-kind.ts";
export type { Refusal, RefusalDialect } from "./http/failure.ts";
export type { Http } from "./http/http-client.ts";
export type { LiveConnector } from "./live-connector.ts";
export type * from "./port.ts";
export type { Waivers } from "./waivers.ts";
