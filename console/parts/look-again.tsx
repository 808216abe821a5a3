import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { readAgain, sessionQuery } from "../queries.ts";
import type { Touched } from "../touched.ts";
import { tellFailure } from "./problem.tsx";
import { ReasonedButton } from "./reasoned-button.tsx";

/** Has the hub look at a subject again, and shows what it then is. */
export function LookAgain({
  subject,
  ask,
}: {
  readonly subject: NonNullable<Touched>;
  readonly ask: () => Promise<unknown>;
}) {
  const { data: session } = useSuspenseQuery(sessionQuery);
  const client = useQueryClient();
  const look = useMutation({
    mutationFn: ask,
    onSuccess: () => readAgain(client, [subject]),
    onError: tellFailure,
  });
  return (
    <ReasonedButton
      variant="default"
      loading={look.isPending}
      onClick={() => look.mutate()}
      disabledReason={session.role === "viewer" ? "You are signed in as viewer; an operator may look again." : null}
    >
      Look again
    </ReasonedButton>
  );
}
