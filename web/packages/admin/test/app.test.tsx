import { describe, expect, test } from "vitest";
import { reloadPrefs } from "../src/shell/prefs";
import { snoozes } from "../src/talk/snooze";
import {
  ada,
  all,
  button,
  conversation,
  desk,
  during,
  open,
  page,
  press,
  stage,
  start,
  type,
  visit,
  world,
  write,
} from "./stage";

stage("agent");

describe("the inbox", () => {
  test("lists, opens, answers", async () => {
    const id = conversation("where is my rocket", "Wile");
    await start();
    expect(all(".row").map((it) => it.querySelector(".who")?.textContent)).toEqual(["Wile"]);
    expect(document.title).toContain("(1)");
    await open(0);
    expect(location.hash).toBe(`#/c/${id}`);
    expect(document.title).not.toContain("(1)");
    await write("on its way");
    expect(all(".e-body").map((it) => it.textContent)).toEqual(["where is my rocket", "on its way"]);
    expect(world.server.conversations.get(id).entries.at(-1)).toMatchObject({ type: "message", body: "on its way" });
  });

  test("a note is a note, looks like one, and never becomes a reply", async () => {
    const id = conversation("hello");
    await start();
    await open(0);
    await press("n");
    expect(page.querySelector(".e-composer-note")).not.toBe(null);
    await write("between us");
    expect(world.server.conversations.get(id).entries.at(-1)).toMatchObject({ type: "note", visitorSeq: null });
    expect(page.querySelector(".e-note .e-private")?.textContent).toContain("Private note");
    await type(page.querySelector("textarea") as HTMLTextAreaElement, "half a note");
    await during(() => button("Reply")?.click());
    expect(page.querySelector<HTMLTextAreaElement>("textarea")?.value).toBe("");
  });

  test("a note asks a colleague by the keyboard, and shows whom", async () => {
    const id = conversation("hello");
    await start();
    await open(0);
    await press("n");
    const box = page.querySelector<HTMLTextAreaElement>(".compose textarea") as HTMLTextAreaElement;
    await type(box, "look @be");
    expect(all(".suggestion").map((it) => it.textContent)).toEqual([expect.stringContaining("Ben")]);
    await during(() => box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true })));
    expect(box.value).toBe("look @Ben ");
    await write("look @Ben, @Benno and <b>@Nobody</b>");
    const ben = [...world.server.agents.keys()][1];
    expect(world.server.conversations.get(id).entries.at(-1)).toMatchObject({ mentions: [{ id: ben, name: "Ben" }] });
    expect(all(".e-note .mention").map((it) => it.textContent)).toEqual(["@Ben"]);
    expect(page.querySelector(".e-note .e-body")?.textContent).toBe("look @Ben, @Benno and <b>@Nobody</b>");
  });

  test("what asks me is marked and listed until and after I have read it", async () => {
    const [first] = [conversation("hello", "Wile"), conversation("and I", "Other")];
    const ben = { kind: "agent" as const, id: [...world.server.agents.keys()][1] as string };
    await start();
    expect(all(".asks")).toEqual([]);
    await during(() =>
      world.server.write(ben, first, "note", { client_message_id: "n", body: "see", mentions: [ada.id] }),
    );
    expect(all(".row").map((it) => it.querySelector(".asks") !== null)).toEqual([true, false]);
    await visit("#/inbox?status=all&mentioned=true", ".row");
    expect(all(".row").map((it) => it.querySelector(".who")?.textContent)).toEqual(["Wile"]);
    await open(0);
    expect(all(".e-note .mention.is-me").map((it) => it.textContent)).toEqual(["@Ada"]);
    expect([all(".row").length, all(".asks").length]).toEqual([1, 0]);
  });

  test("assigns, closes and reopens by keyboard", async () => {
    const id = conversation("hello");
    await start();
    await press("j");
    await press("m");
    expect(world.server.conversations.get(id).assignee).toBe(ada.id);
    expect(page.querySelector(".tools")?.textContent).toContain("Assigned to Me");
    await press("e");
    expect(world.server.conversations.get(id).status).toBe("closed");
    expect(all(".row")).toEqual([]);
    await press("e");
    expect(world.server.conversations.get(id).status).toBe("open");
  });

  test("single keys can be turned off", async () => {
    conversation("hello");
    localStorage.setItem("engage:admin:prefs", JSON.stringify({ keys: false }));
    reloadPrefs();
    await start();
    await press("j");
    expect(location.hash).toBe("");
  });

  test("says when somebody else was faster", async () => {
    const id = conversation("hello");
    await start();
    await open(0);
    world.onDown = () => false;
    await during(() => world.server.assign(ada, id, { agent: [...world.server.agents.keys()][1] }));
    await press("m");
    expect(page.querySelector(".toasts [role=alert]")?.textContent).toContain(
      "Somebody else has changed this meanwhile",
    );
  });

  test("says when it may be out of date", async () => {
    conversation("hello");
    await start();
    await during(() => desk.device.setOnline(false));
    expect(page.querySelector(".e-notice")?.textContent).toContain("What you see may be out of date");
    expect(page.querySelector(".me .state")?.textContent).toContain("Not connected");
    expect(all(".row")).toHaveLength(1);
  });

  test("shows nothing to who may not see it, also when that changes while it is open", async () => {
    conversation("hello");
    await start();
    expect(all(".row")).toHaveLength(1);
    await during(() => {
      for (const wire of world.wires) {
        wire.end?.link.say({ type: "bye", code: "forbidden", reconnect: false, retry_after_ms: 0 });
      }
    });
    expect(page.querySelector("h1")?.textContent).toBe("No access");
    expect(all(".row")).toEqual([]);
  });
});

test("snoozes end at nine in the morning, and Monday is never today", () => {
  const times = snoozes(new Date(2030, 0, 7, 8, 0)).map(({ until }) => until && new Date(until));
  expect(times).toEqual([new Date(2030, 0, 7, 11), new Date(2030, 0, 8, 9), new Date(2030, 0, 14, 9), null]);
  expect(snoozes(new Date(2030, 0, 6, 23))[2]?.until).toBe(new Date(2030, 0, 7, 9).toISOString());
});
