import type { Chat, ChatView } from "@engage/client";
import { composes } from "@engage/react";
import { type KeyboardEvent, type RefObject, useEffect, useId, useRef, useState } from "react";
import { Attach, Attached, useAttaching } from "../files/attach";
import { coarse } from "../shell/coarse";
import { Icon } from "../shell/icon";
import { attempt, useAgents, useDesk } from "../shell/use";
import { t } from "../words";
import { before, isNear, Left, useCaret } from "./box";
import { mentioned, sees } from "./mentions";
import { type Asked, type Suggestion, Suggestions, useSuggesting } from "./suggest";

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
  const [busy, setBusy] = useState(false);
  const help = useId();
  const agents = useAgents();
  const picked = useRef(new Map<string, string>());
  const attach = useAttaching(chat.name, note);
  const text = note ? view.noteDraft : view.draft;
  const left = view.bodyChars - Array.from(text).length;
  const label = note ? t("write.note") : t("write.reply");
  const putCaret = useCaret(field, text);

  const { uploads } = attach;
  useEffect(
    () => (uploads ? chat.onBack((files, asNote) => asNote === note && uploads.put(files)) : undefined),
    [chat, note, uploads],
  );

  const type = (box: HTMLTextAreaElement) => {
    chat.setDraft(box.value, note);
    if (!note) chat.typing(box.value !== "");
    suggesting.ask(before(box));
  };
  const send = () => {
    if (left < 0 || busy) return;
    const files = uploads ? uploads.take() : [];
    // What is on its way is waited for; nothing that was typed is lost.
    if (!files) return;
    const seeing = agents.filter((agent) => sees(agent, view.conversation));
    chat.sendDraft({ note, files, ...(note && { mentions: mentioned(text, seeing, picked.current) }) });
    picked.current.clear();
    suggesting.close();
    field.current?.focus();
  };
  const put = (words: string, from: Asked) => {
    const now = note ? chat.getSnapshot().noteDraft : chat.getSnapshot().draft;
    const kept = now.slice(0, from.from);
    chat.setDraft(`${kept}${words}${now.slice(from.to)}`, note);
    putCaret(kept.length + words.length);
    suggesting.close();
    field.current?.focus();
  };
  const choose = async (one: Suggestion, asked: Asked) => {
    if (busy) return;
    if (one.kind === "agent") {
      picked.current.set(one.name, one.id);
      return put(`@${one.name} `, asked);
    }
    const id = view.id;
    if (!id) return;
    setBusy(true);
    // As this agent would say it to this visitor: the server fills in the names.
    const answer = desk.cannedText(one.id, id);
    if (await attempt(answer)) put((await answer).text, asked);
    setBusy(false);
  };
  const suggesting = useSuggesting(note, view.conversation, (one, asked) => void choose(one, asked));
  const pressed = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (suggesting.pressed(event) || event.key !== "Enter" || event.shiftKey || composes(event) || coarse()) return;
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
    putCaret(next.length);
    box.focus();
    suggesting.ask(next);
  };

  return (
    <form
      className={note ? "compose e-composer e-composer-note" : "compose e-composer"}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Suggestions {...suggesting.list} />
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
        {...suggesting.box}
        aria-label={label}
        aria-describedby={isNear(left) ? help : undefined}
        aria-invalid={left < 0}
        aria-busy={busy}
        placeholder={note ? t("write.note.hint") : t("write.reply.hint")}
        value={text}
        onChange={(event) => type(event.currentTarget)}
        onSelect={(event) => suggesting.moved(before(event.currentTarget))}
        onBlur={() => chat.typing(false)}
        onKeyDown={pressed}
      />
      <button
        type="submit"
        className="e-send"
        disabled={(!text.trim() && attach.beside === null) || attach.beside === "busy" || left < 0 || busy}
        aria-label={note ? t("note.add") : t("send")}
      >
        <Icon name="send" />
      </button>
      <Left id={help} left={left} />
    </form>
  );
}
