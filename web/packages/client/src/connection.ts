import type { State } from "./model";

/** How it stands with the server, as a person should be told. */
export interface Connection {
  /**
   * `connecting`: for the first time. `online`: what is shown is what is. `offline`: cut off, trying again.
   * `closed`: the server ended it and does not want us to come back by ourselves. `denied`: this person may not.
   */
  state: "connecting" | "online" | "offline" | "closed" | "denied";
  /** The code of the `bye` or of the refused session. */
  reason: string | null;
  /** No socket got through, so changes come with a delay. */
  polling: boolean;
}

export function connectionOf({ session, link, online }: State): Connection {
  const at = (state: Connection["state"], reason: string | null = null): Connection => ({
    state,
    reason,
    polling: link.polling,
  });
  if (session.phase === "denied") return at("denied", session.code);
  if (link.phase === "closed" && link.reason === "blocked") return at("online", link.reason);
  if (link.phase === "closed") return at("closed", link.reason);
  if (link.phase === "ready" || (link.polling && online)) return at("online");
  if (!online || link.attempts > 0 || session.attempts > 0) return at("offline", link.reason);
  return at("connecting");
}
