/**
 * The shapes of chat protocol 1, as `docs/protocol/chat.md` gives them. Nothing else in this package knows the wire.
 * Members that only staff get are optional here; a visitor's client never sees them.
 */

export type Status = "open" | "snoozed" | "closed";
export type Availability = "online" | "away" | "offline";

export interface Author {
  kind: "visitor" | "agent" | "system";
  name: string | null;
  /** Absent when a visitor reads about an agent. */
  id?: string;
}

export interface Person {
  id?: string;
  name: string | null;
}

export interface Contact {
  id: string;
  name: string | null;
  email: string | null;
}

interface EntryBase {
  id: string;
  conversation: string;
  seq: number;
  at: string;
  author: Author;
}

interface Text extends EntryBase {
  body: string;
  client_message_id: string | null;
  reply_to: string | null;
}

export type TextEntry = (Text & { type: "message" }) | (Text & { type: "note" });

/** What happened to a conversation, other than that somebody wrote. */
export type EventEntry =
  | (EntryBase & { type: "status"; status: Status; snoozed_until?: string | null })
  | (EntryBase & { type: "assigned"; agent: Person | null })
  | (EntryBase & { type: "team"; team: string | null })
  | (EntryBase & { type: "priority"; priority: Priority })
  | (EntryBase & { type: "language"; language: string | null })
  | (EntryBase & { type: "contact"; contact: Contact });

export type Entry = TextEntry | EventEntry;

export interface Excerpt {
  author: Author;
  excerpt: string;
  at: string;
  type: "message" | "note";
}

export interface Conversation {
  id: string;
  status: Status;
  assignee: Person | null;
  seq: number;
  unread: number;
  last_message: Excerpt | null;
  created_at: string;
  updated_at: string;
  snoozed_until?: string | null;
  team?: string | null;
  priority?: Priority;
  language?: string | null;
  waiting_since?: string | null;
  unanswered_since?: string | null;
  contact?: Contact;
}

export type Priority = "low" | "normal" | "high" | "urgent";

export interface ReadMark {
  reader: { kind: "visitor" | "agent"; id?: string; name?: string | null };
  seq: number;
}

export interface Snapshot {
  conversation: Conversation;
  entries: Entry[];
  has_more: boolean;
  reads: ReadMark[];
}

export interface Entries {
  entries: Entry[];
  seq: number;
  has_more: boolean;
}

export interface Page {
  conversations: Conversation[];
  next: string | null;
  inbox: string | null;
}

export interface Session {
  contact: Contact | null;
  site: { name: string; greeting: string; agents_online: boolean };
}

export interface Staff {
  id: string;
  name: string | null;
  role: "agent" | "admin";
  teams: string[];
  site: { name: string };
}

export interface Agent {
  id: string;
  name: string | null;
  status: Availability;
  open: number;
}

export interface Problem {
  title?: string;
  status: number;
  code: string;
  detail?: string;
  request_id?: string;
  errors?: { field: string; code: string; detail: string }[];
}

export type Subscription =
  | { conversation: string; recovered: boolean; seq: number; reads: ReadMark[] }
  | { conversation: string; error: "not_found" };

export type ClientFrame =
  | { type: "hello"; protocol: 1; resume?: { conversation: string; seq: number }[]; inbox?: string | null }
  | { type: "subscribe"; ref: string; conversation: string; seq?: number }
  | { type: "unsubscribe"; conversation: string }
  | { type: "send" | "note"; conversation: string; client_message_id: string; body: string; reply_to?: string }
  | { type: "read"; conversation: string; seq: number }
  | { type: "typing"; conversation: string; typing: boolean }
  | { type: "ping"; n: number }
  | { type: "pong"; n: number };

export type ServerFrame =
  | Entry
  | {
      type: "welcome";
      protocol: number;
      heartbeat_ms: number;
      limits: { body_chars: number; frame_bytes: number; replay_entries: number };
      resumed: Subscription[];
      inbox: { recovered: boolean; cursor: string | null } | null;
    }
  | ({ type: "subscribed"; ref: string } & Subscription)
  | {
      type: "ack";
      client_message_id: string;
      conversation: string;
      id: string;
      seq: number;
      at: string;
      replayed: boolean;
    }
  | { type: "ok"; ref: string }
  | ({ type: "read"; conversation: string } & ReadMark)
  | { type: "typing"; conversation: string; author: Author; typing: boolean }
  | { type: "presence"; agent?: Person; status?: Availability; agents_online?: boolean }
  | { type: "inbox"; cursor: string | null; conversations: Conversation[]; gone: string[] }
  | { type: "gap"; conversation: string; from: number; to: number }
  | { type: "queue"; conversation: string; position: number | null }
  | { type: "ping"; n: number }
  | { type: "pong"; n: number }
  | { type: "error"; ref?: string; code: string; detail: string; field?: string }
  | { type: "bye"; code: string; reconnect: boolean; retry_after_ms: number };
