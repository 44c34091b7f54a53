import { backoff } from "./backoff";
import * as link from "./link";
import type { Action, Moment, Step } from "./machine";
import type { State, Thread } from "./model";
import { ACK_PATIENCE, heads, pruned } from "./outbox";
import { ownMark } from "./thread";
import type { ClientFrame } from "./wire";

/** A `hello` resumes at most this many conversations. */
const RESUMES = 50;
/** How often the list is fetched while no socket tells of changes, in ms. */
const REFRESH = 10_000;
/** Who keeps typing says so again after this, in ms. */
const TYPING_AGAIN = 3_000;
/** So much of what is being typed is told, where any is. */
const PREVIEW = 1_000;
/** The server counts one word about typing in a second, as they arrive: one that travels faster must not come too early. */
const TYPING_PAUSE = 1_500;

/**
 * Everything that the state calls for and that is not under way yet. Because it looks at the state alone, nothing has to
 * be remembered at the places where something becomes possible: a new link, an answer, the end of a wait.
 */
export function settle(before: State, moment: Moment): Step {
  if (!before.running) return { state: before, actions: [] };
  const actions: Action[] = [];
  let state = settleLink(before, moment, actions);
  if (state.session.phase === "ready") {
    for (const thread of Object.values(state.threads)) state = settleThread(state, thread, moment, actions);
    state = settleInbox(state, moment, actions);
    state = settleOutbox(state, moment, actions);
  }
  const outbox = pruned(state.outbox, state.threads, state.self);
  return { state: outbox === state.outbox ? state : { ...state, outbox }, actions };
}

/** When the state will call for something by itself, after `now` in ms since 1970; infinity when it will not. */
export function nextWake(state: State, now: number): number {
  if (!state.running) return Number.POSITIVE_INFINITY;
  const times = [link.deadline(state.link), link.askAt(state.link), state.session.retryAt, state.link.retryAt];
  for (const thread of Object.values(state.threads)) {
    times.push(thread.retryAt);
    for (const typing of thread.typing) times.push(typing.until);
    if (thread.typedAt > thread.toldTyping) times.push(thread.toldTyping + TYPING_AGAIN);
    times.push(thread.saidTyping + TYPING_PAUSE);
  }
  for (const item of heads(state.outbox)) {
    times.push(item.retryAt);
    if (item.flight > 0) times.push(item.flight + ACK_PATIENCE);
  }
  times.push(state.inbox.retryAt);
  if (state.link.polling) times.push(state.inbox.refreshAt);
  return Math.min(...times.filter((time) => time > now));
}

function settleLink(before: State, { now }: Moment, actions: Action[]): State {
  let state = before;
  if (state.session.phase === "none" && state.session.retryAt <= now) {
    actions.push({ type: "session" });
    state = { ...state, session: { ...state.session, phase: "asking" } };
  }
  if (state.session.phase === "ready" && state.link.phase === "waiting" && state.link.retryAt <= now) {
    state = { ...state, link: link.connecting(state.link, now) };
    actions.push({ type: "connect", link: state.link.id });
  }
  if (state.link.phase === "opened") return hello(state, actions);
  if (state.link.pong !== null) {
    send(actions, { type: "pong", n: state.link.pong });
    state = { ...state, link: { ...state.link, pong: null } };
  }
  if (link.askAt(state.link) <= now) {
    send(actions, { type: "ping", n: state.count });
    state = { ...state, link: { ...state.link, pingAt: now }, count: state.count + 1 };
  }
  return state;
}

function hello(state: State, actions: Action[]): State {
  const resumed = Object.values(state.threads)
    .filter((thread) => thread.data === "ready" && thread.sub === "none")
    .slice(0, RESUMES);
  const resume = resumed.map(({ id, seq }) => ({ conversation: id, seq }));
  send(actions, {
    type: "hello",
    protocol: 1,
    resume,
    ...(state.epoch !== null && { epoch: state.epoch }),
    inbox: state.self?.kind === "agent" ? state.inbox.cursor : null,
  });
  const greeting: State = { ...state, link: { ...state.link, phase: "greeting" } };
  return resumed.reduce((next, thread) => put(next, { ...thread, sub: "asked", ref: "" }), greeting);
}

