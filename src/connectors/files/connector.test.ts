import { execFileSync } from "node:child_process";
import { appendFile, chmod, mkdir, mkdtemp, readdir, rename, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { itemRevision } from "../../domain/ebom.ts";
import type { ChangeId, ItemId, PlantId, Revision, SystemId } from "../../domain/ids.ts";
import { plainOrder } from "../../domain/natural-order.ts";
import { quantityText } from "../../domain/quantity.ts";
import type { Clock } from "../http/clock.ts";
import type { IdempotencyKey } from "../port.ts";
import type { FilesSettings } from "./config.ts";
import { filesConnector } from "./connector.ts";

let home = "";
let folder = "";
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "heddle-files-"));
  folder = join(home, "exports");
  await mkdir(folder);
});
afterEach(() => rm(home, { recursive: true, force: true }));

const SYSTEM = "plm" as SystemId;
const MAPPING: FilesSettings["mapping"] = { columns: { level: "Level", item: "Part", quantity: "Qty" } };

function open(more: Partial<FilesSettings> = {}, clock?: Clock) {
  const settings: FilesSettings = {
    folder,
    revisionPer: "file",
    name: "{item}_rev{revision}.csv",
    settleSeconds: 0,
    mapping: MAPPING,
    ...more,
  };
  const { check, status, changes, ebom } = filesConnector(SYSTEM, settings, clock);
  if (changes === undefined || ebom === undefined) throw new Error("files have changes and eBOMs");
  return { check, status, changes, ebom };
}

const put = (name: string, content: string) => writeFile(join(folder, name), content);

/** A pump of a head and a plate, by how many bolts are in the head. */
const pump = (bolts: number | string, more = "") =>
  `Level,Part,Qty,Link\n0,PUMP,1,\n1,HEAD,1,\n2,BOLT,${bolts},\n1,PLATE,1,${more}\n`;

const change = (id: string) => id as ChangeId;
const item = (id: string) => id as ItemId;
const rev = (text: string) => text as Revision;

async function affected(files: ReturnType<typeof open>, id: string): Promise<readonly string[]> {
  const read = await files.changes.read(change(id));
  return read.affected.map((one) => `${one.item} ${one.from} → ${one.to}`.replaceAll(/\b[0-9a-f]{8}\b/g, "#"));
}

