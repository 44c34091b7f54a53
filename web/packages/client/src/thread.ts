import { isMine, type Self, type Thread, type Typing } from "./model";
import type { Attribute, Author, Conversation, Entry, ReadMark, ServerFrame, Snapshot, Subscription } from "./wire";

const TYPING_STANDS = 6_000;

export function newThread(id: string): Thread {
  return {
    id,
    conversation: null,
    entries: [],
    seq: 0,
    hasMore: false,
    reads: [],
    typing: [],
    position: null,
    data: id.startsWith(LOCAL) ? "local" : "missing",
    fetch: 0,
    retryAt: 0,
    attempts: 0,
    sub: "none",
    ref: "",
    target: 0,
    held: [],
    holes: 0,
    readTo: 0,
    toldRead: 0,
    polling: false,
    older: false,
    typedAt: 0,
    typed: "",
    toldText: "",
    toldTyping: 0,
    saidTyping: 0,
  };
}

/** Local names stand for conversations that the server has not made yet. */
export const LOCAL = "new:";

/** The frames that change a conversation. */
export type ThreadFrame =
  | Entry
  | Extract<ServerFrame, { type: "read" | "typing" | "gap" | "queue" }>
  | ({ type: "subscribed"; ref: string } & Subscription);

/** What a conversation is after a frame. No frame leaves it with a hole: it asks anew instead (`sub` is then `none`). */
export function apply(thread: Thread, frame: ThreadFrame, self: Self | null, now: number): Thread {
  switch (frame.type) {
    case "subscribed":
      return frame.ref === thread.ref ? applySubscription(thread, frame, self) : thread;
    case "read":
      return applyReads(thread, [frame], self);
    case "typing":
      return applyTyping(thread, frame.author, frame.typing, self, now);
    case "queue":
      return { ...thread, position: frame.position };
    case "gap":
      return { ...thread, sub: "none" };
    default:
      return applyEntry(thread, frame, self);
  }
}

/** A subscription answered, by `subscribed` or in `welcome.resumed`. */
export function applySubscription(thread: Thread, subscription: Subscription, self: Self | null): Thread {
  if ("error" in subscription) return { ...thread, data: "gone", sub: "on", entries: [], conversation: null };
  const marked = applyReads({ ...thread, sub: "on", target: subscription.seq }, subscription.reads, self);
  return subscription.recovered ? marked : { ...marked, data: "stale", retryAt: 0, held: [] };
}

/** A frame of a type that nobody here knows, if it has all that an entry needs to be counted. */
export function asEntry(frame: object): Entry | null {
  const { conversation, seq, id, at, author } = frame as Partial<Entry>;
  return conversation && Number.isSafeInteger(seq) && id && at && author ? (frame as Entry) : null;
}

export function applyEntry(thread: Thread, entry: Entry, self: Self | null): Thread {
  if (thread.data === "gone") return thread;
  if (thread.data !== "ready") {
    return thread.sub === "on" ? { ...thread, held: [...thread.held, entry] } : thread;
  }
  if (entry.seq <= thread.seq) return thread;
  if (entry.seq > thread.seq + 1) return thread.sub === "on" ? missed(thread) : thread;
  const next: Thread = {
    ...thread,
    entries: [...thread.entries, entry],
    seq: entry.seq,
    holes: 0,
    typing: thread.typing.filter((typing) => !sameAuthor(typing.author, entry.author)),
    conversation: thread.conversation && advance(thread.conversation, entry, self),
  };
  return recount(next, self);
}

/** Something was missed: ask for it by `seq`; when that brought no progress, begin from a snapshot. */
function missed(thread: Thread): Thread {
  const holes = thread.holes + 1;
  return { ...thread, sub: "none", holes, data: holes > 1 ? "stale" : thread.data };
}

/** Puts the snapshot in place of all that was held, then applies what came meanwhile. */
export function applySnapshot(thread: Thread, snapshot: Snapshot, self: Self | null): Thread {
  const seq = snapshot.conversation.seq;
  const fresh: Thread = {
    ...thread,
    conversation: snapshot.conversation,
    entries: snapshot.entries,
    seq,
    hasMore: snapshot.has_more,
    reads: [],
    data: "ready",
    attempts: 0,
    retryAt: 0,
    held: [],
    readTo: Math.min(thread.readTo, seq),
    toldRead: 0,
    older: false,
  };
  const marked = recount(
    applyReads(
      fresh,
      [...thread.reads, ...snapshot.reads].filter((mark) => mark.seq <= seq),
      self,
    ),
    self,
  );
  return thread.held.reduce((held, entry) => applyEntry(held, entry, self), marked);
}

/** Older entries, put before what is held if they fit there. */
export function applyOlder(thread: Thread, entries: readonly Entry[], hasMore: boolean, self: Self | null): Thread {
  const done = { ...thread, older: false };
  const first = thread.entries[0]?.seq ?? thread.seq + 1;
  const older = entries.filter((entry) => entry.seq < first);
  const last = older[older.length - 1];
  if (thread.data !== "ready" || (last && last.seq !== first - 1)) return done;
  return recount({ ...done, entries: [...older, ...thread.entries], hasMore }, self);
}

/** The reader has seen all up to `seq`. Told to the server by whoever settles the state. */
export function applySeen(thread: Thread, seq: number, self: Self | null): Thread {
  const readTo = Math.min(seq, thread.seq);
  return readTo > thread.readTo ? recount({ ...thread, readTo }, self) : thread;
}