function settleThread(before: State, known: Thread, { now, random }: Moment, actions: Action[]): State {
  let count = before.count;
  let thread = known;
  const way = link.transport(before.link, before.online);
  const due = thread.retryAt <= now;
  const id = thread.id;
  if ((thread.data === "missing" || thread.data === "stale") && due) {
    const [fetch, pause] = [++count, thread.holes > 2 ? 1_000 + backoff(thread.holes, random) : 0];
    // A server whose numbers have holes again and again is not asked ever faster.
    if (pause > 0) thread = { ...thread, retryAt: now + pause, holes: 2 };
    else {
      thread = { ...thread, data: "loading", fetch };
      actions.push({ type: "fetch", conversation: id, fetch });
    }
  }
  if (thread.data === "ready" && due && way === "socket" && thread.sub === "none") {
    thread = { ...thread, sub: "asked", ref: `s${++count}` };
    send(actions, { type: "subscribe", ref: thread.ref, conversation: id, seq: thread.seq });
  }
  if (thread.data === "ready" && due && way === "http" && !thread.polling) {
    thread = { ...thread, polling: true };
    actions.push({ type: "poll", conversation: id, after: thread.seq, epoch: before.epoch });
  }
  if (thread.data === "ready" && way) {
    const seq = thread.readTo;
    if (seq > Math.max(ownMark(thread, before.self), thread.toldRead)) {
      thread = { ...thread, toldRead: seq };
      if (way === "socket") send(actions, { type: "read", conversation: id, seq });
      else actions.push({ type: "mark", conversation: id, seq });
    }
    const told = thread.toldTyping;
    const preview = before.site?.typingPreview;
    const news = preview && thread.typed !== thread.toldText;
    const begins = thread.typedAt > Math.max(told, now - TYPING_AGAIN) && (news || told + TYPING_AGAIN <= now);
    const ends = thread.typedAt === 0 && told > 0;
    if ((begins || ends) && thread.saidTyping + TYPING_PAUSE <= now) {
      thread = { ...thread, toldTyping: begins ? now : 0, saidTyping: now, toldText: thread.typed };
      const text = preview && begins && { text: Array.from(thread.typed).slice(0, PREVIEW).join("") };
      const word = { type: "typing" as const, conversation: id, typing: begins, ...text };
      if (way === "socket") send(actions, word);
      else actions.push(word);
    }
  }
  return thread === known ? before : put({ ...before, count }, thread);
}

function settleInbox(state: State, { now }: Moment, actions: Action[]): State {
  const { inbox } = state;
  const refresh = state.link.polling && inbox.data === "ready" && inbox.refreshAt <= now;
  if (!refresh && (inbox.data !== "missing" || inbox.retryAt > now)) return state;
  const fetch = inbox.fetch + 1;
  const before = inbox.more ? inbox.next : null;
  const limit = before ? 100 : Math.min(100, Math.max(30, inbox.items.length));
  actions.push({ type: "list", fetch, filter: inbox.filter, before, limit });
  return { ...state, inbox: { ...inbox, data: "loading", fetch, refreshAt: now + REFRESH } };
}

function settleOutbox(before: State, { now }: Moment, actions: Action[]): State {
  const way = link.transport(before.link, before.online);
  const flying = new Set<string>();
  for (const item of heads(before.outbox)) {
    if (item.flight > 0 || item.retryAt > now) continue;
    const starts = item.conversation === null;
    if (starts ? !before.online : !way) continue;
    if (starts || way === "http") actions.push({ type: "post", item });
    else {
      send(actions, {
        type: item.kind === "note" ? "note" : "send",
        conversation: item.thread,
        client_message_id: item.id,
        body: item.body,
        ...(item.replyTo && { reply_to: item.replyTo }),
        ...(item.files && { files: item.files.map((file) => file.id) }),
        // staff: begin
        ...(item.mentions && { mentions: item.mentions.map((agent) => agent.id) }),
        // staff: end
      });
    }
    flying.add(item.id);
  }
  if (flying.size === 0) return before;
  const outbox = before.outbox.map((item) => (flying.has(item.id) ? { ...item, flight: now } : item));
  return { ...before, outbox };
}

function send(actions: Action[], frame: ClientFrame): void {
  actions.push({ type: "send", frame });
}

function put(state: State, thread: Thread): State {
  return { ...state, threads: { ...state.threads, [thread.id]: thread } };
}
