import { access, constants, stat, statfs } from "node:fs/promises";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { userInfo } from "node:os";
import packageJson from "../../../package.json" with { type: "json" };
import { ok, type Check } from "../../connectors/check.ts";

const GIB = 1024 ** 3;
/** Below this a busy hub fills the disk within days. */
const FREE_BYTES_WARN = 2 * GIB;
/** Below this PostgreSQL may stop at its next checkpoint. */
const FREE_BYTES_MIN = GIB / 4;

export function nodeCheck(): Check {
  const wanted = packageJson.dependencies.node;
  const found = process.versions.node;
  if (found === wanted) return ok("Node", found);
  const detail = `${found}; Heddle is tested with ${wanted}`;
  return {
    name: "Node",
    state: "warning",
    detail,
    fix: "start Heddle by npx heddle, which takes the Node that npm ci brought",
  };
}

export function consoleCheck(): Check {
  const page = join(import.meta.dirname, "..", "..", "..", "console", "dist", "index.html");
  if (existsSync(page)) return ok("console", "built");
  return { name: "console", state: "warning", detail: "there is no page yet", fix: "build it: npm run build:console" };
}

/** Whether Heddle can keep its data there; the folder need not be there yet. */
export async function dataFolderChecks(dataFolder: string): Promise<readonly Check[]> {
  const there = nearestFolder(dataFolder);
  return [await writableCheck(dataFolder, there), ...(await ownerChecks(dataFolder)), await spaceCheck(there)];
}

function nearestFolder(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : nearestFolder(dirname(folder));
}

async function writableCheck(dataFolder: string, there: string): Promise<Check> {
  const made = there === dataFolder ? "" : ", made at the first start";
  try {
    await access(there, constants.W_OK | constants.X_OK);
    if ((await stat(there)).isDirectory()) return ok("data folder", `${dataFolder} can be written${made}`);
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error; // the check below tells
  }
  return {
    name: "data folder",
    state: "failure",
    detail: `${userInfo().username} cannot write to ${there}`,
    field: "hub.dataFolder",
    fix: "give the folder to the user that Heddle runs as, or choose another one in heddle.yaml",
  };
}

async function ownerChecks(dataFolder: string): Promise<readonly Check[]> {
  if (!existsSync(dataFolder) || process.getuid === undefined) return [];
  const { uid, mode } = await stat(dataFolder);
  if (uid !== process.getuid()) {
    return [
      {
        name: "owner",
        state: "warning",
        detail: `the data folder belongs to user ${uid}, and this is user ${process.getuid()}`,
        field: "hub.dataFolder",
        fix: `run Heddle and its commands as one user, or give the folder to this one: chown -R ${userInfo().username} ${dataFolder}`,
      },
    ];
  }
  if ((mode & 0o022) === 0) return [ok("owner", userInfo().username)];
  return [
    {
      name: "owner",
      state: "warning",
      detail: "other users of this machine can write to the data folder",
      field: "hub.dataFolder",
      fix: `take the right from them: chmod go-w ${dataFolder}`,
    },
  ];
}

async function spaceCheck(there: string): Promise<Check> {
  const { bavail, bsize } = await statfs(there);
  const free = bavail * bsize;
  const detail = `${(free / GIB).toFixed(1)} GiB free`;
  if (free >= FREE_BYTES_WARN) return ok("disk", detail);
  return {
    name: "disk",
    state: free < FREE_BYTES_MIN ? "failure" : "warning",
    detail,
    field: "hub.dataFolder",
    fix: "make room, or put the data folder on a larger disk",
  };
}
