import { describe, expect, test } from "vitest";
import { FakeServer } from "../../../testing/fake.mjs";
import type { Self, Thread } from "../src/model";
import { apply, applyOlder, applySeen, applySnapshot, applySubscription, newThread } from "../src/thread";
import type { Entry, ServerFrame } from "../src/wire";

const visitor: Self = { kind: "visitor", id: "v", name: null };

function entry(seq: number, kind: "visitor" | "agent" = "agent", body = `m${seq}`): Entry {
  const author = { kind, name: kind, ...(kind === "visitor" && { id: "v" }) };
  const at = `2030-01-01T00:00:${String(seq).padStart(2, "0")}.000000Z`;
  return {
    type: "message",
    id: `e${seq}`,
    conversation: "c",
    seq,
    at,
    author,
    body,
    client_message_id: null,
    reply_to: null,
  };
}

/** A live thread that holds the entries 1 to `seq`. */
function live(seq: number): Thread {
  const entries = Array.from({ length: seq }, (_, index) => entry(index + 1));
  const asked: Thread = { ...newThread("c"), ref: "r", sub: "asked", data: "loading" };
  const conversation = {
    id: "c",
    status: "open" as const,
    assignee: null,
    seq,
    unread: seq,
    last_message: null,
    created_at: "",
    updated_at: "",
  };
  const held = applySnapshot(asked, { conversation, entries, has_more: false, reads: [], epoch: "1" }, visitor);
  return applySubscription(held, { conversation: "c", recovered: true, seq, reads: [] }, visitor);
}

const seqs = (thread: Thread) => thread.entries.map((it) => it.seq);
const feed = (thread: Thread, ...frames: Entry[]) => frames.reduce((it, frame) => apply(it, frame, visitor, 0), thread);

describe("applying entries", () => {
  test("takes the next one and drops what it has", () => {
    const thread = feed(live(2), entry(3), entry(3), entry(1), entry(2));
    expect(seqs(thread)).toEqual([1, 2, 3]);
    expect(thread.sub).toBe("on");
  });

  test("never shows a hole: it asks anew from what it has", () => {
    const thread = feed(live(2), entry(4));
    expect(seqs(thread)).toEqual([1, 2]);
    expect(thread).toMatchObject({ sub: "none", seq: 2, data: "ready" });
  });

  test("applies what comes late out of order once the hole is asked for", () => {
    const asked: Thread = { ...feed(live(2), entry(4)), sub: "asked", ref: "s2" };
    const stray = feed(asked, entry(5));
    const answered = apply(
      stray,
      { type: "subscribed", ref: "s2", conversation: "c", recovered: true, seq: 5, reads: [] },
      visitor,
      0,
    );
    expect(seqs(feed(answered, entry(3), entry(4), entry(5)))).toEqual([1, 2, 3, 4, 5]);
  });

  test("begins from a snapshot when asking brought no progress", () => {
    const first: Thread = { ...feed(live(2), entry(4)), sub: "on" };
    expect(feed(first, entry(5)).data).toBe("stale");
  });

  test("after a gap it asks from where it is", () => {
    const thread = apply(live(2), { type: "gap", conversation: "c", from: 3, to: 9 }, visitor, 0);
    expect(thread).toMatchObject({ sub: "none", seq: 2 });
    expect(seqs(feed(thread, entry(10)))).toEqual([1, 2]);
  });

  test("an answer to an older question is not heard", () => {
    const asked: Thread = { ...live(2), sub: "asked", ref: "s9" };
    const late = apply(
      asked,
      { type: "subscribed", ref: "s8", conversation: "c", recovered: false, seq: 7, reads: [] },
      visitor,
      0,
    );
    expect(late).toBe(asked);
  });
});

describe("recovered: false", () => {
  const lost = applySubscription(
    { ...live(9), sub: "asked" },
    { conversation: "c", recovered: false, seq: 3, reads: [] },
    visitor,
  );
  const snapshot = (seq: number) => ({
    conversation: { ...(live(1).conversation as NonNullable<Thread["conversation"]>), seq },
    entries: Array.from({ length: seq }, (_, index) => entry(index + 1, "agent", "new")),
    has_more: false,
    reads: [],
    epoch: "1",
  });

  test("drops what was held, even beyond the server's own position", () => {
    const thread = applySnapshot({ ...lost, data: "loading" }, snapshot(3), visitor);
    expect(seqs(thread)).toEqual([1, 2, 3]);
    expect(thread.entries.every((it) => "body" in it && it.body === "new")).toBe(true);
  });

  test("applies what came meanwhile, after the snapshot", () => {
    const waiting = feed({ ...lost, data: "loading" }, entry(4), entry(5));
    expect(seqs(waiting)).toHaveLength(9);
    expect(seqs(applySnapshot(waiting, snapshot(4), visitor))).toEqual([1, 2, 3, 4, 5]);
  });

  test("asks anew when the snapshot does not reach what came", () => {
    const waiting = feed({ ...lost, data: "loading" }, entry(6));
    const thread = applySnapshot(waiting, snapshot(4), visitor);
    expect(seqs(thread)).toEqual([1, 2, 3, 4]);
    expect(thread.sub).toBe("none");
  });

  test("a conversation that does not exist shows nothing", () => {
    const gone = applySubscription(live(3), { conversation: "c", error: "not_found" }, visitor);
    expect(gone).toMatchObject({ data: "gone", entries: [], conversation: null });
    expect(feed(gone, entry(4)).entries).toEqual([]);
  });
});

