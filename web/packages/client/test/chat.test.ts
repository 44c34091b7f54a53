import { beforeEach, describe, expect, test } from "vitest";
import { lines, type Tab, World } from "../../../testing/world";

let world: World;

beforeEach(() => {
  world = new World();
});

/** A visitor with a conversation `one`, open in a tab, and an agent who has it open too. */
async function chatting() {
  const ada = world.device();
  ada.host = world.server.addAgent("Ada") as { kind: "agent"; id: string };
  const visitor = world.device();
  const tab = visitor.tab();
  tab.client.start();
  const chat = tab.client.chat();
  const off = chat.subscribe(() => {});
  chat.send("one");
  await world.run(1_000);
  const id = chat.getSnapshot().id as string;
  const desk = ada.tab("/admin/engage");
  desk.client.start();
  const agent = desk.client.chat(id);
  agent.subscribe(() => {});
  await world.run(1_000);
  return { visitor, tab, chat, off, ada, desk, agent, id };
}

async function reload(tab: Tab, id: string) {
  const { device } = tab;
  tab.close();
  const next = device.tab();
  next.client.start();
  const chat = next.client.chat(id);
  chat.subscribe(() => {});
  return { tab: next, chat };
}

/** Every message that was ever stored, in order: each must be there once. */
function stored(id: string): string[] {
  return world.server.conversations
    .get(id)
    .entries.filter((entry: { type: string }) => entry.type === "message")
    .map((entry: { body: string }) => entry.body);
}

