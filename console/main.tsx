/* oxlint-disable import/no-unassigned-import -- a stylesheet has nothing to assign */
import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./heddle.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { ApiFailure } from "./api.ts";
import { sessionQuery } from "./queries.ts";
import { makeRouter } from "./routes.tsx";
import { cssVariables, theme } from "./theme.ts";

const client = new QueryClient({
  queryCache: new QueryCache({
    onError: (failure, { queryKey }) => {
      if (isSignedOut(failure) && queryKey[0] !== sessionQuery.queryKey[0]) void askForSignIn();
    },
  }),
  mutationCache: new MutationCache({
    onError: (failure) => {
      if (isSignedOut(failure)) void askForSignIn();
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      // What the hub refused it refuses again; only a lost answer is worth another try.
      retry: (count, failure) => count < 2 && failure instanceof ApiFailure && failure.status === 0,
    },
  },
});

const router = makeRouter(client);

function isSignedOut(failure: unknown): boolean {
  return failure instanceof ApiFailure && failure.problem.code === "sign-in-required";
}

/** The session has ended while the page was open: the route's guard leads to the sign-in and back here. */
async function askForSignIn(): Promise<void> {
  client.removeQueries({ queryKey: sessionQuery.queryKey });
  await router.invalidate();
}

const root = document.querySelector("#console");
if (root === null) throw new Error("index.html has no #console");
createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <QueryClientProvider client={client}>
        <Notifications position="bottom-right" />
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
