import { join, resolve } from "node:path";
import type { ChangeId, SystemId } from "../../domain/ids.ts";
import { badData } from "../bad-data.ts";
import { ConnectorError } from "../connector-error.ts";
import { systemClock, type Clock } from "../http/clock.ts";
import { makeConnection } from "../http/connection.ts";
import type { LiveConnector } from "../live-connector.ts";
import type { Changes, Cursor, EbomReader, Page } from "../port.ts";
import { acknowledgements, proveWritable } from "./acknowledgements.ts";
import type { FilesSettings } from "./config.ts";
import { flawText } from "./flaw.ts";
import { folderReleases, sha256 } from "./folder-releases.ts";
import { gitReleases } from "./git-releases.ts";
import { affectedBy, bomReader, structureOf, usesOf, type BomReader } from "./history.ts";
import type { Listing, Release, ReleaseSource } from "./releases.ts";

const PAGE = 50;

/** Exports in a folder or git repository as a PLM. `clock` is for tests. */
export function filesConnector(system: SystemId, settings: FilesSettings, clock: Clock = systemClock): LiveConnector {
  const connection = makeConnection(
    { maxConcurrent: 8, maxPerSecond: 0, failuresToPause: Infinity, pauseMs: 0 },
    clock,
  );
  const isGit = settings.revisionPer === "tag" || settings.revisionPer === "commit";
  const source = isGit ? gitReleases(system, settings) : folderReleases(system, settings, clock);
  const read = bomReader(settings.mapping);
  const list = sharedListing(source);
  const ackFolder = resolve(
    settings.acknowledgements ??
      (isGit ? `${resolve(settings.folder)}.heddle-ack` : join(settings.folder, ".heddle-ack")),
  );
  const running = <T>(doing: string, work: () => Promise<T>) => connection.run({ system, doing }, work);
  return {
    system,
    status: connection.status,
    check: () =>
      running("proving access", async () => {
        await provePattern(await list(), read, settings, system);
        await proveWritable(system, ackFolder);
      }),
    changes: changes({ system, list, read, running, ackFolder }),
    ebom: ebom({ system, list, read, running }),
  };
}

type Context = {
  readonly system: SystemId;
  readonly list: () => Promise<Listing>;
  readonly read: BomReader;
  readonly running: <T>(doing: string, work: () => Promise<T>) => Promise<T>;
};

function changes({ system, list, read, running, ackFolder }: Context & { readonly ackFolder: string }): Changes {
  const acknowledge = acknowledgements(system, ackFolder);
  return {
    changedSince: (cursor) => running("looking for exports", async () => unseen((await list()).releases, cursor)),
    read: (id) =>
      running(`reading change ${id}`, async () => {
        const { releases, unsettled } = await list();
        const release = releases.find((one) => one.id === id) ?? notThere(id, unsettled, system);
        return {
          id,
          title: release.title,
          reason: "",
          state: "released",
          releasedAt: release.at,
          releasedBy: release.by,
          effectiveFrom: null,
          affected: await affectedBy(release, releases, read),
          supersedes: null,
        };
      }),
    acknowledge: {
      find: (input, key) => running("looking up an acknowledgement", () => acknowledge.find(input, key)),
      write: (input, key) => running("acknowledging a change", () => acknowledge.write(input, key)),
    },
  };
}

function ebom({ system, list, read, running }: Context): EbomReader {
  return {
    read: (item, revision) =>
      running(`reading the eBOM of ${item}`, async () =>
        structureOf({ item, revision }, (await list()).releases, read, system),
      ),
    whereUsed: (item) =>
      running(`looking where ${item} is used`, async () => usesOf(item, (await list()).releases, read)),
  };
}

function notThere(id: ChangeId, unsettled: ReadonlySet<ChangeId>, system: SystemId): never {
  const at = { system, doing: `reading change ${id}`, object: id };
  if (unsettled.has(id)) throw new ConnectorError("unreachable", { ...at, cause: `${id} is being written` });
  throw new ConnectorError("not found", { ...at, cause: `there is no export ${id}` });
}

/** Digits of base64 that tell one content of one release from every other: 72 bits. */
const MARK = 12;

/**
 * The cursor is a mark for each release that was told, of its name and content. So nothing is skipped,
 * whatever the clocks of files say, and an export that is written over is told again.
 */
function unseen(releases: readonly Release[], cursor: Cursor): Page<ChangeId> {
  const seen = new Set((cursor ?? "").match(/.{12}/g));
  const marked = releases.map((release) => ({ release, mark: markOf(release) }));
  const fresh = marked.filter(({ mark }) => !seen.has(mark));
  if (fresh.length === 0) return { ids: [], cursor, more: false };
  const page = fresh.slice(0, PAGE);
  const told = new Set([...seen, ...page.map(({ mark }) => mark)]);
  return {
    ids: page.map(({ release }) => release.id),
    // Releases that are gone are forgotten here, so that the cursor does not grow for ever.
    cursor: marked.flatMap(({ mark }) => (told.has(mark) ? [mark] : [])).join(""),
    more: fresh.length > PAGE,
  };
}

function markOf({ id, digest }: Release): string {
  return Buffer.from(sha256(`${id}\n${digest}`), "hex")
    .toString("base64url")
    .slice(0, MARK);
}

/** Proves that names and mapping fit what is there, by the newest release. */
async function provePattern(
  { releases, unsettled, otherNames }: Listing,
  read: BomReader,
  { name, folder, files }: FilesSettings,
  system: SystemId,
): Promise<void> {
  const doing = "proving access";
  const newest = releases.at(-1);
  if (newest === undefined) {
    // An empty folder waits for its first export.
    if (unsettled.size > 0 || otherNames === 0) return;
    const wanted = [name ?? "{revision}", ...(files ?? [])].join(", ");
    const cause = `none of the ${otherNames} names there fits ${wanted}`;
    throw badData({ system, doing, object: folder, field: "name", cause });
  }
  for (const file of newest.files) {
    const bom = await read({ release: newest, file });
    const flaw = bom.flaws.find(({ about }) => about === "mapping");
    if (flaw === undefined) continue;
    throw badData({
      system,
      doing,
      object: file.name,
      field: "mapping",
      cause: `${flawText(file.name, flaw)} ${flaw.fix}`,
    });
  }
}

/** Calls of one moment share one look, which begins after the last of them: never an old one. */
function sharedListing({ list }: ReleaseSource): () => Promise<Listing> {
  let next: Promise<Listing> | null = null;
  return () => {
    next ??= new Promise((begin) => {
      setImmediate(() => {
        next = null;
        begin(list());
      });
    });
    return next;
  };
}
