import { wait } from "./backoff";
import { applyChange, applyPage, newInbox, patch } from "./inbox";
import * as link from "./link";
import type { Failure, Filter, Link, Pending, Self, State, Thread } from "./model";
import * as outbox from "./outbox";
import { settle } from "./settle";
import type { Site } from "./site";
import * as thread from "./thread";
import type { TicketsFollow } from "./tickets";
import type { Agent, ClientFrame, Conversation, Entries, Entry, Page, ServerFrame, Snapshot } from "./wire";

/** Everything that can happen to the client. */
export type Input =
  | { type: "start" | "stop" | "tick" | "online" | "offline" | "awake" | "reconnect" | "more" }
  | { type: "session"; self: Self; site: Site; blocked?: boolean }
  | { type: "session_failed" | "refused"; failure: Failure }
  | { type: "told"; self: Self }
  | { type: "opened"; link: number }
  | { type: "frame"; link: number; frame: ServerFrame }
  | { type: "closed"; link: number; code: number }
  | { type: "follow" | "unfollow" | "older" | "older_failed"; conversation: string }
  | { type: "seen" | "marked"; conversation: string; seq: number }
  | { type: "typing"; conversation: string; typing: boolean; text?: string }
  | { type: "fetched"; conversation: string; fetch: number; snapshot: Snapshot }
  | { type: "fetch_failed"; conversation: string; fetch: number; failure: Failure }
  | { type: "older_fetched"; conversation: string; page: Entries }
  | { type: "polled"; conversation: string; page: Entries }
  | { type: "poll_failed"; conversation: string; failure: Failure }
  | { type: "filter"; filter: Filter }
  | { type: "listed"; fetch: number; page: Page }
  | { type: "list_failed"; fetch: number; failure: Failure }
  | { type: "changed"; conversation: Conversation }
  | { type: "patched"; conversation: Conversation; change: Partial<Conversation> }
  | { type: "agents"; agents: readonly Agent[] }
  | { type: "queue"; item: Pending }
  | { type: "retry"; id: string; fresh: string }
  | { type: "discard"; id: string }
  | { type: "posted"; id: string; entry: Entry; conversation: Conversation | null }
  | { type: "post_failed"; id: string; failure: Failure };

/** Everything that the client asks of the world. The answers come back as inputs. */
export type Action =
  | { type: "session" }
  | { type: "connect"; link: number }
  | { type: "disconnect" }
  | { type: "send"; frame: ClientFrame | TicketsFollow }
  | { type: "fetch"; conversation: string; fetch: number }
  | { type: "poll"; conversation: string; after: number; epoch: string | null }
  | { type: "mark"; conversation: string; seq: number }
  | { type: "typing"; conversation: string; typing: boolean; text?: string }
  | { type: "list"; fetch: number; filter: Filter; before: string | null; limit: number }
  | { type: "post"; item: Pending };

/** The moment of a step: ms since 1970, and a number in [0, 1). */
export interface Moment {
  now: number;
  random: number;
}

export interface Step {
  state: State;
  actions: Action[];
}

/** One step of the client, without I/O: what happened, what ran out meanwhile, and what is to be done about both. */
export function step(before: State, input: Input, moment: Moment): Step {
  const after = expire(reduce(before, input, moment), moment);
  const { state, actions } = settle(after, moment);
  return { state, actions: [...farewells(before, after), ...actions] };
}