describe("a new export", () => {
  it("is a change from the revision before it, of the assemblies and items that differ", async () => {
    await put("PUMP_revA.csv", pump(4));
    await put("PUMP_revB.csv", pump(6));
    const files = open();
    expect(await affected(files, "PUMP_revA.csv")).toEqual([
      "PUMP null → A",
      "BOLT null → #",
      "HEAD null → #",
      "PLATE null → #",
    ]);
    expect(await affected(files, "PUMP_revB.csv")).toEqual(["PUMP A → B", "HEAD # → #"]);
    expect(await files.changes.read(change("PUMP_revB.csv"))).toMatchObject({
      state: "released",
      title: "Export PUMP_revB.csv",
      releasedAt: expect.stringMatching(/^\d{4}-.*Z$/),
    });
  });

  it("of the same content changes nothing: the revision before it stands", async () => {
    await put("PUMP_revA.csv", pump(4));
    await put("PUMP_revB.csv", pump(4, "https://example.com/plate"));
    await put("PUMP_revC.csv", pump(6));
    const files = open();
    expect(await affected(files, "PUMP_revB.csv")).toEqual([]);
    expect(await affected(files, "PUMP_revC.csv")).toEqual(["PUMP A → C", "HEAD # → #"]);
    expect(await files.ebom.whereUsed(item("PLATE"))).toEqual([{ item: "PUMP", revision: "C" }]);
  });

  it("of a part that has gone tells where it was used last: it is no product for that", async () => {
    await put("PUMP_revA.csv", pump(4));
    await put("PUMP_revB.csv", pump(4).replaceAll("PLATE", "SHEET"));
    await put("PUMP_revC.csv", "broken");
    const files = open();
    expect(await files.ebom.whereUsed(item("SHEET"))).toEqual([{ item: "PUMP", revision: "B" }]);
    expect(await files.ebom.whereUsed(item("PLATE"))).toEqual([{ item: "PUMP", revision: "A" }]);
    expect(await files.ebom.whereUsed(item("PUMP"))).toEqual([]);
    expect(await files.ebom.whereUsed(item("NEVER"))).toEqual([]);
  });

  it("that is broken blocks its change, and counts for nothing after it", async () => {
    await put("PUMP_revA.csv", pump(4));
    await put("PUMP_revB.csv", pump("four"));
    await put("PUMP_revC.csv", "");
    await put("PUMP_revD.csv", pump(5));
    const files = open();
    const findings = async (revision: string) => (await files.ebom.read(item("PUMP"), rev(revision))).findings;
    expect(await affected(files, "PUMP_revB.csv")).toContain("PUMP A → B");
    expect(await findings("B")).toEqual([
      {
        severity: "blocked",
        code: "data-unreadable",
        system: "plm",
        item: "HEAD",
        line: "row 4",
        field: "Qty",
        cause: 'PUMP_revB.csv, row 4, column "Qty" (C4): its quantity "four" is not a decimal number.',
        fix: "Write a number above zero, such as 0.35.",
      },
    ]);
    expect(await affected(files, "PUMP_revC.csv")).toEqual(["PUMP A → C"]);
    expect(await findings("C")).toMatchObject([
      { code: "bom-empty", item: "PUMP", cause: "PUMP_revC.csv: the file is empty: it has no lines." },
    ]);
    expect(await affected(files, "PUMP_revD.csv")).toEqual(["PUMP A → D", "HEAD # → #"]);
    expect(await findings("D")).toEqual([]);
  });

  it("is told once, and told again when it is written over", async () => {
    await put("PUMP_revA.csv", pump(4));
    const files = open();
    const first = await files.changes.changedSince(null);
    expect(first).toMatchObject({ ids: ["PUMP_revA.csv"], more: false });
    expect(await open().changes.changedSince(first.cursor)).toEqual({ ids: [], cursor: first.cursor, more: false });

    await utimes(join(folder, "PUMP_revA.csv"), 1, 1); // another time is no other content
    expect(await files.changes.changedSince(first.cursor)).toMatchObject({ ids: [] });

    await put("PUMP_revA.csv", pump(5));
    await utimes(join(folder, "PUMP_revA.csv"), 1, 1); // nor does an old time hide another content
    expect(await files.changes.changedSince(first.cursor)).toMatchObject({ ids: ["PUMP_revA.csv"] });
  });

  it("is released after those before it, whatever times its copies bear", async () => {
    for (const [at, revision] of ["A", "B", "AA"].entries()) {
      await put(`PUMP_rev${revision}.csv`, pump(at + 1));
      await utimes(join(folder, `PUMP_rev${revision}.csv`), 1_000 - at, 1_000 - at);
    }
    const { changes } = open();
    const { ids } = await changes.changedSince(null);
    expect(ids).toEqual(["PUMP_revA.csv", "PUMP_revB.csv", "PUMP_revAA.csv"]);
    const times = await Promise.all(ids.map(async (id) => (await changes.read(id)).releasedAt ?? ""));
    expect(times).toEqual(times.toSorted(plainOrder));
  });
});

