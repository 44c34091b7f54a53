import { useCallback, useSyncExternalStore } from "react";

const PREFIX = "#/c/";

/** Which conversation the address names. It stands behind `#`, so that the server needs no page for it. */
export function useRoute(): [string | null, (id: string | null) => void] {
  const id = useSyncExternalStore(subscribe, read);
  const go = useCallback((next: string | null) => {
    if (next === read()) return;
    history.pushState(null, "", next ? `${PREFIX}${next}` : location.pathname + location.search);
    dispatchEvent(new Event("hashchange"));
  }, []);
  return [id, go];
}

function read(): string | null {
  return location.hash.startsWith(PREFIX) ? decodeURIComponent(location.hash.slice(PREFIX.length)) : null;
}

function subscribe(listener: () => void): () => void {
  addEventListener("hashchange", listener);
  addEventListener("popstate", listener);
  return () => {
    removeEventListener("hashchange", listener);
    removeEventListener("popstate", listener);
  };
}
