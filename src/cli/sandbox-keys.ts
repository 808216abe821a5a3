import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Environment } from "../hub/secrets.ts";

/** What `heddle.yaml` refers to as `${env:SANDBOX_API_KEY}` and `${env:SANDBOX_WEBHOOK_SECRET}`. */
type SandboxKeys = { readonly SANDBOX_API_KEY: string; readonly SANDBOX_WEBHOOK_SECRET: string };

/** The environment with the sandboxes' keys, which are made once. What is set already wins. */
export async function withSandboxKeys(dataFolder: string, environment: Environment): Promise<Environment> {
  const keys = (await readKeys(dataFolder)) ?? (await makeKeys(dataFolder));
  return { ...keys, ...set(environment) };
}

/** As `withSandboxKeys`, where no sandbox is to be started: without keys when none were made. */
export async function withKnownSandboxKeys(dataFolder: string, environment: Environment): Promise<Environment> {
  return { ...(await readKeys(dataFolder)), ...set(environment) };
}

function set(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ""));
}

async function readKeys(dataFolder: string): Promise<SandboxKeys | null> {
  try {
    return JSON.parse(await readFile(fileIn(dataFolder), "utf8")) as SandboxKeys;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (["ENOENT", "ENOTDIR", "EACCES"].includes(code)) return null; // none here, or another user's
    throw error;
  }
}

async function makeKeys(dataFolder: string): Promise<SandboxKeys> {
  const keys = {
    SANDBOX_API_KEY: randomBytes(24).toString("base64url"),
    SANDBOX_WEBHOOK_SECRET: `whsec_${randomBytes(32).toString("base64")}`,
  };
  await mkdir(join(dataFolder, "sandbox"), { recursive: true });
  await writeFile(fileIn(dataFolder), `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600, flag: "wx" });
  return keys;
}

function fileIn(dataFolder: string): string {
  return join(dataFolder, "sandbox", "keys.json");
}