/** What the state is after `input`. Never asks for anything: that is `settle`'s part. */
export function reduce(state: State, input: Input, moment: Moment): State {
  const { now, random } = moment;
  switch (input.type) {
    case "tick":
      return state;
    case "start":
      return { ...state, running: true };
    case "stop":
      return cut(
        { ...state, running: false, session: { ...state.session, phase: "none", retryAt: 0 } },
        off(state.link),
      );
    case "online":
      return wake({ ...state, online: true }, now);
    case "awake":
      return wake(state, now);
    case "offline": {
      const offline = { ...state, online: false };
      return link.isUp(state.link) ? cut(offline, link.dropped(state.link, now, random)) : offline;
    }
    case "reconnect":
      return reconnect(state, now);
    case "session":
      return { ...identify(state, input.self, input.site, now), blocked: input.blocked ?? false };
    case "session_failed":
      return unidentified(state, input.failure, moment);
    case "told":
      return state.self?.id === input.self.id ? { ...state, self: input.self } : state;
    case "refused":
      return fail(state, input.failure);
    case "opened":
      return input.link === state.link.id ? { ...state, link: link.opened(state.link, now) } : state;
    case "closed":
      return input.link === state.link.id ? closed(state, input.code, moment) : state;
    case "frame":
      return input.link === state.link.id ? receive(heard(state, now), input.frame, moment) : state;
    case "follow":
      return state.threads[input.conversation] ? state : put(state, thread.newThread(input.conversation));
    case "unfollow": {
      const { [input.conversation]: _, ...threads } = state.threads;
      return { ...state, threads };
    }
    case "seen":
      return see(state, input.conversation, input.seq);
    case "typing":
      return edit(state, input.conversation, (it) => ({
        ...it,
        typedAt: input.typing ? now : 0,
        typed: input.text ?? "",
      }));
    case "fetched":
      return fetched(state, input.conversation, input.fetch, input.snapshot, moment);
    case "fetch_failed":
      return fail(
        edit(state, input.conversation, (it) =>
          it.fetch === input.fetch && it.data === "loading" ? unfetched(it, input.failure, moment) : it,
        ),
        input.failure,
      );
    case "older":
      return edit(state, input.conversation, (it) => ({ ...it, older: it.hasMore }));
    case "older_failed":
      return edit(state, input.conversation, (it) => ({ ...it, older: false }));
    case "older_fetched":
      return edit(state, input.conversation, (it) => {
        const entries = input.page.epoch === state.epoch ? input.page.entries : [];
        return thread.applyOlder(it, entries, input.page.has_more, state.self);
      });
    case "polled":
      if (input.page.epoch !== state.epoch) return enter(state, input.page.epoch);
      return edit(state, input.conversation, (it) => polled(it, input.page, state.self, now));
    case "poll_failed":
      return unpolled(state, input.conversation, input.failure, moment);
    case "marked": {
      const { self } = state;
      if (!self) return state;
      const reader = { kind: self.kind, ...(self.kind === "agent" && { id: self.id }) };
      const frame = { type: "read" as const, conversation: input.conversation, reader, seq: input.seq };
      return edit(state, input.conversation, (it) => thread.apply(it, frame, self, now));
    }
    case "filter": {
      const { cursor, fetch } = state.inbox;
      return { ...state, inbox: { ...newInbox(input.filter), cursor, fetch } };
    }
    case "more": {
      const { inbox } = state;
      const can = inbox.next !== null && inbox.data === "ready";
      return can ? { ...state, inbox: { ...inbox, more: true, data: "missing", retryAt: 0 } } : state;
    }
    case "listed":
      return state.inbox.fetch === input.fetch ? listed(state, input.page) : state;
    case "list_failed": {
      if (state.inbox.fetch !== input.fetch) return state;
      const attempts = state.inbox.attempts + 1;
      const retryAt = now + wait(attempts, input.failure.retryAfter, random);
      return fail({ ...state, inbox: { ...state.inbox, data: "missing", attempts, retryAt } }, input.failure);
    }
    case "changed":
      return change(state, [input.conversation], []);
    // staff: begin
    case "patched": {
      const { conversation, change: part } = input;
      const shown = change(state, [{ ...conversation, ...part }], []);
      return edit(shown, conversation.id, (it) =>
        it.conversation ? { ...it, conversation: { ...it.conversation, ...part } } : it,
      );
    }
    case "agents":
      return { ...state, agents: input.agents };
    // staff: end
    case "queue":
      return queue(state, input.item);
    case "retry":
      return { ...state, outbox: outbox.retried(state.outbox, input.id, input.fresh) };
    case "discard":
      return { ...state, outbox: state.outbox.filter((item) => item.id !== input.id) };
    case "posted":
      return posted(state, input.id, input.entry, input.conversation);
    case "post_failed":
      return fail(
        { ...state, outbox: outbox.refused(state.outbox, input.id, input.failure, now, random) },
        input.failure,
      );
  }
}

function receive(state: State, frame: ServerFrame, moment: Moment): State {
  switch (frame.type) {
    case "welcome":
      return welcome(state, frame, moment.now);
    case "bye": {
      const next = link.dismissed(state.link, frame, moment.now, moment.random);
      return fail(cut(state, next), { status: 0, code: frame.code, detail: null, retryAfter: 0 });
    }
    case "ping":
      return { ...state, link: { ...state.link, pong: frame.n } };
    case "ack":
      return { ...state, outbox: outbox.acknowledged(state.outbox, frame.client_message_id, frame.seq) };
    case "error":
      return frame.ref === undefined ? state : refused(state, frame.ref, frame, moment);
    case "presence":
      return present(state, frame);
    case "inbox": {
      const next = change(state, frame.conversations, frame.gone);
      return { ...next, inbox: { ...next.inbox, cursor: frame.cursor } };
    }
    case "message":
    case "note":
    case "status":
    case "assigned":
    case "team":
    case "priority":
    case "language":
    case "queue":
    case "contact":
    case "rated":
    case "labels":
    case "attributes":
    case "handoff":
    case "read":
    case "typing":
    case "gap":
    case "subscribed":
      return edit(state, frame.conversation, (it) => thread.apply(it, frame, state.self, moment.now));
    default:
      return count(state, thread.asEntry(frame));
  }
}

