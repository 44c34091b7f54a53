import type { Chat, ChatView } from "@engage/client";
import { type KeyboardEvent, type RefObject, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { Attach, Attached, useUploads } from "../files/attach";
import { coarse } from "../shell/coarse";
import { Icon } from "../shell/icon";
import { attempt, useAgents, useDesk } from "../shell/use";
import { t } from "../words";
import { mentioned, sees } from "./mentions";
import { type Asked, asked, type Suggestion, Suggestions, useSuggestions } from "./suggest";

/** So near to the limit it is worth telling. */
const NEAR = 500;

interface ComposeProps {
  chat: Chat;
  view: ChatView;
  note: boolean;
  /** Only notes: the reader is not in this conversation. */
  whisper: boolean;
  write(asNote: boolean): void;
  field: RefObject<HTMLTextAreaElement | null>;
}

/**
 * Where staff write. `/` finds a canned reply, `@` in a note a colleague. The text is the chat's draft, so it outlives the
 * component, the page and the connection.
 */
export function Compose({ chat, view, note, whisper, write, field }: ComposeProps) {
  const desk = useDesk();
  const [question, setQuestion] = useState<Asked | null>(null);
  const [at, setAt] = useState(0);
  const [busy, setBusy] = useState(false);
  const help = useId();
  const list = useId();
  const found = useSuggestions(question, view.conversation);
  const agents = useAgents();
  const picked = useRef(new Map<string, string>());
  const attach = useUploads(chat.name, note);
  const open = question !== null && found.length > 0;
  const text = note ? view.noteDraft : view.draft;
  const left = view.bodyChars - Array.from(text).length;
  const label = note ? t("write.note") : t("write.reply");
  const caret = useRef<number | null>(null);

  useLayoutEffect(() => {
    grow(field.current);
    if (caret.current === null) return;
    field.current?.setSelectionRange(caret.current, caret.current);
    caret.current = null;
  }, [text, field]);

  const { uploads } = attach;
  useEffect(
    () => (uploads ? chat.onBack((files, asNote) => asNote === note && uploads.put(files)) : undefined),
    [chat, note, uploads],
  );

  const ask = (box: HTMLTextAreaElement) => {
    setQuestion(asked(box.value.slice(0, box.selectionStart), note));
    setAt(0);
  };
  const type = (box: HTMLTextAreaElement) => {
    chat.setDraft(box.value, note);
    if (!note) chat.typing(box.value !== "");
    ask(box);
  };
  const send = () => {
    if (left < 0 || busy) return;
    const files = attach.take();
    // What is on its way is waited for; nothing that was typed is lost.
    if (!files) return;
    const seeing = agents.filter((agent) => sees(agent, view.conversation));
    chat.sendDraft({ note, files, ...(note && { mentions: mentioned(text, seeing, picked.current) }) });
    picked.current.clear();
    setQuestion(null);
    field.current?.focus();
  };
  const put = (words: string, from: Asked) => {
    const now = note ? chat.getSnapshot().noteDraft : chat.getSnapshot().draft;
    const before = now.slice(0, from.from);
    chat.setDraft(`${before}${words}${now.slice(from.to)}`, note);
    caret.current = before.length + words.length;
    setQuestion(null);
    field.current?.focus();
  };
  const choose = async (one: Suggestion) => {
    if (!question || busy) return;
    if (one.kind === "agent") {
      picked.current.set(one.name, one.id);
      return put(`@${one.name} `, question);
    }
    const id = view.id;
    if (!id) return;
    setBusy(true);
    // As this agent would say it to this visitor: the server fills in the names.
    const answer = desk.cannedText(one.id, id);
    if (await attempt(answer)) put((await answer).text, question);
    setBusy(false);
  };
  const pressed = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    const confirms = event.nativeEvent.isComposing || event.keyCode === 229;
    if (open && !confirms) {
      const to = { ArrowDown: at + 1, ArrowUp: at - 1 }[event.key];
      if (to !== undefined) {
        event.preventDefault();
        return setAt((to + found.length) % found.length);
      }
      if (event.key === "Enter" || event.key === "Tab") {
        event.preventDefault();
        const one = found[Math.min(at, found.length - 1)];
        return one && void choose(one);
      }
      if (event.key === "Escape") {
        event.preventDefault();
        return setQuestion(null);
      }
    }
    if (event.key !== "Enter" || event.shiftKey || confirms || coarse()) return;
    event.preventDefault();
    send();
  };
  /** Writes `sign` where the caret is, as if it had been typed. */
  const begin = (sign: string) => {
    const box = field.current;
    if (!box) return;
    const at = box.selectionStart;
    const space = at > 0 && !/\s$/.test(text.slice(0, at)) ? " " : "";
    const next = `${text.slice(0, at)}${space}${sign}`;
    chat.setDraft(next + text.slice(box.selectionEnd), note);
    caret.current = next.length;
    box.focus();
    setQuestion(asked(next, note));
    setAt(0);
  };

  return (
    <form
      className={note ? "compose e-composer e-composer-note" : "compose e-composer"}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
      onDragOver={(event) => attach.over(event)}
      onDrop={(event) => attach.drop(event)}
    >
      {open && <Suggestions id={list} found={found} at={at} choose={choose} />}
      <div className="modes">
        <fieldset>
          <legend className="aside">{t("write.what")}</legend>
          {!whisper && (
            <button type="button" aria-pressed={!note} onClick={() => write(false)}>
              {t("write.reply.short")}
            </button>
          )}
          <button type="button" aria-pressed={note} onClick={() => write(true)}>
            <Icon name="lock" /> {whisper ? t("whisper") : t("note.short")}
            {!note && view.noteDraft && <span className="aside"> {t("write.draft")}</span>}
          </button>
        </fieldset>
        <button
          type="button"
          className="tool is-small"
          aria-label={t("write.canned")}
          title={`${t("write.canned")} (/)`}
          onClick={() => begin("/")}
        >
          <Icon name="bolt" />
        </button>
        <Attach attach={attach} />
        {note && (
          <button
            type="button"
            className="tool is-small"
            aria-label={t("write.mention")}
            title={`${t("write.mention")} (@)`}
            onClick={() => begin("@")}
          >
            <Icon name="at" />
          </button>
        )}
      </div>
      <Attached attach={attach} />
      <textarea
        ref={field}
        rows={2}
        dir="auto"
        aria-haspopup="listbox"
        aria-controls={open ? list : undefined}
        aria-activedescendant={open ? `${list}-${Math.min(at, found.length - 1)}` : undefined}
        aria-autocomplete="list"
        aria-label={label}
        aria-describedby={left < NEAR ? help : undefined}
        aria-invalid={left < 0}
        aria-busy={busy}
        placeholder={note ? t("write.note.hint") : t("write.reply.hint")}
        value={text}
        onChange={(event) => type(event.currentTarget)}
        onSelect={(event) => question && ask(event.currentTarget)}
        onBlur={() => chat.typing(false)}
        onKeyDown={pressed}
        onPaste={(event) => attach.paste(event)}
      />
      <button
        type="submit"
        className="e-send"
        disabled={(!text.trim() && attach.ready === 0) || attach.busy || left < 0 || busy}
        aria-label={note ? t("note.add") : t("send")}
      >
        <Icon name="send" />
      </button>
      {left < NEAR && (
        <p id={help} className={left < 0 ? "left is-over" : "left"} aria-live="polite">
          {left < 0 ? t("write.over", { n: -left }) : t("write.left", { n: left })}
        </p>
      )}
      <p className="aside" role="status">
        {open ? t("suggest.count", { n: found.length }) : ""}
      </p>
    </form>
  );
}

/** Makes the box as high as its text where the browser does not by itself; the style sheet sets the limit. */
function grow(box: HTMLTextAreaElement | null): void {
  if (!box || CSS.supports?.("field-sizing", "content")) return;
  box.style.setProperty("height", "auto");
  box.style.setProperty("height", `${box.scrollHeight + 2}px`);
}
