import type { Pending } from "./model";
import type { LocksLike, StorageLike } from "./ports";
import type { Colleague, Opening, SentFile } from "./wire";

/** What is older than this is no longer sent, in ms: nobody expects it. */
const KEEP = 7 * 24 * 3_600_000;

/** A stored message: as little as it takes to send it again. */
interface Stored {
  tab: string;
  conversation: string | null;
  thread: string;
  kind: "message" | "note";
  body: string;
  replyTo: string | null;
  files?: readonly SentFile[];
  mentions?: readonly Colleague[];
  opening?: Opening;
  at: number;
  failed: string | null;
}

/**
 * What survives a reload: messages that nobody has acknowledged, and drafts. Each message has a key of its own, so two
 * tabs never overwrite each other's. A message belongs to the tab that wrote it for as long as that tab lives; a tab shows
 * that by holding a lock while it has any. Sending twice would do no harm (the server knows the id), losing one would.
 */
export function createKeep(base: string, tab: string, storage: StorageLike, locks: LocksLike | null) {
  const root = `engage:${base}:`;
  const lockOf = (owner: string) => `${root}tab:${owner}`;
  const itemKey = (owner: string, id: string) => `${root}out:${owner}:${id}`;
  const draftKey = (owner: string, thread: string) => `${root}draft:${thread || `new:${owner}`}`;
  const memoKey = (owner: string, name: string) => `${root}memo:${owner}:${name}`;
  let release: (() => void) | null = null;
  let written = new Map<string, string>();

  /** Makes storage hold exactly what this tab still has to send for `owner`. */
  function save(owner: string, outbox: readonly Pending[]): void {
    const next = new Map<string, string>();
    for (const item of outbox) {
      if (item.state !== "stored") next.set(itemKey(owner, item.id), JSON.stringify(toStored(item, tab)));
    }
    if (next.size > 0 && !release) release = locks?.hold(lockOf(tab)) ?? null;
    for (const [key, value] of next) if (written.get(key) !== value) storage.set(key, value);
    for (const key of written.keys()) if (!next.has(key)) storage.remove(key);
    written = next;
    if (next.size === 0 && release) {
      release();
      release = null;
    }
  }

  /** Forgets what it wrote without removing it: it belongs to somebody else from now on. */
  function leave(): void {
    written = new Map();
    release?.();
    release = null;
  }

  /** Messages in storage that this tab does not have, of `owner` or, with null, of everybody else than `but`. */
  function strays(owner: string | null, but = ""): { owner: string; item: Pending; tab: string }[] {
    const found = [];
    for (const key of storage.keys()) {
      if (!key.startsWith(`${root}out:`) || written.has(key)) continue;
      const [whose = "", id = ""] = key.slice(root.length + 4).split(":");
      if (owner === null ? whose === but : whose !== owner) continue;
      const stored = parse(storage.get(key));
      if (stored) found.push({ owner: whose, item: toPending(id, stored), tab: stored.tab });
    }
    return found.sort((a, b) => a.item.at - b.item.at);
  }

  /** Takes over those of `owner`'s messages whose tab is gone, and says whether others are left. */
  async function adopt(owner: string, now: number, take: (item: Pending) => void): Promise<boolean> {
    let left = false;
    for (const stray of strays(owner)) {
      const key = itemKey(owner, stray.item.id);
      if (now - stray.item.at > KEEP) {
        storage.remove(key);
        continue;
      }
      const mine = () => {
        // Another tab may have been here first.
        if (parse(storage.get(key))?.tab === stray.tab) take(stray.item);
      };
      if (!locks) mine();
      else await locks.tryWith(lockOf(stray.tab), mine);
      left ||= !written.has(key);
    }
    return left;
  }

  return {
    save,
    leave,
    adopt,
    strays,
    /** Gives a message another owner, when two people turned out to be one. */
    hand(id: string, from: string, to: string): void {
      const value = storage.get(itemKey(from, id));
      if (value === null) return;
      storage.set(itemKey(to, id), value);
      storage.remove(itemKey(from, id));
    },
    draft: (owner: string, thread: string) => storage.get(draftKey(owner, thread)) ?? "",
    setDraft(owner: string, thread: string, text: string): void {
      if (text) storage.set(draftKey(owner, thread), text);
      else storage.remove(draftKey(owner, thread));
    },
    memo: (owner: string, name: string) => storage.get(memoKey(owner, name)) ?? "",
    setMemo(owner: string, name: string, text: string): void {
      if (text) storage.set(memoKey(owner, name), text);
      else storage.remove(memoKey(owner, name));
    },
    /** Who spoke here last, so that a reload without a network still shows what waits. */
    owner: () => storage.get(`${root}who`) ?? "",
    setOwner: (owner: string) => storage.set(`${root}who`, owner),
    /** Forgets everything of this device. */
    clear(): void {
      leave();
      for (const key of storage.keys()) if (key.startsWith(root)) storage.remove(key);
    },
  };
}

export type Keep = ReturnType<typeof createKeep>;

function toStored(item: Pending, tab: string): Stored {
  const { conversation, thread, kind, body, replyTo, files, mentions, opening, at } = item;
  return {
    tab,
    conversation,
    thread,
    kind,
    body,
    replyTo,
    ...(files && { files }),
    ...(mentions && { mentions }),
    opening,
    at,
    failed: item.state === "failed" ? item.code : null,
  };
}

function toPending(id: string, stored: Stored): Pending {
  const { conversation, thread, kind, body, replyTo, files, mentions, opening, at, failed } = stored;
  const travel = { code: failed, seq: 0, flight: 0, attempts: 0, retryAt: 0 };
  const state = failed ? ("failed" as const) : ("queued" as const);
  const sent = { ...(files && { files }), ...(mentions && { mentions }) };
  return { id, conversation, thread, kind, body, replyTo, ...sent, opening, at, state, ...travel };
}

function parse(value: string | null): Stored | null {
  try {
    const stored = JSON.parse(value ?? "null") as Stored | null;
    return stored && typeof stored.body === "string" && typeof stored.thread === "string" ? stored : null;
  } catch {
    return null;
  }
}
