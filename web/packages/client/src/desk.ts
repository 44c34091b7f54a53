import type { Api } from "./api";
import type { FormDefinition, FormInfo, Submission, SubmissionState } from "./forms";
import type { TicketFilter } from "./tickets";
import type { Agent, Attribute, Contact, Conversation, Entry, Priority, Status } from "./wire";

/** A contact as staff see it. */
export interface ContactInfo extends Pick<Contact, "id" | "name" | "email"> {
  attributes: Record<string, Attribute>;
  is_member: boolean;
  created_at: string;
  updated_at: string;
  /** Absent where the server knows no blocking. */
  blocked?: { at: string; by: { id: string; name: string | null } | null; reason: string | null } | null;
}

export interface Canned {
  id: string;
  shortcode: string;
  text: string;
  team: string | null;
  version: number;
  updated_at: string;
}

export interface Found {
  entry: Entry;
  contact: Contact;
  excerpt: string;
  /** Where the words stand in `excerpt`, in Unicode scalar values. */
  ranges: [number, number][];
}

export interface PageView {
  url: string;
  title: string;
  at: string;
}

export interface ViewFilter {
  status?: Status | "all";
  assignee?: string;
  team?: string;
  label?: string;
  priority?: Priority;
  mentioned?: boolean | null;
}

/** Which list a saved view is of. */
export type ViewKind = "chat" | "tickets";
/** What a saved view of tickets keeps of the filter of their list. */
export type TicketViewFilter = Pick<TicketFilter, "assignee" | "priority" | "snoozed" | "status" | "tag" | "team">;

/** A team, as far as the site knows it. */
export interface Team {
  name: string;
  /** It can be chosen though nobody of it was here yet. */
  is_set: boolean;
  /** The ids of those whom the host has put into it. */
  agents: string[];
  open: number;
  waiting: number;
}

export interface View {
  id: string;
  kind: ViewKind;
  name: string;
  /** As the query of that list. */
  filter: ViewFilter | TicketViewFilter;
  shared: boolean;
  owner: { id: string; name: string | null };
  version: number;
}

export interface Setting {
  key: string;
  value: unknown;
  version: number;
}

export interface Webhook {
  id: string;
  url: string;
  events: string[];
  description: string;
  disabled: "by_hand" | "gone" | "failing" | null;
  failing_since: string | null;
  previous_secret_until: string | null;
  version: number;
  created_at: string;
  updated_at: string;
}

export interface Delivery {
  id: string;
  event_id: string;
  event: string;
  delivered: boolean;
  attempts: number;
  first_at: string;
  last_at: string;
  took_ms: number;
  status: number | null;
  error: string | null;
}

export interface AuditEntry {
  id: string;
  at: string;
  /** `visitor:ID`, `staff:ID` or `system`. */
  actor: string;
  /** As `capability.verb`. */
  action: string;
  /** As `kind:ID`. */
  target: string;
  detail: Record<string, unknown>;
}

export interface DeadLetter {
  id: string;
  topic: string;
  payload: unknown;
  due: string;
  attempts: number;
  error: string;
}

export type Desk = ReturnType<typeof createDesk>;

