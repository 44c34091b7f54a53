import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { FakeFiles } from "../../../testing/fake-files";
import { World } from "../../../testing/world";
import { EngageTicketForm, EngageTickets } from "../src/tickets-element";

let world: World;
let element: HTMLElement;
let files: FakeFiles;

customElements.define("engage-ticket-form", EngageTicketForm);
customElements.define("engage-tickets", EngageTickets);

beforeEach(() => {
  world = new World();
  world.latency = 0;
  localStorage.clear();
  sessionStorage.clear();
  history.replaceState(null, "", "/");
  files = new FakeFiles(world.server);
  vi.stubGlobal("fetch", files.fetch(world.server.addContact()));
});

afterEach(() => {
  element.remove();
  vi.unstubAllGlobals();
});

function show(name: string): void {
  element = document.createElement(name);
  element.setAttribute("base", "/engage");
  element.lang = "en";
  document.body.append(element);
}

const inside = <T extends Element>(selector: string) => element.shadowRoot?.querySelector<T>(selector) ?? null;
const eventually = (what: () => void) => vi.waitFor(what, { timeout: 3_000 });
const picture = (name: string, size = 3) => new File(["x".repeat(size)], name, { type: "image/png" });
const rows = () => [...(element.shadowRoot?.querySelectorAll(".attached li") ?? [])].map((row) => row.textContent);
const entries = () => [...world.server.tickets.all.values()].flatMap((one) => one.entries);

async function choose(...chosen: File[]): Promise<void> {
  await eventually(() => expect(inside("input[type=file]")).not.toBe(null));
  const input = inside<HTMLInputElement>("input[type=file]") as HTMLInputElement;
  Object.defineProperty(input, "files", { value: chosen, configurable: true });
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

async function type(text: string): Promise<void> {
  for (const selector of ["form input[dir]", "form textarea"]) {
    const box = inside<HTMLInputElement>(selector);
    if (!box) continue;
    Object.getOwnPropertyDescriptor(Object.getPrototypeOf(box), "value")?.set?.call(box, text);
    box.dispatchEvent(new InputEvent("input", { bubbles: true }));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const submit = () => inside<HTMLFormElement>("form")?.requestSubmit();

describe("files of tickets", () => {
  test("go along with a new one, and one that fails says why and stays behind", async () => {
    show("engage-ticket-form");
    await choose(picture("a.png"), picture("huge.png", 2000));
    await eventually(() => expect(rows()[1]).toContain("too large"));
    await type("It squeaks");
    submit();
    await eventually(() => expect(entries()).toMatchObject([{ files: [{ id: "f0", name: "a.png" }] }]));
    expect(files.held).toHaveLength(1);
  });

  test("are waited for when it is sent before they are there", async () => {
    let open = () => {};
    files.gate = new Promise((resolve) => {
      open = resolve;
    });
    show("engage-ticket-form");
    await choose(picture("slow.png"));
    await eventually(() => expect(rows()[0]).toContain("slow.png"));
    await type("It squeaks");
    submit();
    await eventually(() => expect(inside("form")?.getAttribute("aria-busy")).toBe("true"));
    expect(entries()).toEqual([]);
    open();
    await eventually(() => expect(entries()).toMatchObject([{ files: [{ name: "slow.png" }] }]));
  });

  test("stay with what could not be sent, and go along once when it is sent again", async () => {
    const http = world.server.http.bind(world.server);
    let fails = true;
    vi.spyOn(world.server, "http").mockImplementation((...asked) => {
      if (fails && asked[0] === "POST" && asked[1] === "/v1/tickets") throw { status: 503, code: "unavailable" };
      return http(...asked);
    });
    show("engage-ticket-form");
    await choose(picture("a.png"));
    await eventually(() => expect(rows()[0]).toContain("3 byte"));
    await type("It squeaks");
    submit();
    await eventually(() => expect(inside("form > .e-fault")?.textContent).toContain("It was not sent."));
    expect(rows()[0]).toContain("a.png");
    fails = false;
    submit();
    await eventually(() => expect(entries()).toMatchObject([{ files: [{ id: "f0" }] }]));
    expect(files.held).toHaveLength(1);
  });

  test("are an answer by themselves", async () => {
    show("engage-ticket-form");
    await eventually(() => expect(inside("form textarea")).not.toBe(null));
    await type("It squeaks");
    submit();
    await eventually(() => expect(entries()).toHaveLength(1));
    element.remove();
    show("engage-tickets");
    const row = await vi.waitFor(() => {
      const found = inside<HTMLElement>(".e-ticket-row");
      expect(found).not.toBe(null);
      return found as HTMLElement;
    });
    row.click();
    await choose(picture("proof.png"));
    await eventually(() => expect(rows()[0]).toContain("3 byte"));
    submit();
    await eventually(() =>
      expect(inside(".e-ticket-said img")?.getAttribute("src")).toBe("/engage/v1/files/f0/content"),
    );
    expect(rows()).toEqual([]);
  });
});
