import type { Contact } from "@engage/client";
import { plain } from "@engage/react";
import { useState } from "react";
import { Icon } from "../shell/icon";
import { href } from "../shell/route";
import { isAbsent, useLoad } from "../shell/use";
import { filterLink } from "../tickets/filter";
import { Create } from "../tickets/new";
import { AGAIN, statusName, useStatuses, useTickets } from "../tickets/use";
import { t } from "../words";
import { short } from "../words/time";
import { trouble } from "../words/trouble";

/** So many are listed; the queue has all of them. */
const MOST = 5;

/** What this person has asked for, the latest change first. */
export function ContactTickets({ contact }: { contact: Contact }) {
  const desk = useTickets();
  const statuses = useStatuses();
  const [creating, setCreating] = useState(false);
  const load = () => desk.list({ status: "all", requester: contact.id }, null, MOST);
  const { data, error } = useLoad(`tickets of ${contact.id}`, load, AGAIN);
  if (error && isAbsent(error) && !data) return null;
  return (
    <section className="side-part" aria-labelledby="side-tickets">
      <h3 id="side-tickets">{t("nav.tickets")}</h3>
      {data && data.tickets.length > 0 ? (
        <ul className="history">
          {data.tickets.map((one) => (
            <li key={one.id}>
              <a href={href("t", one.id)}>
                <span className="row-top">
                  <span className={`badge is-ticket-${one.desk.category}`}>
                    {statusName(one.desk.status, statuses)}
                  </span>
                  <time dateTime={one.updated_at}>{short(one.updated_at)}</time>
                </span>
                <span className="cut-text quiet" dir="auto">
                  {plain(one.reference)} {plain(one.subject)}
                </span>
              </a>
            </li>
          ))}
        </ul>
      ) : (
        <p className="quiet">{error ? trouble(error) : data ? t("history.none") : t("loading")}</p>
      )}
      {data?.next && (
        <a className="link" href={filterLink({ status: "all", requester: contact.id })}>
          {t("ticket.theirs")}
        </a>
      )}
      <button type="button" className="link" onClick={() => setCreating(true)}>
        <Icon name="plus" /> {t("ticket.new")}
      </button>
      {creating && <Create requester={contact} close={() => setCreating(false)} />}
    </section>
  );
}
