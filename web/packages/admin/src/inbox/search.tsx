import type { Found } from "@engage/client";
import { plain } from "@engage/react";
import { contactName } from "../shell/names";
import { More, usePaged } from "../shell/paged";
import { href } from "../shell/route";
import { useCalm, useDesk } from "../shell/use";
import { t } from "../words";
import { full, short } from "../words/time";
import { trouble } from "../words/trouble";

/** What was found in messages and notes, latest first, while one still types. */
export function Search({ text, selected }: { text: string; selected: string | null }) {
  const desk = useDesk();
  const sought = useCalm(text.trim(), 200);
  const paged = usePaged(sought || null, "results", (before) => desk.search(sought, before));
  const { data, error, loading } = paged;
  const found = data?.results ?? [];
  const waits = loading || sought !== text.trim();
  return (
    <div className="found" aria-busy={waits}>
      <p className="found-count quiet" role="status">
        {error && !data ? trouble(error) : waits && !data ? t("loading") : t("search.count", { n: found.length })}
      </p>
      <ul aria-label={t("search.results")}>
        {found.map((one) => (
          <li key={one.entry.id}>
            <a
              className="found-row"
              href={href("c", one.entry.conversation, { q: sought })}
              aria-current={one.entry.conversation === selected ? "true" : undefined}
            >
              <span className="row-top">
                <span className="who" dir="auto">
                  {contactName(one.contact)}
                </span>
                {one.entry.type === "note" && <span className="badge is-note">{t("note")}</span>}
                <time dateTime={one.entry.at} title={full(one.entry.at)}>
                  {short(one.entry.at)}
                </time>
              </span>
              <span className="found-text" dir="auto">
                <Marked found={one} />
              </span>
            </a>
          </li>
        ))}
      </ul>
      <More of={paged} />
    </div>
  );
}

/** The excerpt with the words that were found marked. The ranges count characters as the server does, not UTF-16 units. */
function Marked({ found }: { found: Found }) {
  const letters = Array.from(found.excerpt);
  const parts: { text: string; hit: boolean }[] = [];
  let at = 0;
  for (const [from, to] of found.ranges) {
    if (from < at || to > letters.length) continue;
    parts.push(
      { text: letters.slice(at, from).join(""), hit: false },
      { text: letters.slice(from, to).join(""), hit: true },
    );
    at = to;
  }
  parts.push({ text: letters.slice(at).join(""), hit: false });
  return parts.map(({ text, hit }, index) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text never move
    hit ? <mark key={index}>{plain(text)}</mark> : plain(text),
  );
}
