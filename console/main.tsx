/* oxlint-disable import/no-unassigned-import -- a stylesheet has nothing to assign */
import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./heddle.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { ApiFailure } from "./api.ts";
import { makeRouter } from "./routes.tsx";
import { cssVariables, theme } from "./theme.ts";

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      // What the hub refused it refuses again; only a lost answer is worth another try.
      retry: (count, failure) => count < 2 && failure instanceof ApiFailure && failure.status === 0,
    },
  },
});

const router = makeRouter(client);

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
