import type { Inside } from "./client";
import { transport } from "./link";
import { isMine, type Pending, type Self, type State, type Thread } from "./model";
import { LOCAL, seenTo } from "./thread";
import type { Author, Colleague, Conversation, Entry, Opening, SentFile } from "./wire";

/** One line of a conversation: an entry, or a message of ours that is not one yet. */
export interface Item {
  /** Stays the same when a message of ours becomes an entry. */
  key: string;
  entry: Entry | null;
  pending: Pending | null;
  mine: boolean;
  /**
   * `sending`: on its way. `waiting`: there is no connection. `stored`: the server has it for good. `failed`: refused, see
   * `pending.code`; it waits for `retry` or `discard`.
   */
  state: "sending" | "waiting" | "stored" | "failed";
}

/** A conversation as it should be shown. Immutable; the same object as long as nothing changed. */
export interface ChatView {
  /** Null until the first message of a new conversation is stored. */
  id: string | null;
  conversation: Conversation | null;
  items: readonly Item[];
  /** `loading`: nothing to show yet. `gone`: it does not exist for this reader. */
  phase: "loading" | "ready" | "gone";
  /** All that the server has is here, and more would come by itself. */
  live: boolean;
  typing: readonly Author[];
  /** The place in the queue, from 1, while the visitor waits for somebody. */
  position: number | null;
  /** The other side has read up to this `seq`. */
  seen: number;
  unread: number;
  hasMore: boolean;
  loadingMore: boolean;
  draft: string;
  /** What is being written as a private note: never mixed up with what the visitor would get. */
  noteDraft: string;
  bodyChars: number;
}

export interface SendOptions {
  note?: boolean;
  replyTo?: string;
  /** What goes with it. */
  files?: readonly SentFile[];
  /** Whom a note asks to look. */
  mentions?: readonly Colleague[];
  /** What goes with the first message of a conversation; of no use with another. */
  opening?: Opening;
}

export type Chat = ReturnType<typeof createChat>;

/** The store of one conversation. Followed while somebody subscribes, and `linger` ms longer. */
export function createChat(inside: Inside, name: string, linger: number, dispose: () => void) {
  const { keep, ports } = inside;
  const listeners = new Set<() => void>();
  let unlisten: (() => void) | null = null;
  let calm = () => {};
  let draftOf = { owner: inside.state().owner, key: key() };
  let draft = keep.draft(draftOf.owner, draftKey(false));
  let noteDraft = keep.draft(draftOf.owner, draftKey(true));
  const back = new Set<(files: readonly SentFile[], note: boolean) => void>();
  let cached: { view: ChatView; parts: readonly unknown[] } | null = null;

  /** The id, or the local name until there is one. */
  function key(): string {
    return inside.state().names[name] ?? name;
  }

  function draftKey(note: boolean, id = key()): string {
    if (note) return `${id}#note`;
    return id.startsWith(LOCAL) ? "" : id;
  }

  /** The draft moves along when the conversation gets its id or the person a session, and stays behind for another. */
  function settleDraft(): void {
    const next = { owner: inside.state().owner, key: key() };
    if (next.owner === draftOf.owner && next.key === draftOf.key) return;
    const same = draftOf.owner === "" || draftOf.owner === next.owner;
    if (same) {
      keep.setDraft(draftOf.owner, draftKey(false, draftOf.key), "");
      draft ||= keep.draft(next.owner, draftKey(false));
      keep.setDraft(next.owner, draftKey(false), draft);
    } else {
      draft = keep.draft(next.owner, draftKey(false));
      noteDraft = keep.draft(next.owner, draftKey(true));
    }
    draftOf = next;
  }

  function changed(): void {
    settleDraft();
    const before = cached?.view;
    if (getSnapshot() !== before) for (const listener of [...listeners]) listener();
  }

  function getSnapshot(): ChatView {
    const state = inside.state();
    const thread = state.threads[key()];
    const way = transport(state.link, state.online);
    const parts = [thread, state.outbox, state.self, way, draft, noteDraft, key(), state.bodyChars];
    if (cached?.parts.every((part, index) => part === parts[index])) return cached.view;
    cached = { view: { ...view(state, key(), thread), draft, noteDraft }, parts };
    return cached.view;
  }

  return {
    /** The id, or a local name that stands for it. */
    name,
    getSnapshot,
    subscribe(listener: () => void): () => void {
      listeners.add(listener);
      calm();
      if (!unlisten) {
        unlisten = inside.subscribe(changed);
        inside.dispatch({ type: "follow", conversation: key() });
      }
      return () => {
        listeners.delete(listener);
        calm();
        if (listeners.size === 0) calm = ports.after(linger, leave);
      };
    },
    /** Sends `body`, which is shown at once. Blank text is not sent, but beside files. Gives the message's id. */
    send(body: string, options: SendOptions = {}): string | null {
      const text = body.replace(/\r\n?/g, "\n").replace(/\s+$/, "");
      if (!text.trim() && !options.files?.length) return null;
      const id = ports.uuid();
      inside.dispatch({
        type: "queue",
        item: newPending(id, key(), text, options, lastAt(inside.state(), ports.now())),
      });
      return id;
    },
    /** Sends the draft and empties it. */
    sendDraft(options: SendOptions = {}): string | null {
      const id = this.send(options.note ? noteDraft : draft, options);
      if (id) this.setDraft("", options.note);
      return id;
    },
    retry: (id: string) => inside.dispatch({ type: "retry", id, fresh: ports.uuid() }),
    discard: (id: string) => inside.dispatch({ type: "discard", id }),
    /** Takes a message that failed back into the draft, in front of what is there. */
    edit(id: string): void {
      const item = inside.state().outbox.find((known) => known.id === id && known.state === "failed");
      if (!item) return;
      const note = item.kind === "note";
      const rest = note ? noteDraft : draft;
      this.setDraft(rest && item.body ? `${item.body}\n${rest}` : item.body || rest, note);
      for (const hearer of back) hearer(item.files ?? [], note);
      inside.dispatch({ type: "discard", id });
    },
    /** Hears which files come back with a message that is taken back. Gives how to hear no more. */
    onBack(hearer: (files: readonly SentFile[], note: boolean) => void): () => void {
      back.add(hearer);
      return () => void back.delete(hearer);
    },
    setDraft(text: string, note = false): void {
      if (text === (note ? noteDraft : draft)) return;
      if (note) noteDraft = text;
      else draft = text;
      keep.setDraft(draftOf.owner, draftKey(note), text);
      changed();
    },
    typing: (typing: boolean) => inside.dispatch({ type: "typing", conversation: key(), typing, text: draft }),
    /** The reader has this conversation before their eyes. */
    seen(): void {
      const thread = inside.state().threads[key()];
      if (thread?.conversation?.unread) inside.dispatch({ type: "seen", conversation: key(), seq: thread.seq });
    },
    /** Fetches older entries. */
    async older(): Promise<void> {
      const conversation = key();
      const thread = inside.state().threads[conversation];
      if (!thread?.hasMore || thread.older || thread.data !== "ready") return;
      inside.dispatch({ type: "older", conversation });
      try {
        const page = await inside.api.before(conversation, thread.entries[0]?.seq ?? thread.seq + 1);
        inside.dispatch({ type: "older_fetched", conversation, page });
      } catch {
        inside.dispatch({ type: "older_failed", conversation });
      }
    },
  };

  function leave(): void {
    if (listeners.size > 0) return;
    unlisten?.();
    unlisten = null;
    inside.dispatch({ type: "unfollow", conversation: key() });
    dispose();
  }
}

