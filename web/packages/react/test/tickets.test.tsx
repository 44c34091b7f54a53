import type { Client, Help, Ticket } from "@engage/client";
import { act, type ReactNode } from "react";
import { createRoot } from "react-dom/client";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Tab, World } from "../../../testing/world";
import { OwnTickets, TicketForm } from "../src";
import { ticketTexts } from "../src/tickets/words";

let world: World;
let tab: Tab;
let root: ReturnType<typeof createRoot>;
let page: HTMLElement;
let ada: { kind: "agent"; id: string };

beforeEach(() => {
  (globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;
  history.replaceState(null, "", "/");
  world = new World();
  ada = world.server.addAgent("Ada") as typeof ada;
  tab = world.device().tab();
  page = document.body.appendChild(document.createElement("div"));
  root = createRoot(page);
});

afterEach(async () => {
  await during(() => root.unmount());
  page.remove();
});

/** Lets things happen and the page show them, and what follows from that, on every runtime. */
async function during(what: () => unknown): Promise<void> {
  const settle = async () => {
    for (let turn = 0; turn < 5; turn += 1) {
      await world.run(100);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  for (const step of [what, settle, settle]) {
    // preact has no `act`, and renders a moment later.
    if (typeof act === "function") await act(async () => void (await step()));
    else await step();
  }
}

const show = (what: ReactNode) => during(() => root.render(what));
const client = () => tab.client as Client;
const showForm = (opened?: (ticket: Ticket) => void) =>
  show(<TicketForm client={client()} locale="en" {...(opened && { opened })} />);
const showOwn = () => show(<OwnTickets client={client()} locale="en" />);
const all = (selector: string) => [...page.querySelectorAll<HTMLElement>(selector)];
const button = (name: string) => all("button").find((it) => it.textContent?.trim() === name);
const press = (name: string) => during(() => button(name)?.click());
const submit = () => during(() => page.querySelector("form")?.requestSubmit());
const field = (name: string) => {
  const label = all("label").find((it) => it.textContent?.startsWith(name));
  return page.querySelector(`[id="${label?.getAttribute("for")}"]`) as HTMLInputElement;
};
const type = (name: string, text: string) =>
  during(() => {
    const box = field(name);
    Object.getOwnPropertyDescriptor(Object.getPrototypeOf(box), "value")?.set?.call(box, text);
    box.dispatchEvent(new InputEvent("input", { bubbles: true }));
  });
const stored = () => [...world.server.tickets.all.values()];
const staff = (method: string, path: string, body: unknown) => world.server.http(method, path, body, ada);

async function fill() {
  await type("Subject", "Rocket skates");
  await type("What can we do", "They pull to the left.");
}

describe("the form", () => {
  test("asks once who it is that asks", async () => {
    let asked = 0;
    world.onRequest = (method, url) => {
      if (method === "GET" && url.endsWith("/v1/session")) asked += 1;
    };
    await showForm();
    await during(() => {});
    expect(asked).toBe(1);
  });

  test("opens a ticket, and says its number", async () => {
    const opened = vi.fn();
    await showForm(opened);
    await fill();
    await type("E-mail", "wile@acme.example");
    await submit();
    expect(stored()).toMatchObject([{ subject: "Rocket skates", priority: "normal" }]);
    expect(page.textContent).toContain("We have it. Its number is T-1001.");
    expect(opened).toHaveBeenCalledWith(expect.objectContaining({ reference: "T-1001" }));
    expect([...world.server.contacts.values()]).toMatchObject([{ email: "wile@acme.example" }]);
  });

  test("says what is missing, asks nobody for it, and makes nobody known who only looks", async () => {
    await showForm();
    await submit();
    expect(all(".e-field .e-fault").map((it) => it.textContent)).toEqual([
      "Please fill this in.",
      "Please fill this in.",
    ]);
    expect(document.activeElement).toBe(field("Subject"));
    expect(stored()).toEqual([]);
    expect(world.server.contacts.size).toBe(0);
  });

  test("names what the server refuses by its field, and keeps what was typed", async () => {
    await showForm();
    await fill();
    await type("E-mail", "no address");
    await submit();
    expect(page.querySelector(".e-field .e-fault")?.textContent).toBe("This is not an e-mail address.");
    expect(field("What can we do").value).toBe("They pull to the left.");
    expect(stored()).toEqual([]);
  });

  test("outlives a reload", async () => {
    await showForm();
    await fill();
    await during(() => root.unmount());
    root = createRoot(page);
    tab.close();
    tab = tab.device.tab();
    await showForm();
    expect(field("Subject").value).toBe("Rocket skates");
    await submit();
    expect(stored()).toHaveLength(1);
    expect(tab.client.memo("ticket")).toBe("");
  });

  test("opens one ticket though its answer was lost", async () => {
    let lost = 0;
    world.onAnswer = (method, url) => {
      if (method !== "POST" || url !== "/v1/tickets" || lost > 0) return;
      lost += 1;
      throw new TypeError("network");
    };
    await showForm();
    await fill();
    await submit();
    expect(page.querySelector("form > .e-fault")?.textContent).toContain("It was not sent.");
    await submit();
    expect(stored()).toHaveLength(1);
    expect(page.textContent).toContain("T-1001");
  });
});

test("answers of the help centre are offered, and it is known what came of it", async () => {
  const hit = { id: "a", slug: "skates", locale: "en", title: { text: "Skates <b>pull</b>", ranges: [] } };
  const help = {
    suggest: vi.fn(async () => ({ search: "s", hits: [hit] })),
    follow: vi.fn(async () => {}),
    page: vi.fn(async () => ({ html: "<p>Turn the screw.</p>", locale: "en" })),
  };
  const { Suggestions, useDeflection } = await import("../src/tickets/suggest");
  function Shown({ text }: { text: string }) {
    const found = useDeflection(help as unknown as Help, text);
    return <Suggestions found={found} help={help as unknown as Help} words={ticketTexts("en")} />;
  }
  await show(<Shown text="skates pull left" />);
  await during(() => new Promise((resolve) => setTimeout(resolve, 800)));
  expect(help.suggest).toHaveBeenCalledWith("skates pull left", "ticket");
  await press("Skates <b>pull</b>");
  expect(help.follow).toHaveBeenCalledWith("s", "a", null);
  expect(page.querySelector(".e-help-text")?.innerHTML).toBe("<p>Turn the screw.</p>");
});

describe("somebody's own tickets", () => {
  async function asked() {
    await showOwn();
    await press("New ticket");
    await fill();
    await submit();
    return stored()[0];
  }

  test("are none for a stranger, who stays one", async () => {
    await showOwn();
    expect(page.textContent).toContain("You have no tickets yet.");
    expect(world.server.contacts.size).toBe(0);
  });

  test("are answered, closed, rated and opened again", async () => {
    const ticket = await asked();
    expect(location.hash).toBe(`#ticket-${ticket.id}`);
    expect(page.querySelector("h2")?.textContent).toBe("Rocket skates");
    await staff("POST", `/v1/tickets/${ticket.id}/replies`, {
      client_message_id: "a",
      body: "Which one?",
      status: "pending",
    });
    await during(() => document.dispatchEvent(new Event("visibilitychange")));
    expect(all(".e-ticket-said p").map((it) => it.textContent)).toEqual(["They pull to the left.", "Which one?"]);
    expect(page.querySelector(".e-stage")?.textContent).toBe("Waiting for you");
    await type("Your answer", "The left one.");
    await submit();
    expect(all(".e-ticket-said p").at(-1)?.textContent).toBe("The left one.");
    expect(field("Your answer").value).toBe("");
    expect(page.querySelector(".e-stage")?.textContent).toBe("Being worked on");
    await press("It is solved");
    expect(ticket.status).toBe("solved");
    await during(() => page.querySelector<HTMLInputElement>(".e-score input[value='4']")?.click());
    await during(() => page.querySelector<HTMLFormElement>(".e-rating")?.requestSubmit());
    expect(ticket.rating).toMatchObject({ score: 4 });
    expect(page.textContent).toContain("Thank you for telling us.");
    await press("Open it again");
    expect(ticket.status).toBe("open");
    await press("All tickets");
    expect(all(".e-ticket-subject").map((it) => it.textContent)).toEqual(["Rocket skates"]);
  });

  test("show nothing of what staff say among themselves, and everything else as text", async () => {
    const ticket = await asked();
    const hostile = `<img src=x onerror="window.pwned=1">`;
    await staff("POST", `/v1/tickets/${ticket.id}/notes`, { client_message_id: "n", body: "A secret." });
    await staff("POST", `/v1/tickets/${ticket.id}/replies`, { client_message_id: "a", body: hostile });
    await during(() => document.dispatchEvent(new Event("visibilitychange")));
    expect(page.textContent).not.toContain("A secret.");
    expect(page.textContent).toContain(hostile);
    expect(page.querySelector("img")).toBe(null);
    const more = "javascript:alert(1) See https://acme.example/a?b=1, please.";
    await staff("POST", `/v1/tickets/${ticket.id}/replies`, { client_message_id: "b", body: more });
    await during(() => document.dispatchEvent(new Event("visibilitychange")));
    expect(all("a").map((it) => it.getAttribute("href"))).toEqual(["https://acme.example/a?b=1"]);
  });

  test("show the pictures of a reply in place, and other files by name", async () => {
    const ticket = await asked();
    const card = (id: string, more: object) =>
      world.server.cards.set(id, { id, name: `${id} <b>`, media_type: "x/y", size: 9, ...more });
    card("p", { pixels: { width: 8, height: 4 } });
    card("q", {});
    const reply = { client_message_id: "a", body: "", files: ["p", "q"] };
    await staff("POST", `/v1/tickets/${ticket.id}/replies`, reply);
    await during(() => document.dispatchEvent(new Event("visibilitychange")));
    expect(all("img").map((it) => [it.getAttribute("alt"), it.getAttribute("width")])).toEqual([["p <b>", "8"]]);
    expect(all("a").map((it) => it.getAttribute("href"))).toEqual(
      ["p", "q"].map((id) => `${client().base}/v1/files/${id}/content`),
    );
    expect(all("a")[1]?.textContent).toBe("q <b>");
  });

  test("keep an answer that could not be sent, through a reload too", async () => {
    const ticket = await asked();
    tab.device.setOnline(false);
    await type("Your answer", "The left one.");
    await submit();
    expect(page.querySelector("form > .e-fault")?.textContent).toContain("It was not sent.");
    expect(field("Your answer").value).toBe("The left one.");
    expect(tab.client.memo(`ticket:${ticket.id}`)).toBe("The left one.");
    tab.device.setOnline(true);
    await submit();
    expect(ticket.entries.filter((one: { type: string }) => one.type === "reply")).toHaveLength(1);
    expect(tab.client.memo(`ticket:${ticket.id}`)).toBe("");
  });
});

test.each(["en", "de", "fr", "es", "ar", "ja"])("every word is there in %s", (locale) => {
  const words = Object.values(ticketTexts(locale));
  expect(words.filter((word) => word === "")).toEqual([]);
  expect(words.filter((word) => word.includes("{n}"))).toHaveLength(4);
});
