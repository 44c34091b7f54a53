import { languageOf } from "./locales";
import css from "./suggest.css?inline";
import { plain } from "./text";

/** The server is asked when nobody has typed for this long, in ms. */
const PAUSE = 700;
/** A text must have so many characters to say what it is about. */
const SHORTEST = 10;
/** Nobody is told more than this of what may answer them. */
const MOST = 3;
/** How often one text is asked about: each time is noted. */
const ASKS = 6;

const WORDS: Record<string, [string, string, string]> = {
  en: ["This may answer it:", "That answered it", "Good to hear. Thank you for telling us."],
  de: ["Das beantwortet es vielleicht:", "Das hat geholfen", "Schön. Danke für die Rückmeldung."],
  fr: ["Ceci y répond peut-être :", "Cela a répondu", "Tant mieux. Merci de nous l’avoir dit."],
  es: ["Quizá esto lo responda:", "Ya está respondido", "Nos alegramos. Gracias por decírnoslo."],
  ar: ["قد يجيب هذا عن سؤالك:", "هذا أجاب عن سؤالي", "يسعدنا ذلك. شكرًا على إخبارنا."],
  ja: ["こちらが参考になるかもしれません:", "解決しました", "よかったです。お知らせありがとうございます。"],
};

interface Hit {
  id: string;
  slug: string;
  locale: string;
  title: { text: string };
}

export interface SuggestOptions {
  /** Where engage is, without a slash at its end. */
  base: string;
  locale: string;
  source: "chat" | "contact";
}

export type Suggestions = ReturnType<typeof suggest>;

/**
 * Shows in `place` what of the help centre may answer a text that somebody is about to send. Which answer was opened, that it
 * was the one, and that the text was sent all the same, the server is told. Where there is no help centre nothing is shown.
 */
export function suggest(place: HTMLElement, { base, locale, source }: SuggestOptions) {
  const [heading, yes, thanks] = WORDS[languageOf(locale)] ?? (WORDS.en as [string, string, string]);
  const box = document.createElement("section");
  let pause: ReturnType<typeof setTimeout> | undefined;
  let call: AbortController | null = null;
  let left = ASKS;
  let asked = "";
  let search: string | null = null;
  let opened: Hit | null = null;
  box.className = "e-ideas";
  box.hidden = true;
  box.setAttribute("role", "status");
  wear(place);
  place.append(box);

  async function tell(method: string, path: string, body: unknown, signal?: AbortSignal): Promise<Response | null> {
    const headers = { "content-type": "application/json" };
    const init = { method, headers, credentials: "same-origin", keepalive: !signal, signal: signal ?? null } as const;
    return fetch(`${base}/v1${path}`, { ...init, body: JSON.stringify(body) }).catch(() => null);
  }

  async function ask(text: string): Promise<void> {
    call?.abort();
    const mine = new AbortController();
    call = mine;
    asked = text;
    left -= 1;
    const wanted = { text, locale: locale.toLowerCase(), source };
    const response = await tell("POST", "/help/suggestions", wanted, mine.signal);
    // There is no help centre, or none for whoever reads: nobody is asked again.
    if (response?.status === 404) left = 0;
    const found = (response?.ok ? await response.json().catch(() => null) : null) as {
      search: string | null;
      hits: Hit[];
    } | null;
    if (mine.signal.aborted || !found || opened) return;
    search = found.search;
    show(found.hits.slice(0, MOST));
  }

  function show(hits: Hit[]): void {
    const list = document.createElement("ul");
    for (const hit of hits) {
      const link = document.createElement("a");
      // The server knows in which category it is.
      link.href = `${base}/help/-/${encodeURIComponent(hit.slug)}?lang=${encodeURIComponent(hit.locale)}`;
      link.target = "_blank";
      link.rel = "noopener";
      link.dir = "auto";
      link.lang = hit.locale;
      link.textContent = plain(hit.title.text);
      link.addEventListener("click", () => open(hit));
      const item = document.createElement("li");
      item.append(link);
      list.append(item);
    }
    box.replaceChildren(paragraph(heading), list);
    box.hidden = hits.length === 0;
  }

  function open(hit: Hit): void {
    if (!opened) {
      const done = document.createElement("button");
      done.type = "button";
      done.textContent = yes;
      done.addEventListener("click", answered);
      box.append(done);
    }
    opened = hit;
    follow(null);
  }

  /** What somebody has opened helped them: their vote says so too. */
  function answered(): void {
    const path = `/help/articles/${encodeURIComponent(opened?.slug ?? "")}/vote`;
    const vote = () => tell("PUT", path, { helpful: true, comment: null });
    void tell("POST", "/session", {}).then(vote);
    search = null;
    left = 0;
    box.tabIndex = -1;
    box.replaceChildren(paragraph(thanks));
    box.focus();
  }

  function follow(ended: "conversation" | "contact" | null): void {
    if (search) void tell("PATCH", `/help/searches/${search}`, { opened: opened?.id ?? null, ended });
  }

  return {
    /** What has been typed by now. */
    typed(text: string): void {
      clearTimeout(pause);
      const words = text.trim().slice(0, 500);
      if (words.length < SHORTEST || words === asked || left === 0 || opened) return;
      pause = setTimeout(() => void ask(words), PAUSE);
    },
    /** It was sent all the same. */
    ended(where: "conversation" | "contact"): void {
      follow(where);
      this.release();
    },
    release(): void {
      clearTimeout(pause);
      call?.abort();
      search = null;
      left = 0;
      box.remove();
    },
  };
}

function paragraph(text: string): HTMLElement {
  const made = document.createElement("p");
  made.textContent = text;
  return made;
}

const worn = new WeakSet<Node>();

/** The looks go where the box stands, once. */
function wear(place: HTMLElement): void {
  const root = place.getRootNode() as Document | ShadowRoot;
  if (worn.has(root) || !root.adoptedStyleSheets) return;
  worn.add(root);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
}
