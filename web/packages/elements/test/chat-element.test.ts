import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { World } from "../../../testing/world";
import { english } from "../../react/src";
import { EngageChat } from "../src/chat-element";

let world: World;
let element: EngageChat;
const requests: string[] = [];
let forget = () => {};

beforeEach(() => {
  world = new World();
  world.latency = 0;
  requests.length = 0;
  localStorage.clear();
  sessionStorage.clear();
  let cookie: { kind: "visitor"; id: string } | null = null;
  forget = () => {
    cookie = null;
  };
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    const method = init.method ?? "GET";
    requests.push(`${method} ${url}`);
    if (method === "POST" && url.endsWith("/session")) cookie ??= world.server.addContact();
    const body = await world.server.http(
      method,
      url.slice("/engage".length),
      init.body && JSON.parse(String(init.body)),
      cookie,
    );
    return new Response(JSON.stringify(body ?? null));
  });
  vi.stubGlobal(
    "WebSocket",
    class {
      constructor() {
        throw new Error("sockets are blocked");
      }
    },
  );
  element = make();
});

afterEach(() => {
  element.remove();
  vi.unstubAllGlobals();
});

function make(): EngageChat {
  const made = new EngageChat();
  made.setAttribute("base", "/engage");
  made.speak(english, "en");
  return document.body.appendChild(made);
}

const inside = <T extends Element>(selector: string) => element.shadowRoot?.querySelector<T>(selector) ?? null;
const eventually = (what: () => void) => vi.waitFor(what, { timeout: 3_000 });

async function write(text: string): Promise<void> {
  await eventually(() => expect(inside("textarea")).not.toBe(null));
  const field = inside<HTMLTextAreaElement>("textarea") as HTMLTextAreaElement;
  field.value = text;
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  await eventually(() => expect(inside<HTMLButtonElement>(".e-send")?.disabled).toBe(false));
  inside<HTMLFormElement>(".e-composer")?.requestSubmit();
  await eventually(() => expect(inside(".e-stored")?.textContent).toContain(text));
}

describe("<engage-chat>", () => {
  test("asks for nothing and shows nothing until it is opened", async () => {
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(requests).toEqual([]);
    expect(inside(".panel")).toBe(null);
    expect(sessionStorage.length + localStorage.length).toBe(0);
  });

  test("opens, closes, and tells of it", async () => {
    const toggled = vi.fn();
    element.addEventListener("engage-toggle", (event) => toggled((event as CustomEvent).detail));
    element.open();
    await eventually(() => expect(inside("textarea")).not.toBe(null));
    expect(inside<HTMLElement>(".panel")?.hidden).toBe(false);
    inside(".panel")?.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
    await eventually(() => expect(inside<HTMLElement>(".panel")?.hidden).toBe(true));
    expect(toggled.mock.calls).toEqual([[{ open: true, focus: true }], [{ open: false, focus: true }]]);
  });

  test("keeps its styles in sheets, and no style or script in the markup", async () => {
    element.open();
    await eventually(() => expect(inside("textarea")).not.toBe(null));
    expect(element.shadowRoot?.adoptedStyleSheets).toHaveLength(2);
    expect(inside("style, script, link, [style], [onclick]")).toBe(null);
  });

  test("never takes away the box to write in, whatever is fetched meanwhile", async () => {
    element.open();
    await eventually(() => expect(inside("textarea")).not.toBe(null));
    const field = inside<HTMLTextAreaElement>("textarea") as HTMLTextAreaElement;
    const client = element.wake();
    const fetchAgain = async () => {
      client.list({ status: "all" });
      expect(client.getSnapshot().inbox.data).toBe("loading");
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(client.getSnapshot().inbox.data).toBe("ready");
    };
    let taken = false;
    new MutationObserver(() => {
      taken ||= !field.isConnected;
    }).observe(element.shadowRoot as ShadowRoot, { childList: true, subtree: true });
    await fetchAgain();
    field.value = "half a tho";
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    const [contact] = world.server.contacts.values();
    world.server.create({ kind: "visitor", id: contact.id }, { client_message_id: "x", body: "from another tab" });
    await fetchAgain();
    expect(taken).toBe(false);
    expect(inside("textarea")).toBe(field);
    expect(field.value).toBe("half a tho");
  });

  test("greets before the first message as the site wants it, and not at all when it wants nothing", async () => {
    world.server.greeting = "Ahoy! <b>Ask</b> away";
    element.open();
    await eventually(() => expect(inside(".hello")?.textContent).toBe("Ahoy! <b>Ask</b> away"));
    await write("hello");
    expect(inside(".hello")).toBe(null);
    element.remove();
    world = new World();
    world.latency = 0;
    world.server.greeting = "";
    world.server.addAgent("Ada");
    localStorage.clear();
    element = make();
    forget();
    element.open();
    await eventually(() => expect(element.wake().getSnapshot().site?.name).toBe("Acme"));
    await eventually(() => expect(inside(".start")?.textContent).toBe(""));
  });

  test("offers to say who one is after the first message, and takes no for an answer", async () => {
    element.open();
    await eventually(() => expect(inside("textarea")).not.toBe(null));
    expect(inside(".offer")).toBe(null);
    await write("hello");
    await eventually(() => expect(inside(".offer")).not.toBe(null));
    inside<HTMLButtonElement>(".offer .tool")?.click();
    await eventually(() => expect(inside(".offer")).toBe(null));
    expect(element.wake().memo("who-later")).toBe("1");
    inside<HTMLButtonElement>(".head .tool[aria-expanded]")?.click();
    await eventually(() => expect(inside(".e-contact")).not.toBe(null));
    expect(inside(".head .tool[aria-expanded]")?.getAttribute("aria-expanded")).toBe("true");
  });

  test("opens the form again after a reload when something in it was not saved", async () => {
    element.open();
    await eventually(() => expect(inside(".head .tool[aria-expanded]")).not.toBe(null));
    element.wake().setMemo("who", JSON.stringify({ name: "Mar", email: "" }));
    element.remove();
    element = make();
    element.open(false);
    await eventually(() => expect(inside<HTMLInputElement>(".e-contact input")?.value).toBe("Mar"));
  });

  test("counts what is unread, also when it only woke up to send", async () => {
    const told = vi.fn();
    element.addEventListener("engage-state", (event) => told((event as CustomEvent).detail));
    element.open();
    await write("hello");
    await eventually(() => expect(told.mock.lastCall?.[0]).toMatchObject({ had: true, talks: true, unread: 0 }));
    element.close();
    await eventually(() => expect(inside<HTMLElement>(".panel")?.hidden).toBe(true));
    const [conversation] = world.server.conversations.values();
    world.server.write(world.server.addAgent("Ada"), conversation.id, "message", {
      client_message_id: "a",
      body: "hi",
    });
    element.remove();
    document.body.append(element);
    await eventually(() => expect(told.mock.lastCall?.[0]).toMatchObject({ unread: 1, news: { excerpt: "hi" } }));
  });
});
