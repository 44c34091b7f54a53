import { plain } from "@engage/react";
import { contactName } from "../shell/names";
import { More, usePaged } from "../shell/paged";
import { href } from "../shell/route";
import { useCalm, useLoad } from "../shell/use";
import { t } from "../words";
import { full, short } from "../words/time";
import { trouble } from "../words/trouble";
import { useTickets } from "./use";

/** What people call a ticket by: a number, with or without the site's prefix. */
export const NUMBER = /^\s*[\p{L}_#-]{0,8}(\d{1,15})\s*$/u;

/** The ticket of that number, and what was found in subjects, replies and notes, while one still types. */
export function Search({ text, selected }: { text: string; selected: string | null }) {
  const desk = useTickets();
  const sought = useCalm(text.trim(), 200);
  const number = NUMBER.exec(sought)?.[1] ?? null;
  const numbered = useLoad(number, () => desk.numbered(number ?? "").catch(() => null));
  const paged = usePaged(sought || null, "results", (before) => desk.search(sought, before));
  const { data, error, loading } = paged;
  const found = data?.results ?? [];
  const waits = loading || sought !== text.trim();
  const exact = numbered.data;
  return (
    <div className="found" aria-busy={waits}>
      <p className="found-count quiet" role="status">
        {error && !data
          ? trouble(error)
          : waits && !data
            ? t("loading")
            : t("ticket.found", { n: found.length + (exact ? 1 : 0) })}
      </p>
      <ul aria-label={t("search.results")}>
        {exact && (
          <li>
            <a className="found-row" href={href("t", exact.id)} aria-current={exact.id === selected || undefined}>
              <span className="row-top">
                <span className="who" dir="auto">
                  {plain(exact.subject)}
                </span>
                <time dateTime={exact.updated_at}>{short(exact.updated_at)}</time>
              </span>
              <span className="found-text">{plain(exact.reference)}</span>
            </a>
          </li>
        )}
        {found.map(({ ticket, entry }) => (
          <li key={`${ticket.id} ${entry.seq}`}>
            <a className="found-row" href={href("t", ticket.id)} aria-current={ticket.id === selected || undefined}>
              <span className="row-top">
                <span className="who" dir="auto">
                  {plain(ticket.subject)}
                </span>
                {entry.type === "note" && <span className="badge is-note">{t("note")}</span>}
                <time dateTime={entry.at} title={full(entry.at)}>
                  {short(entry.at)}
                </time>
              </span>
              <span className="found-text" dir="auto">
                <span className="quiet">
                  {plain(ticket.reference)} · {contactName(ticket.desk.requester)}
                </span>{" "}
                {"body" in entry ? plain(Array.from(entry.body).slice(0, 300).join("")) : ""}
              </span>
            </a>
          </li>
        ))}
      </ul>
      <More of={paged} />
    </div>
  );
}
