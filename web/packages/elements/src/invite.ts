import type { Invitation, Session } from "@engage/client";

/** What an invitation needs of the loader: this module shares no code with it, so that neither is loaded twice. */
export interface Place {
  base: string;
  root: ShadowRoot;
  dismiss: string;
  recall(storage: "localStorage" | "sessionStorage", key: string): boolean;
  keep(storage: "localStorage" | "sessionStorage", key: string, text: string): void;
  accept(invitation: Invitation): void;
}

/**
 * Shows the first of the site's invitations that fits this page and this visitor, once in a visit and never to who talks with us
 * already. Asking for them makes no session and sets no cookie.
 */
export async function invite(place: Place): Promise<void> {
  const { base, recall, keep } = place;
  const returning = recall("localStorage", "visits") && !recall("sessionStorage", "visit");
  const again = returning || recall("sessionStorage", "visit:again");
  keep("sessionStorage", "visit", "1");
  if (again) keep("sessionStorage", "visit:again", "1");
  keep("localStorage", "visits", "1");
  if (recall("sessionStorage", "invited") || recall("localStorage", "had")) return;
  const answer = await fetch(`${base}/v1/session`, { credentials: "same-origin" });
  if (!answer.ok) return;
  const { site, blocked } = (await answer.json()) as Session;
  if (blocked) return;
  const fitting = (site.invitations ?? []).filter(
    ({ pages, visits, when }) =>
      (!pages?.length || pages.some((glob) => fits(glob, location.pathname))) &&
      (!visits || (visits === "returning") === again) &&
      (when !== "open" || (site.is_open !== false && site.agents_online)),
  );
  for (const invitation of fitting) wait(invitation, () => show(place, invitation));
}

/** `*` stands for any characters but `/`, `**` for any at all. */
export function fits(glob: string, path: string): boolean {
  const parts = glob.split(/(\*\*?)/).map((part) => {
    if (part === "**") return ".*";
    return part === "*" ? "[^/]*" : part.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("")}$`).test(path);
}

/** Until both have come about: the time on this page, and how far it was scrolled. */
function wait({ after_s, scroll }: Invitation, due: () => void): void {
  let left = (after_s ? 1 : 0) + (scroll ? 1 : 0);
  const done = () => {
    left -= 1;
    if (left <= 0) due();
  };
  if (left === 0) due();
  if (after_s) setTimeout(done, after_s * 1_000);
  if (!scroll) return;
  const look = () => {
    const { scrollHeight, clientHeight, scrollTop } = document.documentElement;
    if ((scrollTop + clientHeight) / scrollHeight < scroll / 100) return;
    removeEventListener("scroll", look);
    done();
  };
  addEventListener("scroll", look, { passive: true });
  look();
}

function show({ root, dismiss, recall, keep, accept }: Place, invitation: Invitation): void {
  if (recall("sessionStorage", "invited") || recall("sessionStorage", "open")) return;
  keep("sessionStorage", "invited", "1");
  const box = document.createElement("div");
  box.className = "invitation";
  box.part.add("invitation");
  box.setAttribute("role", "status");
  const say = box.appendChild(document.createElement("button"));
  const away = box.appendChild(document.createElement("button"));
  say.type = away.type = "button";
  away.className = "dismiss";
  away.textContent = "×";
  away.setAttribute("aria-label", dismiss);
  away.addEventListener("click", () => box.remove());
  say.addEventListener("click", () => {
    box.remove();
    accept(invitation);
  });
  root.prepend(box);
  // A live region speaks of what is put into it, not of what it came with.
  setTimeout(() => {
    say.textContent = invitation.text;
  }, 50);
}
