import { beforeEach, expect, test } from "vitest";
import { type Tab, World } from "../../../testing/world";

type Who = { kind: "agent" | "visitor"; id: string };

let world: World;
let ada: Who;
let ben: Who;
let desk: Tab;

beforeEach(async () => {
  world = new World();
  ada = world.server.addAgent("Ada") as Who;
  ben = world.server.addAgent("Ben") as Who;
  const device = world.device();
  device.host = ada;
  desk = device.tab("/admin/engage");
});

function write(body: string, who = world.server.addContact(body) as Who): string {
  return world.server.create(who, { client_message_id: crypto.randomUUID(), body }).conversation.id;
}

const listed = () => desk.client.getSnapshot().inbox.items.map((item) => item.last_message?.excerpt);

async function open() {
  desk.client.start();
  await world.run(1_000);
}

test("lists what is open, the latest first, and follows it live", async () => {
  const first = write("first");
  await world.run(10);
  write("second");
  await open();
  expect(listed()).toEqual(["second", "first"]);
  await world.run(10);
  world.server.write(ben, first, "note", { client_message_id: "n", body: "note" });
  await world.run(100);
  expect(listed()).toEqual(["note", "second"]);
  expect(desk.client.getSnapshot().inbox.items[0]?.unread).toBe(2);
});

test("a conversation that no longer fits the filter leaves, and one that does comes", async () => {
  const id = write("one");
  await open();
  world.server.status(ben, id, { status: "closed" });
  await world.run(100);
  expect(listed()).toEqual([]);
  desk.client.list({ status: "all", assignee: "me" });
  await world.run(500);
  expect(listed()).toEqual([]);
  world.server.assign(ben, id, { agent: ada.id });
  await world.run(100);
  expect(listed()).toEqual(["one"]);
  world.server.assign(ben, id, { agent: ben.id });
  await world.run(100);
  expect(listed()).toEqual([]);
});

test("after a break it gets what changed, by its cursor", async () => {
  const id = write("one");
  await open();
  const lists = desk.requests.filter((request) => request.includes("/conversations?")).length;
  world.cut();
  world.server.write(ben, id, "message", { client_message_id: "x", body: "meanwhile" });
  write("another");
  await world.run(3_000);
  expect(listed()).toEqual(["another", "meanwhile"]);
  expect(desk.requests.filter((request) => request.includes("/conversations?"))).toHaveLength(lists);
});

test("an old answer does not undo a newer change", async () => {
  const id = write("one");
  await open();
  desk.client.list({ status: "open" });
  await world.run(world.latency);
  await world.run(5);
  world.server.status(ben, id, { status: "closed" });
  await world.run(1_000);
  expect(listed()).toEqual([]);
});

test("further pages come on demand, and changes beyond them do not tear a hole", async () => {
  const ids: string[] = [];
  for (let index = 0; index < 140; index += 1) {
    ids.push(write(`c${index}`));
    await world.run(5);
  }
  await open();
  expect(listed()).toHaveLength(30);
  world.server.read(ada, ids[0] as string, 1);
  await world.run(100);
  expect(listed()).toHaveLength(30);
  desk.client.more();
  await world.run(500);
  expect(listed()).toHaveLength(130);
  desk.client.more();
  await world.run(500);
  expect(listed()).toHaveLength(140);
  expect(new Set(listed()).size).toBe(140);
  expect(desk.client.getSnapshot().inbox.next).toBe(null);
});

test("what I read is read in the list at once", async () => {
  const id = write("one");
  await open();
  const chat = desk.client.chat(id);
  chat.subscribe(() => {});
  await world.run(500);
  expect(desk.client.getSnapshot().inbox.items[0]?.unread).toBe(1);
  chat.seen();
  expect(desk.client.getSnapshot().inbox.items[0]?.unread).toBe(0);
  await world.run(500);
  expect(desk.client.getSnapshot().inbox.items[0]?.unread).toBe(0);
});

test("a list that was counted before my mark arrived does not make it unread again", async () => {
  const id = write("one");
  await open();
  const chat = desk.client.chat(id);
  chat.subscribe(() => {});
  await world.run(500);
  world.onUp = (frame) => frame.type !== "read";
  chat.seen();
  desk.client.list({ status: "all" });
  await world.run(500);
  expect(listed()).toEqual(["one"]);
  expect(desk.client.getSnapshot().inbox.items[0]?.unread).toBe(0);
});

test("commands go through, and a conflict is said", async () => {
  const id = write("one");
  await open();
  desk.client.assign(id, ada.id, null);
  await world.run(500);
  expect(desk.client.getSnapshot().inbox.items[0]?.assignee?.id).toBe(ada.id);
  const conflict = desk.client.assign(id, ben.id, null).catch((error) => error.failure.code);
  await world.run(500);
  expect(await conflict).toBe("conflict");
  desk.client.setAvailable("away");
  await world.run(500);
  expect(desk.client.getSnapshot().agents.find((agent) => agent.id === ada.id)?.status).toBe("away");
});

test("somebody who is no staff is told so, and nothing is asked again and again", async () => {
  desk.device.host = null;
  await open();
  await world.run(300_000);
  expect(desk.connection).toMatchObject({ state: "denied", reason: "forbidden" });
  expect(desk.requests).toEqual(["GET /v1/me"]);
  desk.device.host = ada;
  desk.client.reconnect();
  await world.run(1_000);
  expect(desk.connection.state).toBe("online");
});
