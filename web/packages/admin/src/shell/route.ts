import { useSyncExternalStore } from "react";

/** Where in the panel one is. It stands behind `#`, so that the server needs no page for it. */
export interface Route {
  /** `inbox`, `c` for a conversation, `board`, `people`, `settings`, … */
  screen: string;
  /** What of it: the rest of the path. */
  id: string | null;
  query: URLSearchParams;
}

/** The link to a screen. */
export function href(screen: string, id?: string | null, query?: Record<string, string | undefined>): string {
  const given = Object.entries(query ?? {}).filter((pair): pair is [string, string] => Boolean(pair[1]));
  const search = given.length > 0 ? `?${new URLSearchParams(given)}` : "";
  return `#/${screen}${id ? `/${encodeURIComponent(id)}` : ""}${search}`;
}

/** The texts among `words` as a query, empty ones too; what is no text is left out. */
export function textQuery(words: object): URLSearchParams {
  return new URLSearchParams(
    Object.entries(words).filter((pair): pair is [string, string] => typeof pair[1] === "string"),
  );
}

/** Goes to `link`; `replace` leaves no step back. */
export function go(link: string, replace = false): void {
  if (link === location.hash) return;
  history[replace ? "replaceState" : "pushState"](null, "", link);
  dispatchEvent(new Event("hashchange"));
}

export function parse(hash: string): Route {
  const [path = "", search = ""] = hash.replace(/^#\/?/, "").split("?");
  const [screen = "", ...rest] = path.split("/");
  return { screen: screen || "inbox", id: decode(rest.join("/")) || null, query: new URLSearchParams(search) };
}

export function useRoute(): Route {
  const hash = useSyncExternalStore(subscribe, () => location.hash);
  if (cached.hash !== hash) cached = { hash, route: parse(hash) };
  return cached.route;
}

let cached = { hash: "", route: parse("") };

/** An address that somebody typed may be no valid encoding. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function subscribe(listener: () => void): () => void {
  addEventListener("hashchange", listener);
  addEventListener("popstate", listener);
  return () => {
    removeEventListener("hashchange", listener);
    removeEventListener("popstate", listener);
  };
}