/** What staff ask of the server besides the chat itself. Every one may throw an `ApiError`. */
export function createDesk({ call }: Pick<Api, "call">) {
  const get = <T>(path: string, query: Record<string, string | number | boolean | null | undefined> = {}) => {
    const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
    const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
    return call<T>("GET", search ? `${path}?${search}` : path);
  };
  const contact = (id: string, rest = "") => `/v1/contacts/${encodeURIComponent(id)}${rest}`;
  const chat = (id: string, rest: string) => `/v1/chat/conversations/${encodeURIComponent(id)}${rest}`;
  const hook = (id: string, rest = "") => `/v1/webhooks/${encodeURIComponent(id)}${rest}`;

  return {
    priority: (id: string, priority: Priority) => call<Conversation>("PUT", chat(id, "/priority"), { priority }),
    language: (id: string, language: string | null) => call<Conversation>("PUT", chat(id, "/language"), { language }),
    labels: (id: string, change: { add?: string[]; remove?: string[] }) =>
      call<Conversation>("PATCH", chat(id, "/labels"), change),
    attributes: (id: string, attributes: Record<string, Attribute | null>) =>
      call<Conversation>("PATCH", chat(id, "/attributes"), { attributes }),
    transfer: (id: string, team: string | null) =>
      call<Conversation | undefined>("PUT", chat(id, "/team"), { team, release: true }),
    pages: (id: string) => get<{ pages: PageView[] }>(chat(id, "/pages")),
    conversations: (query: ViewFilter & { limit?: number; before?: string | null }) =>
      get<{ conversations: Conversation[]; next: string | null }>("/v1/chat/conversations", { ...query }),
    search: (query: string, before: string | null = null) =>
      get<{ results: Found[]; next: string | null }>("/v1/chat/search", { query, limit: 30, before }),
    teams: () => get<{ teams: Team[] }>("/v1/chat/teams"),
    knownLabels: () => get<{ labels: string[] }>("/v1/chat/labels", { limit: 500 }),
    unread: (id: string) => call<undefined>("PUT", chat(id, "/unread"), {}),
    read: async (id: string, seq: number) => {
      await call("PUT", chat(id, "/read"), { seq });
      return undefined;
    },
    agents: () => get<{ agents: Agent[] }>("/v1/chat/agents"),
    setAgent: (id: string, capacity: number | null, languages: string[]) =>
      call<Agent>("PUT", `/v1/chat/agents/${encodeURIComponent(id)}`, { capacity, languages }),
    leave: (reassign: boolean) => call<Agent>("PUT", "/v1/chat/agents/me", { status: "away", reassign }),

    contacts: (query: string, before: string | null = null) =>
      get<{ contacts: ContactInfo[]; next: string | null }>("/v1/contacts", { query, limit: 30, before }),
    contact: (id: string) => get<ContactInfo>(contact(id)),
    setContact: (
      id: string,
      change: { name?: string | null; email?: string | null; attributes?: Record<string, Attribute | null> },
    ) => call<ContactInfo>("PATCH", contact(id), change),
    history: async (id: string, before: string | null = null) => {
      const page = await get<{ conversations: Conversation[]; next?: string | null }>(contact(id, "/conversations"), {
        limit: 20,
        before,
      });
      // Older servers tell of the latest 20 alone.
      return { ...page, next: page.next ?? null };
    },
    merge: (id: string, into: string, key: string) => call<ContactInfo>("POST", contact(id, "/merge"), { into }, key),
    block: (id: string, blocked: boolean, reason?: string) =>
      call<ContactInfo>("PUT", contact(id, "/blocked"), { blocked, ...(reason && { reason }) }),
    write: (id: string, client_message_id: string, body: string) =>
      call<{ conversation: Conversation }>("POST", contact(id, "/conversations"), { client_message_id, body }),
    endSessions: (id: string) => call<{ ended: number }>("DELETE", contact(id, "/sessions")),

    canned: (search: string, after: string | null = null, limit = 20) =>
      get<{ replies: Canned[]; next: string | null }>("/v1/canned", { search, limit, after }),
    cannedText: (id: string, conversation: string) =>
      get<{ text: string }>(`/v1/canned/${encodeURIComponent(id)}/text`, { conversation }),
    addCanned: (reply: Pick<Canned, "shortcode" | "text" | "team">, key: string) =>
      call<Canned>("POST", "/v1/canned", reply, key),
    setCanned: (id: string, reply: Pick<Canned, "shortcode" | "text" | "team">, expected_version: number) =>
      call<Canned>("PUT", `/v1/canned/${encodeURIComponent(id)}`, { ...reply, expected_version }),
    getCanned: (id: string) => get<Canned>(`/v1/canned/${encodeURIComponent(id)}`),
    dropCanned: (id: string) => call<void>("DELETE", `/v1/canned/${encodeURIComponent(id)}`),

    forms: () => get<{ forms: FormInfo[] }>("/v1/forms"),
    setForm: (form: FormDefinition, expected_version: number) =>
      call<FormInfo>("PUT", `/v1/forms/${encodeURIComponent(form.name)}`, { form, expected_version }),
    dropForm: (name: string) => call<void>("DELETE", `/v1/forms/${encodeURIComponent(name)}`),
    /** Where the file is, behind the base. */
    exportOf: (name: string, format: "csv" | "json", state: SubmissionState) =>
      `/v1/forms/${encodeURIComponent(name)}/export?format=${format}&state=${state}`,
    submissions: (state: SubmissionState, form: string, before: string | null = null) =>
      get<{ submissions: Submission[]; next: string | null }>("/v1/submissions", { state, form, limit: 30, before }),
    setSubmission: (id: string, state: SubmissionState, expected_version: number) =>
      call<Submission>("PUT", `/v1/submissions/${encodeURIComponent(id)}/state`, { state, expected_version }),
    dropSubmission: (id: string) => call<void>("DELETE", `/v1/submissions/${encodeURIComponent(id)}`),

    views: (kind: ViewKind) => get<{ views: View[] }>("/v1/views", { kind }),
    addView: (view: Pick<View, "kind" | "name" | "filter" | "shared">, key: string) =>
      call<View>("POST", "/v1/views", view, key),
    setView: (id: string, view: Pick<View, "name" | "filter" | "shared">, expected_version: number) =>
      call<View>("PUT", `/v1/views/${encodeURIComponent(id)}`, { ...view, expected_version }),
    dropView: (id: string) => call<void>("DELETE", `/v1/views/${encodeURIComponent(id)}`),

    settings: () => get<{ settings: Setting[] }>("/v1/settings"),
    set: (key: string, value: unknown, expected_version: number) =>
      call<Setting>("PUT", `/v1/settings/${encodeURIComponent(key)}`, { value, expected_version }),

    webhooks: () => get<{ webhooks: Webhook[] }>("/v1/webhooks"),
    webhook: (id: string) => get<Webhook>(hook(id)),
    addWebhook: (webhook: { url: string; events: string[]; description: string }, key: string) =>
      call<{ webhook: Webhook; secret: string }>("POST", "/v1/webhooks", webhook, key),
    setWebhook: (
      id: string,
      change: Partial<Pick<Webhook, "url" | "events" | "description">> & { enabled?: boolean },
      expected_version: number,
    ) => call<Webhook>("PATCH", hook(id), { ...change, expected_version }),
    dropWebhook: (id: string) => call<void>("DELETE", hook(id)),
    rotate: (id: string, expected_version: number, key: string) =>
      call<{ webhook: Webhook; secret: string }>("POST", hook(id, "/secret"), { expected_version }, key),
    test: (id: string) => call<{ delivery: Delivery | string }>("POST", hook(id, "/test"), {}),
    deliveries: (id: string, before: string | null = null) =>
      get<{ deliveries: Delivery[]; next: string | null }>(hook(id, "/deliveries"), { limit: 50, before }),

    audit: (before: string | null = null) =>
      get<{ entries: AuditEntry[]; next: string | null }>("/v1/audit", { limit: 50, before }),
    dead: () => get<{ letters: DeadLetter[] }>("/v1/outbox/dead", { limit: 200 }),
    release: (id: string) => call<void>("POST", `/v1/outbox/${encodeURIComponent(id)}/release`, {}),
    /** Gives a promise up for good. */
    discard: (id: string) => call<void>("DELETE", `/v1/outbox/${encodeURIComponent(id)}`),
  };
}
