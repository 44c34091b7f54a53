// What somebody who asks for something lives through, and the agents who look after it, in a real browser. A host whose front page leads
// to no tickets at `/tickets` is left out, and that is said.

import { strict as assert } from "node:assert";
import { audit, chatting, everyLook, overflowing, until } from "./look.mjs";

const MEAN = `\u202E<img src=x onerror="document.title='pwned'">"'&amp;{{contact.name}}`;
/** What nobody tells of is found out by asking again, so often. */
const ASKED = { timeout: 25_000 };

/** The page with somebody's own tickets, once it is alive. */
async function own(visitor) {
  const page = await visitor();
  const { origin } = new URL(page.url());
  const there = await page.goto(`${origin}/tickets`);
  if (there?.status() !== 200) return null;
  await page.getByRole("button", { name: "New ticket" }).waitFor();
  return page;
}

async function ask(page, subject, body) {
  await page.getByRole("button", { name: "New ticket" }).click();
  await page.getByLabel("Subject").fill(subject);
  await page.getByLabel("What can we do for you?").fill(body);
  await page.getByRole("button", { name: "Send" }).click();
  await page.getByRole("heading", { level: 2 }).waitFor();
}

/** The panel at a ticket that was found in the queue. */
async function opened(agent, subject, index = 0) {
  const desk = await agent(index);
  await desk.goto(new URL("#/tickets", desk.url()).href);
  await desk.locator(".row", { hasText: subject }).locator(".row-link").click(ASKED);
  await desk.locator(".talk .e-line").first().waitFor();
  return desk;
}

const said = (desk, text) => desk.locator(".talk .e-body", { hasText: text });

