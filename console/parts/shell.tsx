import { Menu, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { Link, Outlet, useNavigate } from "@tanstack/react-router";
import { api } from "../api.ts";
import { useLive } from "../live.ts";
import { sessionQuery } from "../queries.ts";
import { tellFailure } from "./problem.tsx";

/** The frame of every page for who is signed in. */
export function Shell() {
  const live = useLive();
  return (
    <>
      <header className="bar">
        <Link to="/changes" className="brand">
          <Mark />
          Heddle
        </Link>
        <nav aria-label="Main">
          <Link to="/changes">Changes</Link>
          <Link to="/status">Operations</Link>
          <Link to="/audit">Audit</Link>
        </nav>
        <div className="bar-end">
          <span className="live" data-live={live} role="status">
            {live === "live" ? "Live" : "Connecting…"}
          </span>
          <SchemeButton />
          <AccountMenu />
        </div>
      </header>
      <Outlet />
    </>
  );
}

/** Warp threads and the heddle's eye, with one weft thread through it. */
export function Mark({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden focusable={false}>
      <rect width="24" height="24" rx="5" fill="#1d4f7c" />
      <path d="M7 4v16M17 4v16" stroke="#a9cbe9" strokeWidth="1.5" strokeLinecap="round" />
      <path d="M12 3v5.5M12 15.5V21" stroke="#fff" strokeWidth="1.8" strokeLinecap="round" />
      <ellipse cx="12" cy="12" rx="2.6" ry="3.5" fill="none" stroke="#fff" strokeWidth="1.8" />
      <path d="M3 12h18" stroke="#f0b74a" strokeWidth="1.5" strokeLinecap="round" />
    </svg>
  );
}

function SchemeButton() {
  const { setColorScheme } = useMantineColorScheme();
  const other = useComputedColorScheme("light") === "light" ? "dark" : "light";
  return (
    <button type="button" onClick={() => setColorScheme(other)} aria-label={`Switch to ${other} colours`}>
      <span aria-hidden>{other === "dark" ? "☾" : "☀"}</span>
    </button>
  );
}

function AccountMenu() {
  const { data: session } = useSuspenseQuery(sessionQuery);
  const client = useQueryClient();
  const navigate = useNavigate();
  const signOut = useMutation({
    mutationFn: api.signOut,
    onSuccess: async () => {
      await navigate({ to: "/sign-in" });
      client.clear();
    },
    onError: tellFailure,
  });
  return (
    <Menu position="bottom-end" shadow="md" width={200}>
      <Menu.Target>
        <button type="button">
          {session.account} <span style={{ color: "var(--bar-soft)" }}>{session.role}</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => void navigate({ to: "/password" })}>Change password</Menu.Item>
        <Menu.Item onClick={() => signOut.mutate()}>Sign out</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
