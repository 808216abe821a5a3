import { CliFailure } from "../cli/failure.ts";
import type { Config } from "../config/heddle-config.ts";
import { SecretError, withSecrets } from "../config/secret.ts";

/** Where `${env:…}` in `heddle.yaml` is looked up. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A part of the configuration with its secrets in place. @throws CliFailure naming one that is missing */
export async function resolved<T>(value: T, { folder }: Config, environment: Environment): Promise<T> {
  try {
    return await withSecrets(value, { environment, folder });
  } catch (error) {
    if (!(error instanceof SecretError)) throw error;
    throw new CliFailure(error.message, {
      field: "heddle.yaml",
      fix: error.reference.includes("SANDBOX_")
        ? "start with the sandbox systems, which make it: npx heddle up --sandbox"
        : error.fix,
      cause: error.cause,
    });
  }
}
