/**
 * The one script tag of a website: `<script type="module" src="/engage/loader.js"></script>`. It shows the launcher and
 * fetches the chat itself when somebody opens it. Before that it makes no request, except that it looks for unread messages
 * where a conversation was had before, and wakes the client where a message still waits to be sent.
 *
 * How it looks is set in the panel, and comes with this script as its first line. What the tag says itself goes before: `data-theme`
 * (`light`, `dark`, `auto`), `data-position` (`start`, `end`), `data-icon`, `data-label`, `data-title`, `data-accent`,
 * `data-avatars="false"`. It may also carry `data-locale`, and `data-invitations`: with that it asks the site on each page whether to
 * invite the visitor. `<script type="application/json" data-engage-strings>` changes any text.
 */
import { type Catalogue, compile, languageOf, laterTexts, type Strings, texts } from "@engage/react";
import type { ChatState, EngageChat } from "./chat-element";
import launcherCss from "./launcher.css?inline";
import { words } from "./launcher-texts";
import { colours, drawing, dress, type Look } from "./look";
import { base, keep, note, recall, tell, trail, url } from "./page";

/** The first line of this script, where the site has set anything. */
declare const engageLook: Look | undefined;

const tag = [...document.querySelectorAll<HTMLScriptElement>("script[type=module][src]")].find(
  (script) => new URL(script.src, location.href).pathname === url.pathname,
);
const { locale, invitations, ...own } = tag?.dataset ?? {};
const set = typeof engageLook === "undefined" ? {} : engageLook;
const look: Look = { ...set, ...own };
const asked = locale || document.documentElement.lang || navigator.language || "en";
const language = languageOf(asked);
const [usual, unreadText, brokenText, dismiss] = words(language);
const changed: Partial<Catalogue> & { launcher?: string } = { ...set.texts?.[language], ...overrides() };
const name = own.label || changed.launcher || look.label || usual;
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
  const accent = new CSSStyleSheet();
  // In a layer: whatever the page says of these tokens goes before.
  accent.replaceSync(`@layer engage{:root{${colours(look)}}}`);
  document.adoptedStyleSheets.push(accent);
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
  button.append(drawing(look.icon), badge);
  shadow.append(button);
  label(0);
  document.body.append(host);
  document.addEventListener("visibilitychange", count);
  (window as { navigation?: EventTarget }).navigation?.addEventListener("navigatesuccess", visit);
  visit();
  count();
  const forms = document.querySelectorAll("engage-contact:not([base])");
  for (const form of forms) form.setAttribute("base", base);
  // What the page has put into them works until then.
  if (forms.length > 0) import("./contact-element").catch(() => {});
  if (recall("localStorage", "out:") || recall("sessionStorage", "open")) void wake();
  if (document.querySelector("engage-faq"))
    import("./faq-element").then(
      ({ define }) => define(base),
      () => {},
    );
  if (document.querySelector("engage-ticket-form,engage-tickets"))
    import("./tickets-element").then(
      ({ define }) => define(base),
      () => {},
    );
  // Without a connection nobody is invited.
  if (invitations !== undefined) welcome(shadow).catch(() => {});
}

/** Theme, language and direction. A page in a language that engage does not speak keeps its direction. */
function direct(element: HTMLElement): void {
  dress(element, look);
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
  if (recall("sessionStorage", "open") && !matchMedia("(max-width: 40em)").matches) element.open(false);
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
  const engages = { greeting: "", heading: look.title ?? "", ...compile(spoken, manner) };
  let strings = compile(changed, manner, engages as Strings);
  element.speak(strings, manner);
  element.rest = async () => {
    strings = compile(changed, manner, { ...strings, ...compile(await laterTexts(language), manner) });
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
function count(): void {
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

if (document.body) start();
else document.addEventListener("DOMContentLoaded", start);
