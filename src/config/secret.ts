import { readFile } from "node:fs/promises";
import { resolve } from "node:path";

/**
 * Text of `heddle.yaml` that may refer to a secret: `${env:NAME}`, `${env:NAME:-default}` or
 * `${file:path}`. It is kept as it is written until it is used, so a configuration can be printed.
 */
const REFERENCE = /\$\{(env|file):([^}]*?)(?::-([^}]*))?\}/g;

/** Matches text that holds a reference, as a JSON Schema pattern. */
export const anyReference = String.raw`\$\{(env|file):[^}]*\}`;

/** Where references are looked up. Paths are relative to the folder of `heddle.yaml`. */
export type SecretSources = {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
};

/** A reference led nowhere. The message names the reference and never what other ones hold. */
export class SecretError extends Error {
  override readonly name = "SecretError";
  readonly reference: string;
  readonly fix: string;

  constructor(reference: string, problem: string, fix: string, cause?: unknown) {
    super(`${reference} ${problem}`, { cause });
    this.reference = reference;
    this.fix = fix;
  }
}

/** Whether a text holds a reference, so that its final form is not known yet. */
export function isReference(text: string): boolean {
  return text.search(REFERENCE) >= 0;
}

/**
 * The value with every reference in it replaced by what it refers to, however deep it stands.
 * @throws SecretError for an environment variable that is not set or a file that cannot be read.
 */
export async function withSecrets<T>(value: T, sources: SecretSources): Promise<T> {
  return (await resolved(value, sources)) as T;
}

async function resolved(value: unknown, sources: SecretSources): Promise<unknown> {
  if (typeof value === "string") return resolvedText(value, sources);
  if (Array.isArray(value)) return Promise.all(value.map((each) => resolved(each, sources)));
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).map(async ([key, held]) => [key, await resolved(held, sources)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

async function resolvedText(text: string, sources: SecretSources): Promise<string> {
  const parts: string[] = [];
  let end = 0;
  for (const match of text.matchAll(REFERENCE)) {
    const [reference, kind, name = "", otherwise] = match;
    parts.push(text.slice(end, match.index));
    parts.push(
      kind === "env" ? fromEnvironment(reference, name, otherwise, sources) : await fromFile(reference, name, sources),
    );
    end = match.index + reference.length;
  }
  return parts.join("") + text.slice(end);
}

function fromEnvironment(
  reference: string,
  name: string,
  otherwise: string | undefined,
  { environment }: SecretSources,
): string {
  const value = environment[name];
  if (value !== undefined && value !== "") return value;
  if (otherwise !== undefined) return otherwise;
  throw new SecretError(reference, "is not set", `set the environment variable ${name}`);
}

async function fromFile(reference: string, path: string, { folder }: SecretSources): Promise<string> {
  try {
    const text = await readFile(resolve(folder, path), "utf8");
    return text.replace(/\r?\n$/, "");
  } catch (cause) {
    throw new SecretError(
      reference,
      "cannot be read",
      `create the file ${path} beside heddle.yaml, readable for Heddle`,
      cause,
    );
  }
}
