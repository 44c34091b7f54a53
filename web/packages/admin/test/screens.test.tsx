import { describe, expect, test } from "vitest";
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
  until,
  visit,
  world,
} from "./stage";

stage();

const kept = () => world.server.desk;
const field = (selector: string) => page.querySelector(selector) as HTMLInputElement;
const submit = (selector: string) => during(() => page.querySelector<HTMLFormElement>(selector)?.requestSubmit());
const call = (method: string, path: string, body?: unknown) => world.server.http(method, path, body, ada);

describe("as unread", () => {
  test("a conversation shows to me until I open it again, and to nobody else", async () => {
    const id = conversation("hello", "Wile");
    await start();
    await open(0);
    expect(page.querySelector(".row.is-unread")).toBe(null);
    await press("U");
    expect(location.hash.startsWith("#/inbox")).toBe(true);
    expect(page.querySelector(".row.is-unread .is-dot")?.textContent).toBe("Marked as unread");
    expect(document.title).toContain("(1)");
    expect([...world.server.conversations.get(id).marked]).toEqual([ada.id]);
    await until(() => !page.querySelector(".talk"));
    await open(0);
    expect(world.server.conversations.get(id).marked.size).toBe(0);
    expect(page.querySelector(".row.is-unread")).toBe(null);
  });

  test("is taken back where the server refuses it", async () => {
    conversation("hello", "Wile");
    await start();
    await open(0);
    kept().lacks.push("/unread");
    await press("U");
    expect(page.querySelector(".row.is-unread")).toBe(null);
    expect(page.querySelector(".toasts [role=alert]")).not.toBe(null);
    expect(location.hash.startsWith("#/c/")).toBe(true);
  });
});

describe("saved views", () => {
  const view = { kind: "chat", name: "VIP", filter: { status: "open", label: "vip" }, shared: true };

  test("stand in the navigation, and a name in other letters is a text of its own", async () => {
    await call("POST", "/v1/views", view);
    await start();
    await until(() => all(".nav-views bdi").some((it) => it.textContent === "VIP"));
    const link = all(".nav-views a").find((it) => it.textContent === "VIP") as HTMLAnchorElement;
    expect(link.querySelector("bdi")).not.toBe(null);
    await visit(link.getAttribute("href") ?? "", ".inbox-title");
    expect(page.querySelector(".view-button")?.textContent).toContain("VIP");
  });

  test("that two change at once are saved over what was seen, and what was typed stays", async () => {
    const { id } = await call("POST", "/v1/views", view);
    await start();
    await visit("#/inbox?label=vip", ".inbox-title");
    await during(() => button("Filter")?.click());
    await during(() => button("Edit view")?.click());
    expect(field("dialog input").value).toBe("VIP");
    await call("PUT", `/v1/views/${id}`, { ...view, name: "Theirs", expected_version: 1 });
    await type(field("dialog input"), "Mine");
    await submit("dialog form");
    expect(page.querySelector("dialog .fault")?.textContent).toContain("Theirs");
    expect(field("dialog input").value).toBe("Mine");
    await submit("dialog form");
    expect(page.querySelector("dialog")).toBe(null);
    expect(kept().views.get(id)).toMatchObject({ name: "Mine", version: 3 });
  });

  test("without a name are not saved", async () => {
    await start();
    await visit("#/inbox?label=vip", ".inbox-title");
    await during(() => button("Filter")?.click());
    await during(() => button("Save as a view")?.click());
    await submit("dialog form");
    expect(kept().views.size).toBe(0);
    expect(page.querySelector("dialog")).not.toBe(null);
  });
});

describe("settings", () => {
  test("are saved with the version that was seen, and say when somebody else was faster", async () => {
    await start();
    await visit("#/settings/teams", ".team-new");
    await type(field(".team-new input"), "  support ");
    await during(() => button("Add")?.click());
    expect(all(".team strong").map((it) => it.textContent)).toEqual(["sales", "support"]);
    expect(page.querySelector(".team-people")?.textContent).toContain("Ben");
    await call("PUT", "/v1/settings/chat.teams", { value: ["other"], expected_version: 0 });
    await submit(".setting");
    expect(page.querySelector(".conflict-theirs")?.textContent).toBe("other");
    await during(() => button("Save mine over it")?.click());
    expect(kept().settings.get("chat.teams")).toMatchObject({ value: ["sales", "support"], version: 2 });
  });

  test("are read, not changed, by who is no admin", async () => {
    desk.device.host = world.server.addAgent("Eve") as typeof ada;
    await start();
    await visit("#/settings/teams", ".team-new");
    expect(page.querySelector("fieldset")?.hasAttribute("disabled")).toBe(true);
    expect(page.querySelector(".save-bar")).toBe(null);
  });
});

describe("webhooks", () => {
  test("tell their secret once; what is refused stays to be mended", async () => {
    await start();
    await visit("#/webhooks", ".page-head .button");
    await during(() => button("New webhook")?.click());
    await type(field("dialog input[type=url]"), "ftp://nowhere");
    await submit("dialog form");
    expect(page.querySelector("dialog .fault")?.textContent).not.toBe("");
    expect(field("dialog input[type=url]").value).toBe("ftp://nowhere");
    await type(field("dialog input[type=url]"), "https://hook.example/in");
    await submit("dialog form");
    expect(page.querySelector("dialog code")?.textContent).toMatch(/^whsec_/);
    await during(() => button("I have kept it")?.click());
    expect(page.querySelector("dialog")).toBe(null);
    expect(page.textContent).not.toContain("whsec_");
    expect([...kept().webhooks.values()]).toMatchObject([{ url: "https://hook.example/in" }]);
  });
});
