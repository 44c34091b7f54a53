/**
 * The one script tag of a website: `<script type="module" src="/engage/loader.js"></script>`. It shows the launcher and
 * fetches the chat itself when somebody opens it. Before that it makes no request, except that it looks for unread messages
 * where a conversation was had before, and wakes the client where a message still waits to be sent.
 *
 * The tag may carry `data-theme` (`light`, `dark`, `auto`) and `data-label`.
 */
import type { EngageChat } from "./chat-element";
import launcherCss from "./launcher.css?inline";

const url = new URL(import.meta.url);
const base = url.pathname.replace(/\/[^/]*$/, "");
const tag = [...document.querySelectorAll<HTMLScriptElement>("script[type=module][src]")].find(
  (script) => new URL(script.src, location.href).pathname === url.pathname,
);
const root = `engage:${base}:`;
const REFRESH = 60_000;

const host = document.createElement("engage-launcher");
const button = document.createElement("button");
const badge = document.createElement("span");
let chat: EngageChat | null = null;
let looked = 0;

function start(): void {
  const theme = tag?.dataset.theme;
  if (theme) host.dataset.theme = theme;
  const shadow = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(launcherCss);
  shadow.adoptedStyleSheets = [sheet];
  button.type = "button";
  button.part.add("launcher");
  button.setAttribute("aria-expanded", "false");
  button.addEventListener("click", () => void toggle());
  badge.className = "badge";
  badge.hidden = true;
  button.append(icon("M4 5h16v11H10l-5 4v-4H4z"), badge);
  shadow.append(button);
  label(0);
  document.body.append(host);
  document.addEventListener("visibilitychange", look);
  look();
  if (recall("localStorage", "out:") || recall("sessionStorage", "open")) void wake();
}

/** Whether something is stored under a key that begins so. Storage may be forbidden; then nothing is. */
function recall(storage: "localStorage" | "sessionStorage", key: string): boolean {
  try {
    return Object.keys(window[storage]).some((known) => known.startsWith(root + key));
  } catch {
    return false;
  }
}

async function toggle(): Promise<void> {
  button.setAttribute("aria-busy", "true");
  try {
    const element = await load();
    element.toggle();
  } catch {
    // The chat could not be fetched: the button stays, and the next press tries again.
    label(0, true);
  } finally {
    button.removeAttribute("aria-busy");
  }
}

/** Opens what was open on the page before, or only sends what still waits. */
async function wake(): Promise<void> {
  const element = await load();
  if (recall("sessionStorage", "open") && innerWidth > 640) element.open(false);
  else element.wake();
}

async function load(): Promise<EngageChat> {
  if (chat) return chat;
  const { EngageChat } = await import("./chat-element");
  if (chat) return chat;
  chat = new EngageChat();
  chat.setAttribute("base", base);
  if (host.dataset.theme) chat.dataset.theme = host.dataset.theme;
  chat.addEventListener("engage-toggle", (event) => {
    const { open, focus } = (event as CustomEvent<{ open: boolean; focus: boolean }>).detail;
    button.setAttribute("aria-expanded", String(open));
    host.toggleAttribute("data-open", open);
    if (!open && focus) button.focus();
  });
  chat.addEventListener("engage-unread", (event) => label((event as CustomEvent<number>).detail));
  document.body.append(chat);
  return chat;
}

/** Reads the number of unread messages, at most once a minute, as long as the chat itself is not there to know. */
function look(): void {
  if (chat || document.visibilityState !== "visible" || !recall("localStorage", "had") || Date.now() - looked < REFRESH)
    return;
  looked = Date.now();
  fetch(`${base}/v1/chat/conversations?status=all`, { credentials: "same-origin" })
    .then((response) => (response.ok ? response.json() : { conversations: [] }))
    .then((page: { conversations: { unread: number }[] }) => {
      if (!chat) label(page.conversations.reduce((sum, conversation) => sum + conversation.unread, 0));
    })
    .catch(() => {});
}

function label(unread: number, broken = false): void {
  const name = tag?.dataset.label ?? "Chat";
  const more = broken ? " (could not be loaded, try again)" : unread > 0 ? `, ${unread} unread` : "";
  button.setAttribute("aria-label", name + more);
  button.title = name;
  badge.textContent = unread > 99 ? "99+" : String(unread);
  badge.hidden = unread === 0;
}

function icon(path: string): SVGElement {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const line = document.createElementNS(space, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

if (document.body) start();
else document.addEventListener("DOMContentLoaded", start);
