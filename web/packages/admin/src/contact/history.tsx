import type { Conversation } from "@engage/client";
import { plain } from "@engage/react";
import { More, usePaged } from "../shell/paged";
import { href } from "../shell/route";
import { isAbsent, useDesk } from "../shell/use";
import { t } from "../words";
import { short } from "../words/time";
import { trouble } from "../words/trouble";

interface HistoryProps {
  contact: string;
  /** The one that is open: it is not listed, and what changes in it makes us look again. */
  current?: Conversation;
}

/** What this person and we have said before, the latest first. */
export function History({ contact, current }: HistoryProps) {
  const desk = useDesk();
  const found = usePaged(`${contact} ${current?.status}`, "conversations", (before) => desk.history(contact, before));
  const { data, error } = found;
  if (error && isAbsent(error) && !data) return null;
  const others = (data?.conversations ?? []).filter((one) => one.id !== current?.id);
  return (
    <section className="side-part" aria-labelledby="side-history">
      <h3 id="side-history">{t("history")}</h3>
      {others.length > 0 ? (
        <ul className="history">
          {others.map((one) => (
            <li key={one.id}>
              <a href={href("c", one.id)}>
                <span className="row-top">
                  <span className={`badge is-${one.status}`}>{t(`status.${one.status}`)}</span>
                  <time dateTime={one.updated_at}>{short(one.updated_at)}</time>
                </span>
                <span className="cut-text quiet" dir="auto">
                  {plain(one.last_message?.excerpt ?? t("row.empty"))}
                </span>
              </a>
            </li>
          ))}
        </ul>
      ) : (
        <p className="quiet">{error ? trouble(error) : data ? t("history.none") : t("loading")}</p>
      )}
      <More of={found} />
    </section>
  );
}
