import type { Api } from "./api";
import type { components } from "./schemas";
import type { Author, Contact, Person, Priority, SentFile, Session } from "./wire";

type Schemas = components["schemas"];

/** What a status means; a site's own statuses each have one. */
export type TicketCategory = "new" | "open" | "pending" | "on_hold" | "solved" | "closed";
/** What requesters see of it. */
export type TicketStage = "open" | "pending" | "solved" | "closed";
export type TicketMetric = "first_response" | "next_response" | "resolution";

/** What staff owe for a ticket. */
export interface TicketTarget extends Omit<Schemas["TicketTarget"], "metric"> {
  metric: TicketMetric;
}

/** What staff see of a ticket. */
export interface TicketDesk
  extends Omit<Schemas["TicketDesk"], "assignee" | "category" | "fields" | "followers" | "owed" | "requester"> {
  assignee: Person | null;
  category: TicketCategory;
  fields: Record<string, string | number | boolean>;
  followers: Person[];
  owed: TicketTarget[];
  requester: Contact;
}

export interface Ticket extends Omit<Schemas["Ticket"], "desk" | "stage"> {
  stage: TicketStage;
  /** Staff's alone. */
  desk?: TicketDesk;
}

/** A ticket as staff have it. */
export type DeskTicket = Ticket & { desk: TicketDesk };

export type TicketChange = Schemas["TicketChange"];
export type TicketEntry = TicketChange & {
  ticket: string;
  seq: number;
  at: string;
  author: Author;
  client_message_id?: string | null;
  /** What went with what was said. */
  files?: SentFile[];
};

export interface TicketEntries {
  entries: TicketEntry[];
  has_more: boolean;
}

export interface TicketSnapshot<T extends Ticket = Ticket> extends TicketEntries {
  ticket: T;
  /** What was merged into it. */
  merged: (TicketEntries & { ticket: T })[];
  children: T[];
}

export interface TicketPage<T extends Ticket = Ticket> {
  tickets: T[];
  next: string | null;
}

/** What is absent stays as it is; null empties. */
export type TicketEdit = Omit<Schemas["TicketEdit"], "fields"> & {
  fields?: Record<string, string | number | boolean | null>;
};

export interface TicketFilter {
  /** `all`, `unsolved`, a category or a status of the site. */
  status?: string;
  /** `none`, `me` or an agent's id. */
  assignee?: string;
  team?: string;
  tag?: string;
  requester?: string;
  priority?: Priority;
  /** `no` leaves out what is out of sight. */
  snoozed?: "yes" | "no";
}

export interface TicketStatus {
  id: string;
  name: string;
  category: TicketCategory;
}

/** What staff do in one go. Its actions are as the setting `tickets.macros` has them. */
export type TicketMacro = Schemas["TicketMacro"];
/** What a rule would do. */
export type TicketRuleStep = Omit<Schemas["TicketRuleStep"], "entries"> & { entries: TicketEntry[] };

export type TicketLooker = { agent: { id: string; name: string | null }; doing: "viewing" | "replying"; at: string };
export type TicketDraft = Schemas["TicketDraft"];
export type TicketBulkResult = { id: string; ticket?: DeskTicket | null; code?: string | null; detail?: string | null };

/** Asks to be told of tickets that change, over the socket of chat; answered by `TicketsNews`, as is each change. */
export interface TicketsFollow {
  type: "tickets";
  follow: boolean;
}

export interface TicketsNews {
  type: "tickets";
  /** Something may have changed that is not told: whatever is shown is to be fetched. */
  fetch: boolean;
  /** As they are now. */
  tickets: Ticket[];
  /** The ids of those that have left the reader's sight. */
  gone: string[];
}

export type TicketMails = Schemas["TicketMails"];

/** Something that was said, with the sender's own id: the same again is the same entry. */
export interface TicketWords {
  client_message_id: string;
  /** With files it may be empty. */
  body: string;
  /** The ids of what goes with it. */
  files?: string[];
}

export type TicketAsked = TicketWords & { subject: string; priority?: Priority; organisation?: string };

const at = (id: string, rest = "") => `/v1/tickets/${encodeURIComponent(id)}${rest}`;
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

function searched(path: string, query: object): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return search ? `${path}?${search}` : path;
}

export type Tickets = ReturnType<typeof createTickets>;

/** What requesters do with their own tickets. Every one may throw an `ApiError`. */
export function createTickets({
  call,
  openSession,
  updateSession,
}: Pick<Api, "call" | "openSession" | "updateSession">) {
  let asking: Promise<Session> | null = null;
  return {
    ...createTicketChanges(),
    /** Who asks, as far as that is known. Parts of a page that begin together ask once. */
    who() {
      asking ??= call<Session>("GET", "/v1/session").finally(() => {
        asking = null;
      });
      return asking;
    },
    /** The same; who is nobody yet becomes somebody by it. */
    session: openSession,
    introduce: updateSession,
    list: (status: "all" | "unsolved" | "pending" | "solved" | "closed", after: string | null = null) =>
      call<TicketPage>("GET", searched("/v1/tickets", { status, limit: 30, after })),
    create: (asked: TicketAsked) => call<Ticket>("POST", "/v1/tickets", asked),
    show: (id: string) => call<TicketSnapshot>("GET", at(id)),
    before: (id: string, seq: number) => call<TicketEntries>("GET", at(id, `/entries?before=${seq}&limit=50`)),
    reply: (id: string, words: TicketWords) =>
      call<{ ticket: Ticket; entry: TicketEntry }>("POST", at(id, "/replies"), words),
    done: (id: string, done: boolean) => call<Ticket>("PUT", at(id, "/done"), { done }),
    rate: (id: string, score: number, comment: string) =>
      call<Ticket>("PUT", at(id, "/rating"), { score, ...(comment && { comment }) }),
  };
}