describe("an export that is still being written", () => {
  it("is not taken until it has been left alone", async () => {
    await put("PUMP_revA.csv", pump(4));
    const path = join(folder, "PUMP_revA.csv");
    const { changes } = open({ settleSeconds: 30 });
    expect((await changes.changedSince(null)).ids).toEqual([]);
    await expect(changes.read(change("PUMP_revA.csv"))).rejects.toMatchObject({ kind: "unreachable", retry: "later" });
    const before = new Date(Date.now() - 31_000);
    await utimes(path, before, before);
    expect((await changes.changedSince(null)).ids).toEqual(["PUMP_revA.csv"]);
    await appendFile(path, "1,SEAL,1,\n");
    expect((await changes.changedSince(null)).ids).toEqual([]);
  });

  it("counts as written by our clock where the file's runs ahead", async () => {
    await put("PUMP_revA.csv", pump(4));
    await utimes(join(folder, "PUMP_revA.csv"), 4e9, 4e9);
    let now = 1_000_000_000_000;
    const { changes } = open({ settleSeconds: 5 }, { now: () => now, wait: async () => undefined });
    expect((await changes.changedSince(null)).ids).toEqual([]);
    now += 5_000;
    expect((await changes.changedSince(null)).ids).toEqual(["PUMP_revA.csv"]);
  });

  it("may go by another name meanwhile", async () => {
    await put("PUMP_revA.csv.part", "Level,Pa");
    await put("~$PUMP_revA.csv", "lock");
    await put(".PUMP_revA.csv", "hidden");
    const { changes, check } = open();
    expect((await changes.changedSince(null)).ids).toEqual([]);
    await check();
    await put("PUMP_revA.csv.part", pump(4));
    await rename(join(folder, "PUMP_revA.csv.part"), join(folder, "PUMP_revA.csv"));
    expect((await changes.changedSince(null)).ids).toEqual(["PUMP_revA.csv"]);
  });
});

describe("the folder", () => {
  it("may not be led out of by a link", async () => {
    await writeFile(join(home, "secret.csv"), pump(4));
    await symlink(join(home, "secret.csv"), join(folder, "PUMP_revA.csv"));
    const { changes, ebom } = open();
    expect(await affected(open(), "PUMP_revA.csv")).toEqual(["PUMP null → A"]);
    expect((await changes.changedSince(null)).ids).toEqual(["PUMP_revA.csv"]);
    const { ebom: read, findings } = await ebom.read(item("PUMP"), rev("A"));
    expect(read.assemblies.size).toBe(0);
    expect(findings).toEqual([
      expect.objectContaining({
        severity: "blocked",
        item: "PUMP",
        cause: expect.stringContaining("leads out of the folder"),
      }),
    ]);
  });

  it("may be led about in by a link", async () => {
    await put("current.txt", pump(4));
    await symlink(join(folder, "current.txt"), join(folder, "PUMP_revA.csv"));
    expect((await open().ebom.read(item("PUMP"), rev("A"))).findings).toEqual([]);
  });

  it("that vanishes is unreachable, and is read again when it is back", async () => {
    await put("PUMP_revA.csv", pump(4));
    const files = open();
    await files.check();
    await rename(folder, `${folder}-away`);
    await expect(files.check()).rejects.toMatchObject({
      kind: "unreachable",
      at: { cause: `${folder} does not exist` },
    });
    expect(files.status()).toMatchObject({ state: "down" });
    await rename(`${folder}-away`, folder);
    await files.check();
    expect(files.status()).toMatchObject({ state: "up" });
  });

  it.skipIf(process.getuid?.() === 0)("that may not be read is access denied", async () => {
    await chmod(folder, 0o000);
    await expect(open().check()).rejects.toMatchObject({ kind: "access denied" });
    await chmod(folder, 0o700);
  });

  it.skipIf(process.getuid?.() === 0)(
    "may hold a file that may not be read, which blocks its own change alone",
    async () => {
      await put("PUMP_revA.csv", pump(4));
      await put("PUMP_revB.csv", pump(5));
      await chmod(join(folder, "PUMP_revB.csv"), 0o000);
      const { changes, ebom } = open();
      expect((await changes.changedSince(null)).ids).toEqual(["PUMP_revA.csv", "PUMP_revB.csv"]);
      expect((await ebom.read(item("PUMP"), rev("A"))).findings).toEqual([]);
      expect((await ebom.read(item("PUMP"), rev("B"))).findings).toMatchObject([
        { cause: "PUMP_revB.csv: it may not be read." },
      ]);
    },
  );

  it("whose names fit nothing is told by check", async () => {
    await put("pump-b.csv", pump(4));
    await expect(open().check()).rejects.toMatchObject({
      kind: "rejected",
      at: { field: "name", cause: expect.stringContaining("{item}_rev{revision}.csv") },
    });
  });

  it("whose newest export does not fit the mapping is told by check", async () => {
    await put("PUMP_revA.csv", "Ebene,Teil,Menge\n1,BOLT,4\n");
    await expect(open().check()).rejects.toMatchObject({
      kind: "rejected",
      at: { object: "PUMP_revA.csv", field: "mapping", cause: expect.stringContaining('"Level"') },
    });
  });

  it("may hold pipes and folders, which are no exports", async () => {
    execFileSync("mkfifo", [join(folder, "PUMP_revA.csv")]);
    await mkdir(join(folder, "PUMP_revB.csv"));
    expect((await open().changes.changedSince(null)).ids).toEqual([]);
  });

  it("may hold several products, of which one uses another's items", async () => {
    await put("PUMP_revA.csv", pump(4));
    await put("FAN_revC.csv", "Level,Part,Qty\n0,FAN,1\n1,BOLT,2\n");
    const { ebom } = open();
    expect(await ebom.whereUsed(item("BOLT"))).toEqual(
      expect.arrayContaining([{ item: "FAN", revision: "C" }, expect.objectContaining({ item: "HEAD" })]),
    );
    const fan = await ebom.read(item("FAN"), rev("C"));
    const lines = fan.ebom.assemblies.get(itemRevision(item("FAN"), rev("C")))?.lines ?? [];
    expect(lines.map((line) => `${line.item} ${quantityText(line.quantity)}`)).toEqual(["BOLT 2 EA"]);
  });

  it("may hold a folder for each revision", async () => {
    for (const [name, bolts] of [
      ["2026-01", 4],
      ["2026-02", 6],
    ] as const) {
      await mkdir(join(folder, name));
      await put(`${name}/pump.csv`, pump(bolts));
      await put(`${name}/fan.csv`, "Level,Part,Qty\n0,FAN,1\n1,BLADE,5\n");
    }
    const files = open({ revisionPer: "folder", name: "{revision}" });
    expect((await files.changes.changedSince(null)).ids).toEqual(["2026-01", "2026-02"]);
    expect(await affected(files, "2026-02")).toEqual(["PUMP 2026-01 → 2026-02", "HEAD # → #"]);
  });
});

