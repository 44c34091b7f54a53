/**
 * The one script tag of a website: `<script type="module" src="/engage/loader.js"></script>`. It shows the launcher and
 * fetches the chat itself when somebody opens it. Before that it makes no request, except that it looks for unread messages
 * where a conversation was had before, and wakes the client where a message still waits to be sent.
 *
 * The tag may carry `data-theme` (`light`, `dark`, `auto`), `data-label`, `data-locale`, and `data-invitations`: with that it asks the
 * site on each page whether to invite the visitor. `<script type="application/json" data-engage-strings>` changes any text.
 */
import { compile, languageOf, laterTexts, type Strings, texts } from "@engage/react";
import type { ChatState, EngageChat } from "./chat-element";
import launcherCss from "./launcher.css?inline";
import { words } from "./launcher-texts";
import { base, keep, note, recall, tell, trail, url } from "./page";

const tag = [...document.querySelectorAll<HTMLScriptElement>("script[type=module][src]")].find(
  (script) => new URL(script.src, location.href).pathname === url.pathname,
);
const { theme, label: ownLabel, locale, invitations } = tag?.dataset ?? {};
const asked = locale || document.documentElement.lang || navigator.language || "en";
const language = languageOf(asked);
const [title, unreadText, brokenText, dismiss] = words(language);
const REFRESH = 60_000;

const host = document.createElement("engage-launcher");
const button = document.createElement("button");
const badge = document.createElement("span");
let chat: EngageChat | null = null;
let looked = 0;
/** Whether somebody would see where the visitor is. */
let followed = false;

function start(): void {
  direct(host);
  const shadow = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(launcherCss);
  shadow.adoptedStyleSheets = [sheet];
  button.type = "button";
  button.part.add("launcher");
  button.setAttribute("aria-expanded", "false");
  button.addEventListener("click", () => void toggle());
  badge.className = "badge";
  badge.part.add("badge");
  badge.hidden = true;
  button.append(icon("M4 5h16v11H10l-5 4v-4H4z"), badge);
  shadow.append(button);
  label(0);
  document.body.append(host);
  document.addEventListener("visibilitychange", look);
  (window as { navigation?: EventTarget }).navigation?.addEventListener("navigatesuccess", visit);
  visit();
  look();
  if (recall("localStorage", "out:") || recall("sessionStorage", "open")) void wake();
  // Without a connection nobody is invited.
  if (invitations !== undefined) welcome(shadow).catch(() => {});
}

/** Theme, language and direction. A page in a language that engage does not speak keeps its direction. */
function direct(element: HTMLElement): void {
  if (theme) element.dataset.theme = theme;
  element.lang = language;
  if (asked.startsWith(language)) element.dir = language === "ar" ? "rtl" : "ltr";
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

async function welcome(shadow: ShadowRoot): Promise<void> {
  const { invite } = await import("./invite");
  await invite({
    base,
    root: shadow,
    dismiss,
    recall,
    keep,
    accept: (invitation) => void load().then((element) => element.invite(invitation)),
  });
}

async function load(): Promise<EngageChat> {
  if (chat) return chat;
  // Both at once; without its own texts the chat would speak English.
  const [{ EngageChat }, spoken] = await Promise.all([import("./chat-element"), texts(language)]);
  if (chat) return chat;
  const element = new EngageChat();
  chat = element;
  element.setAttribute("base", base);
  // Dates are told in the page's own manner: 24 hours for en-GB, 12 for en-US.
  const manner = asked.startsWith(language) ? asked : language;
  const own = overrides();
  let strings = compile(own, manner, compile(spoken, manner) as Strings);
  element.speak(strings, manner);
  element.rest = async () => {
    strings = compile(own, manner, { ...strings, ...compile(await laterTexts(language), manner) });
    element.speak(strings, manner);
  };
  element.pages = trail;
  direct(element);
  element.addEventListener("engage-toggle", (event) => {
    const { open, focus } = (event as CustomEvent<{ open: boolean; focus: boolean }>).detail;
    keep("sessionStorage", "open", open ? "1" : "");
    button.setAttribute("aria-expanded", String(open));
    host.toggleAttribute("data-open", open);
    if (!open && focus) button.focus();
  });
  element.addEventListener("engage-state", (event) => follow((event as CustomEvent<ChatState>).detail));
  document.body.append(element);
  return element;
}

/** What the chat tells of itself. */
function follow({ unread, more, had, talks, trails, news }: ChatState): void {
  label(unread);
  if (had) keep("localStorage", "had", "1");
  keep("localStorage", "trails", trails ? "1" : "");
  followed = talks && trails;
  if (followed) tell();
  const [sound, notes] = [recall("localStorage", "sound"), recall("localStorage", "notify")];
  const seen = host.hasAttribute("data-open") && document.visibilityState === "visible";
  if (!more || seen || !(sound || notes)) return;
  void import("./bell").then(({ announce }) => announce(news, sound, notes, () => chat?.open()));
}

function visit(): void {
  note();
  if (followed) tell();
}

/** Reads the number of unread messages, at most once a minute, as long as the chat itself is not there to know. */
function look(): void {
  if (chat || document.visibilityState !== "visible" || !recall("localStorage", "had") || Date.now() - looked < REFRESH)
    return;
  looked = Date.now();
  fetch(`${base}/v1/chat/conversations?status=all`, { credentials: "same-origin" })
    .then((response) => (response.ok ? response.json() : { conversations: [] }))
    .then(({ conversations }: { conversations: { unread: number; status: string }[] }) => {
      if (chat) return;
      label(conversations.reduce((sum, conversation) => sum + conversation.unread, 0));
      followed = recall("localStorage", "trails") && conversations.some(({ status }) => status !== "closed");
      if (followed) tell();
    })
    .catch(() => {});
}

function label(unread: number, broken = false): void {
  const name = ownLabel ?? title;
  const more = broken ? ` (${brokenText})` : unread > 0 ? `, ${unreadText.replace("#", String(unread))}` : "";
  button.setAttribute("aria-label", name + more);
  button.title = name;
  badge.textContent = unread > 99 ? "99+" : String(unread);
  badge.hidden = unread === 0;
}

/** Texts of the host's own. What is no catalogue is no reason not to chat. */
function overrides(): object {
  try {
    return JSON.parse(document.querySelector("script[data-engage-strings]")?.textContent ?? "{}");
  } catch {
    return {};
  }
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