/** A newer server may say more: what is numbered is counted, so that nothing seems to be missing. */
function count(state: State, entry: Entry | null): State {
  return entry ? edit(state, entry.conversation, (it) => thread.applyEntry(it, entry, state.self)) : state;
}

function welcome(before: State, frame: Extract<ServerFrame, { type: "welcome" }>, now: number): State {
  let state: State = {
    ...enter(before, frame.epoch),
    online: true,
    bodyChars: frame.limits.body_chars,
    link: link.welcomed(before.link, frame.heartbeat_ms, now),
  };
  for (const it of Object.values(state.threads)) {
    if (it.sub !== "asked") continue;
    const answer = frame.resumed.find((subscription) => subscription.conversation === it.id);
    state = put(state, answer ? thread.applySubscription(it, answer, state.self) : { ...it, sub: "none" });
  }
  if (frame.inbox) {
    const data = frame.inbox.recovered && state.inbox.data === "ready" ? "ready" : "missing";
    state = { ...state, inbox: { ...state.inbox, cursor: frame.inbox.cursor, data, more: false } };
  }
  return hurry(state);
}

/**
 * The server's database has another history: a standby took over, or a backup was put back. What we hold may not be in it, and
 * its numbers may be something else's, so all is fetched anew. What was stored then goes again: where it still is, the server
 * knows it by its id.
 */
function enter(state: State, epoch: string): State {
  if (state.epoch === epoch) return state;
  if (state.epoch === null) return { ...state, epoch };
  const threads: Record<string, Thread> = {};
  for (const it of Object.values(state.threads)) threads[it.id] = thread.rewound(it);
  return { ...state, epoch, threads, outbox: outbox.rewound(state.outbox) };
}

function fetched(before: State, id: string, fetch: number, snapshot: Snapshot, moment: Moment): State {
  const over = before.epoch !== null && before.epoch !== snapshot.epoch;
  // The link's own history is over, or the snapshot's is. The next link knows.
  if (over && before.link.phase === "ready") {
    const failure: Failure = { status: 0, code: "rewound", detail: null, retryAfter: 1 };
    return edit(before, id, (it) =>
      it.fetch === fetch && it.data === "loading" ? unfetched(it, failure, moment) : it,
    );
  }
  const state = enter(before, snapshot.epoch);
  return edit(state, id, (it) =>
    it.fetch === fetch && it.data === "loading" ? thread.applySnapshot(it, snapshot, state.self) : it,
  );
}

/** What waited for a better moment need not wait any longer. */
function hurry(state: State): State {
  const threads: Record<string, Thread> = {};
  for (const it of Object.values(state.threads)) threads[it.id] = { ...it, retryAt: 0 };
  const waiting = state.outbox.some((item) => item.retryAt > 0);
  const items = waiting ? state.outbox.map((item) => ({ ...item, retryAt: 0 })) : state.outbox;
  return { ...state, threads, inbox: { ...state.inbox, retryAt: 0 }, outbox: items };
}

/** The machine or the network came back: old waits mean nothing, but what the server asked for stands. */
function wake(state: State, now: number): State {
  const session = state.session.phase === "none" ? { ...state.session, retryAt: 0 } : state.session;
  const free = state.link.phase === "waiting" && state.link.floor === 0;
  const retryAt = Math.min(state.link.retryAt, now);
  return hurry({ ...state, session, link: free ? { ...state.link, retryAt } : state.link });
}

/** Somebody asks for another try, also after a final good-bye. */
function reconnect(state: State, now: number): State {
  const session = state.session.phase === "denied" ? { ...state.session, phase: "none" as const } : state.session;
  const next: Link = state.link.phase === "closed" ? { ...state.link, phase: "waiting", retryAt: 0 } : state.link;
  return wake({ ...state, session, link: { ...next, floor: 0 } }, now);
}

