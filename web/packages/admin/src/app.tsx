import { ConnectionNotice, useConnection, useEngage, useEngageState } from "@engage/react";
import { useCallback, useEffect, useRef, useState } from "react";
import { Conversation } from "./conversation";
import { Help } from "./help";
import { InboxList } from "./inbox";
import { type Command, useKeys } from "./keys";
import { useRoute } from "./route";
import { Top } from "./top";
import { trouble } from "./words";

/** Inbox and conversation side by side; on a phone one at a time. */
export function App() {
  const { client } = useEngage();
  const state = useEngageState();
  const { state: connection, reason } = useConnection();
  const [selected, select] = useRoute();
  const [help, setHelp] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const actions = useRef<Partial<Record<Command, () => void>>>({});

  const attempt = useCallback((work: Promise<unknown>) => {
    setProblem(null);
    work.catch((error) => setProblem(trouble(error)));
  }, []);
  const move = (by: number) => {
    const { items } = state.inbox;
    const at = items.findIndex((item) => item.id === selected);
    const next = items[at < 0 ? 0 : at + by];
    if (next) select(next.id);
  };
  const keys = useKeys({
    next: () => move(1),
    previous: () => move(-1),
    back: () => select(null),
    help: () => setHelp(true),
    reply: () => actions.current.reply?.(),
    note: () => actions.current.note?.(),
    close: () => actions.current.close?.(),
    mine: () => actions.current.mine?.(),
    snooze: () => actions.current.snooze?.(),
  });

  const unread = state.inbox.items.reduce((sum, item) => sum + item.unread, 0);
  useEffect(() => {
    document.title = `${unread > 0 ? `(${unread}) ` : ""}${state.site?.name ?? "Inbox"} · engage`;
  }, [unread, state.site?.name]);

  if (connection === "denied" || (connection === "closed" && reason === "forbidden")) {
    return (
      <main className="wall">
        <h1>No access</h1>
        <p>You are not signed in as somebody who may read this inbox, or no longer so.</p>
        <button type="button" className="button" onClick={client.reconnect}>
          Try again
        </button>
      </main>
    );
  }
  return (
    <div className={selected ? "app has-selection" : "app"}>
      <Top help={() => setHelp(true)} attempt={attempt} />
      <ConnectionNotice />
      {problem && (
        <p className="problem" role="alert">
          {problem}
          <button type="button" className="button" onClick={() => setProblem(null)}>
            Dismiss
          </button>
        </p>
      )}
      <div className="columns">
        <InboxList selected={selected} select={select} />
        {selected ? (
          <Conversation key={selected} id={selected} back={() => select(null)} actions={actions} attempt={attempt} />
        ) : (
          <main className="empty">
            <p>Choose a conversation.</p>
            <p className="quiet">
              Press <kbd>?</kbd> for the keyboard shortcuts.
            </p>
          </main>
        )}
      </div>
      {help && <Help close={() => setHelp(false)} keys={keys} />}
    </div>
  );
}
