import type { Logger } from "pino";
import { ConnectorError } from "../connectors/connector-error.ts";

/** A system that stays away is told of once, and once more when it is back: not at every poll. */
export function tellChanges(what: string, logger: Logger): { works: () => void; fails: (error: Error) => void } {
  let known: string | null = null;
  return {
    works() {
      if (known !== null) logger.info(`${what} works again`);
      known = null;
    },
    fails(error) {
      const kind = error instanceof ConnectorError ? error.kind : error.message;
      if (kind !== known) logger.warn({ err: error }, error.message);
      known = kind;
    },
  };
}
