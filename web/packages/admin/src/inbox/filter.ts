import type { Filter, Priority, Status } from "@engage/client";
import { href } from "../shell/route";
import type { Key } from "../words";

const STATUSES: readonly string[] = ["open", "snoozed", "closed", "all"];
export const PRIORITIES: readonly Priority[] = ["urgent", "high", "normal", "low"];

/** The views that everybody has. */
export const BUILT_IN: readonly { key: string; name: Key; filter: Filter }[] = [
  { key: "all", name: "view.all", filter: { status: "open" } },
  { key: "mine", name: "view.mine", filter: { status: "open", assignee: "me" } },
  { key: "mentions", name: "view.mentions", filter: { status: "all", mentioned: true } },
  { key: "none", name: "view.none", filter: { status: "open", assignee: "none" } },
  { key: "snoozed", name: "view.snoozed", filter: { status: "snoozed" } },
  { key: "closed", name: "view.closed", filter: { status: "closed" } },
];

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
