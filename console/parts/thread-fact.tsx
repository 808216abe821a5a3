import { Link } from "@tanstack/react-router";
import { Fact } from "./subject-head.tsx";

/** The way from an order to all that is linked with it. */
export function ThreadFact({ of }: { of: string }) {
  return (
    <Fact name="Thread">
      <Link to="/thread" search={{ text: of }}>
        of {of}
      </Link>
    </Fact>
  );
}