function identify(state: State, self: Self, site: Site, now: number): State {
  const session = { phase: "ready" as const, retryAt: 0, attempts: 0, code: null };
  const first = state.link.phase === "off";
  const next: State = {
    ...state,
    session,
    self,
    owner: self.id,
    site,
    link: first ? { ...state.link, phase: "waiting", retryAt: now } : state.link,
  };
  if (state.owner === "" || state.owner === self.id) return next;
  // Somebody else: nothing that was shown or written is theirs.
  const threads: Record<string, Thread> = {};
  for (const id of Object.keys(state.threads)) threads[id] = thread.newThread(id);
  const inbox = { ...newInbox(state.inbox.filter), fetch: state.inbox.fetch };
  const anew: Link = { ...off(state.link), phase: "waiting", retryAt: Math.max(now, state.link.retryAt) };
  return { ...next, link: anew, threads, inbox, outbox: [], agents: [] };
}

function unidentified(state: State, failure: Failure, { now, random }: Moment): State {
  const { status, code, retryAfter } = failure;
  const attempts = state.session.attempts + 1;
  if (status !== 401 && status !== 403) {
    const retryAt = now + wait(attempts, retryAfter, random);
    return { ...state, session: { phase: "none", attempts, retryAt, code } };
  }
  return cut({ ...state, session: { phase: "denied", attempts, retryAt: 0, code } }, off(state.link));
}

/** Gives up what took too long, and forgets who has stopped typing. */
function expire(state: State, { now, random }: Moment): State {
  const ready = state.link.phase === "ready";
  const late = state.outbox.some(
    (it) => it.conversation !== null && it.flight > 0 && it.flight + outbox.ACK_PATIENCE <= now,
  );
  if (now >= link.deadline(state.link) || (ready && late)) return cut(state, link.dropped(state.link, now, random));
  let next = state;
  for (const it of Object.values(state.threads)) {
    const fresh = thread.expireTyping(it, now);
    if (fresh !== it) next = put(next, fresh);
  }
  return next;
}

function closed(state: State, code: number, { now, random }: Moment): State {
  const next = cut(state, link.closed(state.link, code, now, random));
  return code === 4401 ? fail(next, { status: 0, code: "unauthenticated", detail: null, retryAfter: 0 }) : next;
}

/** Gives up the present link for `next`, and with it whatever hung on it. */
function cut(state: State, next: Link): State {
  const threads: Record<string, Thread> = {};
  for (const it of Object.values(state.threads)) threads[it.id] = thread.unlink(it);
  const items = state.link.phase === "ready" ? outbox.grounded(state.outbox) : state.outbox;
  // Where polling begins, what the socket did not tell any more is to be fetched at once.
  const refreshAt = next.polling && !state.link.polling ? 0 : state.inbox.refreshAt;
  return { ...state, link: next, threads, outbox: items, inbox: { ...state.inbox, refreshAt } };
}

function off(old: Link): Link {
  return { ...old, phase: "off", id: old.id + 1, attempts: 0, refused: 0, polling: false };
}

/** What the old link is still told: that we hang up, or what we no longer follow. */
function farewells(before: State, after: State): Action[] {
  if (!link.isUp(before.link)) return [];
  if (before.link.id !== after.link.id) return [{ type: "disconnect" }];
  return Object.values(before.threads)
    .filter((it) => it.sub !== "none" && !after.threads[it.id] && before.link.phase === "ready")
    .map((it) => ({ type: "send", frame: { type: "unsubscribe", conversation: it.id } }));
}

function queue(state: State, item: Pending): State {
  if (state.outbox.some((known) => known.id === item.id)) return state;
  const items = [...state.outbox, item].sort((a, b) => a.at - b.at);
  // The message itself tells the others that its author is not typing any more.
  return edit({ ...state, outbox: items }, item.thread, (it) => ({ ...it, typedAt: 0, toldTyping: 0 }));
}

function posted(before: State, id: string, entry: Entry, conversation: Conversation | null): State {
  const item = before.outbox.find((known) => known.id === id);
  let state: State = { ...before, outbox: outbox.acknowledged(before.outbox, id, entry.seq) };
  if (!conversation || !item) return edit(state, entry.conversation, (it) => thread.applyEntry(it, entry, state.self));
  const { [item.thread]: followed, ...threads } = state.threads;
  state = {
    ...state,
    threads,
    names: { ...state.names, [item.thread]: conversation.id },
    outbox: outbox.named(state.outbox, item.thread, conversation.id),
  };
  if (followed && !threads[conversation.id]) state = put(state, thread.newThread(conversation.id));
  return change(state, [conversation], []);
}

