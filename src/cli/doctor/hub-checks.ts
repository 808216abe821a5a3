import type { HubConfig } from "../../config/heddle-config.ts";
import { ok, type Check } from "../../connectors/check.ts";
import { CliFailure } from "../failure.ts";
import { refuseTakenPort, shownHost } from "../listen.ts";

/** Whether a hub runs at the configured address or could, and whether others reach it safely. */
export async function hubChecks(hub: HubConfig): Promise<readonly Check[]> {
  return [await portCheck(hub), bindCheck(hub)];
}

async function portCheck({ host, port }: HubConfig): Promise<Check> {
  try {
    await refuseTakenPort({ host, port });
    return ok("port", port === 0 ? "a free one is taken at the start" : `${port} is free; no hub runs there`);
  } catch (error) {
    if (!(error instanceof CliFailure)) throw error;
    const url = `http://${shownHost(host)}:${port}`;
    if (await isHub(url)) return ok("port", `a hub answers at ${url}`);
    const { field = "hub.port", fix } = error.detail;
    return { name: "port", state: "failure", detail: `${error.message}, and not by a hub`, field, fix };
  }
}

async function isHub(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/health/live`, { signal: AbortSignal.timeout(5_000), redirect: "error" });
    return answer.ok && ((await answer.json()) as { status?: unknown }).status === "ok";
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return false; // whatever is there, it does not answer as a hub does
  }
}

function bindCheck({ host, publicUrl }: HubConfig): Check {
  if (["localhost", "127.0.0.1", "::1"].includes(host)) return ok("address", `${host}: this machine only`);
  if (publicUrl?.startsWith("https://") === true) return ok("address", `${host}, opened as ${publicUrl}`);
  return {
    name: "address",
    state: "warning",
    detail:
      publicUrl === null
        ? `it listens on ${host} for other machines, but no publicUrl says how they open it`
        : `${publicUrl} is not encrypted: passwords and keys can be read on the way`,
    field: "hub.publicUrl",
    fix: "put a proxy with TLS before it and set hub.publicUrl to its https:// address, or listen on 127.0.0.1",
  };
}
