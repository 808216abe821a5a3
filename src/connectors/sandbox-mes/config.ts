import { HttpSettings } from "../http/settings.ts";

/** What `heddle.yaml` says of a connection of kind `sandbox-mes`. */
export const SandboxMesSettings = HttpSettings;
export type SandboxMesSettings = HttpSettings;
