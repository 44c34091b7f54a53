import {
  type Client,
  createClient,
  memoryStorage,
  type Site,
  type SocketLike,
  type State,
  siteOf,
} from "@engage/client";

const NEVER = new Promise<Response>(() => {});
const CONVERSATION = "preview";

export interface Shown {
  site: string;
  greeting: string;
  fields: unknown[];
  /** What was asked and answered: a conversation is shown, and not how one begins. */
  said: { name: string; question: string; answer: string } | null;
}

/** A client of the widget's whose server is played: nobody is told of it, and nothing is kept. `show` changes what it says of the site. */
export function playedClient(first: Shown): { client: Client; show(next: Shown): void } {
  const site = (shown: Shown) =>
    siteOf({ name: shown.site, greeting: shown.greeting, fields: shown.fields as never, agents_online: true });
  const real = createClient({
    base: "",
    role: "visitor",
    ports: {
      fetch: (url, init) => answer(`${init.method} ${url}`, first),
      socket: played,
      storage: memoryStorage(),
      locks: null,
      watch: () => () => {},
      online: () => true,
    },
  });
  const listeners = new Set<() => void>();
  let now: Site = site(first);
  let from: State | null = null;
  let state = real.getSnapshot();
  const client: Client = {
    ...real,
    getSnapshot() {
      const next = real.getSnapshot();
      if (next !== from || (next.site && state.site !== now)) state = { ...next, site: next.site && now };
      from = next;
      return state;
    },
    subscribe(listener) {
      listeners.add(listener);
      const stop = real.subscribe(listener);
      return () => {
        listeners.delete(listener);
        stop();
      };
    },
  };
  return {
    client,
    show(next) {
      now = site(next);
      for (const listener of listeners) listener();
    },
  };
}

/** A server that welcomes, and says nothing more. */
function played(): SocketLike {
  const socket: SocketLike = {
    onopen: null,
    onmessage: null,
    onclose: null,
    send(data) {
      const frame = JSON.parse(data) as { type: string; n?: number; resume?: { conversation: string; seq: number }[] };
      const say = (said: object) => setTimeout(() => socket.onmessage?.({ data: JSON.stringify(said) }));
      const resumed = (frame.resume ?? []).map((one) => ({ ...one, recovered: true, reads: [] }));
      const limits = { body_chars: 10_000, frame_bytes: 65_536, replay_entries: 200 };
      if (frame.type === "hello")
        say({ type: "welcome", protocol: 1, heartbeat_ms: 3_600_000, limits, resumed, inbox: null });
      if (frame.type === "subscribe") say({ ...frame, type: "subscribed", recovered: true, seq: 2, reads: [] });
      if (frame.type === "ping") say({ type: "pong", n: frame.n });
    },
    close() {},
  };
  setTimeout(() => socket.onopen?.());
  return socket;
}

function answer(request: string, { site, greeting, fields, said }: Shown): Promise<Response> {
  const json = (body: object) => Promise.resolve(new Response(JSON.stringify(body)));
  const contact = { id: "visitor", name: null, email: null };
  if (request.endsWith("/v1/session")) {
    return json({ contact, blocked: false, site: { name: site, greeting, fields, agents_online: true } });
  }
  const at = new Date().toISOString();
  const agent = { kind: "agent", id: "agent", name: said?.name ?? null };
  const text = { conversation: CONVERSATION, at, type: "message", reply_to: null };
  const entries = [
    { ...text, id: "1", seq: 1, author: { kind: "visitor", id: "visitor", name: null }, body: said?.question ?? "" },
    { ...text, id: "2", seq: 2, author: agent, body: said?.answer ?? "" },
  ];
  const conversation = {
    id: CONVERSATION,
    status: "open",
    assignee: { id: "agent", name: said?.name ?? null },
    team: null,
    seq: 2,
    unread: 0,
    created_at: at,
    updated_at: at,
    last_message: { seq: 2, author: agent, at, excerpt: said?.answer ?? "" },
  };
  if (request.includes("/conversations?")) return json({ conversations: said ? [conversation] : [], next: null });
  if (request.endsWith(`/conversations/${CONVERSATION}`)) {
    return json({ conversation, entries, has_more: false, reads: [] });
  }
  return NEVER;
}
