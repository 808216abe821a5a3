import { createRequire, registerHooks } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { ConnectorKind } from "./connector-kind.ts";
import { PORT_VERSION } from "./port.ts";

/** A connector of another package, or what is in the way of using it and what to do. */
export type LoadedKind =
  | { readonly ok: true; readonly kind: ConnectorKind }
  | { readonly ok: false; readonly problem: string; readonly fix: string };

/** Whether a `kind` names an npm package: it has a scope, or begins as connector packages do. */
export function isPackageName(kind: string): boolean {
  return /^(@[a-z0-9][\w.-]*\/[a-z0-9][\w.-]*|heddle-connector-[\w.-]+)$/.test(kind);
}

/**
 * Loads the connector that a package exports as `connectorKind`. The package is looked for from `folder`
 * upwards, as Node does, so it is installed beside `heddle.yaml` and not into Heddle.
 */
export async function loadPackageKind(name: string, folder: string): Promise<LoadedKind> {
  const entry = entryOf(name, folder);
  if (!entry.ok) return entry;
  leadImportsToUs();
  let loaded: Readonly<Record<string, unknown>>;
  try {
    loaded = (await import(pathToFileURL(entry.file).href)) as typeof loaded;
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return { ok: false, problem: `the package ${name} cannot be loaded: ${words}`, fix: loadFix(name, error) };
  }
  return checked(name, loaded["connectorKind"]);
}

type Entry = { readonly ok: true; readonly file: string } | Extract<LoadedKind, { ok: false }>;

function entryOf(name: string, folder: string): Entry {
  try {
    return { ok: true, file: createRequire(join(folder, "heddle.yaml")).resolve(name) };
  } catch (error) {
    if (codeOf(error) !== "MODULE_NOT_FOUND") {
      const words = error instanceof Error ? error.message : String(error);
      return {
        ok: false,
        problem: `the package ${name} has no entry: ${words}`,
        fix: `its package.json must say "exports": "./connector.js", or whatever its file is called`,
      };
    }
    return {
      ok: false,
      problem: `the package ${name} is not installed`,
      fix: `run npm install ${name} in ${folder}, or correct the name`,
    };
  }
}

function loadFix(name: string, error: unknown): string {
  if (codeOf(error) === "ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING")
    return "Node runs no TypeScript of packages: its author must publish JavaScript";
  return `install it again with what it needs, or tell the author of ${name}`;
}

function checked(name: string, exported: unknown): LoadedKind {
  if (!isKind(exported)) {
    return {
      ok: false,
      problem: `the package ${name} exports no connectorKind with port, settings, make and waivers`,
      fix: 'its main file must say: export const connectorKind = kind(settings, make, waivers), with kind from "heddle/connector"',
    };
  }
  if (exported.port === PORT_VERSION) return { ok: true, kind: exported };
  const isNewer = exported.port > PORT_VERSION;
  return {
    ok: false,
    problem: `the package ${name} is written for version ${exported.port} of the connector port; this Heddle has version ${PORT_VERSION}`,
    fix: isNewer
      ? "update Heddle, or install an older version of the package"
      : "install a newer version of the package",
  };
}

function isKind(exported: unknown): exported is ConnectorKind {
  if (typeof exported !== "object" || exported === null) return false;
  const { port, settings, make, waivers } = exported as Readonly<Record<string, unknown>>;
  return Number.isInteger(port) && isObject(settings) && typeof make === "function" && isObject(waivers);
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

const FOR_PACKAGES = pathToFileURL(join(import.meta.dirname, "for-packages.ts")).href;
let areLed = false;

/**
 * `heddle/connector` means this Heddle wherever the package stands, also when another copy of it is installed
 * there: a `ConnectorError` of another copy would not be ours.
 */
function leadImportsToUs(): void {
  if (areLed) return;
  areLed = true;
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === "heddle/connector" ? next(FOR_PACKAGES, context) : next(specifier, context),
  });
}
