import type { Client } from "@engage/client";
import { act, StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Tab, World } from "../../../testing/world";
import { Composer, ConnectionNotice, EngageProvider, Log, useChat, useChatStore, useInbox, useSeen } from "../src";

let world: World;
let tab: Tab;
let root: ReturnType<typeof createRoot>;
let page: HTMLElement;

beforeEach(() => {
  (globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;
  world = new World();
  tab = world.device().tab();
  page = document.body.appendChild(document.createElement("div"));
  root = createRoot(page);
});

afterEach(async () => {
  await during(() => root.unmount());
  page.remove();
});

/** Lets things happen and the page show them, on both runtimes. */
async function during(what: () => unknown): Promise<void> {
  const settle = async () => {
    await what();
    for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setTimeout(resolve));
  };
  if (act) await act(settle);
  else await settle();
}

function Chat({ id }: { id?: string }) {
  const chat = useChatStore(id);
  const view = useChat(chat);
  const { items } = useInbox();
  useSeen(chat, view, true);
  return (
    <>
      <ConnectionNotice />
      <output>{items.length}</output>
      <Log chat={chat} view={view} />
      <Composer chat={chat} view={view} />
    </>
  );
}

async function show(id?: string) {
  await during(() => {
    root.render(
      <StrictMode>
        <EngageProvider client={tab.client as Client}>
          <Chat id={id} />
        </EngageProvider>
      </StrictMode>,
    );
    tab.client.start();
  });
  await during(() => world.run(1_000));
}

async function type(text: string) {
  const field = page.querySelector("textarea") as HTMLTextAreaElement;
  await during(() => {
    // As a browser does it: the element's own setter, past the framework's.
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value")?.set?.call(field, text);
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  });
  return field;
}

const bodies = () => [...page.querySelectorAll(".e-body")].map((it) => it.textContent);
const foot = () => page.querySelector(".e-slot:last-child footer")?.textContent;
const enter = (init = {}) => new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true, ...init });

