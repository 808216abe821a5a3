import { path, type Http } from "../http/http-client.ts";
import { CONTRACTS, type Branch, type Commit, type CommitItem } from "./wire.ts";

const PAGE = 100;

/** Every design that the key may see. */
export async function designIds(http: Http): Promise<readonly string[]> {
  const { data } = await http.read({ doing: "listing designs", path: "/api/v1/designs", answer: CONTRACTS.designs });
  return data.designs.map(({ id }) => id);
}

/** All branches of a design, those of finished change orders too. */
export async function branchesOf(http: Http, design: string): Promise<readonly Branch[]> {
  const { data } = await http.read({
    doing: `listing the branches of design ${design}`,
    object: design,
    path: path`/api/v1/designs/${design}/branches`,
    query: { includeArchived: "true" },
    answer: CONTRACTS.branches,
  });
  return data.branches;
}

/** Commits of a branch, the newest first, back to one that `isEnough`, which is left out, or to an instant. */
export async function commitsOf(
  http: Http,
  branch: string,
  { since, isEnough = () => false }: { readonly since?: string; readonly isEnough?: (commit: Commit) => boolean },
): Promise<readonly Commit[]> {
  const all = new Map<string, Commit>();
  for (let offset = 0; ;) {
    const { data } = await http.read({
      doing: `reading the commits of branch ${branch}`,
      object: branch,
      path: path`/api/v1/branches/${branch}/commits`,
      query: { limit: PAGE, offset, since },
      answer: CONTRACTS.commits,
    });
    for (const commit of data.commits) {
      if (isEnough(commit)) return [...all.values()];
      all.set(commit.id, commit);
    }
    if (data.commits.length < PAGE) return [...all.values()];
    // A commit made meanwhile moves the others on by one, so a page may repeat some, and never skips one.
    offset += data.commits.length;
  }
}

/** The parts that a commit touched. */
export async function touchedBy(http: Http, commit: Commit): Promise<readonly CommitItem[]> {
  const { data } = await http.read({
    doing: `reading what commit ${commit.id} changed`,
    object: commit.id,
    path: path`/api/v1/commits/${commit.id}/diff`,
    answer: CONTRACTS.commitDiff,
  });
  return data.diff.items;
}
