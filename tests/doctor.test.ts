import { afterAll, beforeAll, expect, it } from "vitest";
import { heddleFolder, type HeddleFolder } from "./kit/hub-command.ts";

let place: HeddleFolder;
beforeAll(async () => {
  place = await heddleFolder();
});
afterAll(async () => {
  await place.remove();
});

type Check = { readonly name: string; readonly state: string; readonly detail: string; readonly fix?: string };
type Examined = {
  readonly ok: boolean;
  readonly groups: readonly { readonly group: string; readonly checks: readonly Check[] }[];
};

/** Each check as `group: name: state`, with its words; the console may be built or not. */
async function doctor(): Promise<{ exitCode: number | null; all: ReadonlyMap<string, Check> }> {
  const { exitCode, out } = await place.heddle("doctor", "--json");
  const { groups } = JSON.parse(out) as Examined;
  const all = groups.flatMap(({ group, checks }) => checks.map((check) => [`${group}: ${check.name}`, check] as const));
  return { exitCode, all: new Map(all.filter(([name]) => name !== "machine: console")) };
}

const wrong = (all: ReadonlyMap<string, Check>) =>
  [...all].filter(([, { state }]) => state !== "ok").map(([name]) => name);

it("says before the first start what is missing, finds nothing wrong while the hub runs, and sees that it stopped", async () => {
  const before = await doctor();
  expect(before.exitCode).toBe(1);
  expect(wrong(before.all)).toEqual([
    "connection plm (sandbox-plm): settings",
    "connection erp (sandbox-erp): settings",
    "connection mes (sandbox-mes): settings",
  ]);
  expect(before.all.get("database: PostgreSQL")?.detail).toContain("made in");

  const hub = await place.up();
  const during = await doctor();
  expect(wrong(during.all)).toEqual([]);
  expect(during.exitCode).toBe(0);
  expect(during.all.get("hub: port")?.detail).toBe(`a hub answers at ${hub.url}`);
  expect(during.all.get("database: migrations")?.detail).toBe("up to date");
  expect(during.all.get("database: encoding")?.detail).toBe("UTF8");
  expect(during.all.get("connection plm (sandbox-plm): webhooks")?.detail).toBe("1 secret");

  hub.signal("SIGTERM");
  await hub.ended;
  const after = await doctor();
  expect(wrong(after.all)).toEqual(
    ["plm (sandbox-plm)", "erp (sandbox-erp)", "mes (sandbox-mes)"].flatMap((each) =>
      ["address", "access", "rights"].map((name) => `connection ${each}: ${name}`),
    ),
  );
  expect(after.all.get("hub: port")?.detail).toContain("is free");
  expect(after.all.get("database: migrations")?.state).toBe("ok");
});
