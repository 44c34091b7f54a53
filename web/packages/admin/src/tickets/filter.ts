import type { Priority, TicketFilter, View } from "@engage/client";
import { PRIORITIES } from "../inbox/filter";
import { href } from "../shell/route";
import type { Key } from "../words";

/** The views that everybody has. */
export const BUILT_IN: readonly { key: string; name: Key; filter: TicketFilter }[] = [
  { key: "unsolved", name: "ticket.view.unsolved", filter: { status: "unsolved", snoozed: "no" } },
  { key: "mine", name: "ticket.view.mine", filter: { status: "unsolved", assignee: "me", snoozed: "no" } },
  { key: "none", name: "ticket.view.none", filter: { status: "unsolved", assignee: "none", snoozed: "no" } },
  { key: "pending", name: "ticket.is.pending", filter: { status: "pending", snoozed: "no" } },
  { key: "solved", name: "ticket.is.solved", filter: { status: "solved", snoozed: "no" } },
  { key: "all", name: "ticket.view.all", filter: { status: "all" } },
];

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

export function sameFilter(a: TicketFilter, b: TicketFilter): boolean {
  return filterLink(a) === filterLink(b);
}

/** What a saved view shows; what it does not say is not asked for. */
export function filterOfView(view: View): TicketFilter {
  const { snoozed, ...words } = view.filter as TicketFilter;
  const given = Object.entries({ status: "all", ...words, snoozed: snoozed ?? "yes" });
  const said = given.filter((pair): pair is [string, string] => typeof pair[1] === "string");
  return filterOf(new URLSearchParams(said));
}
