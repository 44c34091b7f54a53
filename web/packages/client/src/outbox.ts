import { wait } from "./backoff";
import { type Failure, isMine, isTransient, type Pending, type Self, type Thread } from "./model";

/** The server did not answer for this long: the link is not what it seems. */
export const ACK_PATIENCE = 10_000;

/** Only the oldest unanswered message of a conversation travels: a failure can then not change their order. */
export function heads(outbox: readonly Pending[]): Pending[] {
  const taken = new Set<string>();
  return outbox.filter((item) => {
    if (item.state !== "queued" || taken.has(item.thread)) return false;
    taken.add(item.thread);
    return true;
  });
}

export function change(outbox: readonly Pending[], id: string, changes: Partial<Pending>): readonly Pending[] {
  return outbox.map((item) => (item.id === id ? { ...item, ...changes } : item));
}

export function acknowledged(outbox: readonly Pending[], id: string, seq: number): readonly Pending[] {
  return change(outbox, id, { state: "stored", seq, flight: 0, code: null });
}

/** Refused for good, or to be tried again after a while. */
export function refused(
  outbox: readonly Pending[],
  id: string,
  failure: Failure,
  now: number,
  random: number,
): readonly Pending[] {
  return outbox.map((item) => {
    if (item.id !== id || item.state !== "queued") return item;
    if (!isTransient(failure) && failure.code !== "unauthenticated") {
      return { ...item, state: "failed" as const, flight: 0, code: failure.code, faults: failure.errors };
    }
    const retryAt = now + wait(item.attempts, failure.retryAfter, random);
    return { ...item, flight: 0, attempts: item.attempts + 1, retryAt };
  });
}

/** Tries a failed one again; under a new id where another message already has the old one. */
export function retried(outbox: readonly Pending[], id: string, fresh: string): readonly Pending[] {
  return outbox.map((item) => {
    if (item.id !== id || item.state !== "failed") return item;
    const reused = item.code === "client_message_id_reused";
    return { ...item, id: reused ? fresh : id, state: "queued" as const, code: null, attempts: 0, retryAt: 0 };
  });
}

/** The link that carried them is gone, so nobody knows whether they arrived: they go again, with the same id. */
export function grounded(outbox: readonly Pending[]): readonly Pending[] {
  if (outbox.every((item) => item.flight === 0)) return outbox;
  return outbox.map((item) => (item.flight === 0 ? item : { ...item, flight: 0 }));
}

/** What was stored may have been lost since: it goes again, with the same id. */
export function rewound(outbox: readonly Pending[]): readonly Pending[] {
  return outbox.map((item) =>
    item.state === "stored" ? { ...item, state: "queued" as const, seq: 0, attempts: 0, retryAt: 0 } : item,
  );
}

/** Conversation `id` has come into being under the local name `name`. */
export function named(outbox: readonly Pending[], name: string, id: string): readonly Pending[] {
  return outbox.map((item) => (item.thread === name ? { ...item, thread: id, conversation: id } : item));
}

/** Without those that the conversations show by themselves now. */
export function pruned(
  outbox: readonly Pending[],
  threads: Readonly<Record<string, Thread>>,
  self: Self | null,
): readonly Pending[] {
  const left = outbox.filter((item) => {
    const thread = threads[item.thread];
    if (!thread || thread.data === "gone") return item.state !== "stored";
    if (item.state === "stored" && thread.data === "ready" && thread.seq >= item.seq) return false;
    return !thread.entries.some(
      (entry) => "client_message_id" in entry && entry.client_message_id === item.id && isMine(entry.author, self),
    );
  });
  return left.length === outbox.length ? outbox : left;
}
