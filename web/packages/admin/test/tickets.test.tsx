import { describe, expect, test } from "vitest";
import { clashes } from "../src/tickets/open";
import { ada, all, button, during, page, press, stage, start, type, until, visit, world } from "./stage";

stage();

const kept = () => world.server.tickets;
const call = (method: string, path: string, body?: unknown, who: unknown = ada) =>
  world.server.http(method, path, body, who);
const ticketOf = (id: string) => kept().all.get(id);

let words = 0;
async function ticket(subject: string, name = "Wile", who = world.server.addContact(name, "wile@acme.example")) {
  words += 1;
  const { id } = await call("POST", "/v1/tickets", { client_message_id: `t${words}`, subject, body: "It broke." }, who);
  return { id: id as string, who };
}

const box = () => page.querySelector(".compose textarea") as HTMLTextAreaElement;
const send = () => during(() => page.querySelector<HTMLFormElement>(".e-composer")?.requestSubmit());
const bodies = () => all(".log .e-body").map((it) => it.textContent);

describe("the queue", () => {
  test("lists what is to be done, and is gone through by the keys", async () => {
    const first = await ticket("Rocket skates");
    const second = await ticket("Giant magnet");
    const solved = await ticket("Bird seed");
    await call("PATCH", `/v1/tickets/${solved.id}`, { expected_version: 1, edit: { status: "solved" } });
    await start();
    await visit("#/tickets", ".row");
    expect(all(".row .who").map((it) => it.textContent)).toEqual(["Giant magnet", "Rocket skates"]);
    await press("j");
    await until(() => page.querySelector(".talk"));
    expect(location.hash).toBe(`#/t/${second.id}`);
    await press("j");
    expect(location.hash).toBe(`#/t/${first.id}`);
    await press("u");
    expect(location.hash).toBe("#/tickets");
  });

  test("finds by number and by words", async () => {
    const { id } = await ticket("Rocket skates");
    await ticket("Giant magnet");
    await start();
    await visit("#/tickets", ".row");
    await type(page.querySelector(".search input") as HTMLInputElement, `T-${ticketOf(id).number}`);
    await until(() => page.querySelector(".found-row"));
    expect(all(".found-row .who").map((it) => it.textContent)).toEqual(["Rocket skates"]);
  });

  test("does the same to all that is picked, and leaves picked what failed", async () => {
    const one = await ticket("Rocket skates");
    const two = await ticket("Giant magnet");
    ticketOf(two.id).merged_into = one.id;
    await start();
    await visit("#/tickets", ".row");
    for (const check of all(".row-pick input")) await during(() => check.click());
    await during(() => button("Status")?.click());
    await during(() => button("Solved")?.click());
    expect(ticketOf(one.id).status).toBe("solved");
    expect(page.querySelector(".toasts [role=alert]")?.textContent).toContain("1 ticket could not be changed");
    await until(() => page.querySelector(".bulk-count")?.textContent === "1 selected");
    expect(page.querySelector(".bulk-count")?.textContent).toBe("1 selected");
  });
});

