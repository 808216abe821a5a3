import { useRouter } from "@tanstack/react-router";
import { notifications } from "@mantine/notifications";
import type { Problem } from "../../src/api/contract.ts";
import { ApiFailure } from "../api.ts";
import { useTitle } from "./title.ts";

/** What went wrong, where, and what to do about it. */
export function ProblemNote({ problem }: { problem: Problem }) {
  const place = [problem.system, problem.field].filter((part) => part !== undefined).join(", ");
  return (
    <div className="note" data-tone="bad" role="alert">
      <p>
        <strong>{problem.message}</strong>
        {place === "" ? null : <span className="soft"> ({place})</span>}
      </p>
      {problem.fix === undefined ? null : <p>{problem.fix}</p>}
    </div>
  );
}

export function problemOf(failure: unknown): Problem {
  if (failure instanceof ApiFailure) return failure.problem;
  return {
    code: "console-error",
    message: failure instanceof Error ? failure.message : String(failure),
    fix: "Reload the page; if it comes again, report it with this text.",
  };
}

/** For an act that has no place of its own on the page to say that it failed. */
export function tellFailure(failure: unknown): void {
  const { message, fix } = problemOf(failure);
  notifications.show({ title: message, message: fix ?? "", color: "madder", autoClose: 10_000 });
}

export function FailurePage({ error }: { error: unknown }) {
  const router = useRouter();
  useTitle("Not shown");
  return (
    <main className="page stack">
      <h1>This page cannot be shown</h1>
      <ProblemNote problem={problemOf(error)} />
      <p>
        <button type="button" className="link-button" onClick={() => void router.invalidate()}>
          Try again
        </button>
      </p>
    </main>
  );
}
