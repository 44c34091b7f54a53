import type { DeskTicket } from "@engage/client";
import { plain } from "@engage/react";
import { type KeyboardEvent, type RefObject, useId, useLayoutEffect, useRef, useState } from "react";
import { coarse } from "../shell/coarse";
import { Icon } from "../shell/icon";
import { Menu } from "../shell/menu";
import { useAgents, useMe, useSelect } from "../shell/use";
import { mentioned, sees } from "../talk/mentions";
import { type Asked, asked, type Suggestion, Suggestions, useSuggestions } from "../talk/suggest";
import { t } from "../words";
import type { Writing } from "./sending";
import { allStatuses, useStatuses } from "./use";

/** In Unicode scalar values. */
const MOST = 50_000;
const NEAR = 500;

interface ComposeProps {
  ticket: DeskTicket;
  writing: Writing;
  begin(note: boolean): void;
  field: RefObject<HTMLTextAreaElement | null>;
  /** A colleague has answered while this was written. */
  met: { who: string; seen(): void } | null;
}

/**
 * Where staff write. `/` finds a canned reply, `@` in a note a colleague. Enter begins a new line, as in a letter; with Ctrl or Command it sends.
 */
export function Compose({ ticket, writing, begin, field, met }: ComposeProps) {
  const me = useMe();
  const site = useSelect((state) => state.site?.name ?? "");
  const own = useStatuses();
  const [question, setQuestion] = useState<Asked | null>(null);
  const [at, setAt] = useState(0);
  const found = useSuggestions(question, ticket.desk);
  const agents = useAgents();
  const caret = useRef<number | null>(null);
  const picked = useRef(new Map<string, string>());
  const help = useId();
  const list = useId();
  const { draft, write, unkept } = writing;
  const { body, note } = draft;
  const open = question !== null && found.length > 0;
  const left = MOST - Array.from(body).length;
  const ready = body.trim() !== "" && left >= 0;

  useLayoutEffect(() => {
    if (caret.current === null) return;
    field.current?.setSelectionRange(caret.current, caret.current);
    caret.current = null;
  }, [body, field]);

  const ask = (box: HTMLTextAreaElement) => {
    setQuestion(asked(box.value.slice(0, box.selectionStart), note));
    setAt(0);
  };
  const send = (status: string | null) => {
    if (!ready) return;
    // A reply crosses a colleague's only when whoever writes has seen that.
    if (met && !note) return met.seen();
    const seeing = agents.filter((agent) => sees(agent, ticket.desk));
    writing.send(note ? mentioned(body, seeing, picked.current) : [], status);
    picked.current.clear();
    setQuestion(null);
    field.current?.focus();
  };
  const choose = (one: Suggestion) => {
    if (!question) return;
    const words = one.kind === "agent" ? `@${one.name} ` : filled(one.text);
    if (one.kind === "agent") picked.current.set(one.name, one.id);
    const before = body.slice(0, question.from);
    caret.current = before.length + words.length;
    write({ body: `${before}${words}${body.slice(question.to)}`, note });
    setQuestion(null);
    field.current?.focus();
  };
  const { requester } = ticket.desk;
  const filled = (text: string) => {
    const values: Record<string, string | null> = {
      "contact.name": requester.name,
      "contact.email": requester.email,
      "agent.name": me?.name ?? null,
      site,
    };
    return text.replace(/\{\{([a-z.]+)(?:\|([^}]*))?\}\}/g, (whole, name: string, other?: string) =>
      name in values ? plain(values[name] ?? other ?? "") : whole,
    );
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
        return one && choose(one);
      }
      if (event.key === "Escape") {
        event.preventDefault();
        return setQuestion(null);
      }
    }
    if (event.key !== "Enter" || confirms || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    send(null);
  };
  const label = note ? t("write.note") : t("ticket.write");

  return (
    <form
      className={note ? "compose e-composer e-composer-note" : "compose e-composer"}
      onSubmit={(event) => {
        event.preventDefault();
        send(null);
      }}
    >
      {open && <Suggestions id={list} found={found} at={at} choose={choose} />}
      <div className="modes">
        <fieldset>
          <legend className="aside">{t("write.what")}</legend>
          <button type="button" aria-pressed={!note} onClick={() => begin(false)}>
            {t("write.reply.short")}
          </button>
          <button type="button" aria-pressed={note} onClick={() => begin(true)}>
            <Icon name="lock" /> {t("note.short")}
          </button>
        </fieldset>
        {unkept && <span className="quiet">{t("ticket.unkept")}</span>}
      </div>
      {met && !note && (
        <p className="ticket-met" role="alert">
          {t("ticket.met", { who: met.who })}{" "}
          <button type="button" className="link" onClick={met.seen}>
            {t("ticket.met.seen")}
          </button>
        </p>
      )}
      <textarea
        ref={field}
        rows={3}
        dir={body ? "auto" : undefined}
        aria-haspopup="listbox"
        aria-controls={open ? list : undefined}
        aria-activedescendant={open ? `${list}-${Math.min(at, found.length - 1)}` : undefined}
        aria-autocomplete="list"
        aria-label={label}
        aria-describedby={left < NEAR ? help : undefined}
        aria-invalid={left < 0}
        placeholder={note ? t("write.note.hint") : coarse() ? t("ticket.write") : t("ticket.write.hint")}
        value={body}
        onChange={(event) => {
          write({ body: event.currentTarget.value, note });
          ask(event.currentTarget);
        }}
        onSelect={(event) => question && ask(event.currentTarget)}
        onKeyDown={pressed}
      />
      <div className="ticket-send">
        {!note && ready && (
          <Menu
            label={t("ticket.send-as")}
            title={t("ticket.send-as")}
            look="tool"
            up
            choices={allStatuses(own)
              .filter((one) => one.category !== "new")
              .map(({ id, name }) => ({
                key: id,
                name: t("ticket.send-as.one", { status: name }),
                act: () => send(id),
              }))}
          >
            <Icon name="down" />
            <span className="aside">{t("ticket.send-as")}</span>
          </Menu>
        )}
        <button type="submit" className="e-send" disabled={!ready} aria-label={note ? t("note.add") : t("send")}>
          <Icon name="send" />
        </button>
      </div>
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
