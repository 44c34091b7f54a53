import type { TicketEntry, TicketStatus } from "@engage/client";
import { plain } from "@engage/react";
import { agentName } from "../shell/names";
import { t } from "../words";
import { full, lasts } from "../words/time";
import { statusName } from "./use";

/** What happened to a ticket, in words. Empty for what was said, which speaks for itself. */
export function describe(entry: TicketEntry, statuses: readonly TicketStatus[], me?: string): string {
  const none = t("none");
  const some = (value: string | null) => (value === null ? none : own(value));
  const turned = (what: string, from: string, to: string) => t("ticket.did.from-to", { what, from, to });
  const lists = (what: string, added: readonly string[], removed: readonly string[]) =>
    [
      added.length > 0 && t("ticket.did.added", { what, names: added.map(own).join(", ") }),
      removed.length > 0 && t("ticket.did.removed", { what, names: removed.map(own).join(", ") }),
    ]
      .filter(Boolean)
      .join(" · ");
  switch (entry.type) {
    case "opened":
    case "reply":
    case "note":
      return "";
    case "subject":
      return turned(t("ticket.subject"), own(entry.from), own(entry.to));
    case "stage":
      return turned(t("filter.status"), "", entry.to);
    case "status":
      return turned(t("filter.status"), statusName(entry.from, statuses), statusName(entry.to, statuses));
    case "snoozed":
      return entry.until ? t("ticket.did.snoozed", { when: full(entry.until) }) : t("ticket.did.woke");
    case "priority":
      return turned(t("filter.priority"), t(`priority.${entry.from}`), t(`priority.${entry.to}`));
    case "team":
      return turned(t("filter.team"), some(entry.from), some(entry.to));
    case "organisation":
      return turned(t("ticket.organisation"), some(entry.from), some(entry.to));
    case "assigned":
      return entry.to
        ? t("ticket.did.assigned", { who: own(agentName(person(entry.to), me)) })
        : t("ticket.did.unassigned");
    case "requester":
      return t("ticket.did.requester");
    case "due":
      return entry.to ? t("ticket.did.due", { when: full(entry.to) }) : t("ticket.did.no-due");
    case "tags":
      return lists(t("ticket.tags"), entry.added, entry.removed);
    case "cc":
      return lists(t("ticket.cc"), entry.added, entry.removed);
    case "followers": {
      const names = (people: readonly { id?: string | null; name: string | null }[]) =>
        people.map((one) => agentName(person(one), me));
      return lists(t("ticket.followers"), names(entry.added), names(entry.removed));
    }
    case "fields":
      return t("ticket.did.fields", { names: Object.keys(entry.changed).map(own).join(", ") });
    case "time": {
      const time = lasts(Math.abs(entry.seconds) * 1000);
      const said = t(entry.seconds < 0 ? "ticket.did.untime" : "ticket.did.time", { time });
      return entry.note ? `${said} – ${own(entry.note)}` : said;
    }
    case "rated":
      return `${t("ticket.did.rated", { n: entry.score })}${entry.comment ? ` “${own(entry.comment)}”` : ""}`;
    case "owed":
      return t(entry.is_breach ? "ticket.did.breach" : "ticket.did.warn", {
        what: t(`ticket.owed.${entry.metric as "resolution"}`),
        when: full(entry.due),
      });
    case "related":
      return t(entry.holds ? "ticket.did.related" : "ticket.did.unrelated", {
        how: t(`ticket.relation.${entry.relation as "linked"}`),
      });
    case "merged":
      return t("ticket.did.merged", { number: String(entry.number) });
    case "merged_into":
      return t("ticket.did.merged-into", { number: String(entry.number) });
    case "split":
      return t("ticket.did.split", { number: String(entry.number) });
    case "split_from":
      return t("ticket.did.split-from", { number: String(entry.number) });
    case "acted": {
      const name = own(entry.name);
      if (entry.by === "stopped") return t("ticket.did.stopped", { name });
      return t(entry.by === "macro" ? "ticket.did.macro" : "ticket.did.rule", { name });
    }
    default:
      return "";
  }
}

/** The ticket that an entry is about, to go there. */
export function otherOf(entry: TicketEntry): string | null {
  return "other" in entry ? entry.other : null;
}

function person({ id, name }: { id?: string | null; name: string | null }) {
  return { name, ...(id && { id }) };
}

/** What people have typed, so that its direction of writing stays its own. */
function own(text: string): string {
  return `\u2068${plain(text)}\u2069`;
}