describe("a chat", () => {
  test("does nothing before it is started", async () => {
    const tab = world.device().tab();
    tab.client.chat().subscribe(() => {});
    await world.run(10_000);
    expect(tab.requests).toEqual([]);
    expect(world.wires).toEqual([]);
  });

  test("goes both ways, and each message is shown once", async () => {
    const { chat, agent } = await chatting();
    expect(lines(agent)).toEqual(["one"]);
    agent.send("two");
    await world.run(1_000);
    chat.send("three");
    await world.run(1_000);
    expect(lines(chat)).toEqual(["one", "two", "three"]);
    expect(lines(agent)).toEqual(["one", "two", "three"]);
    expect(chat.getSnapshot().live).toBe(true);
  });

  test("shows a message at once, and under one key until it is stored", async () => {
    const { chat } = await chatting();
    const seen: string[] = [];
    chat.subscribe(() => seen.push(lines(chat).join()));
    chat.send("two");
    const key = chat.getSnapshot().items[1]?.key;
    expect(lines(chat)).toEqual(["one", "two (sending)"]);
    await world.run(1_000);
    expect(lines(chat)).toEqual(["one", "two"]);
    expect(chat.getSnapshot().items[1]?.key).toBe(key);
    expect(new Set(seen)).toEqual(new Set(["one,two (sending)", "one,two"]));
  });

  test.each(["ack", "message"])(
    "shows a message once when only its %s gets through before the link breaks",
    async (type) => {
      const { chat, id } = await chatting();
      let broken = false;
      world.onDown = (frame) => {
        if (frame.type === "message" || frame.type === "ack") {
          if (!broken && frame.type !== type) {
            broken = true;
            world.cut();
          }
          return !broken;
        }
        return true;
      };
      chat.send("two");
      await world.run(200);
      expect(lines(chat).filter((line) => line.startsWith("two"))).toHaveLength(1);
      world.onDown = () => true;
      await world.run(5_000);
      expect(broken).toBe(true);
      expect(lines(chat)).toEqual(["one", "two"]);
      expect(stored(id)).toEqual(["one", "two"]);
    },
  );

  test("sends again what was lost on its way, in order", async () => {
    const { chat, id } = await chatting();
    let lost = 0;
    world.onUp = (frame) => {
      if (frame.type !== "send" || lost > 0) return true;
      lost += 1;
      world.cut();
      return false;
    };
    chat.send("two");
    chat.send("three");
    await world.run(5_000);
    expect(lost).toBe(1);
    expect(stored(id)).toEqual(["one", "two", "three"]);
    expect(lines(chat)).toEqual(["one", "two", "three"]);
  });

  test("gives up a link on which no ack comes", async () => {
    const { chat, id } = await chatting();
    world.onUp = (frame) => frame.type !== "send";
    chat.send("two");
    await world.run(9_000);
    expect(lines(chat)).toEqual(["one", "two (sending)"]);
    world.onUp = () => true;
    await world.run(6_000);
    expect(stored(id)).toEqual(["one", "two"]);
  });

  test("finds a half-open link by its silence", async () => {
    const { chat, agent, tab } = await chatting();
    world.silence();
    world.wires = [];
    await world.run(30_000);
    agent.send("two");
    await world.run(55_000);
    expect(tab.connection.state).toBe("online");
    expect(lines(chat)).toEqual(["one", "two"]);
  });

  test("says that it is offline, keeps what is written, and sends it afterwards", async () => {
    const { visitor, chat, agent, tab, id } = await chatting();
    visitor.setOnline(false);
    await world.run(1_000);
    expect(tab.connection.state).toBe("offline");
    chat.send("two");
    await world.run(60_000);
    expect(lines(chat)).toEqual(["one", "two (waiting)"]);
    agent.send("meanwhile");
    await world.run(1_000);
    visitor.setOnline(true);
    await world.run(3_000);
    expect(tab.connection.state).toBe("online");
    expect(lines(chat)).toEqual(["one", "meanwhile", "two"]);
    expect(stored(id)).toEqual(["one", "meanwhile", "two"]);
  });

  test("begins anew when the server's database has lost something, and sends its own again while it still has it", async () => {
    const { chat, agent, id } = await chatting();
    chat.send("two");
    agent.send("lost");
    await world.run(1_000);
    let held = true;
    world.onDown = (frame) => !(held && frame.type === "message");
    chat.send("stored, and not shown yet");
    await world.run(100);
    world.server.rewind(id, 2);
    held = false;
    agent.send("in its place");
    await world.run(10_000);
    expect(stored(id).slice(0, 2)).toEqual(["one", "two"]);
    expect(stored(id).slice(2).sort()).toEqual(["in its place", "stored, and not shown yet"]);
    expect(lines(chat)).toEqual(stored(id));
    expect(lines(agent)).toEqual(stored(id));
    agent.send("and on");
    await world.run(1_000);
    expect(lines(chat).at(-1)).toBe("and on");
    expect(chat.getSnapshot().live).toBe(true);
  });

  test("survives a reload with a message under way", async () => {
    const { visitor, tab, chat, id } = await chatting();
    visitor.setOnline(false);
    chat.send("two");
    await world.run(1_000);
    const again = await reload(tab, id);
    await world.run(1_000);
    expect(lines(again.chat)).toEqual(["two (waiting)"]);
    visitor.setOnline(true);
    await world.run(35_000);
    expect(lines(again.chat)).toEqual(["one", "two"]);
    expect(stored(id)).toEqual(["one", "two"]);
    expect(visitor.storage.keys().filter((key) => key.includes(":out:"))).toEqual([]);
  });

  test("does not double a message whose ack was lost with the page", async () => {
    const { tab, chat, id } = await chatting();
    world.onDown = (frame) => frame.type !== "ack" && frame.type !== "message";
    chat.send("two");
    await world.run(500);
    expect(stored(id)).toEqual(["one", "two"]);
    world.onDown = () => true;
    const again = await reload(tab, id);
    await world.run(3_000);
    expect(lines(again.chat)).toEqual(["one", "two"]);
    expect(stored(id)).toEqual(["one", "two"]);
  });

  test("begins a conversation once, whatever happens to the answer", async () => {
    const tab = world.device().tab();
    tab.client.start();
    const chat = tab.client.chat();
    chat.subscribe(() => {});
    let failures = 2;
    world.onAnswer = (method, url) => {
      if (method === "POST" && url.endsWith("/conversations") && failures-- > 0) throw new TypeError("network");
    };
    chat.send("one");
    chat.send("two");
    await world.run(20_000);
    expect(world.server.conversations.size).toBe(1);
    expect(lines(chat)).toEqual(["one", "two"]);
  });

  test("never flashes empty while a conversation comes into being", async () => {
    const tab = world.device().tab();
    tab.client.start();
    const chat = tab.client.chat();
    chat.subscribe(() => {});
    chat.send("one");
    const seen: number[] = [];
    chat.subscribe(() => seen.push(chat.getSnapshot().items.length));
    await world.run(3_000);
    expect(Math.min(...seen)).toBe(1);
    expect(Math.max(...seen)).toBe(1);
    expect(chat.getSnapshot().conversation?.status).toBe("open");
  });

  test("keeps a refused message for another try", async () => {
    const { chat, id } = await chatting();
    const sent = chat.send("nul \0") as string;
    chat.send("three");
    await world.run(1_000);
    expect(lines(chat)).toEqual(["one", "three", "nul \0 (failed)"]);
    expect(chat.getSnapshot().items[2]?.pending?.code).toBe("invalid");
    chat.setDraft("after");
    chat.edit(sent);
    expect(chat.getSnapshot().draft).toBe("nul \0\nafter");
    expect(stored(id)).toEqual(["one", "three"]);
  });

  test("a reused id fails, and goes through under another", async () => {
    const { chat, id } = await chatting();
    world.onUp = (frame) => {
      if (frame.type === "send") {
        const taken = { type: "message", body: "something else" };
        const ids = world.server.conversations.get(id).ids;
        if (frame.body === "two" && ids.size === 1) ids.set(frame.client_message_id, taken);
      }
      return true;
    };
    const sent = chat.send("two") as string;
    await world.run(1_000);
    expect(chat.getSnapshot().items[1]?.pending?.code).toBe("client_message_id_reused");
    chat.retry(sent);
    await world.run(1_000);
    expect(lines(chat)).toEqual(["one", "two"]);
  });

  test("waits when it is told to send less", async () => {
    const { chat, id } = await chatting();
    let refusals = 2;
    world.onUp = (frame) => {
      if (frame.type !== "send" || refusals-- <= 0) return true;
      const ref = frame.client_message_id;
      for (const wire of world.wires) wire.end?.link.say({ type: "error", ref, code: "rate_limited", detail: "" });
      return false;
    };
    chat.send("two");
    chat.send("three");
    await world.run(10_000);
    expect(stored(id)).toEqual(["one", "two", "three"]);
  });

  test("drafts survive a reload, and move to the conversation that they begin", async () => {
    const visitor = world.device();
    const tab = visitor.tab();
    tab.client.start();
    const chat = tab.client.chat();
    chat.subscribe(() => {});
    chat.setDraft("hel");
    await world.run(1_000);
    expect(chat.getSnapshot().draft).toBe("hel");
    tab.close();
    const second = visitor.tab();
    const next = second.client.chat();
    expect(next.getSnapshot().draft).toBe("hel");
    next.subscribe(() => {});
    second.client.start();
    next.sendDraft();
    next.setDraft("more");
    await world.run(2_000);
    expect(lines(next)).toEqual(["hel"]);
    const again = await reload(second, next.getSnapshot().id as string);
    expect(again.chat.getSnapshot().draft).toBe("more");
  });
});

