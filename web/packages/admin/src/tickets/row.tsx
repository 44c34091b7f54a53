import type { DeskTicket, TicketStatus } from "@engage/client";
import { plain } from "@engage/react";
import { memo } from "react";
import { Avatar } from "../shell/avatar";
import { Icon } from "../shell/icon";
import { agentName, contactName } from "../shell/names";
import { href } from "../shell/route";
import { t } from "../words";
import { full, short, waits } from "../words/time";
import { Owed } from "./owed";
import { statusName } from "./use";

interface RowProps {
  item: DeskTicket;
  me: string | undefined;
  statuses: readonly TicketStatus[];
  selected: boolean;
  picked: boolean;
  /** The time, where something of it is shown. */
  now: number;
  /** Absent: it cannot be picked. */
  pick?(id: string, range: boolean): void;
  /** The list that it leads back to, where that is not its own. */
  from?: string;
}

/** One ticket in the queue: what it is about, whose it is, and how it stands. */
export const Row = memo(function Row({ item, me, statuses, selected, picked, now, pick, from }: RowProps) {
  const { desk } = item;
  const name = contactName(desk.requester);
  const next = nextOwed(item);
  return (
    <div className={`row${desk.waiting_since ? " is-unread" : ""}${picked ? " is-picked" : ""}`}>
      <a className="row-link" href={href("t", item.id, { from })} aria-current={selected ? "true" : undefined}>
        <Avatar name={name} />
        <span className="row-top">
          <span className="who" dir="auto">
            {plain(item.subject)}
          </span>
          <Flag priority={item.priority} />
          <time dateTime={item.updated_at} title={full(item.updated_at)}>
            {short(item.updated_at)}
          </time>
        </span>
        <span className="row-text">
          <span className="excerpt" dir="auto">
            <em>{name}</em> {plain(item.last_reply?.excerpt ?? "")}
          </span>
        </span>
        <span className="facts">
          <span className="ticket-number">{plain(item.reference)}</span>
          <span className={`badge is-ticket-${desk.category}`}>{statusName(desk.status, statuses)}</span>
          <span className={desk.assignee ? "cut-text" : "cut-text is-nobody"}>
            {desk.assignee ? agentName(desk.assignee, me) : t("row.nobody")}
          </span>
          {next ? (
            <Owed target={next} now={now} brief />
          ) : (
            desk.waiting_since && (
              <span className="waits">
                <Icon name="clock" />
                <span className="aside">{t("row.waits")}</span> {waits(now - Date.parse(desk.waiting_since))}
              </span>
            )
          )}
          {desk.team && (
            <span className="badge" dir="auto">
              {plain(desk.team)}
            </span>
          )}
          {desk.tags.slice(0, 2).map((tag) => (
            <span key={tag} className="badge is-label" dir="auto">
              {plain(tag)}
            </span>
          ))}
        </span>
      </a>
      {pick && (
        <label className="row-pick">
          <input
            type="checkbox"
            tabIndex={-1}
            aria-label={t("bulk.pick", { name: plain(item.reference) })}
            checked={picked}
            onChange={() => {}}
            onClick={(event) => pick(item.id, event.shiftKey)}
          />
        </label>
      )}
    </div>
  );
});

/** How urgent it is, where that is more or less than usual. */
export function Flag({ priority }: { priority: DeskTicket["priority"] }) {
  if (priority === "normal") return null;
  return (
    <span className={`flag is-${priority}`}>
      <Icon name="flag" />
      <span className="aside">{t(`priority.${priority}`)}</span>
    </span>
  );
}

/** What is owed first. */
export function nextOwed({ desk }: DeskTicket) {
  return [...desk.owed].sort((a, b) => (a.due < b.due ? -1 : 1))[0];
}
