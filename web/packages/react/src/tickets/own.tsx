import { type Client, contentOf, type Ticket, type TicketEntry, type Tickets, uuid } from "@engage/client";
import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { plain, TURNS } from "../text";
import { format } from "../time";
import { useBeside } from "./beside";
import { why } from "./form";
import { codeOf, useFresh, useKept, useTickets } from "./use";
import { type TicketTexts, ticketTexts } from "./words";

const SCORES = [1, 2, 3, 4, 5];
/** Ends before whatever ends a sentence, and before a character that would turn the rest of the address around. */
const LINK = new RegExp(`(https?://[^\\s<>"'${TURNS}]{0,2000}[^\\s<>"'.,;:!?)\\]${TURNS}])`);

interface OwnTicketProps {
  client: Client;
  locale: string;
  id: string;
  back(): void;
}

/** One of somebody's own tickets: what was said, and where they answer, say that it is solved, and how it went. */
export function OwnTicket({ client, locale, id, back }: OwnTicketProps) {
  const words = ticketTexts(locale);
  const tickets = useTickets(client);
  const fresh = useFresh(tickets, `ticket ${id}`, () => tickets.show(id));
  const [older, setOlder] = useState<{ entries: TicketEntry[]; has_more: boolean } | null>(null);
  const [trouble, setTrouble] = useState("");
  const { data } = fresh;
  const title = useId();
  const leave = (
    <button type="button" className="e-ticket-back" onClick={back}>
      {words.back}
    </button>
  );
  if (!data) {
    return (
      <>
        {leave}
        <p role="status">{fresh.code ? words.failed : words.loading}</p>
      </>
    );
  }
  const { ticket } = data;
  const entries = timeline([...(older?.entries ?? []), ...data.entries, ...data.merged.flatMap((one) => one.entries)]);
  const hasMore = older?.has_more ?? data.has_more;
  const attempt = async (work: () => Promise<unknown>) => {
    setTrouble("");
    await work().catch((error) => setTrouble(why(codeOf(error), words)));
  };
  const earlier = () =>
    attempt(async () => {
      const first = (older?.entries[0] ?? data.entries[0])?.seq ?? 1;
      const page = await tickets.before(id, first);
      setOlder({ entries: [...page.entries, ...(older?.entries ?? [])], has_more: page.has_more });
    });
  const take = (next: Ticket, entry?: TicketEntry) => {
    const isNew = entry && next.id === ticket.id && !data.entries.some((one) => one.seq === entry.seq);
    fresh.set({ ...data, ticket: next, entries: isNew ? [...data.entries, entry] : data.entries });
    tickets.changed(next.id);
  };
  const over = ticket.stage === "solved" || ticket.stage === "closed";
  return (
    <section aria-labelledby={title}>
      {leave}
      <header className="e-ticket-head">
        <h2 id={title} dir="auto">
          {plain(ticket.subject)}
        </h2>
        <bdi>{plain(ticket.reference)}</bdi>
        <span className={`e-stage is-${ticket.stage}`}>{words[ticket.stage]}</span>
      </header>
      {hasMore && (
        <button type="button" className="e-choice" onClick={() => void earlier()}>
          {words.earlier}
        </button>
      )}
      <div role="log" aria-label={words.log}>
        {entries.map((entry) => (
          <Entry key={`${entry.ticket} ${entry.seq}`} base={client.base} entry={entry} words={words} locale={locale} />
        ))}
      </div>
      {!ticket.merged_into && (
        <Reply client={client} tickets={tickets} id={id} words={words} locale={locale} take={take} />
      )}
      {!ticket.merged_into && (
        <button
          type="button"
          className="e-choice"
          onClick={() => void attempt(async () => take(await tickets.done(id, !over)))}
        >
          {over ? words.reopen : words.done}
        </button>
      )}
      {over && !ticket.merged_into && (
        <Rate ticket={ticket} words={words} send={async (score, said) => take(await tickets.rate(id, score, said))} />
      )}
      <p className="e-fault" role="alert">
        {trouble}
      </p>
    </section>
  );
}

interface EntryProps {
  base: string;
  entry: TicketEntry;
  words: TicketTexts;
  locale: string;
}

function Entry({ base, entry, words, locale }: EntryProps) {
  const time = (
    <time dateTime={entry.at}>
      {format({ dateStyle: "medium", timeStyle: "short" }, locale).format(new Date(entry.at))}
    </time>
  );
  if (!("body" in entry)) {
    const said = happened(entry, words);
    return said ? (
      <p className="e-ticket-event">
        <span>{said}</span> {time}
      </p>
    ) : null;
  }
  const own = entry.author.kind === "visitor";
  return (
    <article className={own ? "e-ticket-said is-own" : "e-ticket-said"}>
      <header>
        <strong dir="auto">{own ? words.you : plain(entry.author.name ?? "") || words.team}</strong> {time}
      </header>
      {entry.body && <p dir="auto">{linked(entry.body)}</p>}
      {entry.files?.map((file) => (
        <p key={file.id}>
          <a href={contentOf(base, file)} target="_blank" rel="noopener noreferrer" dir="auto">
            {file.pixels ? (
              <img src={contentOf(base, file)} alt={plain(file.name)} {...file.pixels} loading="lazy" />
            ) : (
              plain(file.name)
            )}
          </a>
        </p>
      ))}
    </article>
  );
}

