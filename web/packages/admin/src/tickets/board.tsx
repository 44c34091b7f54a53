import type { DeskTicket, TicketCategory, TicketFilter } from "@engage/client";
import { plain } from "@engage/react";
import { type DragEvent, type KeyboardEvent, useRef, useState } from "react";
import { Icon } from "../shell/icon";
import { Menu } from "../shell/menu";
import { agentName, contactName } from "../shell/names";
import { More, usePaged } from "../shell/paged";
import { go, href } from "../shell/route";
import { toast } from "../shell/toast";
import { useMe, useNow } from "../shell/use";
import { t } from "../words";
import { trouble } from "../words/trouble";
import { filterLink, queryOf } from "./filter";
import { Filters } from "./head";
import { Owed } from "./owed";
import { Flag, nextOwed } from "./row";
import { AGAIN, CATEGORIES, statusName, useStatuses, useTicketChanges, useTickets } from "./use";

const KIND = "application/x-engage-ticket";
/** So many of a column at once. */
const PAGE = 30;

interface Move {
  ticket: DeskTicket;
  to: TicketCategory;
}

/**
 * Tickets in columns by what their statuses mean. One is moved by dragging it, by its menu, or with Shift and an arrow; it shows at once where it
 * went, and goes back when that is refused.
 */
export function Board({ filter, create }: { filter: TicketFilter; create(): void }) {
  const desk = useTickets();
  const [moving, setMoving] = useState<readonly Move[]>([]);
  const [said, setSaid] = useState("");
  const [open, setOpen] = useState(() => Object.values(queryOf({ ...filter, status: "unsolved" })).some(Boolean));
  const narrowed = { ...filter };
  delete narrowed.status;

  const move = async (ticket: DeskTicket, to: TicketCategory) => {
    if (ticket.desk.category === to) return;
    const one = { ticket, to };
    setMoving((old) => [...old.filter((other) => other.ticket.id !== ticket.id), one]);
    setSaid(t("ticket.board.moved", { number: plain(ticket.reference), where: t(`ticket.is.${to}`) }));
    try {
      await desk.edit(ticket.id, { status: to }, ticket.desk.version);
    } catch (error) {
      toast.bad(refusal(error));
    }
    desk.changed(ticket.id);
    // Until the columns have heard of it, it would be in neither.
    setTimeout(() => setMoving((old) => old.filter((other) => other !== one)), 1_000);
  };
  return (
    <main className="page ticket-board" aria-labelledby="ticket-board-title">
      <header className="page-head">
        <h2 id="ticket-board-title">{t("nav.tickets")}</h2>
        <button type="button" className="button" aria-expanded={open} onClick={() => setOpen(!open)}>
          <Icon name="filter" /> {t("filter.label")}
        </button>
        <a className="button" href={filterLink(filter)}>
          {t("ticket.board.list")}
        </a>
        <button type="button" className="button is-chief" onClick={create}>
          <Icon name="plus" /> {t("ticket.new")}
        </button>
      </header>
      {open && (
        <div className="filters">
          <Filters filter={filter} board />
        </div>
      )}
      <p className="aside" role="status">
        {said}
      </p>
      <div className="ticket-columns">
        {CATEGORIES.map((category) => (
          <Column key={category} category={category} filter={narrowed} moving={moving} move={move} />
        ))}
      </div>
    </main>
  );
}

function refusal(error: unknown): string {
  return trouble(error);
}

interface ColumnProps {
  category: TicketCategory;
  filter: TicketFilter;
  moving: readonly Move[];
  move(ticket: DeskTicket, to: TicketCategory): void;
}