/** What is held belongs to a history of the database that is over: shown until what is stored now was fetched. */
export function rewound(thread: Thread): Thread {
  if (thread.data === "local" || thread.data === "gone") return thread;
  const data = thread.conversation ? "stale" : "missing";
  return { ...thread, data, reads: [], held: [], holes: 0, retryAt: 0, polling: false };
}

/** The link is gone: nothing is subscribed any more, what we hold stays. */
export function unlink(thread: Thread): Thread {
  return { ...thread, sub: "none", held: [], typing: [], position: null, toldRead: 0, toldTyping: 0, polling: false };
}

export function expireTyping(thread: Thread, now: number): Thread {
  if (thread.typing.every((typing) => typing.until > now)) return thread;
  return { ...thread, typing: thread.typing.filter((typing) => typing.until > now) };
}

/** How far this reader has read, as the server knows it. */
export function ownMark(thread: Thread, self: Self | null): number {
  return thread.reads.find((mark) => isMine(mark.reader, self))?.seq ?? 0;
}

/** How far anybody on the other side has read. */
export function seenTo(thread: Thread, self: Self | null): number {
  const others = thread.reads.filter((mark) => mark.reader.kind !== self?.kind);
  return Math.max(0, ...others.map((mark) => mark.seq));
}

/** Another side's text, so one that can be unread. */
export function countsAsUnread(entry: Entry, self: Self | null): boolean {
  return (entry.type === "message" || entry.type === "note") && !isMine(entry.author, self);
}

/** Exact when all unread entries are held; else what was counted so far stands. */
function recount(thread: Thread, self: Self | null): Thread {
  const { conversation } = thread;
  if (!conversation) return thread;
  const mark = Math.max(thread.readTo, ownMark(thread, self));
  const first = thread.entries[0]?.seq ?? thread.seq + 1;
  const covered = mark >= first - 1 || !thread.hasMore;
  if (!covered) return thread;
  const unread = thread.entries.filter((entry) => entry.seq > mark && countsAsUnread(entry, self)).length;
  return unread === conversation.unread ? thread : { ...thread, conversation: { ...conversation, unread } };
}

function advance(conversation: Conversation, entry: Entry, self: Self | null): Conversation {
  const next: Conversation = { ...conversation, seq: entry.seq, updated_at: entry.at };
  switch (entry.type) {
    case "message":
    case "note":
      next.last_message = {
        author: entry.author,
        excerpt: Array.from(entry.body || (entry.files ?? []).map((file) => file.name).join(", "))
          .slice(0, 140)
          .join(""),
        at: entry.at,
        type: entry.type,
      };
      if (countsAsUnread(entry, self)) next.unread += 1;
      break;
    case "status":
      // Each closing asks anew how it went.
      if (entry.status === "closed" && conversation.status !== "closed") next.rating = null;
      next.status = entry.status;
      // staff: begin
      if ("snoozed_until" in conversation) next.snoozed_until = entry.snoozed_until ?? null;
      // staff: end
      break;
    case "assigned":
      next.assignee = entry.agent;
      break;
    // staff: begin
    case "team":
      next.team = entry.team;
      break;
    case "priority":
      next.priority = entry.priority;
      break;
    case "language":
      next.language = entry.language;
      break;
    case "contact":
      next.contact = entry.contact;
      break;
    // staff: end
    case "rated":
      next.rating = { score: entry.score, comment: entry.comment };
      break;
    // staff: begin
    case "labels":
      next.labels = entry.labels;
      break;
    case "attributes":
      next.attributes = merged(next.attributes, entry.changed);
      break;
    // staff: end
    case "handoff":
      next.bot = false;
      break;
  }
  // staff: begin
  if ("waiting_since" in conversation) return sinceWhen(next, entry);
  // staff: end
  return next;
}

// staff: begin
/** Since when the visitor waits for an answer, and the conversation for somebody, as the server counts it. */
function sinceWhen(next: Conversation, entry: Entry): Conversation {
  if (entry.type === "message") {
    next.unanswered_since = entry.author.kind === "visitor" ? (next.unanswered_since ?? entry.at) : null;
  }
  if (next.status === "closed") next.unanswered_since = null;
  const waits = next.status === "open" && next.assignee === null;
  next.waiting_since = waits ? (next.waiting_since ?? next.unanswered_since ?? entry.at) : null;
  return next;
}

/** RFC 7396, for flat values: null removes. */
function merged(before: Conversation["attributes"], changed: Record<string, Attribute | null>) {
  const next = Object.entries({ ...before, ...changed }).filter(([, value]) => value !== null);
  return Object.fromEntries(next) as Record<string, Attribute>;
}
// staff: end

function applyReads(thread: Thread, marks: readonly ReadMark[], self: Self | null): Thread {
  let reads = thread.reads;
  for (const { reader, seq } of marks) {
    const at = reads.findIndex((mark) => mark.reader.kind === reader.kind && mark.reader.id === reader.id);
    const known = reads[at];
    if (!known) reads = [...reads, { reader, seq }];
    else if (known.seq < seq) reads = reads.map((mark, index) => (index === at ? { reader, seq } : mark));
  }
  return reads === thread.reads ? thread : recount({ ...thread, reads }, self);
}

function applyTyping(thread: Thread, author: Author, typing: boolean, self: Self | null, now: number): Thread {
  if (isMine(author, self)) return thread;
  const others: readonly Typing[] = thread.typing.filter((known) => !sameAuthor(known.author, author));
  return { ...thread, typing: typing ? [...others, { author, until: now + TYPING_STANDS }] : others };
}

function sameAuthor(a: Author, b: Author): boolean {
  return a.kind === b.kind && a.id === b.id && a.name === b.name;
}
