import { useEffect, useRef } from "react";
import { Menu, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { Link, Outlet, useNavigate, useRouter } from "@tanstack/react-router";
import { api } from "../api.ts";
import { useLive, type Live } from "../live.ts";
import { sessionQuery } from "../queries.ts";
import { Icon } from "./icon.tsx";
import { tellFailure } from "./problem.tsx";

/** The frame of every page for who is signed in. */
export function Shell() {
  const live = useLive();
  useReloadWhenBack(live);
  return (
    <>
      <header className="bar">
        <Link to="/changes" className="brand">
          <Mark />
          Heddle
        </Link>
        <nav aria-label="Main">
          <Link to="/changes">Changes</Link>
          <Link to="/conflicts">Conflicts</Link>
          <Link to="/orders">Orders</Link>
          <Link to="/shifts">Shifts</Link>
          <Link to="/production" activeOptions={{ includeSearch: false }}>
            Production
          </Link>
          <Link to="/thread">Thread</Link>
          <Link to="/status">Operations</Link>
          <Link to="/audit">Audit</Link>
        </nav>
        <div className="bar-end">
          <span className="live" data-live={live} role="status">
            {LIVE_WORDS[live]}
          </span>
          <SchemeButton />
          <AccountMenu />
        </div>
      </header>
      {live === "lost" ? (
        <p className="lost" role="alert">
          <strong>The hub does not answer.</strong> What you see may be old. This page goes on by itself when the hub is
          back; changes under way lose nothing.
        </p>
      ) : null}
      <Outlet />
    </>
  );
}

const LIVE_WORDS: Readonly<Record<Live, string>> = { live: "Live", connecting: "Connecting…", lost: "Not connected" };

/** A page that could not be loaded while the hub was away is loaded as soon as it is back. */
function useReloadWhenBack(live: Live): void {
  const router = useRouter();
  const wasLost = useRef(false);
  useEffect(() => {
    if (live === "live" && wasLost.current) void router.invalidate();
    if (live !== "connecting") wasLost.current = live === "lost";
  }, [live, router]);
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
      <Icon name={other === "dark" ? "moon" : "sun"} size={16} />
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
    <Menu position="bottom-end" shadow="md" width={200} withinPortal={false} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <button type="button">
          {session.account} <Icon name="caret" size={12} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {session.account}, role {session.role}
        </Menu.Label>
        <Menu.Item onClick={() => void navigate({ to: "/password" })}>Change password</Menu.Item>
        <Menu.Item onClick={() => signOut.mutate()}>Sign out</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
