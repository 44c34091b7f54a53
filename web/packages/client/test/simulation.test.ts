import { describe, expect, test } from "vitest";
import { lines, type Tab, World } from "../../../testing/world";
import type { Chat } from "../src/chat";

/**
 * Two tabs of a visitor and an agent write while links break, go silent, lose requests and answers, and tabs are reloaded.
 * At the end each message is stored once and in the order in which its tab wrote it, and everybody sees exactly that.
 */
async function storm(seed: number): Promise<void> {
  const world = new World(seed);
  const ada = world.device();
  ada.host = world.server.addAgent("Ada") as { kind: "agent"; id: string };
  const mia = world.device();
  const sent: string[][] = [[], [], []];
  let first = mia.tab();
  first.client.start();
  const opening = first.client.chat();
  opening.subscribe(() => {});
  opening.send("opening");
  await world.run(30_000);
  const id = opening.getSnapshot().id as string;
  const open = (tab: Tab): Chat => {
    tab.client.start();
    const chat = tab.client.chat(id);
    chat.subscribe(() => {});
    return chat;
  };
  const second = mia.tab();
  const desk = ada.tab("/admin/engage");
  const chats = [first.client.chat(id), open(second), open(desk)];
  await world.run(2_000);

  const chance = (likely: number) => world.random() < likely;
  world.onUp = (frame) => {
    if (frame.type === "hello" || !chance(0.05)) return true;
    world.cut();
    return false;
  };
  world.onDown = (frame) => {
    if (frame.type === "welcome" || !chance(0.05)) return true;
    world.cut();
    return false;
  };
  world.onRequest = world.onAnswer = () => {
    if (chance(0.1)) throw new TypeError("network");
  };
  for (let round = 0; round < 60; round += 1) {
    const who = Math.floor(world.random() * 3);
    const body = `${who}:${sent[who]?.length}`;
    if (chance(0.7)) {
      chats[who]?.send(body);
      sent[who]?.push(body);
    }
    if (chance(0.05)) world.silence();
    if (chance(0.1)) mia.setOnline(!mia.online);
    if (chance(0.05)) ada.setOnline(!ada.online);
    if (chance(0.1)) {
      first.close();
      first = mia.tab();
      chats[0] = open(first);
    }
    world.latency = 5 + Math.floor(world.random() * 200);
    await world.run(Math.floor(world.random() * 3_000));
  }
  world.onUp = world.onDown = () => true;
  world.onRequest = world.onAnswer = () => {};
  mia.setOnline(true);
  ada.setOnline(true);
  await world.run(180_000);

  const stored: string[] = world.server.conversations
    .get(id)
    .entries.filter((entry: { type: string }) => entry.type === "message")
    .map((entry: { body: string }) => entry.body);
  expect([...stored].sort(), `seed ${seed}`).toEqual(["opening", ...sent.flat()].sort());
  for (const [who, bodies] of sent.entries()) {
    // A tab that was reloaded may have handed its messages to the other one: then their order is the storage's.
    if (who !== 0)
      expect(
        stored.filter((body) => body.startsWith(`${who}:`)),
        `seed ${seed}`,
      ).toEqual(bodies);
  }
  for (const chat of chats) {
    expect(lines(chat).slice(-50), `seed ${seed}`).toEqual(stored.slice(-50));
    expect(chat.getSnapshot().live, `seed ${seed}`).toBe(true);
  }
  expect(mia.storage.keys().filter((key) => key.includes(":out:"))).toEqual([]);
}

describe("in a storm nothing is lost, doubled or hidden", () => {
  test.each(Array.from({ length: 40 }, (_, index) => index + 1))("seed %d", (seed) => storm(seed));
});
