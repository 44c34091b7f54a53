import type { Client } from "@engage/client";
import { EngageProvider } from "@engage/react";
import { act } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Tab, World } from "../../../testing/world";
import { App } from "../src/shell/app";
import { reloadPrefs } from "../src/shell/prefs";
import { toast } from "../src/shell/toast";
import { snoozes } from "../src/talk/snooze";

type Who = { kind: "agent" | "visitor"; id: string };

let world: World;
let desk: Tab;
let root: Root;
let page: HTMLElement;
let ada: Who;

beforeEach(async () => {
  (globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;
  history.replaceState(null, "", "/admin/engage/");
  localStorage.clear();
  reloadPrefs();
  toast.clear();
  world = new World();
  ada = world.server.addAgent("Ada") as Who;
  world.server.addAgent("Ben");
  desk = world.device().tab("/admin/engage");
  desk.device.host = ada;
  page = document.body.appendChild(document.createElement("div"));
  root = createRoot(page);
});

afterEach(async () => {
  await during(() => root.unmount());
  page.remove();
});

async function during(what: () => unknown): Promise<void> {
  await act(async () => {
    await what();
    await world.run(500);
  });
}

async function start() {
  await during(() => {
    root.render(
      <EngageProvider client={desk.client as Client}>
        <App />
      </EngageProvider>,
    );
    desk.client.start();
  });
}

function conversation(body: string, name: string | null = null): string {
  const who = world.server.addContact(name) as Who;
  return world.server.create(who, { client_message_id: "1", body }).conversation.id;
}

const all = (selector: string) => [...page.querySelectorAll<HTMLElement>(selector)];
const button = (name: string) => all("button").find((it) => it.textContent?.trim() === name);
const press = (key: string) =>
  during(() => document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true })));

/** Follows the link of a row; the browser goes there in its own time. */
async function open(at: number) {
  await during(() => all(".row-link")[at]?.click());
  for (let tries = 0; tries < 50 && !page.querySelector(".talk"); tries += 1) {
    await act(() => new Promise<void>((resolve) => void setTimeout(resolve, 20)));
  }
  await during(() => {});
}

async function write(text: string) {
  const field = page.querySelector("textarea") as HTMLTextAreaElement;
  await during(() => {
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value")?.set?.call(field, text);
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  });
  await during(() => page.querySelector<HTMLFormElement>(".e-composer")?.requestSubmit());
}

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
    const field = page.querySelector("textarea") as HTMLTextAreaElement;
    await during(() => {
      Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value")?.set?.call(field, "half a note");
      field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    });
    await during(() => button("Reply")?.click());
    expect(page.querySelector<HTMLTextAreaElement>("textarea")?.value).toBe("");
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
