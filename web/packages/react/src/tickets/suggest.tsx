import type { Help, HelpHit, HelpPage } from "@engage/client";
import { useEffect, useId, useRef, useState } from "react";
import { ServedHtml } from "../html";
import { plain } from "../text";
import type { TicketTexts } from "./words";

/** The help centre is asked when nobody has typed for this long, in ms. */
const PAUSE = 700;
/** Fewer letters tell nothing. */
const LEAST = 8;
const MOST = 3;

/** What the help centre has to say to a text that somebody is about to send. Nothing, where there is no help centre. */
export function useDeflection(help: Help, text: string) {
  const [hits, setHits] = useState<readonly HelpHit[]>([]);
  const search = useRef<string | null>(null);
  const wanted = text.trim().slice(0, 1_000);
  useEffect(() => {
    if (wanted.length < LEAST) return setHits([]);
    let current = true;
    const ask = setTimeout(() => {
      help.suggest(wanted, "ticket").then(
        (answer) => {
          if (!current) return;
          search.current = answer.search;
          setHits(answer.hits.slice(0, MOST));
        },
        () => current && setHits([]),
      );
    }, PAUSE);
    return () => {
      current = false;
      clearTimeout(ask);
    };
  }, [help, wanted]);
  const follow = (opened: string | null, ended: "ticket" | null) => {
    if (search.current) help.follow(search.current, opened, ended).catch(() => {});
  };
  return { hits, opened: (id: string) => follow(id, null), ended: () => follow(null, "ticket") };
}

interface SuggestionsProps {
  found: ReturnType<typeof useDeflection>;
  help: Help;
  words: TicketTexts;
}

/** Answers that open in place. */
export function Suggestions({ found, help, words }: SuggestionsProps) {
  return (
    <div className="e-ticket-hits" role="status">
      {found.hits.length > 0 && (
        <>
          <p>{words.suggest}</p>
          <ul>
            {found.hits.map((hit) => (
              <Hit key={hit.id} hit={hit} help={help} words={words} opened={() => found.opened(hit.id)} />
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

function Hit({ hit, help, words, opened }: { hit: HelpHit; help: Help; words: TicketTexts; opened(): void }) {
  const [open, setOpen] = useState(false);
  const [page, setPage] = useState<HelpPage | null>(null);
  const [failed, setFailed] = useState(false);
  const id = useId();
  const toggle = () => {
    setOpen(!open);
    if (open || page) return;
    opened();
    setFailed(false);
    help.page(hit.slug).then(setPage, () => setFailed(true));
  };
  return (
    <li>
      <button type="button" aria-expanded={open} aria-controls={id} onClick={toggle}>
        <span lang={hit.locale} dir="auto">
          {plain(hit.title.text)}
        </span>
      </button>
      <div id={id} hidden={!open}>
        {page ? (
          <ServedHtml className="e-help-text" html={page.html} lang={page.locale} />
        ) : (
          <p>{failed ? words.failed : words.loading}</p>
        )}
      </div>
    </li>
  );
}
