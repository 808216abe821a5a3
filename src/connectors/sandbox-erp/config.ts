import { HttpSettings } from "../http/settings.ts";

/** What `heddle.yaml` says of a connection of kind `sandbox-erp`. */
export const SandboxErpSettings = HttpSettings;
export type SandboxErpSettings = HttpSettings;
