import { expect, test } from "vitest";
import { applyChange, applyPage, matches, newInbox } from "../src/inbox";
import type { Pending } from "../src/model";
import { heads, pruned } from "../src/outbox";
import { uuid } from "../src/ports";
import { newThread } from "../src/thread";
import type { Conversation } from "../src/wire";

function conversation(id: string, updated_at: string, unread = 0): Conversation {
  return { id, status: "open", assignee: null, seq: 1, unread, last_message: null, created_at: "1", updated_at };
}

function pending(id: string, thread: string, state: Pending["state"] = "queued", seq = 0): Pending {
  const travel = { code: null, flight: 0, attempts: 0, retryAt: 0 };
  return { id, conversation: thread, thread, kind: "message", body: id, replyTo: null, at: 0, state, seq, ...travel };
}

test("an older state of a conversation does not replace a newer one", () => {
  const page = { conversations: [conversation("a", "5", 3)], next: null, inbox: "1" };
  const inbox = applyPage(newInbox({ status: "all" }), page, null);
  const late = applyChange(inbox, { conversations: [conversation("a", "4", 9)], gone: [] }, null);
  expect(late.items[0]?.unread).toBe(3);
  expect(applyChange(inbox, { conversations: [conversation("a", "5", 0)], gone: [] }, null).items[0]?.unread).toBe(0);
  expect(applyChange(inbox, { conversations: [], gone: ["a"] }, null).items).toEqual([]);
});

test("filters by status and by whose it is", () => {
  const ada = { kind: "agent" as const, id: "ada", name: "Ada" };
  const hers = { ...conversation("a", "1"), assignee: { id: "ada", name: "Ada" } };
  const nobodys = conversation("b", "1");
  const fits = (assignee: string) =>
    [hers, nobodys].filter((it) => matches(it, { status: "open", assignee }, ada)).map((it) => it.id);
  expect([fits("any"), fits("me"), fits("none"), fits("ada"), fits("ben")]).toEqual([
    ["a", "b"],
    ["a"],
    ["b"],
    ["a"],
    [],
  ]);
  expect(matches(hers, { status: "closed" }, ada)).toBe(false);
});

test("only the oldest of a conversation's messages travels, and a failed one blocks nobody", () => {
  const outbox = [pending("1", "a", "failed"), pending("2", "a"), pending("3", "b"), pending("4", "a")];
  expect(heads(outbox).map((item) => item.id)).toEqual(["2", "3"]);
});

test("an acknowledged message stays until the conversation has got that far, whether or not it still shows it", () => {
  const outbox = [pending("1", "a", "stored", 7)];
  const thread = { ...newThread("a"), data: "ready" as const };
  expect(pruned(outbox, { a: { ...thread, seq: 6 } }, null)).toBe(outbox);
  expect(pruned(outbox, { a: { ...thread, seq: 90 } }, null)).toEqual([]);
  expect(pruned(outbox, {}, null)).toEqual([]);
});

test("ids are random UUIDs", () => {
  const ids = Array.from({ length: 100 }, uuid);
  expect(new Set(ids).size).toBe(100);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
