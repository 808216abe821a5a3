import { useState, type SubmitEvent } from "react";
import { Button, PasswordInput } from "@mantine/core";
import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { api } from "../api.ts";
import { Mark } from "../parts/shell.tsx";
import { ProblemNote, problemOf } from "../parts/problem.tsx";
import { useTitle } from "../parts/title.ts";
import { sessionQuery } from "../queries.ts";

/** As the hub asks for. */
const LENGTH_MIN = 12;

export function PasswordPage() {
  useTitle("Password");
  const { data: session } = useSuspenseQuery(sessionQuery);
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [repeated, setRepeated] = useState("");
  const client = useQueryClient();
  const navigate = useNavigate();
  const change = useMutation({
    mutationFn: () => api.changePassword(current, next),
    onSuccess: async (changed) => {
      client.setQueryData(sessionQuery.queryKey, changed);
      await navigate({ to: "/changes" });
    },
  });
  const tooShort = next !== "" && next.length < LENGTH_MIN ? `At least ${LENGTH_MIN} characters` : null;
  const differs = repeated !== "" && repeated !== next ? "Not the same as above" : null;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (tooShort === null && next === repeated) change.mutate();
  };

  return (
    <main className="alone">
      <form className="panel stack" onSubmit={submit}>
        <div>
          <Mark size={36} />
          <h1>{session.mustChangePassword ? "Choose your own password" : "Change your password"}</h1>
          <p className="soft">
            {session.mustChangePassword
              ? `The one-time password of ${session.account} has done its work.`
              : `You are signed in as ${session.account}. Other sessions of yours will end.`}
          </p>
        </div>
        {change.isError ? <ProblemNote problem={problemOf(change.error)} /> : null}
        <PasswordInput
          label={session.mustChangePassword ? "One-time password" : "Current password"}
          name="current"
          autoComplete="current-password"
          autoFocus
          required
          value={current}
          onChange={({ currentTarget }) => setCurrent(currentTarget.value)}
        />
        <PasswordInput
          label="New password"
          name="next"
          description={`${LENGTH_MIN} characters or more; a sentence is good.`}
          autoComplete="new-password"
          required
          error={tooShort}
          value={next}
          onChange={({ currentTarget }) => setNext(currentTarget.value)}
        />
        <PasswordInput
          label="New password again"
          name="repeated"
          autoComplete="new-password"
          required
          error={differs}
          value={repeated}
          onChange={({ currentTarget }) => setRepeated(currentTarget.value)}
        />
        <Button type="submit" loading={change.isPending}>
          Set password
        </Button>
        {session.mustChangePassword ? null : <Link to="/changes">Back, and keep it as it is</Link>}
      </form>
    </main>
  );
}
