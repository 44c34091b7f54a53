import type { Filter, Priority, Status, ViewFilter } from "@engage/client";
import type { Views } from "../list/views";
import { href, textQuery } from "../shell/route";

const STATUSES: readonly string[] = ["open", "snoozed", "closed", "all"];
export const PRIORITIES: readonly Priority[] = ["urgent", "high", "normal", "low"];

/** The views of conversations. */
export const VIEWS: Views<Filter> = {
  kind: "chat",
  everybody: [
    { key: "all", name: "view.all", filter: { status: "open" } },
    { key: "mine", name: "view.mine", filter: { status: "open", assignee: "me" } },
    { key: "mentions", name: "view.mentions", filter: { status: "all", mentioned: true } },
    { key: "none", name: "view.none", filter: { status: "open", assignee: "none" } },
    { key: "snoozed", name: "view.snoozed", filter: { status: "snoozed" } },
    { key: "closed", name: "view.closed", filter: { status: "closed" } },
  ],
  link: filterLink,
  kept: (filter) => filter,
  of: (view) => {
    const { mentioned, ...words } = view.filter as ViewFilter;
    return filterOf(textQuery({ ...words, ...(mentioned && { mentioned: "true" }) }));
  },
};

/** The filter that an address or a stored choice names. What is no filter is left out. */
export function filterOf(query: URLSearchParams): Filter {
  const status = query.get("status") ?? "open";
  const priority = query.get("priority") as Priority;
  const assignee = query.get("assignee");
  return {
    status: STATUSES.includes(status) ? (status as Status | "all") : "open",
    ...(assignee && assignee !== "any" && { assignee }),
    ...(query.get("team") && { team: query.get("team") as string }),
    ...(query.get("label") && { label: query.get("label") as string }),
    ...(PRIORITIES.includes(priority) && { priority }),
    ...(query.get("mentioned") === "true" && { mentioned: true }),
  };
}

/** The same filter as a query, with what is always so left out. */
export function queryOf(filter: Filter): Record<string, string | undefined> {
  const { status, assignee, team, label, priority, mentioned } = filter;
  return {
    status: status === "open" ? undefined : status,
    assignee: assignee === "any" ? undefined : assignee,
    team,
    label,
    priority,
    mentioned: mentioned ? "true" : undefined,
  };
}

export function filterLink(filter: Filter): string {
  return href("inbox", null, queryOf(filter));
}

export function sameFilter(a: Filter, b: Filter): boolean {
  return filterLink(a) === filterLink(b);
}