export const journeys = {
  async "ticket: opened on the site, answered in the panel, read, answered, closed and rated"({
    visitor,
    agent,
    unique,
  }) {
    const page = await own(visitor);
    if (!page) return console.log("left out: this host has no tickets");
    await page.getByText("You have no tickets yet.").waitFor();
    await audit(page, "no tickets");
    const cookies = await page.context().cookies();
    assert.deepEqual(cookies, [], "who only looks stays a stranger");
    await page.getByRole("button", { name: "New ticket" }).click();
    await page.getByRole("button", { name: "Send" }).click();
    await until(() => page.getByText("Please fill this in.").count(), 2);
    await audit(page, "a form that is not filled in");
    await page.getByLabel("Subject").fill(unique("Skates"));
    await page.getByLabel("What can we do for you?").fill("They pull to the left.");
    await page.getByLabel("Priority").selectOption("high");
    // What was typed survives.
    await page.reload();
    await page.getByRole("button", { name: "New ticket" }).click();
    assert.equal(await page.getByLabel("Subject").inputValue(), unique("Skates"));
    await page.getByRole("button", { name: "Send" }).click();
    await page.getByRole("heading", { name: unique("Skates") }).waitFor();
    await page.getByText("They pull to the left.").waitFor();

    const desk = await opened(agent, unique("Skates"));
    await said(desk, "They pull to the left.").waitFor();
    await desk.locator(".compose textarea").fill("Which of the two is it?");
    await desk.getByRole("button", { name: "Send with a status" }).click();
    await desk.getByRole("menuitem", { name: "Send, then: Pending" }).click();
    await said(desk, "Which of the two is it?").waitFor();
    await desk.getByRole("button", { name: "Status Pending" }).waitFor();
    await audit(desk, "a ticket");

    await page.getByText("Which of the two is it?").waitFor(ASKED);
    await page.getByText("Waiting for you").first().waitFor();
    await page.getByLabel("Your answer").fill("The left one.");
    await page.getByRole("button", { name: "Send" }).click();
    await until(() => page.getByLabel("Your answer").inputValue(), "");
    await said(desk, "The left one.").waitFor(ASKED);
    await desk.locator(".modes button", { hasText: "Note" }).click();
    await desk.locator(".compose textarea").fill(unique("Only among us"));
    await desk.getByRole("button", { name: "Add note" }).click();
    await said(desk, unique("Only among us")).waitFor();

    await page.getByRole("button", { name: "It is solved" }).click();
    await page.getByText("How did we do?").waitFor();
    await audit(page, "a ticket to be rated");
    await page.locator("engage-tickets .e-score input[value='5']").check({ force: true });
    await page.getByLabel("Anything to add?").fill("Quick and kind");
    await page.getByRole("button", { name: "Send" }).last().click();
    await page.getByText("Thank you for telling us.").waitFor();
    await page.reload();
    await page.getByText("Thank you for telling us.").waitFor();
    assert.ok(!page.received.some((text) => text.includes(unique("Only among us"))), "notes never leave the desk");
    await desk.locator(".talk-head .rating", { hasText: "5 of 5" }).waitFor(ASKED);
    await desk.getByRole("button", { name: "Status Solved" }).waitFor();
    assert.deepEqual(await overflowing(page), []);
  },

  async "ticket: looked after by keyboard alone"({ visitor, agent, unique }) {
    const page = await own(visitor);
    if (!page) return console.log("left out: this host has no tickets");
    await ask(page, unique("By keys"), "Hello?");
    const desk = await agent(0);
    await desk.setViewportSize({ width: 1_440, height: 800 });
    await desk.locator(".nav").waitFor();
    const keys = desk.keyboard;
    await keys.press("g");
    await keys.press("t");
    await desk.locator(".row", { hasText: unique("By keys") }).waitFor(ASKED);
    await keys.press("/");
    await until(() => focused(desk, ".search"), true);
    await keys.type(unique("By keys"));
    await desk.locator(".found-row", { hasText: unique("By keys") }).waitFor();
    await keys.press("Escape");
    for (let tries = 0; tries < 60 && !(await shows(desk, unique("By keys"))); tries += 1) {
      await keys.press("j");
      await desk.waitForTimeout(60);
    }
    await said(desk, "Hello?").waitFor();
    await keys.press("m");
    await desk.getByRole("button", { name: "Assigned to Me" }).waitFor();
    await keys.press("r");
    await until(() => focused(desk, ".compose"), true);
    await keys.type("Good morning!");
    await keys.press("Control+Enter");
    await said(desk, "Good morning!").waitFor();
    await keys.press("Escape");
    await keys.press("l");
    await desk.getByRole("dialog").waitFor();
    await keys.type("vip");
    await keys.press("Enter");
    await desk.locator(".side .chip", { hasText: "vip" }).waitFor();
    await desk.getByRole("dialog").waitFor({ state: "detached" });
    await keys.press("e");
    await desk.getByRole("button", { name: "Status Solved" }).waitFor();
    await desk.goto(new URL("#/tickets/board", desk.url()).href);
    const card = desk.locator(".ticket-column", { has: desk.locator("#column-solved") });
    await card
      .locator(".ticket-card", { hasText: unique("By keys") })
      .locator("a")
      .focus();
    await keys.press("Shift+ArrowLeft");
    const before = desk.locator(".ticket-column", { has: desk.locator("#column-on_hold") });
    await before.locator(".ticket-card", { hasText: unique("By keys") }).waitFor();
    await until(() => focused(desk, ".ticket-card"), true);
  },

  async "ticket: stands with the conversations that are mine, until it is done"({ visitor, agent, unique }) {
    const page = await own(visitor);
    if (!page) return console.log("left out: this host has no tickets");
    await ask(page, unique("For me"), "Hello?");
    await chatting(visitor, unique("For me too"));
    const desk = await opened(agent, unique("For me"));
    await desk.setViewportSize({ width: 1_440, height: 800 });
    const keys = desk.keyboard;
    await keys.press("m");
    await desk.getByRole("button", { name: "Assigned to Me" }).waitFor();
    await desk.goto(new URL("#/inbox", desk.url()).href);
    await desk
      .locator(".row", { hasText: unique("For me too") })
      .locator(".row-link")
      .click();
    await desk.locator(".e-line", { hasText: unique("For me too") }).waitFor();
    await keys.press("m");
    await desk.getByRole("button", { name: "Assigned to Me" }).waitFor();

    await keys.press("g");
    await keys.press("m");
    const waiting = desk.getByRole("region", { name: "Waits for you" });
    const ticket = waiting.locator(".row", { hasText: unique("For me") }).locator("a[href^='#/t/']");
    await ticket.waitFor(ASKED);
    await waiting
      .locator(".row", { hasText: unique("For me too") })
      .locator("a[href^='#/c/']")
      .waitFor(ASKED);
    const looks = [
      ["", "light", 1_440],
      ["", "dark", 360],
      ["ar", "light", 640],
      ["en", "light", 1_440],
    ];
    await everyLook(desk, looks, { "#/mine": ".mine .row" });

    const at = () => ticket.evaluate((link) => link === document.activeElement);
    await ticket.waitFor(ASKED);
    for (let tries = 0; tries < 60 && !(await at()); tries += 1) await keys.press("j");
    await keys.press("Enter");
    await said(desk, "Hello?").waitFor();
    await keys.press("e");
    await desk.getByRole("button", { name: "Status Solved" }).waitFor();
    await keys.press("u");
    await desk.locator(".mine .row", { hasText: unique("For me too") }).waitFor(ASKED);
    await desk.locator(".mine a[href^='#/t/']", { hasText: unique("For me") }).waitFor({ state: "detached", ...ASKED });
  },

  async "ticket: an agent says that mails about their own are wanted, and wants them no more"({ agent }) {
    const desk = await agent(0);
    const choice = desk.locator(".me [role=menuitemcheckbox]", { has: desk.locator("small") });
    const look = async () => {
      await desk.locator(".me-button").click();
      await desk.getByRole("menu").waitFor();
      await choice.waitFor({ timeout: 3_000 });
    };
    try {
      await look();
    } catch {
      return console.log("left out: this host does not mail staff");
    }
    assert.match(await choice.innerText(), /^Mails about my tickets\s+ada@/);
    if ((await choice.getAttribute("aria-checked")) === "true") await choice.click();
    // By its first letter, as in every menu.
    await desk.keyboard.press("m");
    await desk.keyboard.press("Enter");
    await until(() => choice.getAttribute("aria-checked"), "true");
    const looks = [
      ["", "light", 1_440],
      ["", "dark", 360],
      ["ar", "light", 640],
      ["en", "light", 1_440],
    ];
    await everyLook(desk, looks, { "#/mine": ".mine" }, look);
    assert.equal(await choice.getAttribute("aria-checked"), "true");
    await choice.click();
    await until(() => choice.getAttribute("aria-checked"), "false");
  },

  async "ticket: what somebody means ill by stays text wherever an agent looks"({ visitor, agent, unique }) {
    const page = await own(visitor);
    if (!page) return console.log("left out: this host has no tickets");
    await ask(page, `${unique("Mean")} ${MEAN}`, `${MEAN}\n${"W".repeat(3_000)}`);
    const desk = await opened(agent, unique("Mean"));
    const id = desk.url().split("/").at(-1);
    for (const path of [`#/t/${id}`, "#/tickets", "#/tickets/board"]) {
      await desk.goto(new URL(path, desk.url()).href);
      await desk.locator(".talk .e-line, .row, .ticket-card").first().waitFor();
      for (const width of [1_440, 360]) {
        await desk.setViewportSize({ width, height: 800 });
        assert.deepEqual(await overflowing(desk), [], `${path} at ${width}`);
      }
      assert.equal(await desk.locator("main img, .inbox img").count(), 0, path);
      assert.ok(!(await desk.title()).includes("pwned"), path);
    }
    assert.ok(!(await page.title()).includes("pwned"));
  },

  async "ticket: every screen is for everybody, in both directions, light and dark, on a phone"({
    visitor,
    agent,
    unique,
  }) {
    const page = await own(visitor);
    if (!page) return console.log("left out: this host has no tickets");
    await ask(page, unique("For all"), "Hello?");
    const desk = await opened(agent, unique("For all"));
    const id = desk.url().split("/").at(-1);
    const screens = { "#/tickets": ".row", [`#/t/${id}`]: ".talk .e-line", "#/tickets/board": ".ticket-card" };
    await everyLook(
      desk,
      [
        ["", "dark", 1_440],
        ["ar", "light", 1_440],
        ["de", "light", 360],
      ],
      screens,
    );
    await page.setViewportSize({ width: 320, height: 700 });
    assert.deepEqual(await overflowing(page), []);
    await audit(page, "a ticket on a phone");
  },
};

function focused(page, selector) {
  return page.evaluate((selector) => document.activeElement?.closest(selector) !== null, selector);
}

function shows(desk, subject) {
  return desk.evaluate((subject) => document.querySelector(".talk-head h2")?.textContent?.includes(subject), subject);
}
