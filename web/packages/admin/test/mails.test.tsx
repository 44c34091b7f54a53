import { expect, test, vi } from "vitest";
import { Refusal } from "../../../testing/fake.mjs";
import { ada, all, button, during, page, stage, start, until, world } from "./stage";

stage();

const MEAN = "ada\u202E<b>@acme.example";
const mails = () => world.server.tickets.mails;
const item = () => all("[role=menuitemcheckbox]").find((it) => it.textContent?.startsWith("Mails about my tickets"));
const menu = () => during(() => page.querySelector<HTMLElement>(".me-button")?.click());
const reopen = async () => {
  await menu();
  await menu();
};
/** Answers what is asked of mails with this code, as long as it stands. */
const refuse = (method: string, status: number, code: string) => {
  const http = world.server.http.bind(world.server);
  return vi.spyOn(world.server, "http").mockImplementation((...asked) => {
    if (asked[0] !== method || asked[1] !== "/v1/tickets/mails") return http(...asked);
    throw new Refusal(status, code, code);
  });
};

test("mails about my tickets are chosen where I choose what else tells me, and stay chosen", async () => {
  mails().addresses.set(ada.id, MEAN);
  await start();
  await menu();
  expect(item()?.getAttribute("aria-checked")).toBe("false");
  expect(item()?.querySelector("small")?.textContent).toBe("ada<b>@acme.example");
  await during(() => item()?.click());
  expect(item()?.getAttribute("aria-checked")).toBe("true");
  expect([...mails().wanted]).toEqual([ada.id]);
  mails().wanted.clear();
  await reopen();
  expect(item()?.getAttribute("aria-checked")).toBe("false");
});

test("of presses that follow each other the last one holds, however slow the server is", async () => {
  await start();
  await menu();
  const http = world.server.http.bind(world.server);
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const sent: boolean[] = [];
  vi.spyOn(world.server, "http").mockImplementation(async (...asked) => {
    const [method, path, body] = asked;
    if (method !== "PUT" || path !== "/v1/tickets/mails") return http(...asked);
    sent.push((body as { wanted: boolean }).wanted);
    if (sent.length === 1) await gate;
    return http(...asked);
  });
  await during(() => item()?.click());
  await during(() => item()?.click());
  expect(sent).toEqual([true]);
  await during(() => open());
  await until(() => sent.length === 2);
  expect(sent).toEqual([true, false]);
  expect([...mails().wanted]).toEqual([]);
  expect(item()?.getAttribute("aria-checked")).toBe("false");
});

test("what the server refuses is shown as it is, and said", async () => {
  await start();
  await menu();
  const spy = refuse("PUT", 503, "unavailable");
  await during(() => item()?.click());
  await until(() => item()?.getAttribute("aria-checked") === "false");
  expect(item()?.getAttribute("aria-checked")).toBe("false");
  expect(page.querySelector(".toasts [role=alert]")).not.toBe(null);
  spy.mockRestore();
  await during(() => item()?.click());
  expect([...mails().wanted]).toEqual([ada.id]);
});

test("somebody whose address the site does not know is told so", async () => {
  await start();
  await menu();
  expect(item()?.querySelector("small")?.textContent).toBe("The site has no address of yours");
});

test("nothing is offered where staff are not mailed, or the server knows of no such thing", async () => {
  mails().addresses = null;
  await start();
  await menu();
  expect(button("A sound")).not.toBe(undefined);
  expect(item()).toBe(undefined);
  mails().addresses = new Map();
  refuse("GET", 404, "not_found");
  await reopen();
  expect(item()).toBe(undefined);
});
