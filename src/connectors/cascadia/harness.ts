import type { ChangeId, ItemId, PlantId, Revision, SystemId } from "../../domain/ids.ts";
import type { Harness, PreparedBadData, PreparedHistory, PreparedWrite } from "../conformance.ts";
import { startFaultProxy, type FaultProxy } from "../fault-proxy.ts";
import type { LiveConnector } from "../live-connector.ts";
import type { Connector } from "../port.ts";
import { makeConnector } from "../registry.ts";
import { startFakeCascadia } from "./fake.ts";

/** A Cascadia to be driven past the connector, as an engineer at another screen would. */
type CascadiaDesk = {
  readonly send: <T>(method: string, path: string, body?: unknown) => Promise<T>;
  /** Not used before in this server, also not by an earlier run of the tests: `K3X-PCB`. */
  readonly numbered: (name: string) => string;
  readonly newDesign: (code: string) => Promise<string>;
  /** Copies a part of another design into the one that `newPart` makes parts in; ids of the copies. */
  readonly useFromElsewhere: (part: string) => Promise<readonly string[]>;
  readonly newPart: (number: string, more?: object) => Promise<string>;
  readonly addLine: (parent: string, child: string, more: object) => Promise<void>;
  readonly newChange: (name: string, more?: object) => Promise<{ readonly id: string; readonly number: string }>;
  readonly affect: (
    change: string,
    action: "release" | "revise" | "obsolete",
    parts: readonly string[],
  ) => Promise<readonly { readonly workingCopyId: string | null }[]>;
  readonly release: (change: string) => Promise<void>;
  /** A change order that released these parts for the first time. */
  readonly released: (parts: readonly string[]) => Promise<string>;
  /** Changes the quantity on a line of a part, in place. */
  readonly editLine: (part: string, findNumber: number, quantity: string) => Promise<void>;
  /** Deletes a line of a part, in place. */
  readonly deleteLine: (part: string, findNumber: number) => Promise<void>;
};

export type RunningCascadia = {
  readonly connector: LiveConnector & Required<Pick<Connector, "changes" | "ebom" | "problemReports">>;
  readonly withWrongKey: LiveConnector;
  readonly proxy: FaultProxy;
  readonly desk: CascadiaDesk;
  readonly close: () => Promise<void>;
};

const PLANT = "1000" as PlantId;
const SYSTEM = "cascadia" as SystemId;
const FAKE_KEY = "csc_0123456789";

/**
 * The fake, or with `CASCADIA_URL` and `CASCADIA_API_KEY` the real server there. The tests leave their records in it,
 * so it should be one for tests.
 */
export async function startCascadia(): Promise<RunningCascadia> {
  const { CASCADIA_URL: realUrl, CASCADIA_API_KEY: realKey } = process.env;
  const fake = realUrl === undefined ? await startFakeCascadia(FAKE_KEY) : null;
  const url = fake?.url ?? realUrl ?? "";
  const apiKey = fake === null ? (realKey ?? "") : FAKE_KEY;
  const proxy = await startFaultProxy(url, (method) => method !== "GET");
  const settings = { url: proxy.url, attempts: 1, failuresToPause: 1_000, maxPerSecond: 0 };
  return {
    connector: makeConnector("cascadia", SYSTEM, { ...settings, apiKey }) as RunningCascadia["connector"],
    withWrongKey: makeConnector("cascadia", SYSTEM, { ...settings, apiKey: "csc_another" }),
    proxy,
    desk: await openDesk(url, apiKey),
    async close() {
      await proxy.stop();
      await fake?.close();
    },
  };
}

