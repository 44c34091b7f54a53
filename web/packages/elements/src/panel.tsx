import { type Invitation, LOCAL, type State, type Visit } from "@engage/client";
import {
  Avatar,
  ConnectionNotice,
  composes,
  Icon,
  plain,
  soon,
  useConnection,
  useEngage,
  useEngageState,
} from "@engage/react";
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import { useLazy } from "./lazy";
import { Talk } from "./talk";

interface PanelProps {
  shown: boolean;
  focus: boolean;
  close(): void;
  /** What the visitor was invited with; a new conversation answers it. */
  invitation: Invitation | null;
  pages(): Visit[];
  forgotten(): void;
}

type View = "talk" | "list" | "more";

const conversations = () => import("./conversations");
const settings = () => import("./more");

/** The panel: one conversation, the list of all that this visitor had, or what they may choose. */
export function Panel({ shown, focus, close, invitation, pages, forgotten }: PanelProps) {
  const { client, strings, locale } = useEngage();
  const state = useEngageState();
  const connection = useConnection();
  const [chosen, choose] = useState<string | null>(null);
  const [at, show] = useState<View>("talk");
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
  useEffect(() => {
    if (!invitation) return;
    choose(client.chat().name);
    show("talk");
  }, [invitation, client]);
  const field = useRef<HTMLTextAreaElement>(null);
  const panel = useRef<HTMLElement>(null);
  const list = useLazy(conversations, at === "list");
  const more = useLazy(settings, at === "more");

  const [telling, setTelling] = useState(() => client.memo("who") !== "");
  const [asked, setAsked] = useState(false);
  const tell = () => {
    setAsked(true);
    setTelling(!telling);
  };

  const opened = useRef(false);
  useEffect(() => {
    // The focus is taken on opening, and kept when what had it has gone; never from where somebody has gone since.
    const { activeElement: active, body } = document;
    const host = (panel.current?.getRootNode() as ShadowRoot | undefined)?.host;
    const free = !opened.current || !active || active === body || active === host;
    if (shown && focus && free) (field.current ?? panel.current)?.focus();
    opened.current = shown;
  }, [shown, focus, at, name]);

  const pressed = (event: KeyboardEvent) => {
    if (event.key === "Escape" && !composes(event)) {
      event.stopPropagation();
      close();
    }
    if (event.key === "Tab" && matchMedia("(max-width: 40em)").matches) keepInside(event, panel.current);
  };
  const begin = () => {
    choose(client.chat().name);
    show("talk");
  };
  const { site } = state;
  const conversation = state.inbox.items.find(({ id }) => id === (state.names[name ?? ""] ?? name));
  const agent = plain(conversation?.assignee?.name ?? "");
  const back = at === "more" ? strings.goBack : strings.back;
  const title = {
    talk: agent || strings.heading || site?.name || strings.title,
    list: strings.conversations,
    more: strings.more,
  }[at];
  const opensAt = site && !site.isOpen ? site.opensAt : null;

  return (
    <section
      ref={panel}
      className="panel"
      part="panel"
      role="dialog"
      aria-label={site?.name ? `${strings.title}, ${site.name}` : strings.title}
      tabIndex={-1}
      hidden={!shown}
      onKeyDown={pressed}
    >
      <header className="head" part="head">
        {(at === "more" || (several && at === "talk")) &&
          tool("back", back, () => show(at === "more" ? "talk" : "list"))}
        {at === "talk" && <Avatar name={agent || site?.name} />}
        <div className="title" part="title">
          <h2>{title}</h2>
          {at === "talk" && site && connection.state === "online" && (
            <p>
              <span className={site.agentsOnline ? "dot on" : "dot"} />
              {opensAt
                ? strings.opens(soon(opensAt, Date.now(), locale))
                : site.agentsOnline
                  ? strings.agentsOnline
                  : strings.agentsOffline}
            </p>
          )}
        </div>
        {at === "talk" && state.self && tool("person", strings.who, tell, telling)}
        {at !== "more" && tool("more", strings.more, () => show("more"))}
        {tool("close", strings.close, close)}
      </header>
      <ConnectionNotice />
      <div className="body" part="body">
        {at === "list" ? (
          list && (
            <list.Conversations
              open={(id) => {
                choose(id);
                show("talk");
              }}
              begin={begin}
            />
          )
        ) : at === "more" ? (
          more && <more.More conversation={conversation?.id ?? null} forgotten={forgotten} />
        ) : name === null ? (
          <p className="loading">{strings.loading}</p>
        ) : (
          <Talk
            key={name}
            name={name}
            shown={shown}
            field={field}
            begin={begin}
            telling={telling}
            asked={asked}
            tell={tell}
            invitation={invitation}
            pages={pages}
            robot={conversation?.bot ?? false}
          />
        )}
      </div>
    </section>
  );
}

function tool(icon: Parameters<typeof Icon>[0]["name"], name: string, press: () => void, expanded?: boolean) {
  return (
    <button
      type="button"
      className="tool"
      part="tool"
      aria-label={name}
      aria-expanded={expanded}
      title={name}
      onClick={press}
    >
      <Icon name={icon} />
    </button>
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
    ...(panel?.querySelectorAll<HTMLElement>(
      "button:not(:disabled, [tabindex='-1']), input, select, textarea, a[href], [tabindex='0']",
    ) ?? []),
  ];
  const [first, last] = [stops[0], stops[stops.length - 1]];
  const active = (panel?.getRootNode() as ShadowRoot | undefined)?.activeElement;
  const next = event.shiftKey && active === first ? last : !event.shiftKey && active === last ? first : null;
  if (!next) return;
  event.preventDefault();
  next.focus();
}
