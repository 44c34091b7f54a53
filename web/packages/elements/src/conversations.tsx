import { Avatar, plain, short, useEngage, useInbox } from "@engage/react";

export { default as css } from "./list.css?inline";

/** All conversations that the visitor had, and the way to a new one. */
export function Conversations({ open, begin }: { open(id: string): void; begin(): void }) {
  const { strings, locale } = useEngage();
  const { items } = useInbox();
  return (
    <>
      <ul className="list" part="list">
        {items.map(({ id, assignee, last_message, updated_at, unread, status }) => (
          <li key={id}>
            <button type="button" className="row" part="row" onClick={() => open(id)}>
              <Avatar name={assignee?.name} />
              <b>{plain(assignee?.name ?? "") || strings.agent}</b>
              <time dateTime={updated_at}>{short(updated_at, Date.now(), locale)}</time>
              <span dir="auto">
                {last_message?.author.kind === "visitor" && `${strings.you}: `}
                {last_message?.excerpt ?? strings.status(status)}
              </span>
              {unread > 0 && (
                <span className="count">
                  <span aria-hidden="true">{unread}</span>
                  <span className="aside">{strings.unread(unread)}</span>
                </span>
              )}
            </button>
          </li>
        ))}
      </ul>
      {items.length === 0 && <p className="none">{strings.noConversations}</p>}
      <button type="button" className="new" part="button" onClick={begin}>
        {strings.newConversation}
      </button>
    </>
  );
}
