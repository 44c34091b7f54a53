import { type Api, ApiError, createApi } from "./api";
import { type Chat, createChat } from "./chat";
import { createKeep, type Keep } from "./keep";
import { type Action, type Input, step } from "./machine";
import { type Failure, type Filter, initialState, type Pending, type Self, type State } from "./model";
import { browserPorts, type Ports, type SocketLike, type WorldEvent } from "./ports";
import { nextWake } from "./settle";
import { LOCAL } from "./thread";
import type { ServerFrame, Status } from "./wire";

/** How often a tab looks for messages that a closed tab left, while there are any, in ms. */
const ADOPT = 5_000;
/** How long a conversation is kept up to date after the last listener left, in ms. */
const LINGER = 2_000;

export interface ClientOptions {
  /** Where the host mounted engage, without a slash at its end: `/engage`, or `/admin/engage` for staff. */
  base: string;
  role: "visitor" | "agent";
  /** Which conversations the inbox lists at first. */
  filter?: Filter;
  ports?: Partial<Ports>;
}

export type Client = ReturnType<typeof createClient>;

/** What a `Chat` may use of the client. */
export interface Inside {
  ports: Ports;
  api: Api;
  keep: Keep;
  state(): State;
  dispatch(input: Input): void;
  subscribe(listener: () => void): () => void;
}

/**
 * A client for one person. It does nothing before `start()`. All state is one immutable value: `getSnapshot()` gives it,
 * `subscribe()` tells of every new one. `chat()` gives the view of one conversation.
 */
