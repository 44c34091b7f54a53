import type { Conversation } from "@engage/client";
import { plain } from "@engage/react";
import { memo } from "react";
import { Avatar } from "../shell/avatar";
import { Icon } from "../shell/icon";
import { agentName, contactName } from "../shell/names";
import { href } from "../shell/route";
import { t } from "../words";
import { full, short, waits } from "../words/time";

interface RowProps {
  item: Conversation;
  me: string | undefined;
  selected: boolean;
  picked: boolean;
  /** The minute it is: how long somebody has been waiting is as old as that. */
  minute: number;
  /** Absent: it cannot be picked. */
  pick?(id: string, range: boolean): void;
  /** The list that it leads back to, where that is not its own. */
  from?: string;
}

/** One conversation in the list: who, what they said last, and what is to be known about it. */
export const Row = memo(function Row({ item, me, selected, picked, minute, pick, from }: RowProps) {
  const { last_message: last, unread } = item;
  const marked = item.marked_unread ?? false;
  const name = contactName(item.contact);
  const since = item.status === "open" ? item.unanswered_since : null;
  return (
    <div className={`row${unread > 0 || marked ? " is-unread" : ""}${picked ? " is-picked" : ""}`}>
      <a className="row-link" href={href("c", item.id, { from })} aria-current={selected ? "true" : undefined}>
        <Avatar name={name} />
        <span className="row-top">
          <span className="who" dir="auto">
            {name}
          </span>
          {item.priority && item.priority !== "normal" && (
            <span className={`flag is-${item.priority}`}>
              <Icon name="flag" />
              <span className="aside">{t(`priority.${item.priority}`)}</span>
            </span>
          )}
          <time dateTime={item.updated_at} title={full(item.updated_at)}>
            {short(item.updated_at)}
          </time>
        </span>
        <span className="row-text">
          <span className="excerpt" dir="auto">
            {last?.type === "note" && <em>{t("row.note")} </em>}
            {last?.author.kind === "agent" && last.type === "message" && <em>{agentName(last.author, me)}: </em>}
            {plain(last?.excerpt ?? t("row.empty"))}
          </span>
          {item.mentioned && (
            <span className="asks" title={t("row.mentioned")}>
              <Icon name="at" />
              <span className="aside">{t("row.mentioned")}</span>
            </span>
          )}
          {marked && unread === 0 && (
            <span className="count is-dot">
              <span className="aside">{t("row.marked")}</span>
            </span>
          )}
          {unread > 0 && (
            <span className="count">
              <span aria-hidden="true">{unread}</span>
              <span className="aside">{t("unread", { n: unread })}</span>
            </span>
          )}
        </span>
        <span className="facts">
          {item.status !== "open" && <span className={`badge is-${item.status}`}>{t(`status.${item.status}`)}</span>}
          <span className={item.assignee ? "cut-text" : "cut-text is-nobody"}>
            {item.assignee ? agentName(item.assignee, me) : t("row.nobody")}
          </span>
          {since && (
            <span className="waits">
              <Icon name="clock" />
              <span className="aside">{t("row.waits")}</span> {waits(minute - Date.parse(since))}
            </span>
          )}
          {item.team && (
            <span className="badge" dir="auto">
              {plain(item.team)}
            </span>
          )}
          {item.labels?.slice(0, 2).map((label) => (
            <span key={label} className="badge is-label" dir="auto">
              {plain(label)}
            </span>
          ))}
        </span>
      </a>
      {pick && (
        <label className="row-pick">
          <input
            type="checkbox"
            tabIndex={-1}
            aria-label={t("bulk.pick", { name })}
            checked={picked}
            onChange={() => {}}
            onClick={(event) => pick(item.id, event.shiftKey)}
          />
        </label>
      )}
    </div>
  );
});
