import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { lstat, open, readdir, realpath } from "node:fs/promises";
import { join, matchesGlob, relative, resolve, sep } from "node:path";
import type { ChangeId, SystemId } from "../../domain/ids.ts";
import { ConnectorError } from "../connector-error.ts";
import type { Clock } from "../http/clock.ts";
import type { FilesSettings } from "./config.ts";
import { fileError, isDenied, isMissing } from "./file-error.ts";
import { FILE_BYTES_MAX } from "./limits.ts";
import { toChangeId } from "./mapping.ts";
import { nameReader, type Named } from "./name-pattern.ts";
import { tooLarge } from "./read-table.ts";
import type { Listing, Refusal, Release, ReleasedFile, ReleaseSource } from "./releases.ts";
import { revisionOrder } from "./revision-order.ts";

/** Where a file stands, and all that the file system says of it: a hint at whether it changed. */
type Entry = { readonly path: string; readonly stamp: string; readonly size: number; readonly mtimeMs: number };
type Seen = { readonly entry: Entry; readonly refusal: Refusal | null };
type Candidate = { readonly id: ChangeId; readonly named: Named; readonly files: readonly Seen[] };

/** What spreadsheet programs and copying tools leave beside a file that is open or on its way. */
const PASSING = /^[.~]|\.(tmp|part|partial|crdownload|filepart)$/i;
const EXPORTS = ["*.csv", "*.tsv", "*.txt", "*.xlsx"];

/** A watched folder, with a revision per file or per folder in it. */
export function folderReleases(system: SystemId, settings: FilesSettings, clock: Clock): ReleaseSource {
  const root = resolve(settings.folder);
  const readName = nameReader(settings.name ?? (settings.revisionPer === "file" ? "{revision}.*" : "{revision}"));
  const digests = new Map<string, { readonly stamp: string; readonly digest: string }>();
  const isSettled = settleWatch(settings.settleSeconds * 1_000, clock);

  async function list(): Promise<Listing> {
    try {
      return await listed();
    } catch (error) {
      throw fileError(system, "looking through the folder of exports", root, error);
    }
  }

  async function listed(): Promise<Listing> {
    const home = await realpath(root);
    const found = settings.revisionPer === "file" ? await filesOf(home) : await foldersOf(home);
    const unsettled = new Set<ChangeId>();
    const releases: Release[] = [];
    for (const candidate of inOrder(found.candidates)) {
      const isReady = candidate.files.length > 0 && candidate.files.every(({ entry }) => isSettled(entry));
      const files = isReady ? await digested(candidate, home) : null;
      if (files === null) unsettled.add(candidate.id);
      else releases.push(toRelease(candidate, files, releases.at(-1)?.at ?? ""));
    }
    return { releases, unsettled, otherNames: found.otherNames };
  }

  async function filesOf(home: string) {
    const names = await namesIn(home);
    const candidates: Candidate[] = [];
    let otherNames = 0;
    for (const name of names) {
      const named = readName(name);
      const seen = await seeFile(join(home, name), home);
      if (seen === null) continue;
      if (named === null || (settings.files !== undefined && !fits(name, settings.files))) otherNames += 1;
      else candidates.push({ id: toChangeId(name), named, files: [seen] });
    }
    return { candidates, otherNames };
  }

  async function foldersOf(home: string) {
    const candidates: Candidate[] = [];
    let otherNames = 0;
    for (const name of await namesIn(home)) {
      const path = join(home, name);
      if (!(await isFolderWithin(path, home))) continue;
      const named = readName(name);
      if (named === null) {
        otherNames += 1;
        continue;
      }
      const seen = await Promise.all(
        (await namesIn(path))
          .filter((file) => fits(file, settings.files ?? EXPORTS))
          .map((file) => seeFile(join(path, file), home)),
      );
      candidates.push({ id: toChangeId(name), named, files: seen.filter((one) => one !== null) });
    }
    return { candidates, otherNames };
  }

  /** Null when one of the files is being written while it is read. */
  async function digested({ named, files }: Candidate, home: string): Promise<readonly ReleasedFile[] | null> {
    const made: ReleasedFile[] = [];
    for (const { entry, refusal: seenRefusal } of files) {
      const read = seenRefusal === null ? await digestOf(entry) : seenRefusal;
      if (read === null) return null;
      const refusal = typeof read === "string" ? null : read;
      const digest = typeof read === "string" ? read : sha256(read.problem);
      const name = relative(home, entry.path).replaceAll(sep, "/");
      const series = settings.revisionPer === "file" ? (named.item ?? "") : name.slice(name.indexOf("/") + 1);
      const product = named.item;
      made.push({ name, series, product, digest, content: () => content(entry, digest, refusal) });
    }
    return made;
  }

  /** Null when the file is being written, or is gone again. */
  async function digestOf(entry: Entry): Promise<string | Refusal | null> {
    const known = digests.get(entry.path);
    if (known?.stamp === entry.stamp) return known.digest;
    try {
      const bytes = await readWhole(entry);
      if (bytes === null) return null;
      const digest = sha256(bytes);
      digests.set(entry.path, { stamp: entry.stamp, digest });
      return digest;
    } catch (error) {
      if (isMissing(error)) return null;
      // One file that may not be read is no reason to read none.
      if (isDenied(error)) return { problem: "it may not be read", fix: "Give Heddle's account the right to read it." };
      throw error;
    }
  }

  async function content(entry: Entry, digest: string, refusal: Refusal | null): Promise<Uint8Array | Refusal> {
    if (refusal !== null) return refusal;
    const doing = `reading ${entry.path}`;
    try {
      const bytes = await readWhole(entry);
      if (bytes !== null && sha256(bytes) === digest) return bytes;
    } catch (error) {
      throw fileError(system, doing, entry.path, error);
    }
    throw new ConnectorError("unreachable", { system, doing, object: entry.path, cause: "it is being written" });
  }

  return { list };
}

