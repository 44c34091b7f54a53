import { type DeskTicket, uuid } from "@engage/client";
import { useState } from "react";
import { FormDialog } from "../shell/form";
import { go, href } from "../shell/route";
import { toast } from "../shell/toast";
import { t } from "../words";
import type { Opened } from "./open";
import { useTickets } from "./use";

interface OfTicket {
  of: Opened;
  ticket: DeskTicket;
  close(): void;
}

/** A day, in minutes: the server takes no more at once. */
const DAY = 24 * 60;

/** Notes down work. Less than nothing takes back. */
export function Time({ of, ticket, close }: OfTicket) {
  const desk = useTickets();
  const [key] = useState(uuid);
  const [minutes, setMinutes] = useState("");
  const [note, setNote] = useState("");
  const count = Number(minutes);
  const ready = minutes.trim() !== "" && Number.isFinite(count) && count !== 0 && Math.abs(count) <= DAY;
  return (
    <FormDialog
      title={t("ticket.time.add")}
      yes={t("ticket.time.do")}
      ready={ready}
      close={close}
      work={async () => {
        const said = await desk.time(ticket.id, key, Math.round(count * 60), note.trim());
        of.take(said.ticket, said.entry);
      }}
    >
      <label className="field">
        <span>{t("ticket.time.minutes")}</span>
        <input
          type="number"
          inputMode="numeric"
          step="any"
          min={-DAY}
          max={DAY}
          value={minutes}
          onChange={(event) => setMinutes(event.currentTarget.value)}
        />
      </label>
      <label className="field">
        <span>{t("ticket.time.note")}</span>
        <input dir="auto" maxLength={1_000} value={note} onChange={(event) => setNote(event.currentTarget.value)} />
      </label>
    </FormDialog>
  );
}

/** Says anew what the ticket is about. */
export function Subject({ of, ticket, close }: OfTicket) {
  const [subject, setSubject] = useState(ticket.subject);
  const wanted = subject.trim();
  return (
    <FormDialog
      title={t("ticket.rename")}
      yes={t("save")}
      ready={wanted !== "" && wanted !== ticket.subject}
      close={close}
      work={() => of.tryEdit({ subject: wanted })}
    >
      <label className="field">
        <span>{t("ticket.subject")}</span>
        <input dir="auto" maxLength={200} value={subject} onChange={(event) => setSubject(event.currentTarget.value)} />
      </label>
    </FormDialog>
  );
}

interface SplitProps {
  ticket: DeskTicket;
  entries: readonly number[];
  close(): void;
  done(): void;
}

/** Makes what was chosen a ticket of its own. */
export function Split({ ticket, entries, close, done }: SplitProps) {
  const desk = useTickets();
  const [key] = useState(uuid);
  const [subject, setSubject] = useState("");
  return (
    <FormDialog
      title={t("ticket.split")}
      yes={t("ticket.split.do")}
      ready={subject.trim() !== ""}
      close={close}
      work={async () => {
        const fresh = await desk.split(ticket.id, key, subject.trim(), entries);
        desk.changed(null);
        done();
        toast(t("ticket.split.done", { number: fresh.reference }));
        go(href("t", fresh.id));
      }}
    >
      <p>{t("ticket.split.text", { n: entries.length })}</p>
      <label className="field">
        <span>{t("ticket.split.subject")}</span>
        <input dir="auto" maxLength={200} value={subject} onChange={(event) => setSubject(event.currentTarget.value)} />
      </label>
    </FormDialog>
  );
}

/** Makes a conversation a ticket of its visitor. */
export function FromChat({ conversation, close }: { conversation: string; close(): void }) {
  const desk = useTickets();
  const [subject, setSubject] = useState("");
  return (
    <FormDialog
      title={t("ticket.from-chat")}
      yes={t("ticket.open")}
      ready={subject.trim() !== ""}
      close={close}
      work={async () => {
        const ticket = await desk.fromChat(conversation, subject.trim());
        desk.changed(null);
        toast(t("ticket.opened", { number: ticket.reference }));
        go(href("t", ticket.id));
      }}
    >
      <p>{t("ticket.from-chat.text")}</p>
      <label className="field">
        <span>{t("ticket.subject")}</span>
        <input dir="auto" maxLength={200} value={subject} onChange={(event) => setSubject(event.currentTarget.value)} />
      </label>
    </FormDialog>
  );
}

export default FromChat;
