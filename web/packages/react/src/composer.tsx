import type { Chat, ChatView, SendOptions } from "@engage/client";
import { type KeyboardEvent, type ReactNode, type RefObject, useId, useLayoutEffect, useRef } from "react";
import { useEngage } from "./context";
import { Icon } from "./icons";
import { composes } from "./keys";

/** So near to the limit it is worth telling. */
const NEAR = 500;

export interface ComposerProps {
  chat: Chat;
  view: ChatView;
  /** Writes a note instead of a message. */
  note?: boolean;
  field?: RefObject<HTMLTextAreaElement | null>;
  /** Asked before something is sent: what goes with it, or null when it cannot be sent like this. */
  prepare?: () => SendOptions | null;
  /** Stands behind the box. */
  tools?: ReactNode;
  /** Whether there is something beside the text: `ready` to go without one, or `busy` and to be waited for. */
  beside?: "ready" | "busy" | null;
}

/** Where one writes. The text is the chat's draft, so it outlives the component, the page and the connection. */
export function Composer({ chat, view, note = false, field, prepare, tools, beside }: ComposerProps) {
  const { strings } = useEngage();
  const own = useRef<HTMLTextAreaElement>(null);
  const box = field ?? own;
  const help = useId();
  const text = note ? view.noteDraft : view.draft;
  const left = view.bodyChars - Array.from(text).length;
  const label = note ? strings.writeNote : strings.write;

  useLayoutEffect(() => grow(box.current), [text, box]);

  const able = left >= 0 && beside !== "busy" && (text.trim() !== "" || beside === "ready");
  const send = () => {
    if (!able) return;
    const options = prepare ? prepare() : {};
    if (!options) return;
    chat.sendDraft({ ...options, note });
    box.current?.focus();
  };
  const pressed = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key !== "Enter" || event.shiftKey || composes(event) || matchMedia("(pointer: coarse)").matches) return;
    event.preventDefault();
    send();
  };

  return (
    <form
      className={note ? "e-composer e-composer-note" : "e-composer"}
      part="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div className="e-write">
        <textarea
          ref={box}
          part="input"
          rows={1}
          dir="auto"
          aria-label={label}
          aria-describedby={left < NEAR ? help : undefined}
          aria-invalid={left < 0}
          placeholder={label}
          value={text}
          onInput={(event) => {
            chat.setDraft(event.currentTarget.value, note);
            if (!note) chat.typing(event.currentTarget.value !== "");
          }}
          onBlur={() => chat.typing(false)}
          onKeyDown={pressed}
        />
        {tools}
        <button
          type="submit"
          className="e-send"
          part="send"
          disabled={!able}
          aria-label={note ? strings.addNote : strings.send}
          title={note ? strings.addNote : strings.send}
        >
          <Icon name="send" />
        </button>
      </div>
      {left < NEAR && strings.left && (
        <p id={help} className={left < 0 ? "e-count e-over" : "e-count"} aria-live="polite">
          {left < 0 ? strings.tooLong(-left) : strings.left(left)}
        </p>
      )}
    </form>
  );
}

/** Makes the box as high as its text where the browser does not by itself; the style sheet sets the limit. */
function grow(box: HTMLTextAreaElement | null): void {
  if (!box || CSS.supports?.("field-sizing", "content")) return;
  box.style.setProperty("height", "auto");
  box.style.setProperty("height", `${box.scrollHeight + 2}px`);
}
