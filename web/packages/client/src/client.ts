import { type Api, ApiError, createApi } from "./api";
import { type Chat, createChat } from "./chat";
import { createEffects } from "./effects";
import { createKeep, type Keep } from "./keep";
import { type Input, step } from "./machine";
import { type Filter, initialState, type State } from "./model";
import { browserPorts, type Ports, type WorldEvent } from "./ports";
import { nextWake } from "./settle";
import { LOCAL } from "./thread";
import type { TicketsFollow } from "./tickets";
import type { Conversation, ServerFrame, Status } from "./wire";

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
  // staff: begin
  const hearers = new Set<(frame: ServerFrame) => void>();
  // staff: end
  const chats = new Map<string, Chat>();
  const perform = createEffects({ base: options.base, role: options.role, api, ports, dispatch });
  const queue: Input[] = [];
  let state = initialState(filter, keep.owner());
  let busy = false;
  let alarm = () => {};
  let adoption: (() => void) | null = null;
  let unwatch: (() => void) | null = null;

  function dispatch(input: Input): void {
    queue.push(input);
    if (busy) return;
    busy = true;
    const first = state;
    let now = ports.now();
    try {
      for (let next = queue.shift(); next; next = queue.shift()) {
        const before = state;
        now = ports.now();
        // staff: begin
        const current = next.type !== "frame" || next.link === state.link.id;
        // staff: end
        const result = step(before, next, { now, random: ports.random() });
        state = result.state;
        // staff: begin
        if (next.type === "frame" && current) for (const hearer of [...hearers]) hearer(next.frame);
        // staff: end
        remember(before, state);
        for (const action of result.actions) perform(action);
        follow(before, state);
      }
    } finally {
      busy = false;
    }
    alarm();
    // Of the moment that the state was settled for: what became due since then must still be woken up for.
    const due = nextWake(state, now);
    const left = Math.ceil(due - ports.now());
    if (Number.isFinite(due)) alarm = ports.after(Math.max(1, left), () => dispatch({ type: "tick" }));
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
    // staff: begin
    const connected = before.link.phase !== "ready" && after.link.phase === "ready";
    if (options.role === "agent" && (connected || identified)) refreshAgents().catch(() => {});
    // staff: end
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
      const mine =
        conversation === null
          ? stray.owner === ""
          : await api.snapshot(conversation).then(
              () => true,
              () => false,
            );
      if (mine && owner === state.owner) keep.hand(id, stray.owner, owner);
    }
    if (owner === state.owner) adopt();
  }

  // staff: begin
  async function refreshAgents(): Promise<void> {
    const { agents } = await api.agents();
    dispatch({ type: "agents", agents });
  }
  // staff: end

  function world(event: WorldEvent): void {
    if (event === "storage") {
      if (!adoption && state.running) adopt();
    } else if (event === "hide") dispatch({ type: "stop" });
    else dispatch({ type: event === "show" ? "start" : event });
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
    ports,
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

    /**
     * Tells the server who the visitor is; blank empties a field, absent leaves it. Throws an `ApiError`: of code `invalid`
     * with `problem.errors` that name the fields, or `identity_managed` when the host has said who they are.
     */
    async identify(details: { name?: string; email?: string }): Promise<void> {
      try {
        const { contact } = await api.updateSession(details);
        if (contact) dispatch({ type: "told", self: { kind: "visitor", ...contact } });
      } catch (error) {
        if (error instanceof ApiError) dispatch({ type: "refused", failure: error.failure });
        throw error;
      }
    },
    /** What a page remembers of this person under `name`, in this browser only and until `forget()`; "" for nothing. */
    memo: (name: string): string => keep.memo(state.owner, name),
    setMemo: (name: string, text: string): void => keep.setMemo(state.owner, name, text),

    list: (filter: Filter) => dispatch({ type: "filter", filter }),
    more: () => dispatch({ type: "more" }),
    // staff: begin
    /** Hears every frame of the live connection, after the state has. Gives back how to stop that. */
    hear(listener: (frame: ServerFrame) => void): () => void {
      hearers.add(listener);
      return () => hearers.delete(listener);
    },
    /** Says a frame over the live connection, as far as there is one: what is no conversation's is not the machine's. */
    say(frame: TicketsFollow): void {
      if (state.link.phase === "ready") perform({ type: "send", frame });
    },
    /**
     * Does something to a conversation: `change` is shown at once, and taken back when `call` is refused. What `call` gives is
     * the conversation as it is then; nothing, when it has left this reader's sight.
     */
    async command(
      id: string,
      change: Partial<Conversation>,
      call: (api: Api) => Promise<Conversation | undefined>,
    ): Promise<void> {
      const known = state.inbox.items.find((item) => item.id === id) ?? state.threads[id]?.conversation;
      if (known) dispatch({ type: "patched", conversation: known, change });
      try {
        const conversation = await call(api);
        if (conversation) dispatch({ type: "changed", conversation });
      } catch (error) {
        const before = Object.keys(change).map((name) => [name, known?.[name as keyof Conversation]]);
        if (known) dispatch({ type: "patched", conversation: known, change: Object.fromEntries(before) });
        throw error;
      }
    },
    setStatus(id: string, status: Status, until?: string | null): Promise<void> {
      const change = { status, snoozed_until: until ?? null };
      return this.command(id, change, () => api.status(id, status, until));
    },
    assign(id: string, agent: string | null, expected?: string | null): Promise<void> {
      const name = state.agents.find((other) => other.id === agent)?.name ?? null;
      const assignee = agent === null ? null : { id: agent, name };
      return this.command(id, { assignee }, () => api.assign(id, agent, expected));
    },
    setTeam(id: string, team: string | null): Promise<void> {
      return this.command(id, { team }, () => api.team(id, team));
    },
    /** Asks anew who of the staff is there, and how much they have open. */
    refreshAgents,
    async setAvailable(status: "online" | "away"): Promise<void> {
      const me = await api.available(status);
      const others = state.agents.filter((agent) => agent.id !== me.id);
      dispatch({ type: "agents", agents: [...others, me] });
    },
    // staff: end
    /** Forgets the person on this device: session, drafts and unsent messages. */
    async forget(): Promise<void> {
      await api.endSession();
      keep.clear();
      for (const item of state.outbox) dispatch({ type: "discard", id: item.id });
      this.stop();
    },
  };
}
