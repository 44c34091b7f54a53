import type { Failure, Filter, Pending } from "./model";
import type { Ports } from "./ports";
import type {
  Agent,
  Conversation,
  Entries,
  Entry,
  Page,
  Problem,
  Session,
  Snapshot,
  Staff,
  Status,
  TextEntry,
} from "./wire";

/** How long an answer may take; a long poll gets its waiting time on top. */
const PATIENCE = 20_000;
/** How long a long poll waits, in seconds. */
const POLL = 25;

/** A request that failed. `failure.status` is 0 when no answer came. */
export class ApiError extends Error {
  constructor(
    readonly failure: Failure,
    readonly problem: Problem | null = null,
  ) {
    super(failure.detail ?? failure.code);
    this.name = "ApiError";
  }
}

export type Api = ReturnType<typeof createApi>;

/** The HTTP requests of the protocol, under `base` (no slash at its end). Every one may throw an `ApiError`. */
export function createApi(base: string, ports: Pick<Ports, "fetch" | "after">) {
  const chat = `${base}/v1/chat`;
  const at = (id: string, rest = "") => `${chat}/conversations/${encodeURIComponent(id)}${rest}`;

  async function request<T>(method: string, url: string, body?: unknown, extra = 0, key?: string): Promise<T> {
    const abort = new AbortController();
    const calm = ports.after(PATIENCE + extra, () => abort.abort());
    try {
      const response = await ports.fetch(url, {
        method,
        credentials: "same-origin",
        cache: "no-store",
        signal: abort.signal,
        ...(body !== undefined && {
          body: JSON.stringify(body),
          headers: { "content-type": "application/json", ...(key && { "idempotency-key": key }) },
        }),
      });
      if (!response.ok) throw await refusal(response);
      return (response.status === 204 ? undefined : await response.json()) as T;
    } catch (error) {
      if (error instanceof ApiError) throw error;
      throw new ApiError({ status: 0, code: "network", detail: null, retryAfter: 0 });
    } finally {
      calm();
    }
  }

  return {
    /** Any other request of the API. `path` begins behind the base; `key` makes a `POST` safe to repeat. */
    call: <T>(method: string, path: string, body?: unknown, key?: string) =>
      request<T>(method, `${base}${path}`, body, 0, key),
    openSession: () => request<Session>("POST", `${base}/v1/session`, {}),
    /** What is absent stays as it is; null or blank empties it. */
    updateSession: (changes: { name?: string | null; email?: string | null }) =>
      request<Session>("PATCH", `${base}/v1/session`, changes),
    endSession: () => request<void>("DELETE", `${base}/v1/session`),
    // staff: begin
    me: () => request<Staff>("GET", `${base}/v1/me`),
    // staff: end
    list(filter: Filter, before: string | null, limit: number) {
      const query = new URLSearchParams({ status: filter.status, limit: String(limit) });
      // staff: begin
      for (const name of ["assignee", "team", "label", "priority"] as const) {
        const wanted = filter[name];
        if (wanted) query.set(name, wanted);
      }
      if (filter.mentioned) query.set("mentioned", "true");
      // staff: end
      if (before) query.set("before", before);
      return request<Page>("GET", `${chat}/conversations?${query}`);
    },
    create: (item: Pending) =>
      request<{ conversation: Conversation; entry: Entry }>("POST", `${chat}/conversations`, {
        client_message_id: item.id,
        body: item.body,
        ...(item.files && { files: item.files.map((file) => file.id) }),
        ...item.opening,
      }),
    snapshot: (id: string) => request<Snapshot>("GET", at(id)),
    before: (id: string, seq: number) => request<Entries>("GET", at(id, `/entries?before=${seq}&limit=50`)),
    poll: (id: string, after: number, epoch: string | null) => {
      const from = epoch === null ? after : `${after}&epoch=${epoch}`;
      return request<Entries>("GET", at(id, `/entries?after=${from}&limit=200&wait=${POLL}`), undefined, POLL * 1000);
    },
    post: (item: Pending) =>
      request<TextEntry>("POST", at(item.thread, item.kind === "note" ? "/notes" : "/messages"), {
        client_message_id: item.id,
        body: item.body,
        ...(item.replyTo && { reply_to: item.replyTo }),
        ...(item.files && { files: item.files.map((file) => file.id) }),
        // staff: begin
        ...(item.mentions && { mentions: item.mentions.map((agent) => agent.id) }),
        // staff: end
      }),
    read: (id: string, seq: number) => request<{ seq: number; unread: number }>("PUT", at(id, "/read"), { seq }),
    typing: (id: string, typing: boolean, text?: string) =>
      request<void>("POST", at(id, "/typing"), { typing, ...(text !== undefined && { text }) }),
    // staff: begin
    status: (id: string, status: Status, until?: string | null) =>
      request<Conversation>("PUT", at(id, "/status"), { status, ...(until !== undefined && { snoozed_until: until }) }),
    assign: (id: string, agent: string | null, expected?: string | null) =>
      request<Conversation>("PUT", at(id, "/assignee"), { agent, ...(expected !== undefined && { expected }) }),
    team: (id: string, team: string | null) => request<Conversation | undefined>("PUT", at(id, "/team"), { team }),
    agents: () => request<{ agents: Agent[] }>("GET", `${chat}/agents`),
    available: (status: "online" | "away") => request<Agent>("PUT", `${chat}/agents/me`, { status }),
    // staff: end
  };
}

async function refusal(response: Response): Promise<ApiError> {
  const seconds = Number(response.headers.get("retry-after"));
  const retryAfter = Number.isFinite(seconds) ? seconds * 1000 : 0;
  const problem = (await response.json().catch(() => null)) as Problem | null;
  const code = problem?.code ?? (response.status === 401 ? "unauthenticated" : `http_${response.status}`);
  const detail = problem?.detail ?? null;
  return new ApiError({ status: response.status, code, detail, retryAfter, errors: problem?.errors ?? [] }, problem);
}