describe("two tabs", () => {
  test("both show a message once, whoever sent it", async () => {
    const { visitor, chat, id } = await chatting();
    const second = visitor.tab();
    second.client.start();
    const other = second.client.chat(id);
    other.subscribe(() => {});
    await world.run(1_000);
    chat.send("from the first");
    other.send("from the second");
    await world.run(1_000);
    expect(lines(chat).sort()).toEqual(["from the first", "from the second", "one"]);
    expect(lines(other).sort()).toEqual(["from the first", "from the second", "one"]);
  });

  test("the second sends what the first left when it was closed, and only then", async () => {
    const { visitor, tab, chat, id } = await chatting();
    const second = visitor.tab();
    second.client.start();
    const other = second.client.chat(id);
    other.subscribe(() => {});
    await world.run(1_000);
    visitor.setOnline(false);
    chat.send("two");
    chat.send("three");
    await world.run(20_000);
    expect(lines(other)).toEqual(["one"]);
    tab.close();
    await world.run(10_000);
    visitor.setOnline(true);
    await world.run(5_000);
    expect(stored(id)).toEqual(["one", "two", "three"]);
    expect(lines(other)).toEqual(["one", "two", "three"]);
  });
});

describe("another person", () => {
  test("does not get the first one's messages or drafts", async () => {
    const { visitor, tab, chat, id } = await chatting();
    chat.setDraft("secret");
    visitor.setOnline(false);
    chat.send("private");
    await world.run(500);
    tab.close();
    visitor.cookie = world.server.addContact() as { kind: "visitor"; id: string };
    visitor.setOnline(true);
    const next = visitor.tab();
    next.client.start();
    const fresh = next.client.chat();
    fresh.subscribe(() => {});
    await world.run(10_000);
    expect(lines(fresh)).toEqual([]);
    expect(fresh.getSnapshot().draft).toBe("");
    expect(next.client.getSnapshot().outbox).toEqual([]);
    expect(stored(id)).toEqual(["one"]);
  });

  test("who turns out to be the same person keeps what was on its way", async () => {
    const { visitor, tab, chat, id } = await chatting();
    visitor.setOnline(false);
    chat.send("two");
    await world.run(500);
    tab.close();
    const member = world.server.addContact("Mia") as { kind: "visitor"; id: string };
    world.server.conversations.get(id).contact = member.id;
    visitor.cookie = member;
    visitor.setOnline(true);
    visitor.tab().client.start();
    await world.run(5_000);
    expect(stored(id)).toEqual(["one", "two"]);
  });
});