function refused(state: State, ref: string, frame: Extract<ServerFrame, { type: "error" }>, moment: Moment): State {
  const { now, random } = moment;
  const failure: Failure = { status: 400, code: frame.code, detail: frame.detail, retryAfter: 0 };
  const asked = Object.values(state.threads).find((it) => it.ref === ref && it.sub === "asked");
  if (asked) return fail(put(state, { ...asked, sub: "none", ...later(asked, failure, moment) }), failure);
  return fail({ ...state, outbox: outbox.refused(state.outbox, ref, failure, now, random) }, failure);
}

/** A dead session is asked for anew, whoever found out. */
function fail(state: State, failure: Failure): State {
  if (failure.code === "blocked") return { ...state, blocked: true };
  if (failure.code !== "unauthenticated" || state.session.phase !== "ready") return state;
  const attempts = state.session.attempts + 1;
  return { ...state, session: { ...state.session, phase: "none", attempts, retryAt: 0 } };
}

function unfetched(it: Thread, failure: Failure, moment: Moment): Thread {
  if (failure.status === 404) return { ...it, data: "gone", entries: [], conversation: null };
  return { ...it, data: it.conversation ? "stale" : "missing", ...later(it, failure, moment) };
}

function later(it: Thread, failure: Failure, { now, random }: Moment): { attempts: number; retryAt: number } {
  const attempts = it.attempts + 1;
  return { attempts, retryAt: now + 250 + wait(attempts, failure.retryAfter, random) };
}

function polled(it: Thread, page: Entries, self: Self | null, now: number): Thread {
  const idle = { ...it, polling: false, attempts: 0 };
  // Behind us: the server was restored. Nothing new: look at the marks, which entries do not bring.
  if (page.seq < it.seq || page.entries.length === 0) return { ...idle, data: "stale", retryAt: now + 1_000 };
  return page.entries.reduce((next, entry) => thread.applyEntry(next, entry, self), idle);
}

function unpolled(state: State, id: string, failure: Failure, moment: Moment): State {
  const idle = edit(state, id, (it) => {
    const next = { ...it, polling: false, ...later(it, failure, moment) };
    return failure.status === 404 ? { ...next, data: "gone" as const } : next;
  });
  // No answer at all: then it is not only the socket that does not work.
  const silent = failure.status === 0 && idle.link.polling;
  return fail(silent ? { ...idle, link: { ...idle.link, polling: false, refused: 0 } } : idle, failure);
}

function see(state: State, id: string, seq: number): State {
  const next = edit(state, id, (it) => thread.applySeen(it, seq, state.self));
  const unread = next.threads[id]?.conversation?.unread;
  const read = unread === 0 ? { unread, mentioned: false } : { unread };
  return next === state || unread === undefined ? next : { ...next, inbox: patch(next.inbox, id, read) };
}

function present(state: State, frame: Extract<ServerFrame, { type: "presence" }>): State {
  // staff: begin
  const { agent, status } = frame;
  if (agent?.id && status) {
    const known = state.agents.some((other) => other.id === agent.id);
    const agents = known
      ? state.agents.map((other) => (other.id === agent.id ? { ...other, status } : other))
      : [...state.agents, { id: agent.id, name: agent.name, status, open: 0 }];
    return { ...state, agents };
  }
  // staff: end
  const agentsOnline = frame.agents_online;
  return state.site && agentsOnline !== undefined ? { ...state, site: { ...state.site, agentsOnline } } : state;
}

function listed(state: State, page: Page): State {
  const conversations = page.conversations.map((it) => asRead(state, it));
  return { ...state, inbox: applyPage(state.inbox, { ...page, conversations }, state.self) };
}

function change(state: State, conversations: readonly Conversation[], gone: readonly string[]): State {
  const known = conversations.map((it) => asRead(state, it));
  return { ...state, inbox: applyChange(state.inbox, { conversations: known, gone }, state.self) };
}

/** What was read here just now may not have reached the server when it counted. */
function asRead(state: State, conversation: Conversation): Conversation {
  const it = state.threads[conversation.id];
  if (it?.data !== "ready" || !it.conversation || it.seq < conversation.seq) return conversation;
  return { ...conversation, unread: Math.min(conversation.unread, it.conversation.unread) };
}

function heard(state: State, now: number): State {
  return { ...state, link: { ...state.link, heardAt: now } };
}

function put(state: State, it: Thread): State {
  return { ...state, threads: { ...state.threads, [it.id]: it } };
}

function edit(state: State, id: string, how: (it: Thread) => Thread): State {
  const it = state.threads[id];
  if (!it) return state;
  const next = how(it);
  return next === it ? state : put(state, next);
}
