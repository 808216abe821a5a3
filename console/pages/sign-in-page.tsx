import { useState, type SubmitEvent } from "react";
import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useRouter } from "@tanstack/react-router";
import { api } from "../api.ts";
import { Mark } from "../parts/shell.tsx";
import { ProblemNote, problemOf } from "../parts/problem.tsx";
import { useTitle } from "../parts/title.ts";
import { sessionQuery } from "../queries.ts";

const route = getRouteApi("/sign-in");

export function SignInPage() {
  useTitle("Sign in");
  const { back = "/changes" } = route.useSearch();
  const [account, setAccount] = useState("");
  const [password, setPassword] = useState("");
  const client = useQueryClient();
  const router = useRouter();
  const signIn = useMutation({
    mutationFn: () => api.signIn(account, password),
    onSuccess: async (session) => {
      client.setQueryData(sessionQuery.queryKey, session);
      if (session.mustChangePassword) await router.navigate({ to: "/password" });
      else router.history.push(back);
    },
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    signIn.mutate();
  };

  return (
    <main className="alone">
      <form className="panel stack" onSubmit={submit}>
        <div>
          <Mark size={36} />
          <h1>Sign in to Heddle</h1>
          <p className="soft">Engineering changes, from the PLM to the ERP.</p>
        </div>
        {signIn.isError ? <ProblemNote problem={problemOf(signIn.error)} /> : null}
        <TextInput
          label="Account"
          name="account"
          autoComplete="username"
          autoFocus
          required
          value={account}
          onChange={({ currentTarget }) => setAccount(currentTarget.value)}
        />
        <PasswordInput
          label="Password"
          name="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={({ currentTarget }) => setPassword(currentTarget.value)}
        />
        <Button type="submit" loading={signIn.isPending}>
          Sign in
        </Button>
        <p className="soft small">
          On its first start the hub prints an account and its one-time password where it was started.
        </p>
      </form>
    </main>
  );
}
