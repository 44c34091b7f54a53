import { wait } from "./backoff";
import type { Link } from "./model";
import type { ServerFrame } from "./wire";

/** How long a socket may take to open, and then to say `welcome`. */
const PATIENCE = 6_000;
/** A link that held this long was a good one: the next failure counts from the start. */
const STABLE = 10_000;
/** Sockets refused in a row before long polling stands in for them: sooner where none has ever worked. */
const REFUSALS = 3;
const REFUSALS_UNPROVEN = 1;

/** Close codes after which the protocol says not to come back. */
const FINAL: Record<number, string> = {
  1000: "normal",
  1009: "frame_too_large",
  4000: "protocol_error",
  4403: "forbidden",
};

export function connecting(link: Link, now: number): Link {
  return { ...link, phase: "connecting", id: link.id + 1, since: now, heardAt: now, pingAt: 0, pong: null, floor: 0 };
}

export function opened(link: Link, now: number): Link {
  return { ...link, phase: "opened", since: now, heardAt: now };
}

export function welcomed(link: Link, heartbeat: number, now: number): Link {
  const good = { proven: true, refused: 0, polling: false, reason: null };
  return { ...link, ...good, phase: "ready", since: now, heardAt: now, heartbeat };
}

/** The link is down; waits for the next attempt with full jitter. */
export function dropped(link: Link, now: number, random: number): Link {
  const ready = link.phase === "ready";
  const attempts = ready && now - link.since >= STABLE ? 0 : link.attempts;
  const refused = ready ? 0 : link.refused + 1;
  return {
    ...link,
    phase: "waiting",
    id: link.id + 1,
    attempts: attempts + 1,
    refused,
    polling: refused >= (link.proven ? REFUSALS : REFUSALS_UNPROVEN),
    retryAt: now + wait(attempts, link.floor, random),
  };
}

/** The server said good-bye; the close that follows adds nothing. */
export function dismissed(link: Link, bye: Extract<ServerFrame, { type: "bye" }>, now: number, random: number): Link {
  if (!bye.reconnect) return { ...link, phase: "closed", id: link.id + 1, reason: bye.code, polling: false };
  return { ...dropped({ ...link, floor: bye.retry_after_ms }, now, random), reason: bye.code };
}

/** The socket closed by itself. A final code ends it, anything else is a failure like any other. */
export function closed(link: Link, code: number, now: number, random: number): Link {
  const final = link.phase === "ready" || code >= 4000 ? FINAL[code] : undefined;
  if (final) return { ...link, phase: "closed", id: link.id + 1, reason: final, polling: false };
  return dropped(link, now, random);
}

/** Whether there is a socket behind it. */
export function isUp(link: Link): boolean {
  return ["connecting", "opened", "greeting", "ready"].includes(link.phase);
}

/** When this link has waited long enough for the other side. */
export function deadline(link: Link): number {
  switch (link.phase) {
    case "connecting":
    case "opened":
    case "greeting":
      return link.since + PATIENCE;
    case "ready":
      return link.heardAt + 2 * link.heartbeat;
    default:
      return Number.POSITIVE_INFINITY;
  }
}

/** When silence is long enough to ask whether anybody is there. */
export function askAt(link: Link): number {
  const quiet = link.heardAt + 1.2 * link.heartbeat;
  return link.phase === "ready" && link.pingAt < link.heardAt ? quiet : Number.POSITIVE_INFINITY;
}

/** Whether a request goes over the socket, over HTTP, or has to wait. */
export function transport(link: Link, online: boolean): "socket" | "http" | null {
  if (link.phase === "ready") return "socket";
  return link.polling && online ? "http" : null;
}
