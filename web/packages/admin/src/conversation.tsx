import { Composer, Icon, Log, short, useChat, useChatStore, useEngage, useEngageState, useSeen } from "@engage/react";
import { type RefObject, useEffect, useRef, useState } from "react";
import type { Command } from "./keys";
import { type Choice, Menu } from "./menu";
import { snoozes } from "./snooze";
import { contactName } from "./words";

interface ConversationProps {
  id: string;
  back(): void;
  /** Where the keyboard finds what this conversation can do. */
  actions: RefObject<Partial<Record<Command, () => void>>>;
  attempt(work: Promise<unknown>): void;
}

/** One conversation as staff see it: read it, answer it, note something, hand it on. */
export function Conversation({ id, back, actions, attempt }: ConversationProps) {
  const { client, strings, locale } = useEngage();
  const { agents, self } = useEngageState();
  const chat = useChatStore(id);
  const view = useChat(chat);
  const [note, setNote] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const snoozer = useRef<HTMLButtonElement>(null);
  useSeen(chat, view, true);

  const { conversation } = view;
  const assignee = conversation?.assignee ?? null;
  const closed = conversation?.status === "closed";
  const assign = (agent: string | null) => attempt(client.assign(id, agent, assignee?.id ?? null));
  const write = (asNote: boolean) => {
    setNote(asNote);
    // The box may have to be made first.
    requestAnimationFrame(() => field.current?.focus());
  };

  useEffect(() => {
    actions.current = {
      reply: () => write(false),
      note: () => write(true),
      close: () => attempt(client.setStatus(id, closed ? "open" : "closed")),
      mine: () => self && assign(self.id),
      snooze: () => snoozer.current?.click(),
    };
    return () => {
      actions.current = {};
    };
  });

  if (view.phase === "gone") {
    return (
      <main className="empty">
        <p>{strings.gone}</p>
        <button type="button" className="button" onClick={back}>
          Back to the list
        </button>
      </main>
    );
  }
  const people: Choice[] = [
    { key: "none", name: "Nobody", chosen: assignee === null, act: () => assign(null) },
    ...agents.map((agent) => ({
      key: agent.id,
      name: (
        <>
          <span className={`dot is-${agent.status}`} /> {agent.id === self?.id ? "Me" : (agent.name ?? agent.id)}{" "}
          <span className="quiet">
            {agent.status}, {agent.open} open
          </span>
        </>
      ),
      chosen: agent.id === assignee?.id,
      act: () => assign(agent.id),
    })),
  ];
  const later: Choice[] = snoozes(new Date()).map(({ key, name, until }) => ({
    key,
    name,
    act: () => attempt(client.setStatus(id, "snoozed", until)),
  }));

  return (
    <main className="talk" aria-label={contactName(conversation?.contact)}>
      <header className="talk-head">
        <button type="button" className="tool only-phone" aria-label="Back to the list" onClick={back}>
          <Icon name="back" />
        </button>
        <div className="contact">
          <h2 dir="auto">{contactName(conversation?.contact)}</h2>
          <p className="quiet">
            {conversation?.contact?.email && conversation.contact.name && (
              <span dir="auto">{conversation.contact.email}</span>
            )}
            {conversation && conversation.status !== "open" && (
              <span className={`badge is-${conversation.status}`}>
                {conversation.status}
                {conversation.snoozed_until && ` until ${short(conversation.snoozed_until, Date.now(), locale)}`}
              </span>
            )}
            {!view.live && conversation && <span>Catching up…</span>}
          </p>
        </div>
        {conversation && (
          <div className="tools">
            <Menu label="Assign to" choices={people}>
              <span className="aside">Assigned to </span>
              {assignee === null ? "Nobody" : assignee.id === self?.id ? "Me" : (assignee.name ?? strings.agent)}
            </Menu>
            {!closed && (
              <Menu label="Snooze" choices={later} button={snoozer}>
                Snooze
              </Menu>
            )}
            <button
              type="button"
              className="button"
              onClick={() => attempt(client.setStatus(id, conversation.status === "open" ? "closed" : "open"))}
            >
              {conversation.status === "open" ? "Close" : "Reopen"}
            </button>
          </div>
        )}
      </header>
      {view.phase === "loading" ? <p className="empty quiet">{strings.loading}</p> : <Log chat={chat} view={view} />}
      <fieldset className="modes">
        <legend className="aside">What to write</legend>
        <button type="button" aria-pressed={!note} onClick={() => write(false)}>
          Reply
        </button>
        <button type="button" aria-pressed={note} onClick={() => write(true)}>
          <Icon name="lock" /> Note
          {!note && view.noteDraft && <span className="aside"> (has a draft)</span>}
        </button>
      </fieldset>
      <Composer key={String(note)} chat={chat} view={view} note={note} field={field} />
    </main>
  );
}