const KNOWN: readonly string[] = [
  "message",
  "note",
  "status",
  "assigned",
  "team",
  "priority",
  "language",
  "contact",
  "rated",
  "labels",
  "attributes",
  "handoff",
] satisfies Entry["type"][];

/** What a newer server may tell and this client cannot show. */
function isKnown(entry: Entry): boolean {
  return KNOWN.includes(entry.type);
}

const items = new WeakMap<Entry, Item>();

function itemOf(entry: Entry, self: Self | null): Item {
  const known = items.get(entry);
  const mine = isMine(entry.author, self);
  if (known && known.mine === mine) return known;
  const sent = mine && "client_message_id" in entry ? entry.client_message_id : null;
  const item: Item = { key: sent ?? entry.id, entry, pending: null, mine, state: "stored" };
  items.set(entry, item);
  return item;
}

function view(state: State, key: string, thread: Thread | undefined): Omit<ChatView, "draft" | "noteDraft"> {
  const way = transport(state.link, state.online);
  const pending = state.outbox
    .filter((item) => item.thread === key)
    .map((item): Item => {
      const moving = item.flight > 0 || way !== null;
      const shown = item.state === "queued" ? (moving ? "sending" : "waiting") : item.state;
      return { key: item.id, entry: null, pending: item, mine: true, state: shown };
    });
  const local = key.startsWith(LOCAL);
  const known = local || thread?.conversation != null || pending.length > 0;
  return {
    id: local ? null : key,
    conversation: thread?.conversation ?? null,
    items: [...(thread?.entries ?? []).filter(isKnown).map((entry) => itemOf(entry, state.self)), ...pending],
    phase: thread?.data === "gone" ? "gone" : known ? "ready" : "loading",
    live: thread?.data === "ready" && thread.seq >= thread.target && (thread.sub === "on" || way === "http"),
    typing: (thread?.typing ?? []).map((typing) => typing.author),
    position: thread?.position ?? null,
    seen: thread ? seenTo(thread, state.self) : 0,
    unread: thread?.conversation?.unread ?? 0,
    hasMore: thread?.hasMore ?? false,
    loadingMore: thread?.older ?? false,
    bodyChars: state.bodyChars,
  };
}

function newPending(
  id: string,
  thread: string,
  body: string,
  { note, replyTo, opening, files, mentions }: SendOptions,
  at: number,
): Pending {
  const conversation = thread.startsWith(LOCAL) ? null : thread;
  const travel = { state: "queued" as const, code: null, seq: 0, flight: 0, attempts: 0, retryAt: 0 };
  const kind = note ? "note" : "message";
  // Only what starts a conversation can open it.
  const first = conversation === null && opening ? { opening } : {};
  return {
    id,
    conversation,
    thread,
    kind,
    body,
    replyTo: replyTo ?? null,
    at,
    ...(files?.length && { files }),
    ...(note && mentions?.length && { mentions }),
    ...first,
    ...travel,
  };
}

/** A time after every message that waits: they are sent in this order, also when a clock is set back. */
function lastAt(state: State, now: number): number {
  return Math.max(now, ...state.outbox.map((item) => item.at + 1));
}