describe("a chat on the page", () => {
  test("writes, and says how it stands with each message", async () => {
    await show();
    const field = await type("Hello");
    await during(() => field.dispatchEvent(enter()));
    expect(field.value).toBe("");
    expect(bodies()).toEqual(["Hello"]);
    expect(foot()).toBe("Sending…");
    await during(() => world.run(1_000));
    expect(foot()).toBe("Sent");
    expect(page.querySelector("output")?.textContent).toBe("1");
    const [conversation] = world.server.conversations.values();
    const ada = world.server.addAgent("Ada");
    await during(() => {
      world.server.read(ada, conversation.id, 1);
      return world.run(100);
    });
    expect(foot()).toBe("Seen");
    await during(() => {
      world.server.write(ada, conversation.id, "message", { client_message_id: "a", body: "Hi <b>there</b>" });
      return world.run(500);
    });
    expect(bodies()).toEqual(["Hello", "Hi <b>there</b>"]);
    // Inside of act, React 18 shows what is new only at its end; from then on it is read.
    await during(() => world.run(500));
    expect(world.server.view(conversation, tab.device.cookie).unread).toBe(0);
  });

  test("shows files by name and size, and no bubble where nothing was said", async () => {
    await show();
    await type("Hello");
    await during(() => page.querySelector("textarea")?.dispatchEvent(enter()));
    await during(() => world.run(1_000));
    const [conversation] = world.server.conversations.values();
    const file = { id: "f/1", name: "tax\u202Efdp.exe", media_type: "application/octet-stream", size: 1_234_567 };
    await during(() => {
      const said = { client_message_id: "a", body: "", files: [file] };
      world.server.write(world.server.addAgent("Ada"), conversation.id, "message", said);
      return world.run(500);
    });
    expect(bodies()).toEqual(["Hello"]);
    const link = page.querySelector<HTMLAnchorElement>(".e-slot:last-child .e-files a");
    expect(link?.textContent).toBe("taxfdp.exe");
    expect(link?.getAttribute("href")).toBe(`${tab.client.base}/v1/files/f%2F1/content`);
    expect(page.querySelector(".e-files small")?.textContent).toBe("1.2 MB");
  });

  test("does not send while letters are being composed, nor with Shift", async () => {
    await show();
    const field = await type("日本");
    await during(() => field.dispatchEvent(enter({ isComposing: true })));
    await during(() => field.dispatchEvent(enter({ shiftKey: true })));
    expect(bodies()).toEqual([]);
    expect(field.value).toBe("日本");
  });

  test("keeps what is too long, and says by how much", async () => {
    await show();
    const field = await type("👋".repeat(10_003));
    expect(page.querySelector(".e-count")?.textContent).toBe("3 characters too long");
    expect(page.querySelector<HTMLButtonElement>(".e-send")?.disabled).toBe(true);
    await during(() => field.dispatchEvent(enter()));
    expect(field.value).toHaveLength(20_006);
  });

  test("offers a refused message again", async () => {
    await show();
    const field = await type("hello");
    await during(() => field.dispatchEvent(enter()));
    await during(() => world.run(1_000));
    await type("a \0 b");
    await during(() => field.dispatchEvent(enter()));
    await during(() => world.run(1_000));
    expect(page.querySelector(".e-refused")?.textContent).toContain("Not sent: the text cannot be sent like this");
    const edit = [...page.querySelectorAll<HTMLButtonElement>(".e-refused button")].find(
      (it) => it.textContent === "Edit",
    );
    await during(() => edit?.click());
    expect(field.value).toBe("a \0 b");
    expect(bodies()).toEqual(["hello"]);
  });

  test("says that there is no connection, and that a message waits for one", async () => {
    await show();
    const field = await type("hello");
    await during(() => field.dispatchEvent(enter()));
    await during(() => world.run(1_000));
    await during(() => tab.device.setOnline(false));
    expect(page.querySelector(".e-notice")?.textContent).toContain("No connection");
    await type("later");
    await during(() => field.dispatchEvent(enter()));
    expect(foot()).toBe("Will be sent when you are connected");
    await during(() => {
      tab.device.setOnline(true);
      return world.run(5_000);
    });
    expect(page.querySelector(".e-notice")).toBe(null);
    expect(bodies()).toEqual(["hello", "later"]);
  });

  test("makes links of web addresses, and of nothing else", async () => {
    await show();
    const field = await type("see https://acme.example/a?b=1. or javascript:alert(1) <https://x.example>");
    await during(() => field.dispatchEvent(enter()));
    const links = [...page.querySelectorAll<HTMLAnchorElement>(".e-body a")];
    expect(links.map((it) => it.getAttribute("href"))).toEqual(["https://acme.example/a?b=1", "https://x.example"]);
    expect(links[0]?.rel).toContain("noopener");
    expect(bodies()[0]).toBe("see https://acme.example/a?b=1. or javascript:alert(1) <https://x.example>");
  });

  test("a character that turns the text around neither hides in an address nor turns the words beside a name", async () => {
    await show();
    const field = await type("https://evil.example/\u202Egpj.exe");
    await during(() => field.dispatchEvent(enter()));
    await during(() => world.run(1_000));
    expect(page.querySelector(".e-body a")?.getAttribute("href")).toBe("https://evil.example/");
    expect(bodies()).toEqual(["https://evil.example/\u202Egpj.exe"]);
    const [conversation] = world.server.conversations.values();
    await during(() => {
      world.server.typing(world.server.addAgent("\u202EadA"), conversation.id, true);
      return world.run(100);
    });
    expect(page.querySelector(".e-typing")?.textContent).toBe("adA is typing…");
  });

  test("says where in the queue the visitor waits, until somebody types or takes it", async () => {
    await show();
    const field = await type("hello");
    await during(() => field.dispatchEvent(enter()));
    await during(() => world.run(1_000));
    const [conversation] = world.server.conversations.values();
    const line = () => page.querySelector(".e-typing")?.textContent;
    const told = async (tell: () => void) => {
      await during(() => {
        tell();
        return world.run(100);
      });
      return line();
    };
    expect(line()).toBe("");
    expect(await told(() => world.server.queue(conversation.id, 3))).toBe("You are number 3 in the queue");
    expect(await told(() => world.server.queue(conversation.id, 1))).toBe("You are next");
    const ada = world.server.addAgent("Ada");
    expect(await told(() => world.server.typing(ada, conversation.id, true))).toBe("Ada is typing…");
    await told(() => world.server.typing(ada, conversation.id, false));
    expect(await told(() => world.server.queue(conversation.id, null))).toBe("");
  });

  test("leaves the conversation some time after it is gone from the page", async () => {
    await show();
    const field = await type("hello");
    await during(() => field.dispatchEvent(enter()));
    await during(() => world.run(1_000));
    expect(Object.keys(tab.client.getSnapshot().threads)).toHaveLength(1);
    await during(() => root.render(<p />));
    await during(() => world.run(5_000));
    expect(Object.keys(tab.client.getSnapshot().threads)).toEqual([]);
    expect(world.server.log).toContain("unsubscribe");
  });
});

function Lost() {
  useInbox();
  return null;
}

test("the hooks say when their provider is missing", async () => {
  const error = vi.spyOn(console, "error").mockImplementation(() => {});
  let caught: unknown;
  try {
    await during(() => root.render(<Lost />));
  } catch (thrown) {
    caught = thrown;
  }
  expect(String(caught ?? error.mock.calls[0])).toContain("EngageProvider");
  error.mockRestore();
});
