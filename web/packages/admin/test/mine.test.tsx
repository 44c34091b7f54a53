import { expect, test } from "vitest";
import { ada, all, button, conversation, during, page, press, stage, start, until, visit, world } from "./stage";

stage();

const call = (method: string, path: string, body?: unknown, who: unknown = ada) =>
  world.server.http(method, path, body, who);
const names = () => all(".row .who").map((it) => it.textContent);
const parts = () => all(".mine-parts section").map((it) => it.getAttribute("aria-label"));

async function ticket(subject: string, edit: object = {}): Promise<string> {
  const who = world.server.addContact("Wile", "wile@acme.example");
  const { id } = await call("POST", "/v1/tickets", { client_message_id: subject, subject, body: "Help." }, who);
  await call("PATCH", `/v1/tickets/${id}`, { expected_version: 1, edit: { assignee: ada.id, ...edit } });
  return id;
}

test("conversations and tickets of mine stand in one list: what is late, then what is urgent, then who waits longest", async () => {
  const answered = await ticket("Answered");
  await call("POST", `/v1/tickets/${answered}/replies`, { client_message_id: "r", body: "Done." });
  await ticket("Waits");
  await during(() => {});
  const talk = conversation("Hello?", "Road Runner");
  await call("PUT", `/v1/chat/conversations/${talk}/assignee`, { agent: ada.id });
  await ticket("Urgent", { priority: "urgent" });
  const late = await ticket("Late");
  world.server.tickets.all.get(late).owed.push({ metric: "resolution", due: "2020-01-01T00:00:00Z", breached: true });
  await ticket("Of somebody else", { assignee: null });
  await ticket("Snoozed", { snoozed_until: "2999-01-01T00:00:00.000000Z" });
  conversation("Nobody has me", "Stranger");
  await start();
  await visit("#/mine", ".mine .row");
  await until(() => names().length === 5);
  expect(parts()).toEqual(["Waits for you", "Yours as well"]);
  expect(names()).toEqual(["Late", "Urgent", "Waits", "Road Runner", "Answered"]);
});

test("is gone through by the keys of every list, and is where one comes back to", async () => {
  const talk = conversation("Hello?", "Road Runner");
  await call("PUT", `/v1/chat/conversations/${talk}/assignee`, { agent: ada.id });
  const id = await ticket("Skates");
  await start();
  await press("g");
  await press("m");
  await until(() => names().length === 2);
  await press("j");
  expect(document.activeElement?.getAttribute("href")).toBe(`#/c/${talk}?from=mine`);
  await press("j");
  expect(document.activeElement?.getAttribute("href")).toBe(`#/t/${id}?from=mine`);
  await press("k");
  expect(document.activeElement?.getAttribute("href")).toBe(`#/c/${talk}?from=mine`);
  await visit(`#/t/${id}?from=mine`, ".talk .e-line");
  await press("u");
  expect(location.hash).toBe("#/mine");
});

test("changes as the server tells, and says so when nothing is left", async () => {
  const id = await ticket("Skates");
  await start();
  await visit("#/mine", ".mine .row");
  await call("PATCH", `/v1/tickets/${id}`, {
    expected_version: world.server.tickets.all.get(id).version,
    edit: { status: "solved" },
  });
  await until(() => page.querySelector(".card-empty"));
  expect(page.querySelector(".card-empty")?.textContent).toBe("Nothing is yours at the moment.");
  const talk = conversation("Hello?", "Road Runner");
  await call("PUT", `/v1/chat/conversations/${talk}/assignee`, { agent: ada.id });
  await until(() => names().length === 1);
  expect(names()).toEqual(["Road Runner"]);
  expect(button("Select Road Runner")).toBe(undefined);
});