function Column({ category, filter, moving, move }: ColumnProps) {
  const desk = useTickets();
  const now = useNow(30_000);
  const me = useMe()?.id;
  const [over, setOver] = useState(false);
  const key = `${category} ${filterLink(filter)}`;
  const all = usePaged(key, "tickets", (after) => desk.list({ ...filter, status: category }, after, PAGE), AGAIN);
  useTicketChanges(() => all.reload());
  const list = useRef<HTMLUListElement>(null);
  const gone = new Set(moving.filter((one) => one.to !== category).map((one) => one.ticket.id));
  const known = (all.data?.tickets ?? []).filter((one) => !gone.has(one.id));
  const come = moving.filter((one) => one.to === category && !known.some((other) => other.id === one.ticket.id));
  const tickets = [...come.map((one) => one.ticket), ...known];

  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const dragged = dragging.current;
    if (dragged && event.dataTransfer.types.includes(KIND)) move(dragged, category);
    dragging.current = null;
  };
  return (
    <section
      className={over ? "ticket-column is-over" : "ticket-column"}
      aria-labelledby={`column-${category}`}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes(KIND)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => !event.currentTarget.contains(event.relatedTarget as Node) && setOver(false)}
      onDrop={drop}
    >
      <h3 id={`column-${category}`}>
        <span className={`badge is-ticket-${category}`}>{t(`ticket.is.${category}`)}</span>
        <span className="quiet">
          {tickets.length}
          {all.data?.next ? "+" : ""}
        </span>
      </h3>
      <ul ref={list}>
        {tickets.map((one) => (
          <Card key={one.id} ticket={one} category={category} now={now} me={me} move={move} />
        ))}
      </ul>
      {tickets.length === 0 && (
        <p className="quiet card-empty">{all.error ? trouble(all.error) : all.data ? t("list.empty") : t("loading")}</p>
      )}
      <More of={all} />
    </section>
  );
}

/** What is being dragged: a drop may not look into it before it happens. */
const dragging: { current: DeskTicket | null } = { current: null };

interface CardProps {
  ticket: DeskTicket;
  category: TicketCategory;
  now: number;
  me: string | undefined;
  move(ticket: DeskTicket, to: TicketCategory): void;
}

function Card({ ticket, category, now, me, move }: CardProps) {
  const statuses = useStatuses();
  const { desk } = ticket;
  const next = nextOwed(ticket);
  const pressed = (event: KeyboardEvent) => {
    if (!event.shiftKey || (event.key !== "ArrowLeft" && event.key !== "ArrowRight")) return;
    // The way that it looks: columns run with the writing.
    const forward = (event.key === "ArrowRight") !== (document.documentElement.dir === "rtl");
    const to = CATEGORIES[CATEGORIES.indexOf(category) + (forward ? 1 : -1)];
    if (!to) return;
    event.preventDefault();
    move(ticket, to);
    const { id } = ticket;
    requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-ticket="${id}"] a`)?.focus());
  };
  return (
    <li
      className="ticket-card"
      data-ticket={ticket.id}
      draggable
      onDragStart={(event) => {
        dragging.current = ticket;
        event.dataTransfer.setData(KIND, ticket.id);
        event.dataTransfer.effectAllowed = "move";
      }}
      onDragEnd={() => {
        dragging.current = null;
      }}
      onKeyDown={pressed}
    >
      <a href={href("t", ticket.id)} className="who" dir="auto" draggable={false}>
        {plain(ticket.subject)}
      </a>
      <span className="row-top">
        <span className="ticket-number">{plain(ticket.reference)}</span>
        <span className="cut-text quiet" dir="auto">
          {contactName(desk.requester)}
        </span>
        <Flag priority={ticket.priority} />
        <Menu
          label={t("ticket.board.move", { number: plain(ticket.reference) })}
          title={t("ticket.board.move", { number: plain(ticket.reference) })}
          look="tool is-small"
          choices={[
            ...CATEGORIES.map((one) => ({
              key: one,
              name: t(`ticket.is.${one}`),
              chosen: one === category,
              act: () => move(ticket, one),
            })),
            { key: "open", group: t("do.more"), name: t("ticket.show"), act: () => go(href("t", ticket.id)) },
          ]}
        >
          <Icon name="more" />
          <span className="aside">{t("ticket.board.move", { number: plain(ticket.reference) })}</span>
        </Menu>
      </span>
      <span className="facts">
        {desk.status !== category && <span className="badge">{statusName(desk.status, statuses)}</span>}
        <span className={desk.assignee ? "cut-text" : "cut-text is-nobody"}>
          {desk.assignee ? agentName(desk.assignee, me) : t("row.nobody")}
        </span>
        {next && <Owed target={next} now={now} brief />}
      </span>
    </li>
  );
}
