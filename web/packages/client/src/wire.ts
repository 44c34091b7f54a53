/**
 * The shapes of chat protocol 1. What HTTP carries comes from `docs/openapi.json` by way of `schemas.ts`; the socket's frames,
 * which OpenAPI has no words for, are written here after `docs/protocol/chat.md`, and a test holds the two together.
 * Members that only staff get are optional; a visitor's client never sees them.
 */
import type { components } from "./schemas";

type Schemas = components["schemas"];

/** Members that are absent where the schema, for want of a better word, also allows null. */
type Absent = "id" | "contact" | "priority" | "labels" | "attributes" | "files" | "pixels" | "mentions";

/** A shape as it arrives. */
type Said<T> = T extends (infer Item)[]
  ? Said<Item>[]
  : T extends object
    ? {
        [K in keyof T]: K extends Absent
          ? undefined extends T[K]
            ? Said<Exclude<T[K], null>>
            : Said<T[K]>
          : Said<T[K]>;
      }
    : T;

export type Status = Schemas["Status"];
export type Availability = Schemas["Presence"];
export type Priority = Schemas["Priority"];
/** What a custom attribute holds. */
export type Attribute = string | number | boolean;
/** A bot's kind is told by servers that have one. */
export type Author = Omit<Said<Schemas["Author"]>, "kind"> & { kind: Schemas["AuthorKind"] | "bot" };
export type Person = Said<Schemas["Assignee"]>;
export type Contact = Pick<Said<Schemas["Contact"]>, "id" | "name" | "email">;
export type ReadMark = Said<Schemas["ReadMark"]>;
export type Field = Schemas["Field"];
/** A file that went with a message. */
export type SentFile = Omit<Schemas["SentFile"], "pixels"> & { pixels?: Schemas["Pixels"] };
/** A file that is being sent. */
export type UploadedFile = Schemas["File"];
/** What files may be sent. */
export type FileRules = Schemas["FileRules"];
export type Rating = Pick<Schemas["Rating"], "score" | "comment">;

type EntryBase = Omit<Said<Schemas["Entry"]>, keyof Schemas["Change"] | "author"> & {
  id: string;
  conversation: string;
  seq: number;
  at: string;
  author: Author;
};
type Change = Said<Schemas["Change"]> | { type: "handoff" };
type With<C> = C extends { type: "attributes" }
  ? EntryBase & { type: "attributes"; changed: Record<string, Attribute | null> }
  : EntryBase & C;

export type Entry = With<Change>;
export type TextEntry = Extract<Entry, { type: "message" | "note" }>;
/** What happened to a conversation, other than that somebody wrote. */
export type EventEntry = Exclude<Entry, TextEntry>;

export type Excerpt = Omit<Said<Schemas["Excerpt"]>, "author"> & { author: Author };

export type Conversation = Omit<
  Said<Schemas["Conversation"]>,
  "attributes" | "last_message" | "rating" | "bot" | "contact" | "marked_unread" | "mentioned"
> & {
  /** This agent wants to see it as unread, until they open it. */
  marked_unread?: boolean;
  /** A note that this agent has not read asks them to look. */
  mentioned?: boolean;
  last_message: Excerpt | null;
  attributes?: Record<string, Attribute>;
  contact?: Contact;
  rating?: Rating | null;
  /** A bot has it, and no person yet. */
  bot?: boolean;
};

export interface Snapshot {
  conversation: Conversation;
  entries: Entry[];
  has_more: boolean;
  reads: ReadMark[];
  /** The history of the server's database that the numbers belong to. */
  epoch: string;
}

export type Entries = Omit<Schemas["EntryPage"], "entries"> & { entries: Entry[] };
export type Page = Omit<Schemas["ConversationPage"], "conversations"> & { conversations: Conversation[] };

/** A word of the site's to whoever looks at a page for a while. */
export interface Invitation {
  id: string;
  text: string;
  after_s?: number | null;
  scroll?: number | null;
  pages?: string[] | null;
  visits?: "first" | "returning" | null;
  when?: "always" | "open" | null;
}

/** What goes with the first message of a conversation. */
export interface Opening {
  language?: string;
  answers?: Record<string, string | boolean>;
  /** Which of the site's invitations it answers. */
  invitation?: string;
  /** Where the visitor was, the present page last. */
  pages?: Visit[];
}

/** A page that a visitor was on. */
export interface Visit {
  url: string;
  title: string;
  at: string;
}

/** What older servers do not say is optional, whatever the newest one promises. */
type Since<T, Old extends keyof T> = Pick<T, Old> & Partial<Omit<T, Old>>;

export type SiteInfo = Since<Schemas["SiteInfo"], "name" | "greeting" | "agents_online"> & {
  page_trail?: boolean;
  typing_preview?: boolean;
  invitations?: Invitation[];
  files?: FileRules | null;
};

export interface Session {
  contact: Contact | null;
  site: SiteInfo;
  /** This person may read, and not write. */
  blocked?: boolean;
}

/** Somebody of the staff, by the name that they had. */
export type Colleague = Schemas["PresentAgent"];
export type Staff = Omit<Schemas["Me"], "role"> & { role: "agent" | "admin" };
export type Agent = Since<Omit<Schemas["Agent"], "name">, "id" | "status" | "open"> & { name: string | null };
export type Problem = Since<Schemas["Problem"], "status" | "code">;

export type Subscription =
  | { conversation: string; recovered: boolean; seq: number; reads: ReadMark[] }
  | { conversation: string; error: "not_found" };

export type ClientFrame =
  | {
      type: "hello";
      protocol: 1;
      resume?: { conversation: string; seq: number }[];
      epoch?: string;
      inbox?: string | null;
    }
  | { type: "subscribe"; ref: string; conversation: string; seq?: number }
  | { type: "unsubscribe"; conversation: string }
  | {
      type: "send";
      conversation: string;
      client_message_id: string;
      body: string;
      reply_to?: string;
      files?: string[];
    }
  | {
      type: "note";
      conversation: string;
      client_message_id: string;
      body: string;
      reply_to?: string;
      files?: string[];
      mentions?: string[];
    }
  | { type: "read"; conversation: string; seq: number }
  | { type: "typing"; conversation: string; typing: boolean; text?: string }
  | { type: "ping"; n: number }
  | { type: "pong"; n: number };

export type ServerFrame =
  | Entry
  | {
      type: "welcome";
      protocol: number;
      heartbeat_ms: number;
      limits: { body_chars: number; frame_bytes: number; replay_entries: number };
      epoch: string;
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
