import type { Contact, ContactInfo, Conversation } from "@engage/client";
import { plain } from "@engage/react";
import { useMemo, useState } from "react";
import { ContactCard } from "../contact/card";
import { History } from "../contact/history";
import { ContactTickets } from "../contact/tickets";
import { Avatar } from "../shell/avatar";
import { Icon } from "../shell/icon";
import { contactName } from "../shell/names";
import { More, SearchField, usePaged } from "../shell/paged";
import { go, href, useRoute } from "../shell/route";
import { isAbsent, useCalm, useDesk, useLoad, useSelect } from "../shell/use";
import { t } from "../words";
import { trouble } from "../words/trouble";

type Listed = Contact | ContactInfo;
const LATELY = 30;

/** Everybody who ever wrote, found by what one knows of them. */
export default function People() {
  const desk = useDesk();
  const { id } = useRoute();
  const [text, setText] = useState("");
  const sought = useCalm(text.trim(), 200);
  const found = usePaged(sought || null, "contacts", (after) => desk.contacts(sought, after), 30_000);
  const items = useSelect((state) => state.inbox.items);
  // Nobody is sought yet: whoever wrote lately is the likeliest.
  const lately = useMemo(() => ({ contacts: recent(items), next: null }), [items]);
  const { error, loading } = found;
  const data: { contacts: Listed[]; next: string | null } | null = sought ? found.data : lately;
  return (
    <div className={id ? "columns is-people has-selection" : "columns is-people"}>
      <section className="inbox" role={id ? undefined : "main"} aria-labelledby="people-title">
        <div className="inbox-head">
          <h2 id="people-title">{t("nav.people")}</h2>
          <SearchField label={t("people.find")} value={text} set={setText} />
        </div>
        <div className="found" aria-busy={loading}>
          <p className="aside" role="status">
            {data ? t("people.count", { n: data.contacts.length }) : ""}
          </p>
          <ul aria-label={t("nav.people")}>
            {data?.contacts.map((one) => (
              <li key={one.id}>
                <a className="person" href={href("people", one.id)} aria-current={one.id === id ? "true" : undefined}>
                  <Avatar name={contactName(one)} />
                  <span className="person-text">
                    <span className="who" dir="auto">
                      {contactName(one)}
                    </span>
                    <span className="cut-text quiet" dir="auto">
                      {plain(one.email ?? "") ||
                        ("is_member" in one && one.is_member ? t("contact.member") : t("contact.visitor"))}
                    </span>
                  </span>
                  {"blocked" in one && one.blocked && <span className="badge is-bad">{t("blocked")}</span>}
                </a>
              </li>
            ))}
          </ul>
          {data && data.contacts.length === 0 && <p className="hint quiet">{t("people.none")}</p>}
          {!data && <p className="hint quiet">{error ? trouble(error) : t("loading")}</p>}
          {sought && <More of={found} />}
        </div>
      </section>
      {id ? (
        <Person key={id} id={id} />
      ) : (
        <section className="empty" aria-label={t("side.label")}>
          <p>{t("people.choose")}</p>
        </section>
      )}
    </div>
  );
}

/** The contacts of the conversations that are loaded, each once, the latest first. */
function recent(items: readonly Conversation[]): Contact[] {
  const known = new Map<string, Contact>();
  for (const { contact } of items) {
    if (contact && !known.has(contact.id)) known.set(contact.id, contact);
    if (known.size === LATELY) break;
  }
  return [...known.values()];
}

function Person({ id }: { id: string }) {
  const desk = useDesk();
  const { data, error, set } = useLoad(id, () => desk.contact(id), 30_000);
  return (
    <main className="person-page" aria-label={data ? contactName(data) : t("loading")}>
      <button type="button" className="tool only-phone" aria-label={t("back")} onClick={() => go(href("people"))}>
        <Icon name="back" />
      </button>
      {data ? (
        <>
          <ContactCard contact={data} set={set} />
          <ContactTickets contact={data} />
          <History contact={id} />
        </>
      ) : (
        <p className="empty quiet">{error ? (isAbsent(error) ? t("contact.gone") : trouble(error)) : t("loading")}</p>
      )}
    </main>
  );
}