export function createClient(options: ClientOptions) {
  const ports: Ports = { ...browserPorts(), ...options.ports };
  const api = createApi(options.base, ports);
  const keep = createKeep(options.base, ports.uuid(), ports.storage, ports.locks);
  const filter: Filter = options.filter ?? { status: options.role === "agent" ? "open" : "all" };
  const listeners = new Set<() => void>();
  const chats = new Map<string, Chat>();
  const queue: Input[] = [];
  let state = initialState(filter, keep.owner());
  let busy = false;
  let socket: SocketLike | null = null;
  let alarm = () => {};
  let adoption: (() => void) | null = null;
  let unwatch: (() => void) | null = null;

  function dispatch(input: Input): void {
    queue.push(input);
    if (busy) return;
    busy = true;
    const first = state;
    try {
      for (let next = queue.shift(); next; next = queue.shift()) {
        const before = state;
        const result = step(before, next, { now: ports.now(), random: ports.random() });
        state = result.state;
        remember(before, state);
        for (const action of result.actions) perform(action);
        follow(before, state);
      }
    } finally {
      busy = false;
    }
    alarm();
    const due = nextWake(state, ports.now());
    if (Number.isFinite(due)) alarm = ports.after(Math.max(1, due - ports.now()), () => dispatch({ type: "tick" }));
    if (state !== first) for (const listener of [...listeners]) listener();
  }

  /** Storage first, so that nothing is sent that a reload would forget. */
  function remember(before: State, after: State): void {
    if (before.owner !== after.owner) {
      if (before.owner !== "") keep.leave();
      keep.setOwner(after.owner);
    }
    if (before.outbox !== after.outbox || before.owner !== after.owner) keep.save(after.owner, after.outbox);
  }

  /** What follows from a change and is no part of the protocol. */
  function follow(before: State, after: State): void {
    const identified = before.session.phase !== "ready" && after.session.phase === "ready";
    if (identified) {
      adopt();
      claim().catch(() => {});
    }
    const connected = before.link.phase !== "ready" && after.link.phase === "ready";
    if (options.role === "agent" && (connected || identified)) refreshAgents().catch(() => {});
  }

  function perform(action: Action): void {
    switch (action.type) {
      case "session":
        return void answer(openSession(), (failure) => ({ type: "session_failed", failure }));
      case "connect":
        return connect(action.link);
      case "disconnect":
        socket?.close(1000);
        socket = null;
        return;
      case "send":
        socket?.send(JSON.stringify(action.frame));
        return;
      case "fetch": {
        const { conversation, fetch } = action;
        const snapshot = api.snapshot(conversation);
        return void answer(
          snapshot.then((snapshot) => ({ type: "fetched", conversation, fetch, snapshot })),
          (failure) => ({ type: "fetch_failed", conversation, fetch, failure }),
        );
      }
      case "poll": {
        const { conversation, after } = action;
        return void answer(
          api.poll(conversation, after).then((page) => ({ type: "polled", conversation, page })),
          (failure) => ({ type: "poll_failed", conversation, failure }),
        );
      }
      case "mark": {
        const { conversation, seq } = action;
        return void answer(api.read(conversation, seq).then(() => ({ type: "marked", conversation, seq })), null);
      }
      case "typing":
        return void api.typing(action.conversation, action.typing).catch(() => {});
      case "list": {
        const { fetch } = action;
        return void answer(
          api.list(action.filter, action.before, action.limit).then((page) => ({ type: "listed", fetch, page })),
          (failure) => ({ type: "list_failed", fetch, failure }),
        );
      }
      case "post":
        return void answer(post(action.item), (failure) => ({ type: "post_failed", id: action.item.id, failure }));
    }
  }

  /** Dispatches what `work` comes to. Without `otherwise` a failure is nobody's concern. */
  async function answer(work: Promise<Input>, otherwise: ((failure: Failure) => Input) | null): Promise<void> {
    let input: Input | null;
    try {
      input = await work;
    } catch (error) {
      const unknown: Failure = { status: 0, code: "client", detail: String(error), retryAfter: 0 };
      input = otherwise?.(error instanceof ApiError ? error.failure : unknown) ?? null;
    }
    if (input) dispatch(input);
  }

  async function openSession(): Promise<Input> {
    if (options.role === "agent") {
      const me = await api.me();
      return { type: "session", self: { kind: "agent", id: me.id, name: me.name }, site: { ...me.site, agentsOnline: true } };
    }
    const { contact, site } = await api.openSession();
    if (!contact) throw new ApiError({ status: 401, code: "unauthenticated", detail: null, retryAfter: 0 });
    const self: Self = { kind: "visitor", ...contact };
    return { type: "session", self, site: { name: site.name, agentsOnline: site.agents_online } };
  }

  async function post(item: Pending): Promise<Input> {
    if (item.conversation === null) {
      const { conversation, entry } = await api.create(item);
      return { type: "posted", id: item.id, entry, conversation };
    }
    return { type: "posted", id: item.id, entry: await api.post(item), conversation: null };
  }

  function connect(link: number): void {
    const url = new URL(`${options.base}/v1/chat/socket`, globalThis.location?.href);
    url.protocol = url.protocol.replace("http", "ws");
    let next: SocketLike;
    try {
      next = ports.socket(url.href);
    } catch {
      return dispatch({ type: "closed", link, code: 1006 });
    }
    socket = next;
    next.onopen = () => dispatch({ type: "opened", link });
    next.onclose = (event) => dispatch({ type: "closed", link, code: event.code });
    next.onmessage = (event) => {
      const frame = parseFrame(event.data);
      if (frame) dispatch({ type: "frame", link, frame });
    };
  }

  /** Takes over what closed tabs of the same person have not got through. */
  function adopt(): void {
    adoption?.();
    adoption = null;
    const owner = state.owner;
    keep
      .adopt(owner, ports.now(), (item) => owner === state.owner && dispatch({ type: "queue", item }))
      .then((left) => {
        if (left && state.running) adoption = ports.after(ADOPT, adopt);
      })
      .catch(() => {});
  }

  /** Messages of somebody else are ours if we can see the conversation: then the two became one person. */
  async function claim(): Promise<void> {
    const owner = state.owner;
    for (const stray of keep.strays(null, owner)) {
      const { conversation, id } = stray.item;
      const mine = conversation === null ? stray.owner === "" : await api.snapshot(conversation).then(() => true, () => false);
      if (mine && owner === state.owner) keep.hand(id, stray.owner, owner);
    }
    if (owner === state.owner) adopt();
  }

  async function refreshAgents(): Promise<void> {
    const { agents } = await api.agents();
    dispatch({ type: "agents", agents });
  }

  function world(event: WorldEvent): void {
    if (event === "storage") return adoption || !state.running ? undefined : adopt();
    if (event === "hide") return dispatch({ type: "stop" });
    dispatch({ type: event === "show" ? "start" : event });
  }

  function subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  const inside: Inside = { ports, api, keep, state: () => state, dispatch, subscribe };

  return {
    role: options.role,
    base: options.base,
    api,
    subscribe,
    getSnapshot: () => state,

    /** Opens the session (a visitor who has none gets one) and stays connected until `stop()`. */
    start(): void {
      if (unwatch) return;
      unwatch = ports.watch(world);
      adopt();
      dispatch({ type: "start" });
      if (!ports.online()) dispatch({ type: "offline" });
    },
    stop(): void {
      unwatch?.();
      unwatch = null;
      adoption?.();
      adoption = null;
      dispatch({ type: "stop" });
    },
    /** Tries again now: after a final good-bye, or without waiting for the next attempt. */
    reconnect: () => dispatch({ type: "reconnect" }),

    /** The conversation `id`, or without one a new conversation that comes into being with its first message. */
    chat(id: string = LOCAL + ports.uuid()): Chat {
      const known = chats.get(id);
      if (known) return known;
      const chat = createChat(inside, id, LINGER, () => chats.delete(id));
      chats.set(id, chat);
      return chat;
    },

    list: (filter: Filter) => dispatch({ type: "filter", filter }),
    more: () => dispatch({ type: "more" }),
    async setStatus(id: string, status: Status, until?: string | null): Promise<void> {
      dispatch({ type: "changed", conversation: await api.status(id, status, until) });
    },
    async assign(id: string, agent: string | null, expected?: string | null): Promise<void> {
      dispatch({ type: "changed", conversation: await api.assign(id, agent, expected) });
    },
    async setTeam(id: string, team: string | null): Promise<void> {
      const conversation = await api.team(id, team);
      if (conversation) dispatch({ type: "changed", conversation });
    },
    async setAvailable(status: "online" | "away"): Promise<void> {
      const me = await api.available(status);
      const others = state.agents.filter((agent) => agent.id !== me.id);
      dispatch({ type: "agents", agents: [...others, me] });
    },
    /** Forgets the person on this device: session, drafts and unsent messages. */
    async forget(): Promise<void> {
      await api.endSession();
      keep.clear();
      for (const item of state.outbox) dispatch({ type: "discard", id: item.id });
      this.stop();
    },
  };
}

function parseFrame(data: unknown): ServerFrame | null {
  if (typeof data !== "string") return null;
  try {
    const frame = JSON.parse(data);
    return frame && typeof frame.type === "string" ? frame : null;
  } catch {
    return null;
  }
}
