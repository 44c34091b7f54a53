import type { Colleague, DeskTicket, TicketEntry, TicketStatus } from "@engage/client";
import { plain } from "@engage/react";
import { memo, useEffect, useLayoutEffect, useRef, useState } from "react";
import { SentFiles } from "../files/sent";
import { Avatar } from "../shell/avatar";
import { Icon } from "../shell/icon";
import { href } from "../shell/route";
import { useMe } from "../shell/use";
import { authorName } from "../talk/line";
import { Body } from "../talk/text";
import { t } from "../words";
import { clock, day, full, sameDay } from "../words/time";
import type { Opened } from "./open";
import { describe, otherOf } from "./said";
import type { Saying } from "./sending";
import { useStatuses } from "./use";

/** So near to its end a reader wants to see what comes, in px. */
const NEAR = 80;
/** Changes of one person within this time are one, in ms. */
const TOGETHER = 60_000;

export interface Picking {
  picked: ReadonlySet<number>;
  toggle(seq: number): void;
}

interface LogProps {
  of: Opened;
  saying: readonly Saying[];
  retry(id: string): void;
  take(id: string): void;
  /** Entries are being chosen, for a ticket of their own. */
  picking: Picking | null;
}

/** What was said and done in a ticket. Stays at the end while the reader is there, and never moves what is being read. */
export function Log({ of, saying, retry, take, picking }: LogProps) {
  const me = useMe()?.id;
  const statuses = useStatuses();
  const box = useRef<HTMLDivElement>(null);
  const inner = useRef<HTMLDivElement>(null);
  const pinned = useRef(true);
  const known = useRef({ first: "", height: 0 });
  const [history, setHistory] = useState(true);
  const { entries } = of;
  const first = entries[0] ? keyOf(entries[0]) : "";
  const parts = new Map(of.snapshot?.merged.map((part) => [part.ticket.id, part.ticket]));

  useLayoutEffect(() => {
    const { current: log } = box;
    if (!log) return;
    const before = known.current;
    if (pinned.current) log.scrollTop = log.scrollHeight;
    else if (before.first && before.first !== first) log.scrollTop += log.scrollHeight - before.height;
    known.current = { first, height: log.scrollHeight };
  }, [first, entries.length, saying.length]);
  useEffect(() => {
    const { current: log } = box;
    if (!log || !inner.current || typeof ResizeObserver === "undefined") return;
    const observer = new ResizeObserver(() => {
      if (pinned.current) log.scrollTop = log.scrollHeight;
    });
    observer.observe(log);
    observer.observe(inner.current);
    return () => observer.disconnect();
  }, []);
  const scrolled = () => {
    const { current: log } = box;
    if (log) pinned.current = log.scrollHeight - log.scrollTop - log.clientHeight <= NEAR;
  };

  const shown = history ? entries : entries.filter(isText);
  return (
    <div className="log-frame">
      <div
        className="log"
        role="log"
        aria-label={t("ticket.log")}
        aria-live="polite"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        ref={box}
        onScroll={scrolled}
      >
        <div className="log-inner" ref={inner}>
          <div className="ticket-log-head">
            {of.hasOlder && (
              <button type="button" className="link" disabled={of.loadingOlder} onClick={() => void of.fetchOlder()}>
                {of.loadingOlder ? t("loading") : t("log.earlier")}
              </button>
            )}
            <button type="button" className="link" aria-pressed={history} onClick={() => setHistory(!history)}>
              {t("ticket.history")}
            </button>
          </div>
          <div className="chunk">
            {together(shown).map(([entry, ...more], index, groups) => {
              const above = groups[index - 1]?.[0];
              const newDay = !above || !sameDay(above.at, entry.at);
              return (
                <div key={keyOf(entry)} className="slot">
                  {newDay && <div className="day">{day(entry.at)}</div>}
                  {isText(entry) ? (
                    <Said
                      entry={entry}
                      part={parts.get(entry.ticket)}
                      me={me}
                      picking={entry.ticket === of.ticket?.id && isSaid(entry) ? picking : null}
                    />
                  ) : (
                    <Changes entries={[entry, ...more]} statuses={statuses} me={me} />
                  )}
                </div>
              );
            })}
            {saying.map((one) => (
              <Unsent key={one.id} one={one} me={me} retry={retry} take={take} />
            ))}
          </div>
        </div>
      </div>
    </div>
  );
}

function keyOf(entry: TicketEntry): string {
  return `${entry.ticket} ${entry.seq}`;
}

export function isText(entry: TicketEntry): entry is Extract<TicketEntry, { body: string }> {
  return "body" in entry;
}

