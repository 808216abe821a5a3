import type { FastifyBaseLogger } from "fastify";
import type { Registry } from "prom-client";
import type { Told } from "../domain/feedback/told.ts";
import type { Hint } from "../domain/hint.ts";
import type { ChangeId, PlantId, ProductionOrderId } from "../domain/ids.ts";
import type { ShiftCalendar } from "../domain/orders/shift-calendar.ts";
import type { BomDesk } from "../flows/bom-desk.ts";
import type { PreviewDesk } from "../flows/preview-in-hub.ts";
import type { ShopIntake } from "../flows/shop-intake.ts";
import type { Database, Db, Transaction } from "../store/database.ts";
import type { SubjectId } from "../store/subject.ts";
import type { Faults, SandboxOrders, SandboxView, Status } from "./contract.ts";

/** What the API needs of the rest of the hub; `main.ts` gives it. */
export type Dependencies = {
  readonly database: Database;
  readonly lanes: Lanes;
  readonly version: string;
  /** This process, where several share one database. */
  readonly hub: string;
  readonly connections: () => Promise<Status["connections"]>;
  /** IANA time zone of each plant. */
  readonly timeZones: ReadonlyMap<PlantId, string>;
  /** Systems that may call, by connection name. */
  readonly webhooks: ReadonlyMap<string, WebhookIntake>;
  /** What to look at when a connection gives a hint: a subject in every plant that it serves. */
  readonly subjectsOf: (connection: string, hint: Hint) => readonly SubjectId[];
  /** Takes what the shop floor tells. */
  readonly shopEvents: ShopEventsIntake;
  /** Compares bills of material, and checks their accounts. */
  readonly boms: BomDesk;
  /** Plans a change as it would be planned now. */
  readonly preview: PreviewDesk;
  /** When shifts begin, for plants that have any. */
  readonly calendars: ReadonlyMap<PlantId, ShiftCalendar>;
  /** Null where the hub runs without its sandboxes. */
  readonly sandbox: SandboxControl | null;
  /** The address people open, for instance `https://heddle.example.com`; null where that is loopback. */
  readonly publicUrl: string | null;
  /** The folder of the built console; null where there is none. */
  readonly consoleFolder: string | null;
  /** Where the process collects its metrics; the API adds its own. */
  readonly metrics: Registry;
  readonly logger: FastifyBaseLogger;
};

type ShopEventsIntake = {
  readonly take: ShopIntake["take"];
  /** Asks a system for its events at once, when it says that there are some. */
  readonly askNow: (connection: string) => Promise<void>;
  /** How messages of a connection's own kind are read, by the connection's name. */
  readonly readers: ReadonlyMap<string, (message: { body: Buffer; contentType: string }) => readonly Told[]>;
};

/** The engine's lanes, as far as the API drives them. */
export type Lanes = {
  readonly wakeUp: (tx: Transaction, subject: SubjectId, wakeUp: WakeUp) => Promise<void>;
  readonly wakeAll: (tx: Transaction, subjects: readonly SubjectId[], wakeUp: WakeUp) => Promise<void>;
  readonly counts: (db: Db) => Promise<{ waiting: number; active: number }>;
};

type WakeUp = { readonly why: string; readonly by?: string | undefined };

export type WebhookIntake = {
  /** Standard Webhooks secrets (`whsec_…`); more than one while a secret is being replaced. */
  readonly secrets: readonly string[];
  /** What a body is about. Throws a `ConnectorError` on a body that the system does not send. */
  readonly hints: (body: unknown) => readonly Hint[];
};

export type SandboxControl = {
  readonly view: () => Promise<SandboxView>;
  /** False when there is no such draft. */
  readonly release: (change: ChangeId) => Promise<boolean>;
  /** False when the sandbox ERP has no such order that may be released. */
  readonly releaseOrder: (order: ProductionOrderId) => Promise<boolean>;
  /** The numbers of the orders; null when the sandbox ERP does not make the item. */
  readonly produce: (wanted: SandboxOrders) => Promise<readonly string[] | null>;
  /** False when there is no such sandbox system. */
  readonly setFaults: (system: string, faults: Faults) => Promise<boolean>;
};