const git = (...args: readonly string[]) =>
  execFileSync("git", ["-c", "user.name=Eva", "-c", "user.email=eva@example.com", "-C", folder, ...args], {
    encoding: "utf8",
  }).trim();

async function commit(bolts: number, message: string): Promise<string> {
  await put("pump.csv", pump(bolts));
  git("add", ".");
  git("commit", "--quiet", "--allow-empty", "--message", message);
  return git("rev-parse", "HEAD").slice(0, 12);
}

describe("a git repository", () => {
  it("has a revision for each commit that touches an export", async () => {
    git("init", "--quiet");
    const first = await commit(4, "First pump");
    await put("README", "no export");
    git("add", ".");
    git("commit", "--quiet", "--message", "A readme");
    const second = await commit(6, "More bolts");
    const files = open({ revisionPer: "commit" });
    expect((await files.changes.changedSince(null)).ids).toEqual([first, second]);
    expect(await files.changes.read(change(second))).toMatchObject({
      title: "More bolts",
      releasedBy: "eva@example.com",
      affected: [{ item: "PUMP", from: first, to: second }, { item: "HEAD" }],
    });
  });

  it("has a revision for each tag of a name", async () => {
    git("init", "--quiet");
    for (const [at, bolts] of [4, 6, 8].entries()) {
      await commit(bolts, `Bolts ${bolts}`);
      git("tag", ...(at === 1 ? ["--annotate", "--message", "Second"] : []), `release/v1.${at + 8}`);
      git("tag", `other-${at}`);
    }
    const files = open({ revisionPer: "tag", name: "release/v{revision}" });
    const { ids } = await files.changes.changedSince(null);
    expect(ids).toEqual(["release/v1.8", "release/v1.9", "release/v1.10"]);
    expect(await affected(files, "release/v1.10")).toEqual(["PUMP 1.9 → 1.10", "HEAD # → #"]);
  });

  it("starts none of its hooks, filters or programs, and is not written to", async () => {
    git("init", "--quiet");
    await commit(4, "First pump");
    const trap = join(home, "trapped");
    await writeFile(join(home, "trap.sh"), `#!/bin/sh\ntouch ${trap}\ncat\n`, { mode: 0o755 });
    for (const key of [
      "core.fsmonitor",
      "core.pager",
      "core.sshCommand",
      "diff.external",
      "filter.x.smudge",
      "filter.x.clean",
    ]) {
      git("config", key, join(home, "trap.sh"));
    }
    await writeFile(join(folder, ".git/info/attributes"), "*.csv filter=x diff=x\n");
    const before = await readdir(join(folder, ".git"));
    const files = open({ revisionPer: "commit" });
    const [id = ""] = (await files.changes.changedSince(null)).ids;
    expect(await affected(files, id)).toHaveLength(4);
    expect(await readdir(home)).not.toContain("trapped");
    expect(await readdir(join(folder, ".git"))).toEqual(before);
  });

  it("takes no name for an option", async () => {
    git("init", "--quiet");
    await commit(4, "--output=/tmp/never");
    git("branch", "other");
    const files = open({ revisionPer: "commit", branch: "other", files: ["--output=x", "*.csv"] });
    expect((await files.changes.changedSince(null)).ids).toHaveLength(1);
  });

  it("does not follow a link that was committed", async () => {
    git("init", "--quiet");
    await symlink("/etc/hostname", join(folder, "pump.csv"));
    git("add", ".");
    git("commit", "--quiet", "--message", "A link");
    const files = open({ revisionPer: "commit", mapping: { ...MAPPING, top: "PUMP" } });
    const [id = ""] = (await files.changes.changedSince(null)).ids;
    const { findings } = await files.ebom.read(item("PUMP"), rev(id));
    expect(findings).toMatchObject([{ cause: "pump.csv: it is a symbolic link." }]);
  });

  it("that is none is unreachable, though one lies above it", async () => {
    execFileSync("git", ["-C", home, "init", "--quiet"]);
    await expect(open({ revisionPer: "tag" }).check()).rejects.toMatchObject({
      kind: "unreachable",
      at: { cause: expect.stringContaining("not a git repository") },
    });
  });
});

