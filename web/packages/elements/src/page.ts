/** What the page itself remembers: for the loader alone, so that the panel does not carry it. */
import type { Visit } from "@engage/client";

type Store = "localStorage" | "sessionStorage";

/** So many pages of a visit are remembered, in this tab only. */
const PAGES = 20;

export const url = new URL(import.meta.url);
export const base = url.pathname.replace(/\/[^/]*$/, "");
const root = `engage:${base}:`;

/** Whether something is stored under a key that begins so. Storage may be forbidden; then nothing is. */
export function recall(store: Store, key: string): boolean {
  try {
    return Object.keys(window[store]).some((known) => known.startsWith(root + key));
  } catch {
    return false;
  }
}

/** Remembers `text`; the empty one removes. */
export function keep(store: Store, key: string, text: string): void {
  try {
    if (text) window[store].setItem(root + key, text);
    else window[store].removeItem(root + key);
  } catch {}
}

/** The last pages of this visit, the present one last. Nobody hears of them before there is a conversation. */
export function trail(): Visit[] {
  try {
    return JSON.parse(sessionStorage.getItem(`${root}trail`) ?? "[]").slice(-PAGES);
  } catch {
    return [];
  }
}

/** Notes the present page, without what stands behind `?` and `#`, which is nobody's business. */
export function note(): void {
  const page = { ...here(), at: new Date().toISOString() };
  const pages = trail();
  if (pages[pages.length - 1]?.url !== page.url) keep("sessionStorage", "trail", JSON.stringify([...pages, page]));
}

let told = "";

/** Tells whom the visitor talks with where they are. */
export function tell(): void {
  const page = here();
  if (page.url === told) return;
  told = page.url;
  fetch(`${base}/v1/chat/pages`, {
    method: "POST",
    credentials: "same-origin",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(page),
  }).catch(() => {});
}

function here() {
  // No half of a character: the server takes none.
  const title = Array.from(document.title.replace(/\p{Surrogate}/gu, ""))
    .slice(0, 200)
    .join("");
  return { url: (location.origin + location.pathname).slice(0, 2_048), title };
}