describe("a saved view", () => {
  const views = () => [...world.server.desk.views.values()];

  test("keeps the filter of the queue, stands below tickets, and is no view of conversations", async () => {
    const { id } = await ticket("Rocket skates");
    await ticket("Giant magnet");
    await call("PATCH", `/v1/tickets/${id}`, { expected_version: 1, edit: { priority: "urgent", add_tags: ["vip"] } });
    const chat = { kind: "chat", name: "Talks", filter: { status: "open", label: "x" }, shared: true };
    await call("POST", "/v1/views", chat);
    await start();
    await visit("#/tickets?priority=urgent&tag=vip", ".row");
    await during(() => button("Filter")?.click());
    await during(() => button("Save as a view")?.click());
    await type(page.querySelector("dialog input") as HTMLInputElement, "Hot <b>");
    await during(() => page.querySelector<HTMLFormElement>("dialog form")?.requestSubmit());
    await until(() => page.querySelector(".view-button")?.textContent?.includes("Hot"));
    expect(views().find(({ kind }) => kind === "tickets")).toMatchObject({
      name: "Hot <b>",
      filter: { status: "unsolved", priority: "urgent", tag: "vip", snoozed: "no" },
    });
    const link = all(".nav-views a").find((it) => it.textContent === "Hot <b>");
    expect(link?.getAttribute("aria-current")).toBe("true");
    expect(link?.getAttribute("href")).toBe("#/tickets?tag=vip&priority=urgent");
    expect(all(".nav-views a").filter((it) => it.textContent === "Talks")).toHaveLength(1);
    expect(all(".row .who").map((it) => it.textContent)).toEqual(["Rocket skates"]);
  });

  test("that asks for no status shows all, what is out of sight too", async () => {
    const { id } = await ticket("Rocket skates");
    await call("PATCH", `/v1/tickets/${id}`, { expected_version: 1, edit: { status: "solved", add_tags: ["vip"] } });
    await call("POST", "/v1/views", { kind: "tickets", name: "VIP", filter: { tag: "vip" }, shared: true });
    await start();
    await visit("#/tickets", ".hint");
    await until(() => all(".nav-views a").some((it) => it.textContent === "VIP"));
    const link = all(".nav-views a").find((it) => it.textContent === "VIP");
    await visit(link?.getAttribute("href") ?? "", ".row");
    expect(page.querySelector(".view-button")?.textContent).toContain("VIP");
    expect(all(".row .who").map((it) => it.textContent)).toEqual(["Rocket skates"]);
  });
});

