import type { Chat, EventEntry, Item } from "@engage/client";
import { type MouseEvent, memo } from "react";
import { Avatar } from "./avatar";
import { useEngage } from "./context";
import { Icon } from "./icons";
import { atOf, nameOf } from "./log";
import { rich } from "./rich";
import type { Strings } from "./strings";
import { plain } from "./text";
import { clock } from "./time";

interface LineProps {
  chat: Chat;
  item: Item;
  /** It begins a group of its author's. */
  starts: boolean;
  /** What is said under it. */
  state: string | null;
}

/** One line of a conversation: a message, a note, or what happened to the conversation. */
export const Line = memo(function Line({ chat, item, starts, state }: LineProps) {
  const { strings, locale, files: Files } = useEngage();
  const { entry, pending, mine } = item;
  if (entry && entry.type !== "message" && entry.type !== "note") {
    // These words may come a moment later than the panel.
    return (
      <p className="e-event" part="event">
        {"status" in strings && describe(entry, strings)} <time dateTime={entry.at}>{clock(entry.at, locale)}</time>
      </p>
    );
  }
  const note = (entry?.type ?? pending?.kind) === "note";
  const kind = note ? "e-note" : mine ? "e-mine" : "e-theirs";
  const at = atOf(item);
  const body = entry?.body ?? pending?.body;
  const files = entry?.files ?? pending?.files;
  return (
    <article className={`e-line ${kind} e-${item.state}${starts ? " e-starts" : ""}`} part="message">
      {starts && (
        <header>
          {kind === "e-theirs" && <Avatar name={entry?.author.name} />}
          <span className="e-who">{mine || !entry ? strings.you : nameOf(entry.author, strings)}</span>
          {note && (
            <span className="e-private">
              <Icon name="lock" /> {strings.note}
            </span>
          )}
          <time dateTime={at}>{clock(at, locale)}</time>
        </header>
      )}
      {body && (
        <p className="e-body" part="bubble" dir="auto" title={clock(at, locale)}>
          {rich(body)}
        </p>
      )}
      {files && Files && <Files files={files} />}
      {state && <Foot chat={chat} item={item} state={state} />}
    </article>
  );
});

function Foot({ chat, item, state }: { chat: Chat; item: Item; state: string }) {
  const { strings } = useEngage();
  if (item.state !== "failed" || !item.pending) return <footer>{state}</footer>;
  const { id, code } = item.pending;
  return (
    <footer className="e-refused">
      <span>
        {state}
        {code && strings.refused && `: ${strings.refused(code)}`}
      </span>
      <button type="button" onClick={() => chat.retry(id)}>
        {strings.retry}
      </button>
      <button
        type="button"
        onClick={(event) => {
          toField(event);
          chat.edit(id);
        }}
      >
        {strings.edit}
      </button>
      <button
        type="button"
        onClick={(event) => {
          toField(event);
          chat.discard(id);
        }}
      >
        {strings.discard}
      </button>
    </footer>
  );
}

/** The button goes with its message, so the focus goes where one writes. */
function toField(event: MouseEvent<HTMLElement>): void {
  const frame = event.currentTarget.closest(".e-log-frame");
  frame?.parentElement?.querySelector("textarea")?.focus();
}

function describe(entry: EventEntry, strings: Strings): string {
  switch (entry.type) {
    case "status":
      return strings.status(entry.status);
    case "assigned":
      return strings.assigned(entry.agent && (entry.agent.name ?? strings.agent));
    case "team":
      return strings.team(entry.team);
    case "priority":
      return strings.priority(entry.priority);
    case "language":
      return strings.language(entry.language);
    case "contact":
      return strings.contactIs(plain(entry.contact.name ?? entry.contact.email ?? strings.visitor));
    case "rated":
      return strings.rated(entry.score);
    case "handoff":
      return strings.handedOff;
    default:
      return "";
  }
}
