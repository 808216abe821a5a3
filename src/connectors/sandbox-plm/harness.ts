import { startSandboxPlm } from "../../../sandbox/plm/server.ts";
import type { ChangeId, ItemId, Revision } from "../../domain/ids.ts";
import type { Harness, PreparedBadData, PreparedHistory, PreparedWrite } from "../conformance.ts";
import type { ProblemReport } from "../port.ts";
import { ERROR_AS_200, startSandbox, type BackDoor } from "../sandbox-harness.ts";
import { PLANT } from "../trial-records-harness.ts";
import { tried } from "../tried-harness.ts";

/** The sandbox PLM under the conformance suite. */
export async function sandboxPlmHarness(): Promise<Harness> {
  const sandbox = await startSandbox("sandbox-plm", startSandboxPlm);
  const { connector, backDoor } = sandbox;
  const { changes, ebom, problemReports } = connector;
  if (changes === undefined || ebom === undefined || problemReports === undefined) {
    throw new Error("the sandbox PLM has changes, eBOMs and problem reports");
  }
  const [released = "", shrinking = ""] = await releaseChanges(backDoor, 2);

  async function acknowledge(): Promise<PreparedWrite> {
    const input = { change: released as ChangeId, plant: PLANT, outcome: "applied", note: "in force" } as const;
    return {
      write: (key) => changes!.acknowledge.write(input, key),
      find: (key) => changes!.acknowledge.find(input, key),
      async timesDone(key) {
        const page = await backDoor<{ value: unknown[] }>(
          "GET",
          `/api/v2/ecos/${released}/acknowledgements?reference=${key}`,
        );
        return page.value.length;
      },
    };
  }

  let occasions = 0;
  async function fileReport(): Promise<PreparedWrite> {
    const occasion = `scrap:1000:FX-210:A:0010:${(occasions += 1)}`;
    const report: ProblemReport = {
      item: "FX-210" as ItemId,
      revision: "A" as Revision,
      title: "Scrap at assembly doubled",
      description: "Since ECO-0001 twice as many blowers do not fit together.",
      evidence: "412 of 9,800 before, 840 of 9,700 after",
      occasion,
    };
    return {
      ...tried(problemReports!.file, report),
      timesDone: async () =>
        (await backDoor<{ value: unknown[] }>("GET", `/api/v2/problem-reports?occasion=${occasion}`)).value.length,
    };
  }

  async function exactLines() {
    const { assemblies } = (await ebom!.read("EXACT-1" as ItemId, "A" as Revision)).ebom;
    return [...assemblies.values()][0]?.lines ?? [];
  }

  const history: PreparedHistory = {
    changedSince: changes.changedSince,
    async editLine() {
      await editDisposition(backDoor, released);
      return released;
    },
    async deleteOne() {
      await dropLastAffected(backDoor, shrinking);
      return shrinking;
    },
    addMany: () => releaseChanges(backDoor, 210),
  };

  return {
    ...sandbox,
    writes: { "changes.acknowledge": acknowledge, "problemReports.file": fileReport },
    histories: { changes: history },
    async badData(): Promise<PreparedBadData> {
      await backDoor("POST", "/api/v2/import", BAD_PARTS);
      return {
        read: async () => (await ebom.read("BAD-1" as ItemId, "A" as Revision)).findings,
        expected: BAD_FINDINGS,
      };
    },
    async exactNumbers() {
      await backDoor("POST", "/api/v2/import", EXACT_PARTS);
      return EXACT_QUANTITIES.map((expected, at) => ({
        what: `quantity ${expected}`,
        expected,
        read: async () => (await exactLines()).at(at)!.quantity.amount,
      }));
    },
    async nulls() {
      await backDoor("POST", "/api/v2/import", EXACT_PARTS);
      const change = await changes.read(released as ChangeId);
      const { items } = (await ebom.read("EXACT-2" as ItemId, "A" as Revision)).ebom;
      const [item] = items.values();
      return [
        { what: "the effectivity of a change without one", read: async () => change.effectiveFrom },
        { what: "what a change supersedes", read: async () => change.supersedes },
        { what: "sources of an item without one", read: async () => item?.approvedSources },
        { what: "unit factors of an item without one", read: async () => item?.unitFactors },
        { what: "the first day of a line without one", read: async () => (await exactLines())[0]?.effectivity.from },
      ];
    },
    errorAs200: ERROR_AS_200,
  };
}

