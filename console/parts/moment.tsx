import { useEffect, useState } from "react";
import { ahead, clockTime, since } from "../format.ts";

/** An instant as how long ago it was; its exact time in the title. */
export function Moment({ at }: { at: string }) {
  const now = useNow();
  return (
    <time dateTime={at} title={at} className="nowrap">
      {since(at, now)}
    </time>
  );
}

/** An instant that is to come, as how soon it is; its clock time in the title. */
export function Ahead({ at }: { at: string }) {
  const now = useNow();
  return (
    <time dateTime={at} title={clockTime(at)} className="nowrap">
      {ahead(at, now)}
    </time>
  );
}

function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 10_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