export type TicketsDesk = ReturnType<typeof createTicketsDesk>;

/** What staff do with tickets. Every one may throw an `ApiError`. */
export function createTicketsDesk({ call }: Pick<Api, "call">) {
  type Said = { ticket: DeskTicket; entry: TicketEntry };
  return {
    ...createTicketChanges(),
    list: (filter: TicketFilter, after: string | null = null, limit = 50) =>
      call<TicketPage<DeskTicket>>("GET", searched("/v1/tickets", { ...filter, limit, after })),
    search: (query: string, before: string | null = null, limit = 30) =>
      call<{ results: Said[]; next: string | null }>("GET", searched("/v1/tickets/search", { query, limit, before })),
    create: (asked: TicketAsked & { requester: string; team?: string; tags?: string[] }) =>
      call<DeskTicket>("POST", "/v1/tickets", asked),
    numbered: (number: string) => call<DeskTicket>("GET", `/v1/tickets/numbers/${encodeURIComponent(number)}`),
    /** By its id, or by the number that people call it by. */
    async show(id: string) {
      const known = UUID.test(id) ? id : (await this.numbered(id)).id;
      return call<TicketSnapshot<DeskTicket>>("GET", at(known));
    },
    before: (id: string, seq: number) => call<TicketEntries>("GET", at(id, `/entries?before=${seq}&limit=100`)),
    edit: (id: string, edit: TicketEdit, expected_version: number) =>
      call<DeskTicket>("PATCH", at(id), { edit, expected_version }),
    reply: (id: string, words: TicketWords, status?: string) =>
      call<Said>("POST", at(id, "/replies"), { ...words, ...(status && { status }) }),
    note: (id: string, words: TicketWords, mentions: readonly string[]) =>
      call<Said>("POST", at(id, "/notes"), { ...words, mentions }),
    time: (id: string, client_message_id: string, seconds: number, note: string) =>
      call<Said>("POST", at(id, "/time"), { client_message_id, seconds, ...(note && { note }) }),
    merge: (id: string, into: string) => call<DeskTicket>("POST", at(id, "/merge"), { into }),
    split: (id: string, client_message_id: string, subject: string, entries: readonly number[]) =>
      call<DeskTicket>("POST", at(id, "/split"), { client_message_id, subject, entries }),
    setParent: (id: string, parent: string | null) => call<DeskTicket>("PUT", at(id, "/parent"), { parent }),
    link: (id: string, ticket: string, linked: boolean) => call<DeskTicket>("PUT", at(id, "/link"), { ticket, linked }),
    draft: (id: string) => call<TicketDraft>("GET", at(id, "/draft")),
    keepDraft: (id: string, draft: TicketDraft) => call<TicketDraft>("PUT", at(id, "/draft"), draft),
    look: (id: string, doing: "viewing" | "replying" | "left") =>
      call<{ others: TicketLooker[] }>("PUT", at(id, "/looking"), { doing }),
    bulk: (tickets: readonly string[], edit: TicketEdit) =>
      call<{ results: TicketBulkResult[] }>("POST", "/v1/tickets/bulk", { tickets, edit }),
    macros: () => call<{ macros: TicketMacro[] }>("GET", "/v1/tickets/macros"),
    /** The same id again does nothing more. */
    runMacro: (name: string, tickets: readonly string[], client_message_id: string) =>
      call<{ results: TicketBulkResult[] }>("POST", "/v1/tickets/macros", { name, tickets, client_message_id }),
    /** Whether I am mailed what happens to tickets that I see to or follow. */
    mails: () => call<TicketMails>("GET", "/v1/tickets/mails"),
    wantMails: (wanted: boolean) => call<TicketMails>("PUT", "/v1/tickets/mails", { wanted }),
    /** What rules would do, without doing it. */
    tryRules: (id: string, cause: string, rules: readonly Record<string, unknown>[]) =>
      call<{ ticket: DeskTicket; steps: TicketRuleStep[] }>("POST", at(id, "/rules"), { cause, rules }),
    fromChat: (conversation: string, subject: string) =>
      call<DeskTicket>("POST", `/v1/chat/conversations/${encodeURIComponent(conversation)}/ticket`, { subject }),
  };
}

/**
 * Where it arrives that a ticket changed, whoever says so: the server, or what was done here. `hear` gives back how to stop; no id
 * means that any may have.
 */
function createTicketChanges() {
  const hearers = new Set<(id: string | null) => void>();
  return {
    changed(id: string | null): void {
      for (const hearer of [...hearers]) hearer(id);
    },
    hear(hearer: (id: string | null) => void): () => void {
      hearers.add(hearer);
      return () => void hearers.delete(hearer);
    },
  };
}
