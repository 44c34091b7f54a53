import { beforeEach, describe, expect, test } from "vitest";
import { lines, type Tab, World } from "../../../testing/world";
import { backoff, wait } from "../src/backoff";
import type { Chat } from "../src/chat";

let world: World;
let tab: Tab;
let chat: Chat;
let id: string;

const count = (what: string) => world.server.log.filter((entry: string) => entry === what).length;
const bye = (code: string, reconnect: boolean, retry_after_ms = 0) => {
  for (const wire of world.wires) wire.end?.link.say({ type: "bye", code, reconnect, retry_after_ms });
};

beforeEach(async () => {
  world = new World();
  tab = world.device().tab();
  tab.client.start();
  chat = tab.client.chat();
  chat.subscribe(() => {});
  chat.send("one");
  await world.run(1_000);
  id = chat.getSnapshot().id as string;
});

/** Somebody else writes to the conversation, past every link. */
function agentWrites(body: string) {
  const agent = world.server.addAgent("Ada");
  world.server.write(agent, id, "message", { client_message_id: body, body });
}

describe("reconnecting", () => {
  test("waits with full jitter, between nothing and a doubling limit", () => {
    expect([0, 1, 2, 3, 10, 99].map((n) => backoff(n, 1))).toEqual([500, 1_000, 2_000, 4_000, 30_000, 30_000]);
    expect(backoff(5, 0)).toBe(0);
    expect(wait(0, 10_000, 0)).toBe(5_000);
    expect(wait(0, 10_000, 1)).toBe(10_000);
  });

  test("resumes: what came meanwhile is replayed, without a snapshot", async () => {
    const snapshots = count(`GET /v1/chat/conversations/${id}`);
    world.cut();
    agentWrites("two");
    await world.run(2_000);
    expect(lines(chat)).toEqual(["one", "two"]);
    expect(count(`GET /v1/chat/conversations/${id}`)).toBe(snapshots);
  });

  test("fetches a snapshot when too much was missed", async () => {
    world.cut();
    for (let index = 0; index < 501; index += 1) agentWrites(`m${index}`);
    await world.run(2_000);
    expect(lines(chat)).toHaveLength(50);
    expect(lines(chat)[49]).toBe("m500");
    chat.older();
    await world.run(1_000);
    expect(lines(chat)).toHaveLength(100);
    expect(lines(chat)[0]).toBe("m401");
  });

  test("drops what a restored server no longer has", async () => {
    agentWrites("two");
    await world.run(1_000);
    world.cut();
    world.server.conversations.get(id).entries.length = 1;
    await world.run(2_000);
    expect(lines(chat)).toEqual(["one"]);
    agentWrites("again two");
    await world.run(1_000);
    expect(lines(chat)).toEqual(["one", "again two"]);
  });

  test("asks again after a hole in the numbers, and after a gap", async () => {
    agentWrites("two");
    world.onDown = (frame) => frame.type !== "message" || frame.body !== "two" || count("subscribe") > 1;
    agentWrites("three");
    await world.run(1_000);
    expect(lines(chat)).toEqual(["one", "two", "three"]);
    for (const wire of world.wires) {
      wire.end?.link.subs.clear();
      wire.end?.link.say({ type: "gap", conversation: id, from: 4, to: 4 });
    }
    agentWrites("four");
    await world.run(1_000);
    expect(lines(chat)).toEqual(["one", "two", "three", "four"]);
  });

  test("does not hurry a server that lets everybody in only to hang up", async () => {
    world.onUp = (frame) => {
      if (frame.type === "hello") world.after(50, () => world.cut(4500));
      return true;
    };
    const before = count("hello");
    world.cut();
    await world.run(120_000);
    expect(count("hello") - before).toBeGreaterThan(4);
    expect(count("hello") - before).toBeLessThan(30);
  });
});

