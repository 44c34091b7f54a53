import { type Colleague, type SentFile, type TicketsDesk, uuid } from "@engage/client";
import { useEffect, useRef, useState } from "react";
import { trouble } from "../words/trouble";
import type { Opened } from "./open";

/** A draft is kept on the server when nobody has typed for this long, in ms. */
const CALM = 800;
/** What could not be kept is tried again after this, in ms. */
const AGAIN = 5_000;

/** Something that is being sent. It is shown at once; what is refused stays, with the reason. */
export interface Saying {
  id: string;
  note: boolean;
  body: string;
  mentions: readonly Colleague[];
  files: readonly SentFile[];
  status: string | null;
  problem: string | null;
}

export interface Draft {
  body: string;
  note: boolean;
}

export type Writing = ReturnType<typeof useWriting>;

/**
 * What somebody writes on a ticket: the draft, which the server keeps, and what is on its way. The server forgets nothing before it
 * has it: what was refused goes back into the draft that it keeps.
 */
export function useWriting(desk: TicketsDesk, ticket: string | null, opened: Opened) {
  const [draft, setDraft] = useState<Draft>({ body: "", note: false });
  const [saying, setSaying] = useState<readonly Saying[]>([]);
  const [unkept, setUnkept] = useState(false);
  const [back, setBack] = useState<Pick<Saying, "files" | "note"> | null>(null);
  const now = useRef({ draft, saying, dirty: false, recalled: false });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const take = useRef(opened.take);
  take.current = opened.take;

  const keep = async () => {
    clearTimeout(timer.current);
    if (!ticket || !now.current.dirty) return;
    now.current.dirty = false;
    const { draft, saying } = now.current;
    const left = [...saying.map((one) => one.body), draft.body].filter(Boolean).join("\n\n");
    try {
      await desk.keepDraft(ticket, { body: left, note: draft.note });
      setUnkept(false);
    } catch {
      now.current.dirty = true;
      setUnkept(true);
      timer.current = setTimeout(keep, AGAIN);
    }
  };
  const latest = useRef(keep);
  latest.current = keep;
  const soon = () => {
    now.current.dirty = true;
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void latest.current(), CALM);
  };
  const show = (next: readonly Saying[]) => {
    now.current.saying = next;
    setSaying(next);
  };
  const write = (next: Draft) => {
    now.current.draft = next;
    setDraft(next);
    soon();
  };

  // What was written before, here or elsewhere. What is typed meanwhile stands behind it.
  useEffect(() => {
    if (!ticket) return;
    let current = true;
    desk.draft(ticket).then(
      (kept) => {
        const { draft } = now.current;
        if (!current || now.current.recalled) return;
        now.current.recalled = true;
        if (!kept.body) return;
        const body = draft.body ? `${kept.body}\n\n${draft.body}` : kept.body;
        const next = { body, note: draft.body ? draft.note : kept.note };
        now.current.draft = next;
        setDraft(next);
        if (draft.body) soon();
      },
      () => {},
    );
    return () => {
      current = false;
    };
  }, [desk, ticket]);

  // Who leaves loses nothing: not the ticket, not the page.
  useEffect(() => {
    const hidden = () => document.visibilityState === "hidden" && void latest.current();
    document.addEventListener("visibilitychange", hidden);
    return () => {
      document.removeEventListener("visibilitychange", hidden);
      void latest.current();
    };
  }, []);

  const post = async (one: Saying) => {
    if (!ticket) return;
    const files = one.files.map(({ id }) => id);
    const words = { client_message_id: one.id, body: one.body, ...(files.length > 0 && { files }) };
    try {
      const said = one.note
        ? await desk.note(
            ticket,
            words,
            one.mentions.map(({ id }) => id),
          )
        : await desk.reply(ticket, words, one.status ?? undefined);
      show(now.current.saying.filter((other) => other.id !== one.id));
      take.current(said.ticket, said.entry);
    } catch (error) {
      const failed = { ...one, problem: trouble(error) };
      show(now.current.saying.map((other) => (other.id === one.id ? failed : other)));
    }
    soon();
  };

  return {
    draft,
    saying,
    /** Whether what is typed is nowhere but here. */
    unkept,
    write,
    /** Files of what was taken back, until they are where they can be sent from. */
    back,
    received: () => setBack(null),
    send(mentions: readonly Colleague[], status: string | null, files: readonly SentFile[]) {
      const { body, note } = now.current.draft;
      if ((!body.trim() && files.length === 0) || !ticket) return;
      const one: Saying = { id: uuid(), note, body, mentions, files, status, problem: null };
      show([...now.current.saying, one]);
      now.current.draft = { body: "", note };
      setDraft(now.current.draft);
      void post(one);
    },
    retry(id: string) {
      const one = now.current.saying.find((other) => other.id === id);
      if (!one) return;
      const again = { ...one, problem: null };
      show(now.current.saying.map((other) => (other.id === id ? again : other)));
      void post(again);
    },
    /** Back into the box, before what stands there. */
    take(id: string) {
      const one = now.current.saying.find((other) => other.id === id);
      if (!one) return;
      show(now.current.saying.filter((other) => other.id !== id));
      if (one.files.length > 0) setBack(one);
      const { body } = now.current.draft;
      write({ body: [one.body, body].filter(Boolean).join("\n\n"), note: one.note });
    },
  };
}