describe("a ticket", () => {
  test("is answered, and the draft is kept on the server until then", async () => {
    const { id } = await ticket("Rocket skates");
    await start();
    await visit(`#/t/${id}`, ".compose textarea");
    await type(box(), "Try the brakes.");
    await until(() => kept().drafts.get(`${id} ${ada.id}`)?.body);
    expect(kept().drafts.get(`${id} ${ada.id}`)).toEqual({ body: "Try the brakes.", note: false });
    await send();
    await until(() => bodies().length === 2);
    expect(bodies()).toEqual(["It broke.", "Try the brakes."]);
    expect(box().value).toBe("");
    expect(ticketOf(id).status).toBe("open");
    await until(() => kept().drafts.get(`${id} ${ada.id}`)?.body === "");
    expect(kept().drafts.get(`${id} ${ada.id}`).body).toBe("");
  });

  test("keeps what could not be sent, and sends it once when it is tried again", async () => {
    const { id } = await ticket("Rocket skates");
    await start();
    await visit(`#/t/${id}`, ".compose textarea");
    const real = world.onAnswer;
    let lost = 0;
    world.onAnswer = (method, url) => {
      if (method !== "POST" || !url.endsWith("/replies") || lost > 0) return real(method, url);
      lost += 1;
      throw new Error("the answer is lost");
    };
    await type(box(), "Try the brakes.");
    await send();
    await until(() => page.querySelector(".e-failed"));
    expect(page.querySelector(".e-failed .e-body")?.textContent).toBe("Try the brakes.");
    await during(() => button("Try again")?.click());
    await until(() => !page.querySelector(".e-failed"));
    expect(ticketOf(id).entries.filter((one: { type: string }) => one.type === "reply")).toHaveLength(1);
  });

  test("takes a change over one of another field, and asks when it is the same field", async () => {
    const { id } = await ticket("Rocket skates");
    await start();
    await visit(`#/t/${id}`, ".side select");
    const [, priority] = all(".ticket-fields select") as HTMLSelectElement[];
    const choose = (value: string) =>
      during(() => {
        if (!priority) return;
        priority.value = value;
        priority.dispatchEvent(new Event("change", { bubbles: true }));
      });
    await call("PATCH", `/v1/tickets/${id}`, { expected_version: 1, edit: { add_tags: ["skates"] } });
    await choose("high");
    expect(ticketOf(id)).toMatchObject({ priority: "high", tags: ["skates"] });
    const { version } = ticketOf(id);
    await call("PATCH", `/v1/tickets/${id}`, { expected_version: version, edit: { priority: "low" } });
    await choose("urgent");
    expect(page.querySelector(".conflict-theirs")?.textContent).toBe("Low");
    expect(ticketOf(id).priority).toBe("low");
    await during(() => button("Save mine over it")?.click());
    expect(ticketOf(id).priority).toBe("urgent");
    expect(page.querySelector(".conflict")).toBe(null);
  });

  test("is answered with files, which can be all that is sent, and those of others are shown in place", async () => {
    const { id, who } = await ticket("Rocket skates");
    const card = { id: "f1", name: "left <b>.png", media_type: "image/png", size: 9, pixels: { width: 8, height: 4 } };
    world.server.cards.set("f1", card);
    const words = { client_message_id: "v1", body: "", files: ["f1"] };
    await call("POST", `/v1/tickets/${id}/replies`, words, who);
    await start();
    await visit(`#/t/${id}`, ".sent-files img");
    expect(page.querySelector(".sent-files img")?.getAttribute("alt")).toBe("left <b>.png");
    expect(page.querySelector(".sent-files img")?.getAttribute("src")).toContain("/v1/files/f1/content");
    expect(all(".log .e-body").filter((it) => !it.hidden)).toHaveLength(1);
  });

  test("says who else is there, and stops a reply that would cross a colleague's", async () => {
    const { id } = await ticket("Rocket skates");
    const ben = [...world.server.agents.values()].find((one: { name: string }) => one.name === "Ben");
    const who = { kind: "agent", id: ben.id };
    await call("PUT", `/v1/tickets/${id}/looking`, { doing: "replying" }, who);
    await start();
    await visit(`#/t/${id}`, ".compose textarea");
    await until(() => page.querySelector(".watching"));
    expect(page.querySelector(".watching")?.textContent).toBe("Ben is replying.");
    await type(box(), "Try the brakes.");
    await call("POST", `/v1/tickets/${id}/replies`, { client_message_id: "b1", body: "Take it back." }, who);
    await call("PATCH", `/v1/tickets/${id}`, { expected_version: ticketOf(id).version, edit: { add_tags: ["x"] } });
    // What is pushed, or found out by asking again, arrives in one place.
    await during(() => document.dispatchEvent(new Event("visibilitychange")));
    await until(() => page.querySelector(".ticket-met"));
    expect(page.querySelector(".ticket-met")?.textContent).toContain("Ben has replied meanwhile");
    await send();
    expect(box().value).toBe("Try the brakes.");
    await send();
    await until(() => box().value === "");
    expect(ticketOf(id).entries.filter((one: { type: string }) => one.type === "reply")).toHaveLength(2);
  });

  test("shows what somebody else does as the server tells it", async () => {
    const { id, who } = await ticket("Rocket skates");
    await start();
    await visit(`#/t/${id}`, ".compose textarea");
    await call("POST", `/v1/tickets/${id}/replies`, { client_message_id: "v", body: "The left one." }, who);
    await until(() => bodies().length === 2);
    expect(bodies()).toEqual(["It broke.", "The left one."]);
    await ticket("Giant magnet");
    await until(() => all(".row").length === 2);
    expect(all(".row .who").map((it) => it.textContent)).toEqual(["Giant magnet", "Rocket skates"]);
  });

  test("shows what a visitor has set as text", async () => {
    const hostile = `<img src=x onerror="window.pwned=1">\u202Egpj.exe`;
    const { id } = await ticket(hostile, hostile);
    await call("POST", `/v1/tickets/${id}/notes`, { client_message_id: "n", body: hostile });
    await start();
    await visit(`#/t/${id}`, ".compose textarea");
    expect(page.querySelector("main h2")?.textContent).toContain("<img src=x");
    expect(page.querySelector(".talk img, .row img")).toBe(null);
    expect(page.querySelector(".talk-head")?.textContent).not.toContain("\u202E");
  });

  test("is merged into another of the same requester, which goes on", async () => {
    const { id, who } = await ticket("Rocket skates");
    const other = await ticket("Skates again", "Wile", who);
    await ticket("Somebody else's", "Road Runner");
    await start();
    await visit(`#/t/${id}`, ".compose textarea");
    await during(() => button("More actions")?.click());
    await during(() => button("Merge into another")?.click());
    await until(() => page.querySelector("dialog .option"));
    expect(all("dialog .option").map((it) => it.textContent)).toEqual([expect.stringContaining("Skates again")]);
    await during(() => page.querySelector<HTMLInputElement>("dialog .option input")?.click());
    await during(() => page.querySelector<HTMLFormElement>("dialog form")?.requestSubmit());
    expect(ticketOf(id).merged_into).toBe(other.id);
    expect(location.hash).toBe(`#/t/${other.id}`);
    await until(() => bodies().length === 2);
    expect(bodies()).toEqual(["It broke.", "It broke."]);
  });
});

