import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { FakeFiles } from "../../../testing/fake-files";
import { World } from "../../../testing/world";
import { english } from "../../react/src";
import { EngageChat } from "../src/chat-element";

let world: World;
let element: EngageChat;
let files: FakeFiles;

beforeEach(() => {
  world = new World();
  world.latency = 0;
  localStorage.clear();
  sessionStorage.clear();
  files = new FakeFiles(world.server);
  vi.stubGlobal("fetch", files.fetch(world.server.addContact()));
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
const picture = (name: string, size = 3) => new File(["x".repeat(size)], name, { type: "image/png" });
const rows = () =>
  [...(element.shadowRoot?.querySelectorAll(".attached li") ?? [])].map((row) => row.textContent?.replace(/\s+/g, " "));

async function choose(...chosen: File[]): Promise<void> {
  element.open();
  await eventually(() => expect(inside("input[type=file]")).not.toBe(null));
  const input = inside<HTMLInputElement>("input[type=file]") as HTMLInputElement;
  Object.defineProperty(input, "files", { value: chosen, configurable: true });
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

const entries = () => [...world.server.conversations.values()].flatMap((one) => one.entries);
const send = () => inside<HTMLFormElement>(".e-composer")?.requestSubmit();
const able = (is: boolean) => eventually(() => expect(inside<HTMLButtonElement>(".e-send")?.disabled).toBe(!is));

describe("files in the widget", () => {
  test("a conversation begins with a picture and no word; it stands in its place, named and measured", async () => {
    await choose(picture("cat <b>.png"));
    await able(true);
    send();
    await eventually(() => expect(inside(".e-stored .e-files img")).not.toBe(null));
    const image = inside<HTMLImageElement>(".e-files img") as HTMLImageElement;
    expect([image.getAttribute("alt"), image.getAttribute("width"), image.getAttribute("height")]).toEqual([
      "cat <b>.png",
      "40",
      "30",
    ]);
    expect(image.getAttribute("src")).toBe("/engage/v1/files/f0/content");
    expect(rows()).toEqual([]);
    expect(entries()).toMatchObject([{ body: "", files: [{ id: "f0" }] }]);
  });

  test("what is refused says why, and the rest goes without it", async () => {
    files.refusal = "type_not_allowed";
    await choose(picture("evil.html"));
    await eventually(() => expect(rows()[0]).toContain("Files of this type are not taken"));
    expect(inside(".attached [role=alert]")).not.toBe(null);
    expect(inside(".attached [aria-label='Go on with evil.html']")).toBe(null);
    await able(false);
    files.refusal = null;
    await choose(picture("big.png", 1001), picture("a.png"), picture("b.png"), picture("c.png"));
    await eventually(() => expect(rows()[1]).toContain("too large"));
    await eventually(() => expect(rows()[4]).toContain("Too many files"));
    await able(true);
    inside<HTMLButtonElement>("[aria-label='Remove b.png']")?.click();
    await eventually(() => expect(rows()).toHaveLength(4));
    send();
    await eventually(() => expect(entries()).toMatchObject([{ files: [{ name: "a.png" }] }]));
  });

  test("is paused and gone on with, and nothing is sent without what is on its way", async () => {
    files.stuck = true;
    await choose(picture("a.png"));
    await eventually(() => expect(files.held).toHaveLength(1));
    await able(false);
    await eventually(() => expect(inside("progress, [aria-label='Pause a.png'], .is-checking")).not.toBe(null));
    send();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(entries()).toEqual([]);
  });

  test("what is pasted and dropped comes along", async () => {
    element.open();
    await eventually(() => expect(inside(".attached")).not.toBe(null));
    const box = inside("textarea") as HTMLTextAreaElement;
    const paste = new Event("paste", { bubbles: true, cancelable: true });
    Object.assign(paste, { clipboardData: { files: [picture("pasted.png")] } });
    const drop = new Event("drop", { bubbles: true, cancelable: true });
    Object.assign(drop, { dataTransfer: { files: [picture("dropped.png")], types: ["Files"] } });
    box.dispatchEvent(paste);
    box.dispatchEvent(drop);
    expect([paste.defaultPrevented, drop.defaultPrevented]).toEqual([true, true]);
    await eventually(() => expect(rows().map((row) => row?.split(" ")[0])).toEqual(["pasted.png3", "dropped.png3"]));
  });

  test("a reload keeps what is whole, and says what it has cut short", async () => {
    await choose(picture("whole.png"));
    await able(true);
    files.stuck = true;
    await choose(picture("half.png"));
    await eventually(() => expect(files.held).toHaveLength(2));
    element.remove();
    element = make();
    element.open();
    await eventually(() => expect(rows()).toHaveLength(2));
    expect(rows()[0]).toContain("whole.png");
    expect(rows()[1]).toContain("The page was loaded anew");
    await able(true);
    send();
    await eventually(() => expect(entries()).toMatchObject([{ files: [{ name: "whole.png" }] }]));
  });
});
