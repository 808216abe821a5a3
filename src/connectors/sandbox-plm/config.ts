import { HttpSettings } from "../http/settings.ts";

/** What `heddle.yaml` says of a connection of kind `sandbox-plm`. */
export const SandboxPlmSettings = HttpSettings;
export type SandboxPlmSettings = HttpSettings;
