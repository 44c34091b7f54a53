import type { Conversation } from "@engage/client";
import { short, useEngage, useEngageState } from "@engage/react";
import { memo, useEffect, useRef } from "react";
import { contactName } from "./words";

const STATUSES = [
  ["open", "Open"],
  ["snoozed", "Snoozed"],
  ["closed", "Closed"],
  ["all", "All"],
] as const;

/** The conversations that fit the filters, live. */
export function InboxList({ selected, select }: { selected: string | null; select(id: string): void }) {
  const { client, strings } = useEngage();
  const { inbox, agents, self } = useEngageState();
  const { filter, items } = inbox;
  const loading = inbox.data !== "ready" && items.length === 0;
  return (
    <nav className="inbox" aria-label="Conversations">
      <div className="filters">
        <fieldset className="tabs">
          <legend className="aside">Status</legend>
          {STATUSES.map(([status, name]) => (
            <button
              key={status}
              type="button"
              aria-pressed={filter.status === status}
              onClick={() => client.list({ ...filter, status })}
            >
              {name}
            </button>
          ))}
        </fieldset>
        <label>
          <span className="aside">Assigned to</span>
          <select
            value={filter.assignee ?? "any"}
            onChange={(event) => client.list({ ...filter, assignee: event.currentTarget.value })}
          >
            <option value="any">Anybody's</option>
            <option value="me">Mine</option>
            <option value="none">Nobody's</option>
            {agents
              .filter((agent) => agent.id !== self?.id)
              .map((agent) => (
                <option key={agent.id} value={agent.id}>
                  {agent.name ?? agent.id}'s
                </option>
              ))}
          </select>
        </label>
      </div>
      <ul>
        {items.map((item) => (
          <Row key={item.id} item={item} selected={item.id === selected} select={select} />
        ))}
      </ul>
      {loading && (
        <p className="quiet hint">
          {inbox.attempts > 0 ? "The list could not be loaded. Trying again…" : strings.loading}
        </p>
      )}
      {!loading && items.length === 0 && (
        <p className="quiet hint">Nothing here. New conversations appear by themselves.</p>
      )}
      {inbox.next && (
        <button type="button" className="e-quiet" disabled={inbox.data === "loading"} onClick={client.more}>
          {inbox.data === "loading" ? strings.loading : "Show more"}
        </button>
      )}
    </nav>
  );
}

interface RowProps {
  item: Conversation;
  selected: boolean;
  select(id: string): void;
}

const Row = memo(function Row({ item, selected, select }: RowProps) {
  const { strings, locale } = useEngage();
  const row = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (selected) row.current?.scrollIntoView({ block: "nearest" });
  }, [selected]);
  const { last_message: last, unread } = item;
  return (
    <li>
      <button
        ref={row}
        type="button"
        className={unread > 0 ? "row is-unread" : "row"}
        aria-current={selected ? "true" : undefined}
        onClick={() => select(item.id)}
      >
        <span className="who" dir="auto">
          {contactName(item.contact)}
        </span>
        <time dateTime={item.updated_at}>{short(item.updated_at, Date.now(), locale)}</time>
        <span className="excerpt" dir="auto">
          {last?.type === "note" && <em>Note: </em>}
          {last?.author.kind === "agent" && last.type === "message" && <em>{last.author.name ?? strings.agent}: </em>}
          {last?.excerpt ?? strings.noConversations}
        </span>
        {unread > 0 && (
          <span className="count">
            <span aria-hidden="true">{unread}</span>
            <span className="aside">{strings.unread(unread)}</span>
          </span>
        )}
        <span className="facts">
          {item.status !== "open" && <span className={`badge is-${item.status}`}>{item.status}</span>}
          {item.team && <span className="badge">{item.team}</span>}
          <span>{item.assignee ? (item.assignee.name ?? strings.agent) : "Unassigned"}</span>
        </span>
      </button>
    </li>
  );
});
