import {
  type Client,
  createTicketsDesk,
  type ServerFrame,
  type TicketCategory,
  type TicketStatus,
  type TicketsDesk,
  type TicketsNews,
} from "@engage/client";
import { plain, useEngage } from "@engage/react";
import { useEffect, useRef } from "react";
import { shared } from "../shell/known";
import { useDesk, useLoad, useOnline } from "../shell/use";
import { t } from "../words";

export const CATEGORIES: readonly TicketCategory[] = ["new", "open", "pending", "on_hold", "solved", "closed"];
/** Open tickets and the queue are asked for again so often, in ms, should nobody tell of a change. */
export const AGAIN = 15_000;

const desks = new WeakMap<Client, TicketsDesk>();

/** What is asked about tickets. The same object as long as the client is: changes are told through it. */
export function useTickets(): TicketsDesk {
  const { client } = useEngage();
  const known = desks.get(client);
  if (known) return known;
  const desk = createTicketsDesk(client.api);
  desks.set(client, desk);
  return desk;
}

/** Hears that a ticket changed; null: any may have. */
export function useTicketChanges(hear: (id: string | null) => void): void {
  const desk = useTickets();
  const latest = useRef(hear);
  latest.current = hear;
  useEffect(() => desk.hear((id) => latest.current(id)), [desk]);
}

/** Lets the server tell of changes as long as the component is there. One that cannot is asked again now and then. */
export function useFollowed(): void {
  const { client } = useEngage();
  const desk = useTickets();
  const online = useOnline();
  useEffect(() => {
    if (!online) return;
    const release = client.hear((frame: ServerFrame | TicketsNews) => {
      if (frame.type !== "tickets") return;
      if (frame.fetch) desk.changed(null);
      for (const id of [...frame.tickets.map((one) => one.id), ...frame.gone]) desk.changed(id);
    });
    client.say({ type: "tickets", follow: true });
    return () => {
      release();
      client.say({ type: "tickets", follow: false });
    };
  }, [client, desk, online]);
}

/** The site's own statuses. */
export function useStatuses(): readonly TicketStatus[] {
  const { client } = useEngage();
  const desk = useDesk();
  const { data } = useLoad("ticket statuses", () => shared(client, "settings", () => desk.settings()));
  const value = data?.settings.find((one) => one.key === "tickets.statuses")?.value;
  return Array.isArray(value) ? (value as TicketStatus[]) : [];
}

/** A status as people read it: the site's own name, or its category's. */
export function statusName(status: string, own: readonly TicketStatus[]): string {
  const found = own.find((one) => one.id === status);
  if (found) return plain(found.name);
  return CATEGORIES.some((one) => one === status) ? t(`ticket.is.${status as TicketCategory}`) : plain(status);
}

/** All statuses that a ticket can get, by their categories. */
export function allStatuses(own: readonly TicketStatus[]): { id: string; name: string; category: TicketCategory }[] {
  return CATEGORIES.flatMap((category) => [
    { id: category, name: t(`ticket.is.${category}`), category },
    ...own.filter((one) => one.category === category).map((one) => ({ ...one, name: plain(one.name) })),
  ]);
}
