import type { DeskTicket } from "@engage/client";
import { composes, plain } from "@engage/react";
import { type KeyboardEvent, type RefObject, useEffect, useId, useRef } from "react";
import { Attach, Attached, useAttaching } from "../files/attach";
import { coarse } from "../shell/coarse";
import { Icon } from "../shell/icon";
import { Menu } from "../shell/menu";
import { useAgents, useMe, useSelect } from "../shell/use";
import { before, isNear, Left, useCaret } from "../talk/box";
import { mentioned, sees } from "../talk/mentions";
import { Suggestions, useSuggesting } from "../talk/suggest";
import { t } from "../words";
import type { Writing } from "./sending";
import { allStatuses, useStatuses } from "./use";

/** In Unicode scalar values. */
const MOST = 50_000;

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
  const agents = useAgents();
  const picked = useRef(new Map<string, string>());
  const help = useId();
  const { draft, write, unkept } = writing;
  const { body, note } = draft;
  const left = MOST - Array.from(body).length;
  const attach = useAttaching(`ticket:${ticket.id}`, note);
  const { uploads, beside } = attach;
  const ready = (body.trim() !== "" || beside === "ready") && beside !== "busy" && left >= 0;

  const putCaret = useCaret(field, body);

  const send = (status: string | null) => {
    if (!ready) return;
    // A reply crosses a colleague's only when whoever writes has seen that.
    if (met && !note) return met.seen();
    const files = uploads ? uploads.take() : [];
    // What is on its way is waited for; nothing that was typed is lost.
    if (!files) return;
    const seeing = agents.filter((agent) => sees(agent, ticket.desk));
    writing.send(note ? mentioned(body, seeing, picked.current) : [], status, files);
    picked.current.clear();
    suggesting.close();
    field.current?.focus();
  };
  const { back, received } = writing;
  useEffect(() => {
    if (!back || !uploads || back.note !== note) return;
    uploads.put(back.files);
    received();
  }, [back, uploads, note, received]);
  const suggesting = useSuggesting(note, ticket.desk, (one, asked) => {
    const words = one.kind === "agent" ? `@${one.name} ` : filled(one.text);
    if (one.kind === "agent") picked.current.set(one.name, one.id);
    const kept = body.slice(0, asked.from);
    putCaret(kept.length + words.length);
    write({ body: `${kept}${words}${body.slice(asked.to)}`, note });
    suggesting.close();
    field.current?.focus();
  });
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
    if (suggesting.pressed(event) || event.key !== "Enter" || composes(event)) return;
    if (!event.ctrlKey && !event.metaKey) return;
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
      <Suggestions {...suggesting.list} />
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
        <Attach attach={attach} />
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
      <Attached attach={attach} />
      <textarea
        ref={field}
        rows={3}
        dir={body ? "auto" : undefined}
        {...suggesting.box}
        aria-label={label}
        aria-describedby={isNear(left) ? help : undefined}
        aria-invalid={left < 0}
        placeholder={note ? t("write.note.hint") : coarse() ? t("ticket.write") : t("ticket.write.hint")}
        value={body}
        onChange={(event) => {
          write({ body: event.currentTarget.value, note });
          suggesting.ask(before(event.currentTarget));
        }}
        onSelect={(event) => suggesting.moved(before(event.currentTarget))}
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
      <Left id={help} left={left} />
    </form>
  );
}
