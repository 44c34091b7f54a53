import { createClient } from "../packages/client/src/client";
import { connectionOf } from "../packages/client/src/connection";
import {
  memoryStorage,
  type Ports,
  type SocketLike,
  type StorageLike,
  type WorldEvent,
} from "../packages/client/src/ports";
import { FakeServer, Refusal } from "./fake.mjs";
import type { FakeFiles } from "./fake-files";

interface Who {
  kind: "visitor" | "agent";
  id: string;
}

interface Wire {
  device: Device;
  client: SocketLike;
  end: ReturnType<FakeServer["connect"]> | null;
  silent: boolean;
  open: boolean;
}

/** A server, a clock that moves only when told to, and any number of devices with faults on demand. */
export class World {
  time = Date.UTC(2030, 0, 1);
  latency = 20;
  /** How long a look at the clock takes, in ms: between two of them time passes, as it does in a browser. */
  creep = 0;
  sockets = true;
  /** Called before each frame; false loses it. A real link would break then, so do that too. */
  onUp: (frame: { type: string; [key: string]: unknown }) => boolean = () => true;
  onDown: (frame: { type: string; [key: string]: unknown }) => boolean = () => true;
  /** Called before each request reaches the server, and before its answer reaches the client. */
  onRequest: (method: string, url: string) => void = () => {};
  onAnswer: (method: string, url: string) => void = () => {};
  wires: Wire[] = [];
  /** Where files are sent; null: the site takes none. */
  files: FakeFiles | null = null;
  readonly server: FakeServer;
  private timers: { at: number; order: number; task: () => void }[] = [];
  private order = 0;
  private seed: number;

  constructor(seed = 1) {
    this.seed = seed;
    this.server = new FakeServer({ now: () => this.time, after: this.after });
  }

  random = (): number => {
    this.seed = (this.seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return this.seed / 2_147_483_648;
  };

  after = (ms: number, task: () => void): (() => void) => {
    const timer = { at: this.time + ms, order: this.order++, task };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  };

  /** Lets `ms` of the world's time pass. */
  async run(ms: number): Promise<void> {
    const end = this.time + ms;
    await flush();
    for (;;) {
      this.timers.sort((a, b) => a.at - b.at || a.order - b.order);
      const next = this.timers[0];
      if (!next || next.at > end) break;
      this.timers.shift();
      this.time = Math.max(this.time, next.at);
      next.task();
      await flush();
    }
    this.time = Math.max(this.time, end);
  }

  device(): Device {
    return new Device(this);
  }

  /** Breaks the sockets, as a network does: both sides hear of it. */
  cut(code = 1006, device?: Device): void {
    for (const wire of this.wires.filter((it) => !device || it.device === device)) this.end(wire, code);
  }

  /** Makes the present sockets half-open: nothing passes, and nobody hears of it. */
  silence(): void {
    for (const wire of this.wires) wire.silent = true;
  }

  end(wire: Wire, code: number): void {
    if (!this.wires.includes(wire)) return;
    this.wires = this.wires.filter((other) => other !== wire);
    wire.end?.gone();
    wire.open = false;
    this.after(0, () => wire.client.onclose?.({ code }));
  }

  connect(device: Device, staff: boolean): SocketLike {
    const client: SocketLike = {
      onopen: null,
      onmessage: null,
      onclose: null,
      send: (data) => {
        const frame = JSON.parse(data);
        this.after(this.latency, () => {
          if (wire.open && !wire.silent && this.onUp(frame)) wire.end?.receive(frame);
        });
      },
      close: () => this.end(wire, 1000),
    };
    const wire: Wire = { device, client, end: null, silent: false, open: true };
    this.wires.push(wire);
    this.after(this.latency, () => {
      const who = device.who(staff);
      if (!wire.open) return;
      if (!this.sockets || !device.online || !who) return this.end(wire, 1006);
      const say = (frame: { type: string }) =>
        void this.after(this.latency, () => {
          if (wire.open && !wire.silent && this.onDown(frame)) client.onmessage?.({ data: JSON.stringify(frame) });
        });
      wire.end = this.server.connect(who, say, (code: number) => this.end(wire, code));
      this.beat(wire);
      client.onopen?.();
    });
    return client;
  }

  private beat(wire: Wire): void {
    this.after(this.server.heartbeat, () => {
      if (!wire.open) return;
      wire.end?.link.say({ type: "ping", n: 1 });
      this.beat(wire);
    });
  }
}

/** A browser: its cookie, its storage and its tabs. */
export class Device {
  online = true;
  cookie: Who | null = null;
  host: Who | null = null;
  storage: StorageLike = memoryStorage();
  held = new Map<string, Tab>();
  tabs: Tab[] = [];

