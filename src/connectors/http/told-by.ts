import type { LiveConnector } from "../live-connector.ts";
import type { Http } from "./http-client.ts";

/** Whether a connection works and what its system tells of itself, by one cheap read that needs access. */
export function toldBy(
  http: Http,
  probe: Omit<Parameters<Http["read"]>[0], "doing">,
): Pick<LiveConnector, "system" | "status" | "check"> & Required<Pick<LiveConnector, "describe">> {
  const check = async () => {
    await http.read({ doing: "proving access", ...probe });
  };
  return {
    system: http.system,
    status: http.status,
    check,
    async describe() {
      await check();
      return { version: null, now: http.systemTime() };
    },
  };
}
