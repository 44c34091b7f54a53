import type { Client, Ticket } from "@engage/client";
import { useEffect, useRef, useState } from "react";
import { plain } from "../text";
import { format } from "../time";
import { TicketForm } from "./form";
import { OwnTicket } from "./own";
import { useFresh, useTickets } from "./use";
import { type TicketTexts, ticketTexts } from "./words";

const PREFIX = "#ticket-";

export interface OwnTicketsProps {
  client: Client;
  locale: string;
}

/** Somebody's own tickets: to be looked through, opened, answered and closed. The open one stands in the address of the page. */
export function OwnTickets({ client, locale }: OwnTicketsProps) {
  const words = ticketTexts(locale);
  const tickets = useTickets(client);
  const [open, setOpen] = useState(() => idOf(location.hash));
  const [asking, setAsking] = useState(false);
  const [pages, setPages] = useState(1);
  const place = useRef<HTMLDivElement>(null);
  const all = useFresh(tickets, `list ${pages}`, () => fetchAll(pages, tickets.list));
  // While more are fetched, what is there stays.
  const shown = useRef<Ticket[] | null>(null);
  shown.current = all.data?.tickets ?? shown.current;
  useEffect(() => {
    const follow = () => setOpen(idOf(location.hash));
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  const go = (id: string | null) => {
    setOpen(id);
    setAsking(false);
    history.replaceState(history.state, "", id ? PREFIX + id : location.pathname + location.search);
    // What was pressed is no longer there.
    place.current?.focus();
  };
  // Nobody yet: they have none, and that is no fault.
  const stranger = all.code === "unauthenticated";
  const list = stranger ? [] : shown.current;
  return (
    <div className="e-tickets" ref={place} tabIndex={-1}>
      {open ? (
        <OwnTicket key={open} client={client} locale={locale} id={open} back={() => go(null)} />
      ) : asking ? (
        <>
          <button type="button" className="e-ticket-back" onClick={() => setAsking(false)}>
            {words.back}
          </button>
          <TicketForm client={client} locale={locale} opened={(ticket) => go(ticket.id)} />
        </>
      ) : (
        <>
          <button type="button" className="e-choice e-chief" onClick={() => setAsking(true)}>
            {words.fresh}
          </button>
          {!list && !all.code && <p role="status">{words.loading}</p>}
          {all.code && !stranger && (
            <p role="alert">
              {words.failed}{" "}
              <button type="button" className="e-choice" onClick={all.again}>
                {words.again}
              </button>
            </p>
          )}
          {list?.length === 0 && <p>{words.none}</p>}
          {list && list.length > 0 && (
            <ul>
              {list.map((ticket) => (
                <li key={ticket.id}>
                  <Row ticket={ticket} words={words} locale={locale} open={() => go(ticket.id)} />
                </li>
              ))}
            </ul>
          )}
          {all.data?.next && (
            <button type="button" className="e-choice" onClick={() => setPages(pages + 1)}>
              {words.more}
            </button>
          )}
        </>
      )}
    </div>
  );
}

interface RowProps {
  ticket: Ticket;
  words: TicketTexts;
  locale: string;
  open(): void;
}

function Row({ ticket, words, locale, open }: RowProps) {
  return (
    <button type="button" className="e-ticket-row" onClick={open}>
      <span className="e-ticket-subject" dir="auto">
        {plain(ticket.subject)}
      </span>
      <span className={`e-stage is-${ticket.stage}`}>{words[ticket.stage]}</span>
      <span className="e-ticket-facts">
        <bdi>{plain(ticket.reference)}</bdi>{" "}
        <time dateTime={ticket.updated_at}>
          {format({ dateStyle: "medium", timeStyle: "short" }, locale).format(new Date(ticket.updated_at))}
        </time>
      </span>
      {ticket.last_reply && (
        <span className="e-ticket-facts e-ticket-last" dir="auto">
          {plain(ticket.last_reply.excerpt)}
        </span>
      )}
    </button>
  );
}

async function fetchAll(
  pages: number,
  list: (status: "all", after: string | null) => Promise<{ tickets: Ticket[]; next: string | null }>,
) {
  let all = await list("all", null);
  for (let page = 1; page < pages && all.next; page += 1) {
    const more = await list("all", all.next);
    all = { tickets: [...all.tickets, ...more.tickets], next: more.next };
  }
  return all;
}

function idOf(hash: string): string | null {
  return hash.startsWith(PREFIX) ? hash.slice(PREFIX.length) || null : null;
}