/** The text, with its web addresses as links. Everything else stays text, whatever it looks like. */
function linked(text: string): ReactNode[] {
  return text.split(LINK).map((part, index) =>
    index % 2 === 1 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text never move
      <a key={index} href={part} target="_blank" rel="noopener noreferrer nofollow ugc">
        {part}
      </a>
    ) : (
      part
    ),
  );
}

function happened(entry: TicketEntry, words: TicketTexts): string {
  if (entry.type === "stage") return words[entry.to as Ticket["stage"]] ?? "";
  if (entry.type === "rated") return `${entry.score} / 5`;
  if (entry.type === "merged") return words.joined.replace("{n}", String(entry.number));
  if (entry.type === "merged_into") return words.goes.replace("{n}", String(entry.number));
  return entry.type === "subject" ? words.about.replace("{n}", () => plain(entry.to)) : "";
}

interface ReplyProps {
  client: Client;
  tickets: Tickets;
  id: string;
  words: TicketTexts;
  locale: string;
  take(ticket: Ticket, entry: TicketEntry): void;
}

/** Where the requester answers. What is typed stays until the server has it; sent again, it is the same answer. */
function Reply({ client, tickets, id, words, locale, take }: ReplyProps) {
  const [text, keep] = useKept(client, `ticket:${id}`);
  const [sending, setSending] = useState(false);
  const [trouble, setTrouble] = useState("");
  const sent = useRef({ what: "", key: "" });
  const busy = useRef(false);
  const field = useId();
  const beside = useBeside(client, tickets, id, locale);
  const nothing = text.trim() === "" && !beside.has;
  const send = async () => {
    if (busy.current || nothing) return;
    busy.current = true;
    setSending(true);
    setTrouble("");
    const files = await beside.taken();
    const answer = { body: text, files: files.map((file) => file.id) };
    const what = JSON.stringify(answer);
    if (sent.current.what !== what) sent.current = { what, key: uuid() };
    try {
      const said = await tickets.reply(id, { client_message_id: sent.current.key, ...answer });
      // What was typed meanwhile is not lost with it.
      if (client.memo(`ticket:${id}`) === text) keep("");
      sent.current = { what: "", key: "" };
      take(said.ticket, said.entry);
    } catch (error) {
      beside.put(files);
      setTrouble(why(codeOf(error), words));
    } finally {
      busy.current = false;
      setSending(false);
    }
  };
  return (
    <form
      className="e-ticket-form"
      aria-busy={sending}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <div className="e-field">
        <label htmlFor={field}>{words.reply}</label>
        <textarea
          id={field}
          dir="auto"
          rows={3}
          maxLength={50_000}
          value={text}
          onInput={(event) => keep(event.currentTarget.value)}
        />
      </div>
      {beside.choice}
      <p className="e-fault" role="alert">
        {trouble}
      </p>
      <button type="submit" className="e-choice e-chief" part="button" aria-disabled={sending || nothing}>
        {sending ? words.sending : words.send}
      </button>
    </form>
  );
}

interface RateProps {
  ticket: Ticket;
  words: TicketTexts;
  send(score: number, comment: string): Promise<void>;
}

/** How it went: a score, then, if they like, a word about it. */
function Rate({ ticket, words, send }: RateProps) {
  const [score, setScore] = useState(ticket.rating?.score ?? 0);
  const [comment, setComment] = useState(ticket.rating?.comment ?? "");
  const [said, setSaid] = useState<"" | "done" | "failed">(ticket.rating ? "done" : "");
  const name = useId();
  useEffect(() => {
    if (ticket.rating) setSaid("done");
  }, [ticket.rating]);
  if (said === "done") return <p role="status">{words.rated}</p>;
  return (
    <form
      className="e-rating"
      onSubmit={(event) => {
        event.preventDefault();
        if (score)
          send(score, comment.trim()).then(
            () => setSaid("done"),
            () => setSaid("failed"),
          );
      }}
    >
      <fieldset>
        <legend>{words.rate}</legend>
        <div className="e-scores">
          {SCORES.map((value) => (
            <label key={value} className="e-score">
              <input
                type="radio"
                name={name}
                value={value}
                checked={score === value}
                onInput={() => setScore(value)}
                aria-label={`${value} / 5`}
              />
              <span aria-hidden="true">{value.toLocaleString()}</span>
            </label>
          ))}
        </div>
        <p className="e-scale" aria-hidden="true">
          <span>{words.bad}</span>
          <span>{words.good}</span>
        </p>
      </fieldset>
      {score > 0 && (
        <div className="e-ticket-form">
          <div className="e-field">
            <label htmlFor={`${name}c`}>{words.comment}</label>
            <textarea
              id={`${name}c`}
              dir="auto"
              rows={2}
              maxLength={1_000}
              value={comment}
              onInput={(event) => setComment(event.currentTarget.value)}
            />
          </div>
          <button type="submit" className="e-choice e-chief" part="button">
            {words.send}
          </button>
        </div>
      )}
      <p className="e-fault" role="alert">
        {said === "failed" ? words.unsent : ""}
      </p>
    </form>
  );
}

/** Each once, in the order of time. */
function timeline(all: readonly TicketEntry[]): TicketEntry[] {
  const once = new Map(all.map((entry) => [`${entry.ticket} ${entry.seq}`, entry]));
  return [...once.values()].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.seq - b.seq));
}
