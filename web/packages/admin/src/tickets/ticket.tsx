import { plain } from "@engage/react";
import { useCallback, useEffect, useRef, useState } from "react";
import { Confirm } from "../shell/dialog";
import { useCommands } from "../shell/keys";
import { agentName } from "../shell/names";
import { setPref, usePrefs } from "../shell/prefs";
import { isAbsent } from "../shell/use";
import { t } from "../words";
import { full } from "../words/time";
import { trouble } from "../words/trouble";
import { Bar } from "./bar";
import { Compose } from "./compose";
import { Split } from "./dialogs";
import { useLookers } from "./guard";
import { isText, Log } from "./log";
import { fieldOf, type Opened, useTicket } from "./open";
import { useWriting } from "./sending";
import { Side } from "./side";
import { statusName, useStatuses, useTickets } from "./use";

/** One ticket as staff see it: read it, answer it, note something, change its fields. */
export function TicketView({ id, back }: { id: string; back(): void }) {
  const desk = useTickets();
  const of = useTicket(id);
  const { ticket } = of;
  const writing = useWriting(desk, ticket?.id ?? null, of);
  const { draft, write } = writing;
  const others = useLookers(ticket?.id ?? null, draft.body !== "" && !draft.note);
  const { aside } = usePrefs();
  const [phoneSide, setPhoneSide] = useState(false);
  const [picked, setPicked] = useState<ReadonlySet<number> | null>(null);
  const [splitting, setSplitting] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);

  const begin = useCallback(
    (note: boolean) => {
      write({ body: draft.body, note });
      // The box may have to be made first.
      requestAnimationFrame(() => field.current?.focus());
    },
    [draft.body, write],
  );
  const side = () => {
    const narrow = typeof matchMedia === "function" && matchMedia("(max-width: 68.75em)").matches;
    if (narrow) setPhoneSide((open) => !open);
    else setPref("aside", !aside);
  };
  useCommands({ reply: () => begin(false), note: () => begin(true), aside: side });
  const met = useMeanwhile(of, draft.body !== "" && !draft.note);

  if (!ticket || !of.snapshot) {
    return (
      <main className="empty">
        <p className="quiet" role="status">
          {of.error ? (isAbsent(of.error) ? t("ticket.gone") : trouble(of.error)) : t("loading")}
        </p>
        {of.error ? (
          <button type="button" className="button" onClick={back}>
            {t("back")}
          </button>
        ) : null}
      </main>
    );
  }
  const toggle = (seq: number) => {
    const next = new Set(picked);
    if (!next.delete(seq)) next.add(seq);
    setPicked(next);
  };
  const shown = aside || phoneSide;
  return (
    <>
      <main className="talk" aria-label={plain(ticket.subject)}>
        <Bar of={of} ticket={ticket} back={back} side={side} sideOpen={shown} split={() => setPicked(new Set())} />
        {ticket.merged_into && (
          <p className="watching" role="status">
            <span>{t("ticket.is-merged")}</span>
            <a className="link" href={`#/t/${ticket.merged_into}`}>
              {t("ticket.go-on")}
            </a>
          </p>
        )}
        {others.length > 0 && (
          <p className="watching" role="status">
            {others.map((one) => (
              <span key={one.agent.id}>
                {t(one.doing === "replying" ? "ticket.other.replying" : "ticket.other.viewing", {
                  who: agentName(one.agent),
                })}
              </span>
            ))}
          </p>
        )}
        <Stuck of={of} />
        {picked && (
          <div className="bulk">
            <span className="bulk-count" role="status">
              {t("ticket.split.count", { n: picked.size })}
            </span>
            <button type="button" className="button" onClick={() => setPicked(null)}>
              {t("cancel")}
            </button>
            <button
              type="button"
              className="button is-chief"
              disabled={picked.size === 0}
              onClick={() => setSplitting(true)}
            >
              {t("ticket.split")}
            </button>
          </div>
        )}
        <Log
          of={of}
          saying={writing.saying}
          retry={writing.retry}
          take={writing.take}
          picking={picked && { picked, toggle }}
        />
        <Compose ticket={ticket} writing={writing} begin={begin} field={field} met={met} />
        {splitting && picked && (
          <Split
            ticket={ticket}
            entries={[...picked].sort((a, b) => a - b)}
            close={() => setSplitting(false)}
            done={() => setPicked(null)}
          />
        )}
      </main>
      <div className={`side-place${aside ? " is-open" : ""}${phoneSide ? " is-over" : ""}`}>
        {shown && (
          <Side
            of={of}
            ticket={ticket}
            snapshot={of.snapshot}
            close={() => (phoneSide ? setPhoneSide(false) : setPref("aside", false))}
          />
        )}
      </div>
    </>
  );
}

/** A colleague's reply that came while one writes one's own: said before it is sent. Null: none. */
function useMeanwhile(of: Opened, replying: boolean): { who: string; seen(): void } | null {
  const last = of.entries.findLast((entry) => entry.type === "reply" && entry.author.kind === "agent");
  const mark = last ? `${last.ticket} ${last.seq}` : "";
  const [seen, setSeen] = useState<string | null>(null);
  useEffect(() => {
    if (!replying) setSeen(null);
    else setSeen((old) => old ?? mark);
  }, [replying, mark]);
  if (!replying || !last || seen === null || seen === mark || !isText(last)) return null;
  return { who: agentName({ name: last.author.name }), seen: () => setSeen(mark) };
}

/** What could not be changed, and what whoever wanted to may do about it. */
function Stuck({ of }: { of: Opened }) {
  const statuses = useStatuses();
  const { stuck } = of;
  if (!stuck) return null;
  if (stuck.why === "open_parts") {
    return (
      <Confirm
        title={t("ticket.parts.title")}
        yes={t("ticket.parts.force")}
        close={of.yield}
        act={() => void of.edit({ ...stuck.edit, force: true })}
      >
        <p>{t("ticket.parts.text")}</p>
      </Confirm>
    );
  }
  const { edit, theirs } = stuck;
  const told = (name: string, value: string | null) => {
    if (value === null) return t("none");
    if (name === "status") return statusName(value, statuses);
    if (name === "priority") return t(`priority.${theirs.priority}`);
    if (name === "assignee") return plain(theirs.desk.assignee?.name ?? value);
    return name === "due_at" || name === "snoozed_until" ? full(value) : plain(value);
  };
  const names = (
    ["subject", "status", "priority", "team", "assignee", "organisation", "due_at", "snoozed_until"] as const
  ).filter((name) => name in edit);
  return (
    <div className="conflict" role="alert">
      <p>{t("conflict.text")}</p>
      <div className="conflict-theirs" dir="auto">
        {names.map((name) => told(name, fieldOf(theirs, name))).join(", ")}
        {Object.keys(edit.fields ?? {})
          .map((name) => `${plain(name)}: ${plain(String(theirs.desk.fields[name] ?? ""))}`)
          .join(", ")}
      </div>
      <div className="actions">
        <button type="button" className="button" onClick={of.yield}>
          {t("conflict.theirs")}
        </button>
        <button type="button" className="button is-chief" onClick={() => void of.edit(edit, theirs)}>
          {t("conflict.mine")}
        </button>
      </div>
    </div>
  );
}
