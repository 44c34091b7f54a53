/** What the client needs of the world. Tests give it other ones. */
export interface Ports {
  /** ms since 1970. */
  now(): number;
  /** In [0, 1). */
  random(): number;
  uuid(): string;
  /** Runs `task` after `ms`; gives back how to call it off. */
  after(ms: number, task: () => void): () => void;
  fetch(url: string, init: RequestInit): Promise<Response>;
  socket(url: string): SocketLike;
  storage: StorageLike;
  locks: LocksLike | null;
  /** Tells of changes around us; gives back how to stop that. */
  watch(on: (event: WorldEvent) => void): () => void;
  online(): boolean;
}

export type WorldEvent = "online" | "offline" | "awake" | "hide" | "show" | "storage";

export interface SocketLike {
  send(data: string): void;
  close(code?: number): void;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
}

export interface StorageLike {
  keys(): string[];
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
}

export interface LocksLike {
  /** Holds the lock `name` until what it gives back is called. */
  hold(name: string): () => void;
  /** Runs `task` if nobody holds `name`, else does nothing. */
  tryWith(name: string, task: () => void): Promise<void>;
}

export function browserPorts(): Ports {
  return {
    now: () => Date.now(),
    random: () => Math.random(),
    uuid,
    after(ms, task) {
      const timer = setTimeout(task, Math.min(ms, 2 ** 31 - 1));
      return () => clearTimeout(timer);
    },
    fetch: (url, init) => fetch(url, init),
    socket: (url) => new WebSocket(url) as unknown as SocketLike,
    storage: browserStorage(),
    locks: typeof navigator !== "undefined" && navigator.locks ? browserLocks(navigator.locks) : null,
    watch: watchBrowser,
    online: () => navigator.onLine !== false,
  };
}

/** A random UUID, also where the page is not a secure context and `crypto.randomUUID` is missing. */
export function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** Keeps everything in memory: for tests, and where the browser refuses to store. */
export function memoryStorage(): StorageLike {
  const map = new Map<string, string>();
  return {
    keys: () => [...map.keys()],
    get: (key) => map.get(key) ?? null,
    set: (key, value) => void map.set(key, value),
    remove: (key) => void map.delete(key),
  };
}

/** `localStorage`, behind a memory that takes over what it refuses (no room, no permission). */
function browserStorage(): StorageLike {
  const memory = memoryStorage();
  let local: Storage | null = null;
  try {
    local = localStorage;
  } catch {
    return memory;
  }
  const store = local;
  return {
    keys: () => [...new Set([...Object.keys(store), ...memory.keys()])],
    get: (key) => memory.get(key) ?? store.getItem(key),
    set(key, value) {
      try {
        store.setItem(key, value);
        memory.remove(key);
      } catch {
        memory.set(key, value);
      }
    },
    remove(key) {
      memory.remove(key);
      store.removeItem(key);
    },
  };
}

function browserLocks(locks: LockManager): LocksLike {
  return {
    hold(name) {
      let release = () => {};
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      locks.request(name, () => held).catch(() => {});
      return release;
    },
    async tryWith(name, task) {
      await locks.request(name, { ifAvailable: true }, (lock) => {
        if (lock) task();
      });
    },
  };
}

function watchBrowser(on: (event: WorldEvent) => void): () => void {
  const awake = () => document.visibilityState === "visible" && on("awake");
  const listeners: [EventTarget, string, (event: Event) => void][] = [
    [window, "online", () => on("online")],
    [window, "offline", () => on("offline")],
    [window, "storage", () => on("storage")],
    [window, "pagehide", () => on("hide")],
    [window, "pageshow", (event) => (event as PageTransitionEvent).persisted && on("show")],
    [document, "visibilitychange", awake],
  ];
  for (const [target, name, listener] of listeners) target.addEventListener(name, listener);
  return () => {
    for (const [target, name, listener] of listeners) target.removeEventListener(name, listener);
  };
}
