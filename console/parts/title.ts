import { useEffect } from "react";

/** Names the page in the browser's tab, its history and to those who listen. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Heddle`;
  }, [title]);
}