describe("a good-bye", () => {
  test.each(["normal", "protocol_error", "frame_too_large", "forbidden"])("%s is final", async (code) => {
    const before = count("hello");
    bye(code, false);
    world.after(30, () => world.cut(1006));
    await world.run(300_000);
    expect(count("hello")).toBe(before);
    expect(tab.connection).toMatchObject({ state: "closed", reason: code });
    tab.client.reconnect();
    await world.run(1_000);
    expect(tab.connection.state).toBe("online");
  });

  test.each([4000, 4403, 1009])("the close code %d is final without a bye, too", async (code) => {
    world.cut(code);
    await world.run(60_000);
    expect(tab.connection.state).toBe("closed");
  });

  test.each(["draining", "slow", "timeout", "too_many", "internal"])(
    "after %s it comes back, not too early",
    async (code) => {
      const before = count("hello");
      bye(code, true, 20_000);
      await world.run(9_900);
      expect(count("hello")).toBe(before);
      tab.tell("awake");
      await world.run(50);
      expect(count("hello")).toBe(before);
      await world.run(15_000);
      expect(tab.connection.state).toBe("online");
    },
  );

  test("unauthenticated gets a session first", async () => {
    const sessions = count("POST /v1/session");
    bye("unauthenticated", true);
    await world.run(3_000);
    expect(count("POST /v1/session")).toBe(sessions + 1);
    expect(tab.connection.state).toBe("online");
    world.cut(4401);
    await world.run(3_000);
    expect(count("POST /v1/session")).toBe(sessions + 2);
    expect(tab.connection.state).toBe("online");
  });

  test("a session of somebody else shows nothing of the one before", async () => {
    tab.device.cookie = world.server.addContact() as { kind: "visitor"; id: string };
    bye("unauthenticated", true);
    await world.run(5_000);
    expect(tab.connection.state).toBe("online");
    expect(chat.getSnapshot()).toMatchObject({ phase: "gone", items: [] });
    expect(tab.client.getSnapshot().inbox.items).toEqual([]);
  });
});

describe("without sockets", () => {
  test("everything goes on by long polling, and a socket is used as soon as one works", async () => {
    world.sockets = false;
    world.cut();
    await world.run(60_000);
    expect(tab.connection).toMatchObject({ state: "online", polling: true });
    agentWrites("two");
    await world.run(1_000);
    expect(lines(chat)).toEqual(["one", "two"]);
    chat.send("three");
    await world.run(1_000);
    expect(lines(chat)).toEqual(["one", "two", "three"]);
    const requests = tab.requests.length;
    await world.run(60_000);
    expect(tab.requests.length - requests).toBeLessThan(20);
    world.sockets = true;
    await world.run(40_000);
    expect(tab.connection).toMatchObject({ state: "online", polling: false });
    expect(lines(chat)).toEqual(["one", "two", "three"]);
  });

  test("a first visitor whose network has no sockets waits a moment, not a minute", async () => {
    world.sockets = false;
    const other = world.device().tab();
    other.client.start();
    const first = other.client.chat();
    first.subscribe(() => {});
    first.send("hello");
    await world.run(2_000);
    first.send("again");
    await world.run(2_000);
    expect(lines(first)).toEqual(["hello", "again"]);
    expect(other.connection.state).toBe("online");
  });
});

test("never forgets to come back, whatever moment passes while it thinks", async () => {
  world.creep = 0.3;
  for (let outage = 0; outage < 10; outage += 1) {
    world.sockets = false;
    world.onRequest = () => {
      throw new TypeError("network");
    };
    world.cut();
    await world.run(10_000);
    world.sockets = true;
    world.onRequest = () => {};
    await world.run(40_000);
    expect(tab.connection.state).toBe("online");
  }
});

test("typing is told at most every three seconds, and not after the fact", async () => {
  const before = count("typing");
  for (let index = 0; index < 20; index += 1) {
    chat.typing(true);
    await world.run(250);
  }
  expect(count("typing") - before).toBe(2);
  chat.typing(false);
  await world.run(100);
  expect(count("typing") - before).toBe(3);
  tab.device.setOnline(false);
  chat.typing(true);
  await world.run(20_000);
  tab.device.setOnline(true);
  await world.run(2_000);
  expect(count("typing") - before).toBe(3);
});

test("who types on after sending is seen typing, though the server counts one word a second", async () => {
  const counted: boolean[] = [];
  let last = 0;
  world.onUp = (frame) => {
    if (frame.type === "typing" && world.time - last >= 1_000) {
      last = world.time;
      counted.push(Boolean(frame.typing));
    }
    return true;
  };
  // The first word takes longer to the server than the second.
  world.latency = 300;
  chat.typing(true);
  await world.run(10);
  world.latency = 20;
  await world.run(290);
  chat.send("two");
  await world.run(200);
  for (let index = 0; index < 8; index += 1) {
    chat.typing(true);
    await world.run(150);
  }
  expect(counted).toEqual([true, true]);
});

test("read marks are told once, and again when they were lost with the link", async () => {
  agentWrites("two");
  await world.run(500);
  expect(chat.getSnapshot().unread).toBe(1);
  world.onUp = (frame) => frame.type !== "read";
  chat.seen();
  chat.seen();
  expect(chat.getSnapshot().unread).toBe(0);
  await world.run(500);
  world.onUp = () => true;
  expect(count("read")).toBe(0);
  world.cut();
  await world.run(2_000);
  expect(count("read")).toBe(1);
  expect(chat.getSnapshot().unread).toBe(0);
});