async function releaseChanges(backDoor: BackDoor, count: number): Promise<readonly string[]> {
  const { ecos } = await backDoor<{ ecos: string[] }>("POST", "/_sandbox/bulk-changes", { count });
  for (const eco of ecos) await backDoor("POST", `/api/v2/ecos/${eco}/release`, { releasedBy: "m.keller" });
  return ecos;
}

async function editDisposition(backDoor: BackDoor, change: string): Promise<void> {
  type Eco = { title: string; reason: string; affectedParts: { dispositions: object }[]; etag: string };
  const { title, reason, affectedParts, etag } = await backDoor<Eco>("GET", `/api/v2/ecos/${change}`);
  const [first, ...rest] = affectedParts;
  const edited = { ...first, dispositions: { ...first?.dispositions, onOrder: "SCRAP" } };
  await backDoor("PUT", `/api/v2/ecos/${change}`, { title, reason, affectedParts: [edited, ...rest] }, etag);
}

/** Takes an affected part off a change: the PLM keeps no trace of it but the change's new sequence. */
async function dropLastAffected(backDoor: BackDoor, change: string): Promise<void> {
  type Eco = { title: string; reason: string; affectedParts: object[]; etag: string };
  const { title, reason, affectedParts, etag } = await backDoor<Eco>("GET", `/api/v2/ecos/${change}`);
  await backDoor("PUT", `/api/v2/ecos/${change}`, { title, reason, affectedParts: affectedParts.slice(0, -1) }, etag);
}

const EXACT_QUANTITIES = ["0.1", "1234567.000001", "9007199254740993"];

const EXACT_PARTS = {
  parts: [
    {
      partNumber: "EXACT-1",
      revision: "A",
      bom: EXACT_QUANTITIES.map((quantity, at) => ({
        findNumber: String((at + 1) * 10),
        partNumber: "EXACT-2",
        revision: "A",
        quantity,
      })),
    },
    { partNumber: "EXACT-2", revision: "A" },
  ],
  ecos: [],
};

const line = (findNumber: string, more: object) => ({
  findNumber,
  partNumber: "BAD-2",
  revision: "A",
  quantity: "1",
  ...more,
});

/** Everything the PLM lets an engineer type. */
const BAD_PARTS = {
  parts: [
    {
      partNumber: "BAD-1",
      revision: "A",
      bom: [
        line("10", { uom: "EACH" }),
        line("20", { quantity: "-2" }),
        line("30", { quantity: "two" }),
        line("40", { quantity: "0" }),
        line("50", { partNumber: "BAD-9" }),
        line("60", { revision: "Z" }),
        line("70", { referenceDesignators: ["R1, R7-R3"] }),
        line("80", { effectiveFrom: "1.3.2026" }),
        line("90", { partNumber: "BAD-3" }),
        line("100", {}),
      ],
    },
    { partNumber: "BAD-2", revision: "A" },
    { partNumber: "BAD-3", revision: "A", uom: "BUCKET" },
  ],
  ecos: [],
};

const BAD_FINDINGS: PreparedBadData["expected"] = [
  { item: "BAD-1", line: /^10 /, field: "uom", value: '"EACH"' },
  { item: "BAD-1", line: /^20 /, field: "quantity", value: "-2" },
  { item: "BAD-1", line: /^30 /, field: "quantity", value: '"two"' },
  { item: "BAD-1", line: /^40 /, field: "quantity", value: "0" },
  { item: "BAD-1", line: /^50 /, field: "revision", value: "BAD-9" },
  { item: "BAD-1", line: /^60 /, field: "revision", value: "BAD-2 revision Z" },
  { item: "BAD-1", line: /^70 /, field: "referenceDesignators", value: "R7-R3" },
  { item: "BAD-1", line: /^80 /, field: "effectiveFrom", value: "1.3.2026" },
  { item: "BAD-3", line: null, field: "uom", value: '"BUCKET"' },
];