/**
 * A file counts as written when it has been left alone for a while: by its own time, or where the clocks of
 * two machines differ, by two looks at it that far apart.
 */
function settleWatch(settleMs: number, clock: Clock): (entry: Entry) => boolean {
  const firstSeen = new Map<string, { readonly stamp: string; readonly at: number }>();
  return ({ path, stamp, mtimeMs }) => {
    const now = clock.now();
    const seen = firstSeen.get(path);
    const at = seen?.stamp === stamp ? seen.at : now;
    firstSeen.set(path, { stamp, at });
    return settleMs === 0 || (mtimeMs <= now && now - mtimeMs >= settleMs) || now - at >= settleMs;
  };
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder)).filter((name) => !PASSING.test(name)).toSorted();
}

function fits(name: string, globs: readonly string[]): boolean {
  return globs.some((glob) => matchesGlob(name, glob));
}

/** Null for what is no file, or is gone again. A link that leads out of the folder is seen and refused. */
async function seeFile(path: string, home: string): Promise<Seen | null> {
  const real = await realpathIfThere(path);
  if (real === null) return null;
  const { size, mtimeMs, mtimeNs, ctimeNs, ino, isFile } = await statOf(real);
  if (!isFile) return null;
  const stamp = [real, size, mtimeNs, ctimeNs, ino].join(" ");
  const entry = { path: real, stamp, size, mtimeMs };
  if (!isWithin(real, home)) {
    const problem = `it is a link that leads out of the folder, to ${real}`;
    return { entry: { ...entry, path }, refusal: { problem, fix: "Put the file itself into the folder." } };
  }
  if (size > FILE_BYTES_MAX) {
    const { problem, fix } = tooLarge(size);
    return { entry, refusal: { problem, fix } };
  }
  return { entry, refusal: null };
}

async function isFolderWithin(path: string, home: string): Promise<boolean> {
  const real = await realpathIfThere(path);
  return real !== null && isWithin(real, home) && (await lstat(real)).isDirectory();
}

function isWithin(path: string, home: string): boolean {
  return path.startsWith(home.endsWith(sep) ? home : home + sep);
}

async function realpathIfThere(path: string): Promise<string | null> {
  try {
    return await realpath(path);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

async function statOf(path: string) {
  const stat = await lstat(path, { bigint: true });
  const { mtimeNs, ctimeNs, ino } = stat;
  return { size: Number(stat.size), mtimeMs: Number(stat.mtimeMs), mtimeNs, ctimeNs, ino, isFile: stat.isFile() };
}

/** Null where the file is not, or no longer, the one that was seen. Never waits for a pipe, never follows a link. */
async function readWhole({ path, stamp }: Entry): Promise<Uint8Array | null> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const before = await handle.stat({ bigint: true });
    if (!before.isFile() || before.size > BigInt(FILE_BYTES_MAX)) return null;
    const bytes = await handle.readFile();
    const { size, mtimeNs, ctimeNs, ino } = await handle.stat({ bigint: true });
    return [path, size, mtimeNs, ctimeNs, ino].join(" ") === stamp ? bytes : null;
  } finally {
    await handle.close();
  }
}

/** By revision, as names give it: times of files change when they are copied. */
function inOrder(candidates: readonly Candidate[]): readonly Candidate[] {
  return candidates.toSorted((a, b) => revisionOrder(a.named.revision, b.named.revision) || revisionOrder(a.id, b.id));
}

function toRelease({ id, named, files }: Candidate, released: readonly ReleasedFile[], notBefore: string): Release {
  const newest = Math.max(...files.map(({ entry }) => entry.mtimeMs));
  const at = new Date(newest).toISOString();
  return {
    id,
    revision: named.revision,
    at: at > notBefore ? at : notBefore,
    by: null,
    title: `Export ${id}`,
    digest: sha256(released.map(({ name, digest }) => `${name}\0${digest}\n`).join("")),
    files: released,
  };
}

export function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