/** What can go into a ticket of its own. */
function isSaid(entry: TicketEntry): boolean {
  return entry.type === "reply" || entry.type === "note";
}

type Group = [TicketEntry, ...TicketEntry[]];

/** What one person changed in one go stands together. */
function together(entries: readonly TicketEntry[]): Group[] {
  const groups: Group[] = [];
  for (const entry of entries) {
    const open = groups[groups.length - 1];
    const first = open?.[0];
    const fits =
      first &&
      !isText(first) &&
      !isText(entry) &&
      first.ticket === entry.ticket &&
      first.author.kind === entry.author.kind &&
      first.author.id === entry.author.id &&
      Date.parse(entry.at) - Date.parse(first.at) < TOGETHER;
    if (open && fits) open.push(entry);
    else groups.push([entry]);
  }
  return groups;
}

interface ChangesProps {
  entries: Group;
  statuses: readonly TicketStatus[];
  me: string | undefined;
}

function Changes({ entries, statuses, me }: ChangesProps) {
  const [first] = entries;
  const said = entries.flatMap((entry) => {
    const text = describe(entry, statuses, me);
    return text ? [{ entry, text, other: otherOf(entry) }] : [];
  });
  if (said.length === 0) return null;
  return (
    <p className={`e-event${entries.some((entry) => entry.type === "owed") ? " is-owed" : ""}`}>
      <bdi>{authorName(first.author, me)}</bdi>:{" "}
      {said.map(({ entry, text, other }, index) => (
        <span key={keyOf(entry)}>
          {index > 0 && " · "}
          {other ? <a href={href("t", other)}>{text}</a> : text}
        </span>
      ))}{" "}
      <time dateTime={first.at} title={full(first.at)}>
        {clock(first.at)}
      </time>
    </p>
  );
}

interface SaidProps {
  entry: Extract<TicketEntry, { body: string }>;
  /** The ticket that it was said in, where that became part of this one. */
  part: DeskTicket | undefined;
  me: string | undefined;
  picking: Picking | null;
}

const Said = memo(function Said({ entry, part, me, picking }: SaidProps) {
  const note = entry.type === "note";
  const theirs = entry.author.kind === "visitor";
  const mine = entry.author.kind === "agent" && entry.author.id === me;
  const name = mine ? t("you") : authorName(entry.author, me);
  return (
    <article className={`e-line e-starts ${note ? "e-note" : theirs ? "e-theirs" : mine ? "e-mine" : "e-team"}`}>
      {theirs && !note && <Avatar name={name} />}
      <header>
        {picking && (
          <label className="check">
            <input type="checkbox" checked={picking.picked.has(entry.seq)} onChange={() => picking.toggle(entry.seq)} />
            <span className="aside">{t("ticket.split.pick", { who: name })}</span>
          </label>
        )}
        <span className="e-who" dir="auto">
          {name}
        </span>
        {note && (
          <span className="e-private">
            <Icon name="lock" /> {t("note")}
          </span>
        )}
        {part && <span className="badge">{plain(part.reference)}</span>}
        <time dateTime={entry.at} title={full(entry.at)}>
          {clock(entry.at)}
        </time>
      </header>
      <SentFiles files={entry.files ?? []} />
      <div className="e-body" dir="auto" hidden={entry.body === ""}>
        <Body text={entry.body} mentions={entry.type === "note" ? entry.mentions.map(colleague) : []} me={me} />
      </div>
    </article>
  );
});

function colleague({ id, name }: { id?: string | null; name: string | null }): Colleague {
  return { id: id ?? "", name: name ?? id ?? "" };
}

interface UnsentProps {
  one: Saying;
  me: string | undefined;
  retry(id: string): void;
  take(id: string): void;
}

/** What is on its way, or could not be sent. */
function Unsent({ one, me, retry, take }: UnsentProps) {
  return (
    <div className="slot">
      <article className={`e-line e-starts ${one.note ? "e-note" : "e-mine"} e-${one.problem ? "failed" : "sending"}`}>
        <SentFiles files={one.files} />
        <div className="e-body" dir="auto" hidden={one.body === ""}>
          <Body text={one.body} mentions={one.mentions} me={me} />
        </div>
        {one.problem ? (
          <footer className="e-refused">
            <span>{t("failed.why", { why: one.problem })}</span>
            <button type="button" className="link" onClick={() => retry(one.id)}>
              {t("again")}
            </button>
            <button type="button" className="link" onClick={() => take(one.id)}>
              {t("edit")}
            </button>
          </footer>
        ) : (
          <footer>{t("sending")}</footer>
        )}
      </article>
    </div>
  );
}
