import type { Help, HelpArticle, HelpHit, HelpPage, Marked } from "@engage/client";
import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { helpTexts } from "./help-texts";
import { ServedHtml } from "./html";
import { plain } from "./text";

/** A search has come to rest when nobody has typed for this long. */
const REST = 1_200;
/** The server is asked when nobody has typed for this long; titles that are here already are filtered at once. */
const PAUSE = 150;
const PREFIX = "#help-";

export interface HelpCentreProps {
  help: Help;
  /** For the words around the answers. */
  locale: string;
  /** Only what stands in this category, by its name in addresses. */
  category?: string | null;
}

interface Shown {
  article: Pick<HelpArticle, "id" | "slug" | "title" | "locale">;
  title?: Marked;
  excerpt?: Marked;
}

/**
 * Questions that open into answers, with a search that filters as one types. The open one stands in the address of the page, so that it can
 * be linked to.
 */
export function HelpCentre({ help, locale, category = null }: HelpCentreProps) {
  const words = helpTexts(locale);
  const [query, setQuery] = useState("");
  const found = useHelp(help, query, category);
  const [open, setOpen] = useState(() => slugOf(location.hash));
  const field = useId();
  const shelf = found.shelf;
  useEffect(() => {
    const follow = () => setOpen(slugOf(location.hash));
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  const toggle = (article: Shown["article"]) => {
    const next = open === article.slug ? null : article.slug;
    setOpen(next);
    history.replaceState(history.state, "", next ? `${PREFIX}${next}` : location.pathname + location.search);
    if (next) found.opened(article.id);
  };
  return (
    <div className="e-help">
      <label className="e-help-hidden" htmlFor={field}>
        {words.find}
      </label>
      <input
        id={field}
        type="search"
        dir="auto"
        maxLength={200}
        placeholder={words.find}
        value={query}
        onInput={(event) => setQuery(event.currentTarget.value)}
      />
      <p className="e-help-hidden" role="status">
        {query.trim() && shelf ? words.count.replace("{n}", String(found.shown.length)) : ""}
      </p>
      {found.failed && (
        <p role="alert">
          {words.failed}{" "}
          <button type="button" onClick={found.again}>
            {words.again}
          </button>
        </p>
      )}
      {!shelf && !found.failed && <p>{words.loading}</p>}
      {found.partial && <p>{words.partial}</p>}
      {shelf && found.shown.length === 0 && found.settled && <p>{words.none}</p>}
      <ul>
        {found.shown.map((one) => (
          <Answer
            key={one.article.id}
            of={one}
            help={help}
            locale={locale}
            open={one.article.slug === open}
            toggle={() => toggle(one.article)}
          />
        ))}
      </ul>
    </div>
  );
}

/** What a reader may see, filtered by `query`: by title at once, then as the server finds. */
export function useHelp(help: Help, query: string, category: string | null = null) {
  const [shelf, setShelf] = useState<Awaited<ReturnType<Help["shelf"]>> | null>(null);
  const [failed, setFailed] = useState(false);
  const [turn, setTurn] = useState(0);
  const [answer, setAnswer] = useState<{ query: string; hits: HelpHit[]; partial: boolean } | null>(null);
  const search = useRef<{ query: string; id: string } | null>(null);
  const wanted = query.trim();

  useEffect(() => {
    let current = true;
    setFailed(false);
    help.shelf().then(
      (got) => current && setShelf(got),
      () => current && setFailed(true),
    );
    return () => {
      current = false;
    };
  }, [help, turn]);

  useEffect(() => {
    if (!wanted) return;
    let current = true;
    const ask = setTimeout(() => {
      help.search(wanted, 20).then(
        (got) => current && setAnswer({ query: wanted, ...got }),
        // What is here already is still filtered by its title.
        () => current && setAnswer({ query: wanted, hits: [], partial: false }),
      );
    }, PAUSE);
    const note = setTimeout(() => {
      help.searched(wanted, "widget").then(
        ({ id }) => {
          search.current = { query: wanted, id };
        },
        () => {},
      );
    }, REST);
    return () => {
      current = false;
      clearTimeout(ask);
      clearTimeout(note);
    };
  }, [help, wanted, turn]);

  const only = category && shelf?.categories.find((one) => one.slug === category);
  const inside = (id: string) => {
    const own = shelf?.categories.find((one) => one.id === id);
    return !category || (only && (own?.id === only.id || own?.parent === only.id));
  };
  const settled = !wanted || answer?.query === wanted;
  const hits = wanted && answer?.query === wanted ? answer.hits.filter((hit) => inside(hit.category)) : [];
  const parts = wanted.toLowerCase().split(/\s+/);
  const titled = (shelf?.articles ?? []).filter(
    (one) => inside(one.category) && parts.every((part) => one.title.toLowerCase().includes(part)),
  );
  const shown: Shown[] = [
    ...hits.map((hit) => ({ article: { ...hit, title: hit.title.text }, title: hit.title, excerpt: hit.excerpt })),
    ...titled.filter((one) => !hits.some((hit) => hit.id === one.id)).map((article) => ({ article })),
  ];
  return {
    shelf,
    failed,
    settled,
    shown,
    partial: hits.length > 0 && answer?.partial === true && titled.length === 0,
    again: () => setTurn((old) => old + 1),
    /** Says that an article was opened, so that it is known whether the search has helped. */
    opened(id: string) {
      if (search.current?.query === wanted) help.follow(search.current.id, id).catch(() => {});
    },
  };
}

interface AnswerProps {
  of: Shown;
  help: Help;
  locale: string;
  open: boolean;
  toggle(): void;
}

function Answer({ of, help, locale, open, toggle }: AnswerProps) {
  const id = useId();
  const words = helpTexts(locale);
  const [page, setPage] = useState<HelpPage | null>(null);
  const [failed, setFailed] = useState(false);
  const slug = of.article.slug;
  useEffect(() => {
    if (!open || page) return;
    setFailed(false);
    help.page(slug).then(setPage, () => setFailed(true));
  }, [open, page, slug, help]);
  return (
    <li className={open ? "e-help-item is-open" : "e-help-item"}>
      <h3>
        <button type="button" aria-expanded={open} aria-controls={id} onClick={toggle}>
          <span lang={of.article.locale} dir="auto">
            {of.title ? <Told marked={of.title} /> : plain(of.article.title)}
          </span>
        </button>
      </h3>
      {!open && of.excerpt && (
        <p className="e-help-excerpt" dir="auto">
          <Told marked={of.excerpt} />
        </p>
      )}
      <section
        id={id}
        className="e-help-answer"
        // By hand: React 18 does not know `inert`, and leaves it out.
        ref={(section) => {
          section?.toggleAttribute("inert", !open);
        }}
      >
        <div>
          {page && <ServedHtml className="e-help-text" html={page.html} lang={page.locale} />}
          {open && !page && <p role="status">{failed ? words.failed : words.loading}</p>}
          {page && <Vote help={help} page={page} locale={locale} />}
        </div>
      </section>
    </li>
  );
}

function Vote({ help, page, locale }: { help: Help; page: HelpPage; locale: string }) {
  const words = helpTexts(locale);
  const [said, setSaid] = useState(page.vote?.helpful ?? null);
  const [thanked, setThanked] = useState(false);
  const vote = (helpful: boolean) => {
    const before = said;
    setSaid(helpful);
    help.vote(page.slug, { helpful, comment: page.vote?.comment ?? null }).then(
      () => setThanked(true),
      () => setSaid(before),
    );
  };
  return (
    <fieldset className="e-help-vote">
      <legend>{words.helpful}</legend>
      <button type="button" aria-pressed={said === true} onClick={() => vote(true)}>
        {words.yes}
      </button>
      <button type="button" aria-pressed={said === false} onClick={() => vote(false)}>
        {words.no}
      </button>
      <span role="status">{thanked ? words.thanks : ""}</span>
    </fieldset>
  );
}

/** Text with what was searched for in `mark`. */
function Told({ marked }: { marked: Marked }) {
  const letters = Array.from(marked.text);
  const piece = (from: number, to?: number) => plain(letters.slice(from, to).join(""));
  const parts: ReactNode[] = [];
  let at = 0;
  for (const [from, to] of marked.ranges) {
    parts.push(piece(at, from), <mark key={from}>{piece(from, to)}</mark>);
    at = to;
  }
  return (
    <>
      {parts}
      {piece(at)}
    </>
  );
}

function slugOf(hash: string): string | null {
  return hash.startsWith(PREFIX) ? hash.slice(PREFIX.length) : null;
}
