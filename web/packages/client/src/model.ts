import { newInbox } from "./inbox";
import type { Site } from "./site";
import type {
  Agent,
  Author,
  Colleague,
  Conversation,
  Entry,
  Opening,
  Priority,
  ReadMark,
  SentFile,
  Status,
} from "./wire";

/** Who this client speaks for. `id` is the contact's or the agent's. */
export interface Self {
  kind: "visitor" | "agent";
  id: string;
  name: string | null;
  email?: string | null;
  /** Of staff only: what they may do, and for whom. */
  role?: "agent" | "admin";
  teams?: readonly string[];
}

/** Why a request did not do what it should. `status` 0: no answer came at all. */
export interface Failure {
  status: number;
  code: string;
  detail: string | null;
  /** What the server asks us to wait, in ms. */
  retryAfter: number;
  /** Which members of the body break which rule, by JSON pointer. */
  errors?: readonly Fault[];
}

export interface Fault {
  field: string;
  code: string;
}

/** A message on its way. It stays here until the conversation itself shows it. */
export interface Pending {
  /** The `client_message_id`, so the name under which the server knows it. */
  id: string;
  /** Where it goes. Null: it starts the conversation that is here called `thread`. */
  conversation: string | null;
  /** The conversation's id, or the local name of one that does not exist yet. */
  thread: string;
  kind: "message" | "note";
  body: string;
  replyTo: string | null;
  /** What goes with it. */
  files?: readonly SentFile[];
  /** Whom a note asks to look. */
  mentions?: readonly Colleague[];
  /** What goes with the first message of a conversation. */
  opening?: Opening;
  /** ms since 1970 when it was written. */
  at: number;
  /** `stored`: acknowledged as committed, but the entry has not come by yet. */
  state: "queued" | "stored" | "failed";
  code: string | null;
  /** What of it was refused, when `code` is `invalid`. */
  faults?: readonly Fault[];
  /** Once acknowledged. */
  seq: number;
  /** Since when the server has it, unanswered. 0: it does not. */
  flight: number;
  attempts: number;
  retryAt: number;
}

export interface Typing {
  author: Author;
  until: number;
}

/**
 * One conversation as far as this client holds it. `entries` are contiguous and end at `seq`.
 * `data` says whether they may be shown and built upon (`local`: the conversation does not exist yet), `sub` whether the
 * server sends us more.
 */
export interface Thread {
  id: string;
  conversation: Conversation | null;
  entries: readonly Entry[];
  seq: number;
  hasMore: boolean;
  reads: readonly ReadMark[];
  typing: readonly Typing[];
  /** The place in the queue while nobody has taken it; null: it does not wait, or it is not known. */
  position: number | null;
  data: "local" | "missing" | "stale" | "loading" | "ready" | "gone";
  /** Which fetch may answer `loading`. */
  fetch: number;
  retryAt: number;
  attempts: number;
  sub: "none" | "asked" | "on";
  ref: string;
  /** The server's position when it last told us. Below it we are still catching up. */
  target: number;
  /** Entries that came while a snapshot was awaited. */
  held: readonly Entry[];
  /** Holes met since the last entry that fitted. */
  holes: number;
  /** How far this reader has read, told or not. */
  readTo: number;
  toldRead: number;
  polling: boolean;
  older: boolean;
  /** When this reader last pressed a key, and when we last said so. 0: not typing. */
  typedAt: number;
  /** What is being typed, and what of it we said. Told only where the site has said that it is. */
  typed: string;
  toldText: string;
  toldTyping: number;
  /** When we last said anything about it: the server counts one word a second. */
  saidTyping: number;
}

export interface Filter {
  status: Status | "all";
  /** `any`, `me`, `none`, or somebody's id. */
  assignee?: string;
  team?: string;
  label?: string;
  priority?: Priority;
  /** Only with a note that asks me to look, read or not. */
  mentioned?: boolean;
}

export interface Inbox {
  filter: Filter;
  items: readonly Conversation[];
  next: string | null;
  /** Where the stream of changes stands, for the next `hello`. */
  cursor: string | null;
  data: "missing" | "loading" | "ready";
  fetch: number;
  retryAt: number;
  attempts: number;
  refreshAt: number;
  more: boolean;
  held: readonly { conversations: readonly Conversation[]; gone: readonly string[] }[];
}

export interface Link {
  /** `opened`: our `hello` is due; `greeting`: it is said, `welcome` is due. */
  phase: "off" | "waiting" | "connecting" | "opened" | "greeting" | "ready" | "closed";
  /** Generation: what an older socket still says is not heard. */
  id: number;
  /** Failures in a row; a link that held for a while starts it anew. */
  attempts: number;
  /** Sockets in a row that never got as far as `welcome`. */
  refused: number;
  retryAt: number;
  since: number;
  heardAt: number;
  pingAt: number;
  heartbeat: number;
  /** A `ping` that wants its `pong`. */
  pong: number | null;
  /** Whether a socket has ever worked from here. */
  proven: boolean;
  /** Whether long polling stands in for the socket. */
  polling: boolean;
  /** The `bye` after which we are not to come back. */
  reason: string | null;
  /** What a `bye` asked us to wait at least, in ms. */
  floor: number;
}

export interface State {
  running: boolean;
  online: boolean;
  session: { phase: "none" | "asking" | "ready" | "denied"; retryAt: number; attempts: number; code: string | null };
  self: Self | null;
  /** Whose the outbox is: the last that was known, until the session says who is here now. Empty: nobody's yet. */
  owner: string;
  site: Site | null;
  /** This person may read, and not write. */
  blocked: boolean;
  link: Link;
  /** The history of the server's database that all we hold belongs to; null until it was told. */
  epoch: string | null;
  threads: Readonly<Record<string, Thread>>;
  /** Local names of conversations that have meanwhile got their id. */
  names: Readonly<Record<string, string>>;
  outbox: readonly Pending[];
  inbox: Inbox;
  agents: readonly Agent[];
  bodyChars: number;
  /** Makes refs and fetch numbers. */
  count: number;
}

export function initialState(filter: Filter, owner = ""): State {
  return {
    running: false,
    online: true,
    session: { phase: "none", retryAt: 0, attempts: 0, code: null },
    self: null,
    owner,
    site: null,
    blocked: false,
    link: {
      phase: "off",
      id: 0,
      attempts: 0,
      refused: 0,
      retryAt: 0,
      since: 0,
      heardAt: 0,
      pingAt: 0,
      heartbeat: 25_000,
      pong: null,
      proven: false,
      polling: false,
      reason: null,
      floor: 0,
    },
    epoch: null,
    threads: {},
    names: {},
    outbox: [],
    inbox: newInbox(filter),
    agents: [],
    bodyChars: 10_000,
    count: 0,
  };
}

export function isMine(author: { kind: string; id?: string }, self: Self | null): boolean {
  if (!self || author.kind !== self.kind) return false;
  return self.kind === "visitor" || author.id === self.id;
}

/** Whether trying the same again may help. */
export function isTransient(failure: Failure): boolean {
  return (
    failure.status === 0 ||
    failure.status === 429 ||
    failure.status >= 500 ||
    ["rate_limited", "unavailable", "internal", "idempotency_in_flight"].includes(failure.code)
  );
}
