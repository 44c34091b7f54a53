import { ApiError, type Client, createHelp, type Priority, type Ticket, uuid } from "@engage/client";
import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { plain } from "../text";
import { useBeside } from "./beside";
import { Suggestions, useDeflection } from "./suggest";
import { codeOf, useKept, useTickets } from "./use";
import { type TicketTexts, ticketTexts } from "./words";

const PRIORITIES: readonly Priority[] = ["low", "normal", "high", "urgent"];
const FIELDS = ["subject", "body", "email"] as const;
/** In Unicode scalar values, as the server counts. */
const MOST = { subject: 200, body: 50_000, email: 254 } as const;

type Field = (typeof FIELDS)[number];
type Draft = Record<Field, string> & { priority: Priority; key: string };

export interface TicketFormProps {
  client: Client;
  locale: string;
  /** Hears of the ticket that was opened. */
  opened?(ticket: Ticket): void;
}

/**
 * Where somebody asks for something. What is typed outlives a refusal, a lost connection and a reload; answers of the help centre are
 * offered meanwhile.
 */
export function TicketForm({ client, locale, opened }: TicketFormProps) {
  const words = ticketTexts(locale);
  const tickets = useTickets(client);
  const [help] = useState(() => createHelp(client.api, locale.toLowerCase()));
  const [kept, keep] = useKept(client, "ticket");
  const draft = draftOf(kept);
  const [faults, setFaults] = useState<Partial<Record<Field, string>>>({});
  const [trouble, setTrouble] = useState("");
  const [sending, setSending] = useState(false);
  const [done, setDone] = useState<Ticket | null>(null);
  const [asksEmail, setAsksEmail] = useState(false);
  const busy = useRef(false);
  const form = useRef<HTMLFormElement>(null);
  const beside = useBeside(client, tickets, "", locale);
  const found = useDeflection(help, `${draft.subject} ${draft.body}`);

  // Whom the site knows need not say how to reach them.
  useEffect(() => {
    tickets.who().then(
      ({ contact }) => setAsksEmail(!contact?.email),
      () => {},
    );
  }, [tickets]);
  useEffect(() => {
    form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [faults]);

  const type = (change: Partial<Draft>) => keep(JSON.stringify({ ...draft, ...change }));
  const send = async () => {
    // Two presses may come before the page shows the first.
    if (busy.current) return;
    const wrong = check(draft, words);
    setFaults(wrong);
    setTrouble("");
    if (Object.keys(wrong).length > 0) return;
    busy.current = true;
    setSending(true);
    const files = await beside.taken();
    try {
      const { contact } = await tickets.session();
      const email = draft.email.trim();
      if (asksEmail && email && !contact?.email) await tickets.introduce({ email });
      const { subject, body, priority, key } = draft;
      const words = { client_message_id: key, subject: subject.trim(), body, priority };
      const ticket = await tickets.create({ ...words, files: files.map(({ id }) => id) });
      keep("");
      setDone(ticket);
      found.ended();
      tickets.changed(null);
      opened?.(ticket);
    } catch (error) {
      beside.put(files);
      const told = faultsOf(error, words);
      setFaults(told);
      const code = codeOf(error);
      // Sent before, and the answer was lost: what is typed now is something else.
      if (code === "client_message_id_reused") type({ key: uuid() });
      if (Object.keys(told).length === 0) setTrouble(why(code, words));
    } finally {
      busy.current = false;
      setSending(false);
    }
  };

  if (done) {
    return (
      <div className="e-ticket-done">
        <p role="status">{words.thanks.replace("{n}", plain(done.reference))}</p>
        <button type="button" className="e-choice" onClick={() => setDone(null)}>
          {words.another}
        </button>
      </div>
    );
  }
  return (
    <form
      ref={form}
      className="e-ticket-form"
      aria-busy={sending}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <Labelled name={words.subject} fault={faults.subject}>
        {(more) => (
          <input
            dir="auto"
            autoComplete="off"
            value={draft.subject}
            onInput={(event) => type({ subject: event.currentTarget.value })}
            {...more}
          />
        )}
      </Labelled>
      <Labelled name={words.body} fault={faults.body}>
        {(more) => (
          <textarea
            dir="auto"
            rows={6}
            value={draft.body}
            onInput={(event) => type({ body: event.currentTarget.value })}
            {...more}
          />
        )}
      </Labelled>
      {beside.choice}
      <Suggestions found={found} help={help} words={words} />
      <div className="e-ticket-beside">
        <Labelled name={words.priority} fault={undefined}>
          {(more) => (
            <select
              value={draft.priority}
              onInput={(event) => type({ priority: event.currentTarget.value as Priority })}
              {...more}
            >
              {PRIORITIES.map((one) => (
                <option key={one} value={one}>
                  {words[one as "low"]}
                </option>
              ))}
            </select>
          )}
        </Labelled>
        {asksEmail && (
          <Labelled name={`${words.email} ${words.optional}`} fault={faults.email}>
            {(more) => (
              <input
                inputMode="email"
                autoComplete="email"
                autoCapitalize="none"
                value={draft.email}
                onInput={(event) => type({ email: event.currentTarget.value })}
                {...more}
              />
            )}
          </Labelled>
        )}
      </div>
      <p className="e-fault" role="alert">
        {trouble}
      </p>
      <button type="submit" className="e-choice e-chief" part="button">
        {sending ? words.sending : words.send}
      </button>
    </form>
  );
}

interface LabelledProps {
  name: string;
  fault: string | undefined;
  children(more: object): ReactNode;
}

/** A field with its name, and what is wrong with it. */
export function Labelled({ name, fault, children }: LabelledProps) {
  const id = useId();
  return (
    <div className="e-field">
      <label htmlFor={id}>{name}</label>
      {children({ id, "aria-invalid": fault !== undefined, "aria-describedby": fault ? `${id}fault` : undefined })}
      {fault && (
        <p id={`${id}fault`} className="e-fault">
          {fault}
        </p>
      )}
    </div>
  );
}

/** What was kept may be of another version, or nonsense. */
function draftOf(kept: string): Draft {
  const draft: Draft = { subject: "", body: "", email: "", priority: "normal", key: "" };
  try {
    const known = JSON.parse(kept || "{}") as Record<string, unknown>;
    for (const name of [...FIELDS, "key"] as const) {
      const value = known[name];
      if (typeof value === "string") draft[name] = value;
    }
    draft.priority = PRIORITIES.find((one) => one === known.priority) ?? "normal";
  } catch {
    // Then it begins empty.
  }
  return { ...draft, key: draft.key || uuid() };
}

function check(draft: Draft, words: TicketTexts): Partial<Record<Field, string>> {
  const wrong: Partial<Record<Field, string>> = {};
  for (const field of FIELDS) {
    if (Array.from(draft[field]).length > MOST[field]) wrong[field] = words.too_long;
    else if (field !== "email" && draft[field].trim() === "") wrong[field] = words.required;
  }
  return wrong;
}

function faultsOf(error: unknown, words: TicketTexts): Partial<Record<Field, string>> {
  const wrong: Partial<Record<Field, string>> = {};
  for (const { field, code } of (error instanceof ApiError && error.problem?.errors) || []) {
    const known = FIELDS.find((name) => field === `/${name}`);
    if (known) wrong[known] = words[code as "other"] ?? words.other;
  }
  return wrong;
}

/** Why something was not sent. */
export function why(code: string, words: TicketTexts): string {
  if (code === "client_message_id_reused") return words.used;
  if (code === "rate_limited") return words.limited;
  return code === "blocked" ? words.blocked : words.unsent;
}