test("an edit clashes only with a change of what it changes", () => {
  const seen = {
    subject: "a",
    priority: "low",
    organisation: null,
    desk: { assignee: null, fields: { colour: "red" }, status: "open" },
  };
  const now = (part: object) => ({ ...seen, ...part });
  const against = (edit: object, other: object) => clashes(edit as never, seen as never, other as never);
  expect(against({ priority: "high" }, now({ subject: "b" }))).toBe(false);
  expect(against({ priority: "high" }, now({ priority: "urgent" }))).toBe(true);
  expect(against({ add_tags: ["x"] }, now({ priority: "urgent" }))).toBe(false);
  expect(against({ fields: { colour: "blue" } }, now({ desk: { ...seen.desk, fields: { colour: "green" } } }))).toBe(
    true,
  );
  expect(against({ fields: { size: "5" } }, now({ desk: { ...seen.desk, fields: { colour: "green" } } }))).toBe(false);
});

describe("the board", () => {
  test("moves a ticket with Shift and an arrow, and shows it at once", async () => {
    const { id } = await ticket("Rocket skates");
    await start();
    await visit("#/tickets/board", ".ticket-card");
    const card = page.querySelector(".ticket-card a") as HTMLElement;
    await during(() =>
      card.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", shiftKey: true, bubbles: true })),
    );
    expect(ticketOf(id).status).toBe("open");
    const columns = all(".ticket-column").map((it) => it.querySelectorAll(".ticket-card").length);
    expect(columns).toEqual([0, 1, 0, 0, 0, 0]);
  });
});

describe("beside what else is known of somebody", () => {
  test("a conversation becomes a ticket from its menu, and stands with the person", async () => {
    const who = world.server.addContact("Wile", "wile@acme.example");
    const { conversation } = world.server.create(who, { client_message_id: "1", body: "My skates!" });
    await start();
    await visit(`#/c/${conversation.id}`, ".side-part");
    await during(() => button("More actions")?.click());
    await during(() => button("Make it a ticket")?.click());
    await until(() => page.querySelector("dialog input"));
    await type(page.querySelector("dialog input") as HTMLInputElement, "Skates pull");
    await during(() => page.querySelector<HTMLFormElement>("dialog form")?.requestSubmit());
    const [made] = [...kept().all.values()];
    expect(made).toMatchObject({ subject: "Skates pull", requester: who.id, source: "chat" });
    await until(() => page.querySelector(".ticket-fields"));
    expect(location.hash).toBe(`#/t/${made.id}`);
    await visit(`#/people/${who.id}`, "#side-tickets");
    await until(() => page.querySelector(`a[href="#/t/${made.id}"]`));
    expect(page.querySelector(`a[href="#/t/${made.id}"]`)?.textContent).toContain("Skates pull");
  });
});
