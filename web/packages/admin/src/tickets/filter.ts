import type { Priority, TicketFilter } from "@engage/client";
import { PRIORITIES } from "../inbox/filter";
import type { Views } from "../list/views";
import { href, textQuery } from "../shell/route";

/** The views of tickets. */
export const VIEWS: Views<TicketFilter> = {
  kind: "tickets",
  everybody: [
    { key: "unsolved", name: "ticket.view.unsolved", filter: { status: "unsolved", snoozed: "no" } },
    { key: "mine", name: "ticket.view.mine", filter: { status: "unsolved", assignee: "me", snoozed: "no" } },
    { key: "none", name: "ticket.view.none", filter: { status: "unsolved", assignee: "none", snoozed: "no" } },
    { key: "pending", name: "ticket.is.pending", filter: { status: "pending", snoozed: "no" } },
    { key: "solved", name: "ticket.is.solved", filter: { status: "solved", snoozed: "no" } },
    { key: "all", name: "ticket.view.all", filter: { status: "all" } },
  ],
  link: filterLink,
  kept: ({ requester: _, ...filter }) => filter,
  of: (view) => {
    // What it does not say is not asked for.
    const { snoozed, ...words } = view.filter as TicketFilter;
    return filterOf(textQuery({ status: "all", ...words, snoozed: snoozed ?? "yes" }));
  },
};

/** The filter that an address names; without anything: what is to be done. */
export function filterOf(query: URLSearchParams): TicketFilter {
  const priority = query.get("priority") as Priority;
  const some = (name: "assignee" | "team" | "tag" | "requester") => {
    const value = query.get(name);
    return value ? { [name]: value } : {};
  };
  return {
    status: query.get("status") ?? "unsolved",
    ...some("assignee"),
    ...some("team"),
    ...some("tag"),
    ...some("requester"),
    ...(PRIORITIES.includes(priority) && { priority }),
    ...(query.get("snoozed") !== "yes" && query.get("status") !== "all" && { snoozed: "no" as const }),
  };
}

/** The same filter as a query, with what is always so left out. */
export function queryOf({ status, snoozed, ...rest }: TicketFilter): Record<string, string | undefined> {
  return {
    status: status === "unsolved" ? undefined : status,
    ...rest,
    snoozed: snoozed === "no" || status === "all" ? undefined : "yes",
  };
}

export function filterLink(filter: TicketFilter, board = false): string {
  return href("tickets", board ? "board" : null, queryOf(filter));
}
