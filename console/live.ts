import { useEffect, useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import type { LiveEvent } from "../src/api/contract.ts";
import { readAgain } from "./queries.ts";

/** Events that come within this time are answered by one reading: a large change sends many a second. */
const GATHER_MS = 400;

/**
 * Keeps what is shown in step with the hub. Events are hints only: after a lost connection everything is
 * read again, so a missed one changes nothing in the end.
 */
export function useLive(): "live" | "connecting" {
  const client = useQueryClient();
  const [state, setState] = useState<"live" | "connecting">("connecting");

  useEffect(() => {
    const seen = new Map<string, LiveEvent>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const source = new EventSource("/api/events");

    const flush = () => {
      const events = [...seen.values()];
      seen.clear();
      timer = undefined;
      for (const { change, plant } of events) void readAgain(client, change, plant);
    };
    // From here on nothing is missed; what happened before it has to be read.
    source.addEventListener("ready", () => {
      setState("live");
      void readAgain(client);
    });
    source.addEventListener("error", () => setState("connecting"));
    source.addEventListener("message", ({ data }) => {
      const event = JSON.parse(String(data)) as LiveEvent;
      seen.set(event.subject, event);
      timer ??= setTimeout(flush, GATHER_MS);
    });
    return () => {
      source.close();
      clearTimeout(timer);
    };
  }, [client]);

  return state;
}