async function openDesk(url: string, apiKey: string): Promise<CascadiaDesk> {
  const run = Date.now().toString(36).toUpperCase();
  const numbered = (name: string) => `${run}-${name}`;

  async function send<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${apiKey}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${text}`);
    return (JSON.parse(text) as { data: T }).data;
  }

  type Ids = { id: string }[];
  const { programs } = await send<{ programs: Ids }>("GET", "/programs");
  async function newDesign(code: string): Promise<string> {
    const { design } = await send<{ design: { id: string } }>("POST", "/designs", {
      programId: programs[0]?.id,
      name: `Heddle ${code}`,
      code,
      designType: "Engineering",
    });
    return design.id;
  }
  const designId = await newDesign(run);
  const { workflows } = await send<{ workflows: { id: string; states: Ids }[] }>("GET", "/workflows");
  const workflow = workflows.find(({ states }) => states.some(({ id }) => id === "InReview"));

  async function create(itemType: string, data: object) {
    const { created } = await send<{ created: { id: string; itemNumber: string }[] }>("POST", "/items/batch-create", {
      items: [{ itemType, data: { revision: "-", ...data } }],
      bypassBranchProtection: true,
    });
    const [one] = created;
    if (one === undefined) throw new Error(`Cascadia made no ${itemType} of ${JSON.stringify(data)}`);
    return one;
  }

  async function lineOf(part: string, findNumber: number): Promise<string> {
    type Lines = { relationships: { id: string; findNumber: number | null }[] };
    const { relationships } = await send<Lines>("GET", `/items/${part}/relationships?type=BOM`);
    return relationships.find((one) => one.findNumber === findNumber)?.id ?? "";
  }

  const desk: CascadiaDesk = {
    send,
    numbered,
    newDesign,
    async useFromElsewhere(itemId) {
      const { items } = await send<{ items: Ids }>("POST", `/designs/${designId}/items`, { itemId });
      return items.map(({ id }) => id);
    },
    newPart: async (number, more = {}) =>
      (await create("Part", { designId, itemNumber: number, name: number, partType: "Purchase", ...more })).id,
    async addLine(parent, child, more) {
      await send("POST", `/items/${parent}/relationships`, { targetId: child, relationshipType: "BOM", ...more });
    },
    async newChange(name, more = {}) {
      const { id, itemNumber } = await create("ChangeOrder", {
        name,
        changeType: "ECO",
        reasonForChange: "To test",
        ...more,
      });
      // One made with an API key starts without its workflow.
      await send("POST", `/change-orders/${id}/workflow`, { workflowDefinitionId: workflow?.id });
      return { id, number: itemNumber };
    },
    async affect(change, changeAction, parts) {
      const items = parts.map((affectedItemId) => ({ affectedItemId, changeAction }));
      const path = `/change-orders/${change}/affected-items`;
      return (await send<{ affectedItems: { workingCopyId: string | null }[] }>("POST", path, { items })).affectedItems;
    },
    async release(change) {
      for (const toStateId of ["InReview", "Approved"]) {
        await send("POST", `/change-orders/${change}/workflow/transition`, { toStateId });
      }
    },
    async released(parts) {
      const { id, number } = await desk.newChange("First release");
      await desk.affect(id, "release", parts);
      await desk.release(id);
      return number;
    },
    async editLine(part, findNumber, quantity) {
      await send("PUT", `/relationships/${await lineOf(part, findNumber)}`, { quantity });
    },
    async deleteLine(part, findNumber) {
      await send("DELETE", `/relationships/${await lineOf(part, findNumber)}`);
    },
  };
  return desk;
}

/** Cascadia under the conformance suite. */
export async function cascadiaHarness(): Promise<Harness> {
  const { connector, withWrongKey, proxy, desk, close } = await startCascadia();
  const { changes, ebom, problemReports } = connector;

  const assembly = await desk.newPart(desk.numbered("ASM"));
  const screw = await desk.newPart(desk.numbered("SCR"));
  await desk.addLine(assembly, screw, { quantity: "4", findNumber: 10 });
  const shrinking = await desk.newPart(desk.numbered("ASM-2"));
  await desk.addLine(shrinking, screw, { quantity: "4", findNumber: 10 });
  const released = await desk.released([assembly, screw]);
  const releasedLater = await desk.released([shrinking]);
  let edits = 0;
  let batches = 0;

  async function acknowledge(): Promise<PreparedWrite> {
    const input = { change: released as ChangeId, plant: PLANT, outcome: "applied", note: "in force" } as const;
    return {
      write: (key) => changes.acknowledge.write(input, key),
      find: (key) => changes.acknowledge.find(input, key),
      async timesDone(key) {
        const filters = encodeURIComponent(JSON.stringify({ itemNumber: [released] }));
        const path = `/items?itemType=ChangeOrder&columnFilters=${filters}`;
        const { items } = await desk.send<{ items: { attributes: Record<string, string> }[] }>("GET", path);
        return Object.values(items[0]?.attributes ?? {}).filter((value) => value.includes(`[${key}]`)).length;
      },
    };
  }

  let reports = 0;
  async function fileReport(): Promise<PreparedWrite> {
    const occasion = `scrap:${desk.numbered(`${(reports += 1)}`)}:100_%`;
    const report = {
      item: desk.numbered("ASM") as ItemId,
      revision: "A" as Revision,
      title: "Scrap above its limit",
      description: "Operation 0020 scraps more than planned since February.",
      evidence: "31 of 400 scrapped (7.8 %), planned 2 %.",
      occasion,
    };
    return {
      write: (key) => problemReports.file.write(report, key),
      find: (key) => problemReports.file.find(report, key),
      async timesDone() {
        const { items } = await desk.send<{ items: { description: string | null }[] }>(
          "GET",
          "/items?itemType=Issue&limit=500",
        );
        return items.filter(({ description }) => description?.includes(occasion)).length;
      },
    };
  }

  const history: PreparedHistory = {
    changedSince: changes.changedSince,
    async editLine() {
      edits += 1;
      await desk.editLine(assembly, 10, String(4 + edits));
      return released;
    },
    async deleteOne() {
      await desk.deleteLine(shrinking, 10);
      return releasedLater;
    },
    async addMany() {
      batches += 1;
      const numbers: string[] = [];
      for (let n = 1; n <= 110; n++) {
        numbers.push(await desk.released([await desk.newPart(desk.numbered(`P${batches}-${n}`))]));
      }
      return numbers;
    },
  };

  return {
    connector,
    withWrongKey,
    proxy,
    plant: PLANT,
    writes: { "changes.acknowledge": acknowledge, "problemReports.file": fileReport },
    histories: { changes: history },
    badData: () => badData(desk, (item, revision) => ebom.read(item, revision)),
    async exactNumbers() {
      const top = desk.numbered("EXACT");
      const parent = await desk.newPart(top);
      const quantities = ["0.1", "1234567.001"];
      for (const [at, quantity] of quantities.entries()) {
        const child = await desk.newPart(desk.numbered(`EXACT-${at}`));
        await desk.addLine(parent, child, { quantity, findNumber: (at + 1) * 10 });
      }
      const { assemblies } = (await ebom.read(top as ItemId, "-" as Revision)).ebom;
      const lines = [...assemblies.values()][0]?.lines ?? [];
      return quantities.map((expected, at) => ({
        what: `quantity ${expected}`,
        expected,
        read: async () => lines.find(({ findNumber }) => findNumber === String((at + 1) * 10))!.quantity.amount,
      }));
    },
    async nulls() {
      const change = await changes.read(released as ChangeId);
      return [
        { what: "the effectivity of a change without one", read: async () => change.effectiveFrom },
        { what: "what a change supersedes", read: async () => change.supersedes },
      ];
    },
    errorAs200: {
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ error: { code: "INTERNAL_ERROR", message: "The database is locked" } }),
    },
    close,
  };
}

/** Everything that Cascadia lets an engineer type. */
const BAD_LINES = [
  { line: { findNumber: 10 }, field: "quantity", value: "empty" },
  { line: { findNumber: 20, quantity: "0" }, field: "quantity", value: "0.000" },
  { line: { findNumber: 30, quantity: "-2" }, field: "quantity", value: "-2.000" },
  {
    line: { findNumber: 40, quantity: "2", referenceDesignator: "R1, R7-R3" },
    field: "referenceDesignator",
    value: "R7-R3",
  },
];

async function badData(
  desk: CascadiaDesk,
  read: (
    item: ItemId,
    revision: Revision,
  ) => Promise<{ readonly findings: Awaited<ReturnType<PreparedBadData["read"]>> }>,
): Promise<PreparedBadData> {
  const number = desk.numbered("BAD");
  const assembly = await desk.newPart(number);
  for (const { line } of BAD_LINES) {
    const child = await desk.newPart(desk.numbered(`BAD-${line.findNumber}`));
    await desk.addLine(assembly, child, line);
  }
  const bucket = await desk.newPart(desk.numbered("BAD-50"), { attributes: { unit: "BUCKET" } });
  await desk.addLine(assembly, bucket, { quantity: "1", findNumber: 50 });
  const expected = BAD_LINES.map(({ line, field, value }) => ({
    item: number,
    line: new RegExp(`^${line.findNumber} `),
    field,
    value,
  }));
  return {
    read: async () => (await read(number as ItemId, "-" as Revision)).findings,
    expected: [...expected, { item: desk.numbered("BAD-50"), line: null, field: "attributes.unit", value: '"BUCKET"' }],
  };
}