  constructor(readonly world: World) {}

  who(staff: boolean): Who | null {
    return staff ? this.host : (this.cookie ?? null);
  }

  tab(base = "/engage"): Tab {
    const tab = new Tab(this, base);
    this.tabs.push(tab);
    return tab;
  }

  setOnline(online: boolean): void {
    this.online = online;
    if (!online) for (const wire of this.world.wires.filter((it) => it.device === this)) wire.silent = true;
    for (const tab of this.tabs) tab.tell(online ? "online" : "offline");
  }
}

export class Tab {
  readonly client: ReturnType<typeof createClient>;
  readonly requests: string[] = [];
  closed = false;
  private watchers = new Set<(event: WorldEvent) => void>();

  constructor(
    readonly device: Device,
    base: string,
  ) {
    const { world } = device;
    const staff = base.startsWith("/admin");
    const held = device.held;
    const ports: Ports = {
      now: () => {
        world.time += world.creep;
        return world.time;
      },
      random: world.random,
      uuid: () => crypto.randomUUID(),
      // A browser's timers know whole milliseconds.
      after: (ms, task) => world.after(Math.trunc(ms), () => this.closed || task()),
      online: () => device.online,
      socket: () => world.connect(device, staff),
      fetch: (url, init) => this.fetch(url.slice(base.length), init, staff),
      storage: {
        ...device.storage,
        set: (key, value) => {
          device.storage.set(key, value);
          this.others("storage");
        },
        remove: (key) => {
          device.storage.remove(key);
          this.others("storage");
        },
      },
      locks: {
        hold: (name) => {
          held.set(name, this);
          return () => void held.delete(name);
        },
        tryWith: async (name, task) => {
          if (!held.has(name)) task();
        },
      },
      watch: (on) => {
        this.watchers.add(on);
        return () => void this.watchers.delete(on);
      },
    };
    globalThis.location ??= { href: "http://host.test/" } as Location;
    this.client = createClient({ base, role: staff ? "agent" : "visitor", ports });
  }

  get connection() {
    return connectionOf(this.client.getSnapshot());
  }

  tell(event: WorldEvent): void {
    for (const on of [...this.watchers]) on(event);
  }

  /** As when the tab is closed or reloaded: no code runs any more, its locks are free, its sockets are cut. */
  close(): void {
    this.closed = true;
    this.watchers.clear();
    for (const [name, tab] of this.device.held) if (tab === this) this.device.held.delete(name);
    this.device.tabs = this.device.tabs.filter((tab) => tab !== this);
    for (const wire of this.device.world.wires.filter((it) => it.device === this.device)) {
      wire.client.onmessage = wire.client.onclose = wire.client.onopen = null;
      this.device.world.end(wire, 1001);
    }
  }

  private others(event: WorldEvent): void {
    for (const tab of this.device.tabs) if (tab !== this) this.device.world.after(1, () => tab.tell(event));
  }

  private async fetch(path: string, init: RequestInit, staff: boolean): Promise<Response> {
    const { device } = this;
    const { world } = device;
    const method = init.method ?? "GET";
    const lag = () => new Promise<void>((resolve) => void world.after(world.latency, resolve));
    await lag();
    if (!device.online) throw new TypeError("network");
    world.onRequest(method, path);
    this.requests.push(`${method} ${path}`);
    if (world.files && path.startsWith("/v1/files")) return world.files.answer(method, path, init.body, init.signal);
    let status = 200;
    let body: unknown;
    try {
      if (method === "POST" && path === "/v1/session" && !device.cookie) {
        device.cookie = world.server.addContact() as Who;
      }
      const sent = init.body ? JSON.parse(String(init.body)) : undefined;
      body = await world.server.http(method, path, sent, device.who(staff));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      status = error.status;
      body = error.problem;
    }
    await lag();
    if (!device.online) throw new TypeError("network");
    world.onAnswer(method, path);
    return new Response(body === undefined ? null : JSON.stringify(body), {
      status: body === undefined ? 204 : status,
    });
  }
}

async function flush(): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
}

/** What a chat shows, one string a line: `ada: hello` or, for what is not stored, `hello (sending)`. */
export function lines(chat: { getSnapshot(): import("../packages/client/src/chat").ChatView }): string[] {
  return chat.getSnapshot().items.map((item) => {
    const text = item.entry && "body" in item.entry ? item.entry.body : (item.entry?.type ?? item.pending?.body ?? "");
    return item.state === "stored" ? text : `${text} (${item.state})`;
  });
}