describe("unread", () => {
  test("counts others' texts after the mark, and one's own never", () => {
    const seen = applySeen(live(2), 2, visitor);
    expect(seen.conversation?.unread).toBe(0);
    const later = feed(seen, entry(3), entry(4, "visitor"), entry(5));
    expect(later.conversation?.unread).toBe(2);
    const read = apply(
      later,
      { type: "read", conversation: "c", reader: { kind: "visitor", id: "v" }, seq: 4 },
      visitor,
      0,
    );
    expect(read.conversation?.unread).toBe(1);
  });

  test("a mark never goes back", () => {
    const mark = (seq: number) => ({
      type: "read" as const,
      conversation: "c",
      reader: { kind: "agent" as const },
      seq,
    });
    const thread = apply(apply(live(5), mark(4), visitor, 0), mark(2), visitor, 0);
    expect(thread.reads).toEqual([{ reader: { kind: "agent" }, seq: 4 }]);
  });
});

describe("older entries", () => {
  const late: Thread = { ...live(9), entries: live(9).entries.slice(6), hasMore: true };

  test("come in front when they fit", () => {
    const thread = applyOlder(
      { ...late, older: true },
      [4, 5, 6].map((seq) => entry(seq)),
      true,
      visitor,
    );
    expect(seqs(thread)).toEqual([4, 5, 6, 7, 8, 9]);
    expect(thread.older).toBe(false);
  });

  test("are dropped when they would leave a hole", () => {
    expect(seqs(applyOlder(late, [entry(4)], true, visitor))).toEqual([7, 8, 9]);
  });
});

test("somebody types until they write, or for six seconds", () => {
  const author = { kind: "agent" as const, name: "agent" };
  const typing = apply(live(1), { type: "typing", conversation: "c", author, typing: true }, visitor, 1_000);
  expect(typing.typing).toEqual([{ author, until: 7_000 }]);
  expect(feed(typing, entry(2)).typing).toEqual([]);
  const own = { kind: "visitor" as const, name: null, id: "v" };
  expect(apply(live(1), { type: "typing", conversation: "c", author: own, typing: true }, visitor, 0).typing).toEqual(
    [],
  );
});

/** `apply(old snapshot, frames) == new snapshot`, for every kind of change and both kinds of reader. */
describe.each(["visitor", "agent"] as const)("a %s who applies every frame", (kind) => {
  test("holds what a fresh snapshot says", () => {
    const server = new FakeServer();
    const ada = server.addAgent("Ada") as Self;
    const ben = server.addAgent("Ben") as Self;
    const mia = server.addContact("Mia") as Self;
    const self = kind === "visitor" ? mia : ada;
    const { conversation } = server.create(mia, { client_message_id: "1", body: "one" });
    const id: string = conversation.id;
    const frames: ServerFrame[] = [];
    const link = server.connect(
      self,
      (frame: ServerFrame) => frames.push(frame),
      () => {},
    );
    link.receive({ type: "hello", protocol: 1 });
    link.receive({ type: "subscribe", ref: "r", conversation: id, seq: server.position(conversation, self) });
    let thread: Thread = { ...newThread(id), data: "loading", sub: "asked", ref: "r" };
    thread = applySnapshot(thread, server.snapshot(id, self), self);
    let text = 1;
    const write = (who: Self, type: string, body: string) =>
      server.write(who, id, type, { client_message_id: `m${++text}`, body });
    const changes = [
      () => write(ada, "message", "two"),
      () => write(mia, "message", "three 👋".repeat(40)),
      () => server.read(mia, id, 2),
      () => server.assign(ada, id, { agent: ben.id }),
      () => write(ben, "note", "only we see this"),
      () => server.read(ada, id, 4),
      () => server.status(ada, id, { status: "snoozed", snoozed_until: "2030-01-02T09:00:00.000000Z" }),
      () => server.status(ben, id, { status: "open" }),
      () => server.status(ben, id, { status: "closed" }),
      () => write(mia, "message", "but wait"),
      () => server.assign({ kind: "system" }, id, { agent: null }),
      () => server.read(mia, id, server.position(conversation, mia)),
      () => server.read(ben, id, server.position(conversation, ben)),
    ];
    for (const change of changes) {
      change();
      for (const frame of frames.splice(0)) {
        if ("conversation" in frame && frame.type !== "ack" && frame.type !== "queue")
          thread = apply(thread, frame, self, 0);
      }
      const fresh = server.snapshot(id, self);
      expect(thread.entries).toEqual(fresh.entries);
      expect(thread.conversation).toEqual(fresh.conversation);
      expect(new Set(thread.reads)).toEqual(new Set(fresh.reads));
    }
    expect(thread.seq).toBe(kind === "visitor" ? 8 : 11);
  });
});
