import { useEffect, useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import type { LiveEvent } from "../src/api/contract.ts";
import { readAgain } from "./queries.ts";
import { subjectIn } from "./touched.ts";

/** Events that come within this time are answered by one reading: a large change sends many a second. */
const GATHER_MS = 400;

const RECONNECT_MS = 3_000;

/** A stream that ends by plan is back well within this time, and nobody has to be told. */
const LOST_AFTER_MS = 1_500;

/** `lost` is a connection that did not come back at once: what the page shows may be old. */
export type Live = "live" | "connecting" | "lost";

/**
 * Keeps what is shown in step with the hub. Events are hints only: after a lost connection everything is
 * read again, so a missed one changes nothing in the end.
 */
export function useLive(): Live {
  const client = useQueryClient();
  const [state, setState] = useState<Live>("connecting");

  useEffect(() => {
    const seen = new Set<string>();
    let gathering: ReturnType<typeof setTimeout> | undefined;
    let waiting: ReturnType<typeof setTimeout> | undefined;
    let losing: ReturnType<typeof setTimeout> | undefined;
    let source = connect();

    function connect(): EventSource {
      const opened = new EventSource("/api/events");
      // From here on nothing is missed; what happened before it has to be read.
      opened.addEventListener("ready", () => {
        clearTimeout(losing);
        losing = undefined;
        setState("live");
        void readAgain(client);
      });
      opened.addEventListener("error", () => {
        setState((before) => (before === "lost" ? before : "connecting"));
        losing ??= setTimeout(() => setState("lost"), LOST_AFTER_MS);
        // The browser comes back by itself after a cut, but not after an answer that was an error.
        if (opened.readyState !== EventSource.CLOSED) return;
        void readAgain(client);
        waiting = setTimeout(() => (source = connect()), RECONNECT_MS);
      });
      opened.addEventListener("message", ({ data }) => {
        seen.add((JSON.parse(String(data)) as LiveEvent).subject);
        gathering ??= setTimeout(flush, GATHER_MS);
      });
      return opened;
    }

    function flush(): void {
      const touched = [...seen].map(subjectIn);
      seen.clear();
      gathering = undefined;
      void readAgain(client, touched);
    }

    return () => {
      source.close();
      clearTimeout(gathering);
      clearTimeout(waiting);
      clearTimeout(losing);
    };
  }, [client]);

  return state;
}
