import { LOCAL, type State } from "@engage/client";
import { ConnectionNotice, composes, Icon, useConnection, useEngage, useEngageState } from "@engage/react";
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import { Conversations } from "./conversations";
import { Talk } from "./talk";
import { useWho } from "./who";

interface PanelProps {
  shown: boolean;
  focus: boolean;
  close(): void;
}

/** The panel: one conversation, or the list of all that this visitor had. */
export function Panel({ shown, focus, close }: PanelProps) {
  const { client, strings } = useEngage();
  const state = useEngageState();
  const connection = useConnection();
  const [chosen, choose] = useState<string | null>(null);
  const [listed, list] = useState(false);
  const fresh = useMemo(() => client.chat().name, [client]);
  const last = useRef<string | null>(null);
  const writing = last.current === fresh && client.chat(fresh).getSnapshot().draft !== "";
  // What is shown stays while something is fetched again: nobody's box to write in may vanish under their hands.
  const name = chosen ?? (writing ? fresh : current(state, fresh)) ?? last.current;
  last.current = name;
  const several =
    state.inbox.items.length > 1 || (state.inbox.items.length === 1 && name === fresh && !state.names[fresh]);
  // What was shown first stays, whichever conversation something happens in later.
  useEffect(() => {
    if (!chosen && name && name !== fresh) choose(name);
  }, [chosen, name, fresh]);
  const field = useRef<HTMLTextAreaElement>(null);
  const panel = useRef<HTMLElement>(null);

  const who = useWho(shown, () => {
    const root = panel.current?.getRootNode() as ShadowRoot | undefined;
    if (root?.activeElement) field.current?.focus();
  });

  const opened = useRef(false);
  useEffect(() => {
    // The focus is taken on opening, and kept when what had it has gone; never from where somebody has gone since.
    const { activeElement: active, body } = document;
    const host = (panel.current?.getRootNode() as ShadowRoot | undefined)?.host;
    const free = !opened.current || !active || active === body || active === host;
    if (shown && focus && free) (field.current ?? panel.current)?.focus();
    opened.current = shown;
  }, [shown, focus, listed, name]);

  const pressed = (event: KeyboardEvent) => {
    if (event.key === "Escape" && !composes(event)) {
      event.stopPropagation();
      close();
    }
    if (event.key === "Tab" && matchMedia("(max-width: 640px)").matches) keepInside(event, panel.current);
  };
  const begin = () => {
    choose(client.chat().name);
    list(false);
  };

  return (
    <section
      ref={panel}
      className="panel"
      part="panel"
      role="dialog"
      aria-label={state.site?.name ? `${strings.title}, ${state.site.name}` : strings.title}
      tabIndex={-1}
      hidden={!shown}
      onKeyDown={pressed}
    >
      <header className={several && !listed ? "head has-back" : "head"} part="head">
        {several && !listed && (
          <button
            type="button"
            className="tool"
            aria-label={strings.back}
            title={strings.back}
            onClick={() => list(true)}
          >
            <Icon name="back" />
          </button>
        )}
        <div className="title">
          <h2>{listed ? strings.conversations : state.site?.name || strings.title}</h2>
          {!listed && state.site && connection.state === "online" && (
            <p>
              <span className={state.site.agentsOnline ? "dot on" : "dot"} />
              {state.site.agentsOnline ? strings.agentsOnline : strings.agentsOffline}
            </p>
          )}
        </div>
        {!listed && state.self && (
          <button
            type="button"
            className="tool"
            aria-label={strings.who}
            aria-expanded={who.open}
            title={strings.who}
            onClick={who.toggle}
          >
            <Icon name="person" />
          </button>
        )}
        <button type="button" className="tool" aria-label={strings.close} title={strings.close} onClick={close}>
          <Icon name="close" />
        </button>
      </header>
      <ConnectionNotice />
      <div className="body">
        {listed ? (
          <Conversations
            open={(id) => {
              choose(id);
              list(false);
            }}
            begin={begin}
          />
        ) : name === null ? (
          <p className="loading">{strings.loading}</p>
        ) : (
          <Talk key={name} name={name} shown={shown} field={field} begin={begin} above={who.above} />
        )}
      </div>
    </section>
  );
}

/**
 * What a visitor sees first: what they are writing to us, else their latest conversation, else a new one. Null while that
 * is not known; but without a connection nobody is kept from writing.
 */
function current(state: State, fresh: string): string | null {
  const waiting = state.outbox.find((item) => item.thread.startsWith(LOCAL));
  if (state.names[fresh]) return fresh;
  if (waiting) return waiting.thread;
  const latest = state.inbox.items[0];
  if (latest) return latest.id;
  const known = state.inbox.data === "ready" || state.session.attempts > 0 || !state.online || state.inbox.attempts > 0;
  return known ? fresh : null;
}

/** Where the panel fills the screen, Tab stays within it. */
function keepInside(event: KeyboardEvent, panel: HTMLElement | null): void {
  const stops = [
    ...(panel?.querySelectorAll<HTMLElement>("button:not(:disabled), input, textarea, a[href], [tabindex='0']") ?? []),
  ];
  const [first, last] = [stops[0], stops[stops.length - 1]];
  const active = (panel?.getRootNode() as ShadowRoot | undefined)?.activeElement;
  const next = event.shiftKey && active === first ? last : !event.shiftKey && active === last ? first : null;
  if (!next) return;
  event.preventDefault();
  next.focus();
}
