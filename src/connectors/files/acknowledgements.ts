import { createHash } from "node:crypto";
import { access, constants, link, mkdir, open, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { SystemId } from "../../domain/ids.ts";
import { badData } from "../bad-data.ts";
import type { Acknowledgement, IdempotencyKey, Receipt, Write } from "../port.ts";
import { fileError, isMissing, isSystemError } from "./file-error.ts";
import { ACKNOWLEDGEMENT } from "./wire.ts";

/** What became of each change, as one small file per acknowledgement, named by its key. */
export function acknowledgements(system: SystemId, folder: string): Write<Acknowledgement> {
  async function find({ change }: Acknowledgement, key: IdempotencyKey): Promise<Receipt | null> {
    const doing = `looking up the acknowledgement of change ${change}`;
    const id = fileName(key);
    try {
      return await readBack(id, key, doing);
    } catch (error) {
      throw fileError(system, doing, join(folder, id), error);
    }
  }

  async function readBack(id: string, key: IdempotencyKey, doing: string): Promise<Receipt | null> {
    const text = await readIfThere(join(folder, id));
    if (text === null) return null;
    const read = ACKNOWLEDGEMENT(jsonOf(text));
    if ("value" in read && read.value.key === key) return { id, version: null };
    const cause = "it is not as Heddle wrote it; delete the file, and Heddle writes it anew";
    throw badData({ system, doing, object: join(folder, id), field: "key", cause });
  }

  return {
    find,
    async write(input, key) {
      const id = fileName(key);
      try {
        await mkdir(folder, { recursive: true });
        await writeOnce(join(folder, id), `${JSON.stringify({ ...input, key }, null, 2)}\n`);
      } catch (error) {
        throw fileError(system, `acknowledging change ${input.change}`, join(folder, id), error);
      }
      return { id, version: null };
    },
  };
}

/** Whether acknowledgements can be written: into the folder, or where it is to be made. */
export async function proveWritable(system: SystemId, folder: string): Promise<void> {
  for (let path = folder; ; path = dirname(path)) {
    try {
      return await access(path, constants.W_OK | constants.X_OK);
    } catch (error) {
      if (isMissing(error) && dirname(path) !== path) continue;
      throw fileError(system, "proving that acknowledgements can be written", path, error);
    }
  }
}

/** A key may hold `:`, which not every file system takes. */
function fileName(key: IdempotencyKey): string {
  return `${createHash("sha256").update(key).digest("hex").slice(0, 32)}.json`;
}

/** All of it or nothing, and by one writer: whoever comes second finds the file of the first. */
async function writeOnce(path: string, text: string): Promise<void> {
  const draft = `${path}.${crypto.randomUUID()}.tmp`;
  const handle = await open(draft, "wx");
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    await link(draft, path);
  } catch (error) {
    if (!isSystemError(error) || error.code !== "EEXIST") throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