describe("who the visitor is", () => {
  test("reaches the agent's conversation and list at once, and not the visitor's numbering", async () => {
    const { tab, chat, agent, desk, id } = await chatting();
    await during(tab.client.identify({ name: " Marvin ", email: "marvin@mars.example" }));
    expect(tab.client.getSnapshot().self).toMatchObject({ name: "Marvin", email: "marvin@mars.example" });
    expect(agent.getSnapshot().conversation?.contact?.name).toBe("Marvin");
    expect(desk.client.getSnapshot().inbox.items.find((it) => it.id === id)?.contact?.name).toBe("Marvin");
    expect(lines(agent)).toEqual(["one", "contact"]);
    expect(lines(chat)).toEqual(["one"]);
    await during(tab.client.identify({ email: "" }));
    expect(tab.client.getSnapshot().self).toMatchObject({ name: "Marvin", email: null });
  });

  test("is refused with the fields that are wrong, and nothing is changed", async () => {
    const { tab } = await chatting();
    const refused = during(tab.client.identify({ name: "Marvin", email: "mars" }));
    await expect(refused).rejects.toMatchObject({
      failure: { status: 422, code: "invalid" },
      problem: { errors: [{ field: "/email", code: "not_an_address" }] },
    });
    expect(tab.client.getSnapshot().self).toMatchObject({ name: null, email: null });
  });

  test("asks for a session when the old one is dead", async () => {
    const { tab, visitor } = await chatting();
    visitor.cookie = null;
    await expect(during(tab.client.identify({ name: "Marvin" }))).rejects.toMatchObject({ failure: { status: 401 } });
    await world.run(1_000);
    expect(tab.client.getSnapshot().session.phase).toBe("ready");
  });

  test("a memo is one person's, and goes when they are forgotten", async () => {
    const { tab, visitor } = await chatting();
    tab.client.setMemo("who", "half a na");
    const { tab: second } = await reload(tab, "new:x");
    await world.run(1_000);
    expect(second.client.memo("who")).toBe("half a na");
    visitor.cookie = world.server.addContact() as { kind: "visitor"; id: string };
    const { tab: third } = await reload(second, "new:y");
    await world.run(1_000);
    expect(third.client.memo("who")).toBe("");
    await during(third.client.forget());
    expect(visitor.storage.keys().filter((key) => key.includes("memo"))).toEqual([]);
  });
});

describe("a newer server", () => {
  test("may tell what this client does not know: it is counted, not shown, and nothing is asked anew", async () => {
    const { tab, chat, agent, id } = await chatting();
    const conversation = world.server.conversations.get(id);
    tab.requests.length = 0;
    world.server.commit(conversation, { kind: "system" }, { type: "poll_opened", question: "tea?" });
    for (const link of world.server.links) link.say({ type: "fireworks", conversation: id, colour: "red" });
    for (const link of world.server.links) link.say({ type: "hologram", seq: "x", conversation: id });
    agent.send("two");
    await world.run(1_000);
    expect(lines(chat)).toEqual(["one", "two"]);
    expect(chat.getSnapshot().conversation?.seq).toBe(3);
    expect(chat.getSnapshot().live).toBe(true);
    expect(tab.requests).toEqual([]);
    const { chat: again } = await reload(tab, id);
    await world.run(1_000);
    expect(lines(again)).toEqual(["one", "two"]);
  });
});

/** What `work` comes to, while the world's time passes. */
async function during<T>(work: Promise<T>): Promise<T> {
  work.catch(() => {});
  await world.run(1_000);
  return work;
}