describe("an acknowledgement", () => {
  const KEY = "change:PUMP_revA.csv" as IdempotencyKey;
  const input = {
    change: change("PUMP_revA.csv"),
    plant: "1000" as PlantId,
    outcome: "applied",
    note: "in force",
  } as const;

  it("is a file beside the exports, which is no export", async () => {
    await put("PUMP_revA.csv", pump(4));
    const { changes } = open({ name: "{revision}.*" });
    await changes.acknowledge.write(input, KEY);
    expect(await readdir(join(folder, ".heddle-ack"))).toEqual([expect.stringMatching(/^[0-9a-f]{32}\.json$/)]);
    expect((await changes.changedSince(null)).ids).toEqual(["PUMP_revA.csv"]);
  });

  it("is written once by any number of writers at a time", async () => {
    const { changes } = open();
    const receipts = await Promise.all(Array.from({ length: 20 }, () => changes.acknowledge.write(input, KEY)));
    expect(new Set(receipts.map(({ id }) => id)).size).toBe(1);
    expect(await readdir(join(folder, ".heddle-ack"))).toEqual([receipts[0]?.id]);
    expect(await changes.acknowledge.find(input, KEY)).toEqual(receipts[0]);
  });

  it("that somebody edited is told, and not taken for ours", async () => {
    const { changes } = open();
    const { id } = await changes.acknowledge.write(input, KEY);
    await put(`.heddle-ack/${id}`, "{}");
    await expect(changes.acknowledge.find(input, KEY)).rejects.toMatchObject({
      kind: "rejected",
      at: { field: "key" },
    });
  });
});
