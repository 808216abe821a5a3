import { matchesGlob, resolve } from "node:path";
import type { SystemId } from "../../domain/ids.ts";
import { badData } from "../bad-data.ts";
import type { FilesSettings } from "./config.ts";
import { openGit, type Git } from "./git.ts";
import { FILE_BYTES_MAX } from "./limits.ts";
import { toChangeId, toRevision } from "./mapping.ts";
import { nameReader } from "./name-pattern.ts";
import { tooLarge } from "./read-table.ts";
import type { Listing, Release, ReleasedFile, ReleaseSource } from "./releases.ts";
import { revisionOrder } from "./revision-order.ts";

const EXPORTS = ["**/*.csv", "**/*.tsv", "**/*.xlsx"];
/** Commits looked back at; older ones are history. */
const COMMITS_MAX = 1_000;
/** Digits of a commit that people read. */
const SHORT = 12;

type Mark = {
  readonly id: string;
  readonly revision: string;
  readonly commit: string;
  readonly at: string;
  readonly by: string;
  readonly subject: string;
};

/** A git repository, with a revision per tag or per commit. */
export function gitReleases(system: SystemId, settings: FilesSettings): ReleaseSource {
  const git = openGit(system, resolve(settings.folder));
  const globs = settings.files ?? EXPORTS;
  // A commit never changes, so neither does what is in it.
  const filesOf = new Map<string, Promise<readonly ReleasedFile[]>>();

  function filesIn(commit: string): Promise<readonly ReleasedFile[]> {
    const known = filesOf.get(commit);
    if (known !== undefined) return known;
    const files = listFiles(git, commit, globs);
    filesOf.set(commit, files);
    files.catch(() => filesOf.delete(commit));
    return files;
  }

  return {
    async list(): Promise<Listing> {
      const { marks, otherNames } =
        settings.revisionPer === "tag" ? await tags(git, settings) : await commits(git, settings, globs);
      const releases: Release[] = [];
      for (const mark of marks) {
        const files = await filesIn(mark.commit);
        if (files.length > 0) releases.push(toRelease(mark, files, releases.at(-1)?.at ?? "", system));
      }
      return { releases, unsettled: new Set(), otherNames };
    },
  };
}

function toRelease(mark: Mark, files: readonly ReleasedFile[], notBefore: string, system: SystemId): Release {
  const instant = new Date(mark.at);
  if (Number.isNaN(instant.getTime())) {
    const cause = `"${mark.at}" is no time`;
    throw badData({ system, doing: `reading ${mark.id}`, object: mark.id, field: "date", cause });
  }
  const at = instant.toISOString();
  return {
    id: toChangeId(mark.id),
    revision: toRevision(mark.revision),
    at: at > notBefore ? at : notBefore,
    by: mark.by === "" ? null : mark.by,
    title: mark.subject === "" ? `Export ${mark.id}` : mark.subject,
    digest: mark.commit,
    files,
  };
}

async function tags(git: Git, { name }: FilesSettings) {
  const readName = nameReader(name ?? "{revision}");
  const fields = [
    "%(refname:strip=2)",
    "%(objecttype)",
    "%(objectname)",
    "%(*objecttype)",
    "%(*objectname)",
    "%(creatordate:iso-strict)",
    "%(authoremail:trim)",
    "%(*authoremail:trim)",
    "%(contents:subject)",
  ];
  const out = await git.run("listing tags", ["for-each-ref", `--format=${fields.join("%00")}`, "refs/tags"]);
  const lines = out.toString("utf8").split("\n").filter(Boolean);
  let otherNames = 0;
  const marks = lines.flatMap((line): Mark[] => {
    const [
      tag = "",
      type = "",
      object = "",
      behind = "",
      peeled = "",
      at = "",
      author = "",
      authorBehind = "",
      subject = "",
    ] = line.split("\0");
    const commit = type === "commit" ? object : behind === "commit" ? peeled : "";
    const named = readName(tag);
    if (named === null || commit === "") {
      otherNames += 1;
      return [];
    }
    return [{ id: tag, revision: named.revision, commit, at, by: author || authorBehind, subject }];
  });
  marks.sort((a, b) => Date.parse(a.at) - Date.parse(b.at) || revisionOrder(a.revision, b.revision));
  return { marks, otherNames };
}

async function commits(git: Git, { branch }: FilesSettings, globs: readonly string[]) {
  const head = branch === undefined ? "HEAD" : `refs/heads/${branch}`;
  const out = await git.run("listing commits", [
    "log",
    "-z",
    "--first-parent",
    `--max-count=${COMMITS_MAX}`,
    "--format=%H%n%cI%n%ae%n%s",
    "--end-of-options",
    head,
    "--",
    ...globs.map((glob) => `:(glob)${glob}`),
  ]);
  const marks = out
    .toString("utf8")
    .split("\0")
    .filter(Boolean)
    .map((record): Mark => {
      const [commit = "", at = "", by = "", subject = ""] = record.split("\n");
      const short = commit.slice(0, SHORT);
      return { id: short, revision: short, commit, at, by, subject };
    });
  return { marks: marks.toReversed(), otherNames: 0 };
}

async function listFiles(git: Git, commit: string, globs: readonly string[]): Promise<readonly ReleasedFile[]> {
  const out = await git.run(`listing the files of ${commit.slice(0, SHORT)}`, [
    "ls-tree",
    "-r",
    "-l",
    "-z",
    "--end-of-options",
    commit,
  ]);
  return out
    .toString("utf8")
    .split("\0")
    .flatMap((entry): ReleasedFile[] => {
      const match = /^(\d+) blob ([0-9a-f]{40,64}) +(\d+)\t(.+)$/s.exec(entry);
      if (match === null) return [];
      const [, mode = "", blob = "", size = "", path = ""] = match;
      if (!globs.some((glob) => matchesGlob(path, glob))) return [];
      return [
        {
          name: path,
          series: path,
          product: null,
          digest: blob,
          content: () => blobContent(git, { mode, blob, size: Number(size), path }),
        },
      ];
    });
}

async function blobContent(
  git: Git,
  { mode, blob, size, path }: { mode: string; blob: string; size: number; path: string },
) {
  if (mode === "120000") return { problem: "it is a symbolic link", fix: "Commit the file itself." };
  if (size > FILE_BYTES_MAX) return tooLarge(size);
  return git.run(`reading ${path}`, ["cat-file", "blob", blob]);
}
