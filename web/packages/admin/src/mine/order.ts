import type { Conversation, DeskTicket } from "@engage/client";
import { nextOwed } from "../tickets/row";

/** A conversation or a ticket, where both stand in one list. */
export type Item =
  | { key: string; talk: Conversation; ticket?: never }
  | { key: string; ticket: DeskTicket; talk?: never };

const RANKS = { urgent: 0, high: 1, normal: 2, low: 3 } as const;

/** What waits for somebody, first what is late, then what is urgent, then who has waited longest; and the rest, latest change first. */
export function inOrder(talks: readonly Conversation[], tickets: readonly DeskTicket[], now: number) {
  const items: Item[] = [
    ...talks.map((talk) => ({ key: `c ${talk.id}`, talk })),
    ...tickets.map((ticket) => ({ key: `t ${ticket.id}`, ticket })),
  ];
  const once = [...new Map(items.map((item) => [item.key, item])).values()];
  const waiting = once.filter((item) => since(item, now) !== null);
  const rest = once.filter((item) => since(item, now) === null);
  return {
    waiting: waiting.sort(
      (a, b) =>
        Number(isLate(b, now)) - Number(isLate(a, now)) ||
        RANKS[priority(a)] - RANKS[priority(b)] ||
        (since(a, now) ?? 0) - (since(b, now) ?? 0),
    ),
    rest: rest.sort((a, b) => (changed(a) < changed(b) ? 1 : -1)),
  };
}

/** Since when it waits for whoever has it; null: it does not. */
function since({ talk, ticket }: Item, now: number): number | null {
  if (talk) {
    const waits = talk.unread > 0 || talk.marked_unread || talk.mentioned || talk.unanswered_since;
    return waits ? Date.parse(talk.unanswered_since ?? talk.updated_at) : null;
  }
  if (ticket.desk.waiting_since) return Date.parse(ticket.desk.waiting_since);
  const due = [nextOwed(ticket)?.due, ticket.desk.due_at].filter((one) => typeof one === "string").map(Date.parse);
  return due.some((at) => at <= now) ? Math.min(...due) : null;
}

function isLate({ ticket }: Item, now: number): boolean {
  const next = ticket && nextOwed(ticket);
  return next !== undefined && (next.breached || Date.parse(next.due) <= now);
}

function priority({ talk, ticket }: Item) {
  return (talk ?? ticket)?.priority ?? "normal";
}

function changed({ talk, ticket }: Item): string {
  return (talk ?? ticket)?.updated_at ?? "";
}
