import { expect, it } from "vitest";
import type { ChangeId, ItemId, Revision, SystemId } from "../domain/ids.ts";
import type { Check } from "./check.ts";
import { ConnectorError } from "./connector-error.ts";
import type { Connector } from "./port.ts";
import { proveConnection } from "./prove-connection.ts";

const PLM = "plm" as SystemId;
const change = "ECO-7" as ChangeId;
const asked: string[] = [];

/** Answers from memory, and writes down what it was asked. */
const CONNECTOR: Connector = {
  system: PLM,
  check: async () => undefined,
  describe: async () => ({ version: "12.4", now: new Date().toISOString() }),
  changes: {
    changedSince: async () => ({ ids: [change], cursor: "1", more: false }),
    async read(id) {
      asked.push(`change ${id}`);
      throw new TypeError("a bug");
    },
    acknowledge: {
      find: async () => {
        throw new Error("nothing may be written");
      },
      write: async () => {
        throw new Error("nothing may be written");
      },
    },
  },
  ebom: {
    async read(item: ItemId, revision: Revision) {
      asked.push(`eBOM ${item} ${revision}`);
      throw new ConnectorError("not found", { system: PLM, doing: "reading", cause: "there is none" });
    },
    async whereUsed() {
      throw new ConnectorError("access denied", {
        system: PLM,
        doing: "looking where it is used",
        object: "model usage",
      });
    },
  },
};

const prove = (connector: Connector) => proveConnection({ connector, url: null, plant: null, waivers: {} });
const named = (checks: readonly Check[], name: string) => checks.find((check) => check.name === name);

it("reads with what the system itself names, writes nothing, and goes on after each failure", async () => {
  const checks = await prove(CONNECTOR);
  expect(named(checks, "version")).toEqual({ name: "version", state: "ok", detail: "12.4" });
  expect(asked).toEqual(["change ECO-7", "eBOM NO-SUCH-ITEM A"]);
  expect(named(checks, "changes.read")).toMatchObject({
    state: "failure",
    detail: expect.stringContaining("the connector itself failed: TypeError: a bug"),
    fix: expect.stringContaining("whoever wrote the connector"),
  });
  expect(named(checks, "ebom.read")).toMatchObject({ state: "ok" });
  expect(named(checks, "ebom.whereUsed")).toMatchObject({
    state: "failure",
    object: "model usage",
    fix: "give Heddle's account in plm the right to ebom.whereUsed",
  });
  expect(named(checks, "address")).toBeUndefined();
});

it("does not try rights where there is no access, and warns only of a system that is busy", async () => {
  const busy = new ConnectorError("overloaded", { system: PLM, doing: "proving access", retryAfterMs: 1_000 });
  const checks = await prove({
    ...CONNECTOR,
    check: async () => {
      throw busy;
    },
  });
  expect(checks.map(({ name, state }) => `${name}: ${state}`)).toEqual([
    "access: warning",
    "rights: skipped",
    "abilities: ok",
  ]);
});

it("names what the connection can be used for, and nothing else of the connector", async () => {
  const live = { ...CONNECTOR, close: CONNECTOR.check };
  const checks = await prove(live);
  expect(named(checks, "abilities")?.detail).toBe("changes, ebom");
});

it("says to test again once the data that the system refused is mended", async () => {
  const refused = new ConnectorError("rejected", { system: PLM, doing: "looking for its company", field: "company" });
  const checks = await prove({
    ...CONNECTOR,
    check: async () => {
      throw refused;
    },
  });
  expect(named(checks, "access")).toMatchObject({
    state: "failure",
    field: "company",
    fix: expect.stringMatching(/^Correct the data .+, then test again\.$/),
  });
});

it("asks an ERP for nothing by plant where no plant names it", async () => {
  const costs = {
    read: async () => new Map(),
    set: { write: async () => ({ id: "1", version: null }), find: async () => null },
  };
  const checks = await prove({ system: PLM, check: async () => undefined, costs });
  expect(named(checks, "costs.read")).toEqual({
    name: "costs.read",
    state: "skipped",
    detail: "not tried: no plant of heddle.yaml names this connection",
  });
});
