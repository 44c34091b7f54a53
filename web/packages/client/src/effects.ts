import { type Api, ApiError } from "./api";
import type { Action, Input } from "./machine";
import type { Failure, Pending, Self } from "./model";
import type { Ports, SocketLike } from "./ports";
import { siteOf } from "./site";
import type { ServerFrame } from "./wire";

export interface EffectsOptions {
  base: string;
  role: "visitor" | "agent";
  api: Api;
  ports: Pick<Ports, "socket">;
  /** Gets what every action comes to. */
  dispatch(input: Input): void;
}

/** Carries out what the machine asks for: the only place that talks with the server. */
export function createEffects({ base, role, api, ports, dispatch }: EffectsOptions): (action: Action) => void {
  let socket: SocketLike | null = null;

  function perform(action: Action): void {
    switch (action.type) {
      case "connect":
        connect(action.link);
        break;
      case "disconnect":
        socket?.close(1000);
        socket = null;
        break;
      case "send":
        socket?.send(JSON.stringify(action.frame));
        break;
      case "typing":
        api.typing(action.conversation, action.typing, action.text).catch(() => {});
        break;
      default:
        answer(request(action), (failure) => failed(action, failure));
    }
  }

  async function request(
    action: Exclude<Action, { type: "connect" | "disconnect" | "send" | "typing" }>,
  ): Promise<Input> {
    switch (action.type) {
      case "session":
        return openSession();
      case "fetch": {
        const { conversation, fetch } = action;
        return { type: "fetched", conversation, fetch, snapshot: await api.snapshot(conversation) };
      }
      case "poll": {
        const { conversation, after, epoch } = action;
        return { type: "polled", conversation, page: await api.poll(conversation, after, epoch) };
      }
      case "mark": {
        const { seq } = await api.read(action.conversation, action.seq);
        return { type: "marked", conversation: action.conversation, seq };
      }
      case "list": {
        const { fetch, filter, before, limit } = action;
        return { type: "listed", fetch, page: await api.list(filter, before, limit) };
      }
      case "post":
        return post(action.item);
    }
  }

  async function openSession(): Promise<Input> {
    // staff: begin
    if (role === "agent") {
      const { id, name, role, teams, site, files } = await api.me();
      return {
        type: "session",
        self: { kind: "agent", id, name, role, teams },
        site: siteOf({ ...site, files }),
      };
    }
    // staff: end
    const { contact, site, blocked = false } = await api.openSession();
    if (!contact) throw new ApiError({ status: 401, code: "unauthenticated", detail: null, retryAfter: 0 });
    const self: Self = { kind: "visitor", ...contact };
    return { type: "session", self, site: siteOf(site), blocked };
  }

  async function post(item: Pending): Promise<Input> {
    if (item.conversation === null) {
      const { conversation, entry } = await api.create(item);
      return { type: "posted", id: item.id, entry, conversation };
    }
    return { type: "posted", id: item.id, entry: await api.post(item), conversation: null };
  }

  /** Dispatches what `work` comes to, or what its failure means. */
  async function answer(work: Promise<Input>, otherwise: (failure: Failure) => Input | null): Promise<void> {
    let input: Input | null;
    try {
      input = await work;
    } catch (error) {
      const unknown: Failure = { status: 0, code: "client", detail: String(error), retryAfter: 0 };
      input = otherwise(error instanceof ApiError ? error.failure : unknown);
    }
    if (input) dispatch(input);
  }

  function connect(link: number): void {
    const url = new URL(`${base}/v1/chat/socket`, globalThis.location?.href);
    url.protocol = url.protocol.replace("http", "ws");
    try {
      socket = ports.socket(url.href);
    } catch {
      dispatch({ type: "closed", link, code: 1006 });
      return;
    }
    socket.onopen = () => dispatch({ type: "opened", link });
    socket.onclose = ({ code }) => dispatch({ type: "closed", link, code });
    socket.onmessage = ({ data }) => {
      const frame = parse(data);
      if (frame) dispatch({ type: "frame", link, frame });
    };
  }

  return perform;
}

function failed(action: Action, failure: Failure): Input | null {
  switch (action.type) {
    case "session":
      return { type: "session_failed", failure };
    case "fetch":
      return { type: "fetch_failed", conversation: action.conversation, fetch: action.fetch, failure };
    case "poll":
      return { type: "poll_failed", conversation: action.conversation, failure };
    case "list":
      return { type: "list_failed", fetch: action.fetch, failure };
    case "post":
      return { type: "post_failed", id: action.item.id, failure };
    default:
      return null;
  }
}

function parse(data: unknown): ServerFrame | null {
  if (typeof data !== "string") return null;
  try {
    const frame = JSON.parse(data);
    return frame && typeof frame.type === "string" ? frame : null;
  } catch {
    return null;
  }
}
