// What somebody who fills in a form lives through, and staff who look at it, in a real browser. A host whose front page leads to no
// form at `/write` is left out, and that is said.

import { strict as assert } from "node:assert";
import { audit, overflowing, until } from "./look.mjs";

const MEAN = `\u202E<img src=x onerror=alert(1)>"'&amp;=1+1`;

/** The page with the form, once it is alive. */
async function writing(visitor) {
  const page = await visitor();
  const { origin } = new URL(page.url());
  const there = await page.goto(`${origin}/write`);
  if (there?.status() !== 200) return null;
  await page.locator("engage-contact form").waitFor();
  return page;
}

/** Nobody types so fast: the form's time trap is for programs. */
const pause = (page) => page.waitForTimeout(2_200);

export const journeys = {
  async "form: says what is wrong, follows conditions, keeps a draft, and arrives"({ visitor, agent, unique }) {
    const page = await writing(visitor);
    if (!page) return console.log("left out: this host has no form");
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await page
      .getByRole("alert")
      .getByRole("link", { name: /^E-mail/ })
      .waitFor();
    assert.equal(
      await page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.getAttribute("role")),
      "alert",
    );
    await audit(page, "a form that is refused");
    await page.getByRole("link", { name: /^E-mail/ }).click();
    await page.keyboard.type("nobody");
    await page.keyboard.press("Tab");
    await page.getByText("This is not an e-mail address.").first().waitFor();
    assert.equal(await page.getByLabel("Order number").isVisible(), false);
    await page.getByLabel("An order").check();
    await page.getByLabel("Order number").fill("4711");
    await page.getByLabel("Message").fill(unique("a long letter"));
    await page.reload();
    await page.locator("engage-contact form").waitFor();
    await until(() => page.getByLabel("Message").inputValue(), unique("a long letter"));
    assert.equal(await page.getByLabel("Order number").inputValue(), "4711");
    await page.getByLabel("E-mail").fill("ann@example.com");
    await pause(page);
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await page.locator("engage-contact").getByRole("status").waitFor();
    const desk = await agent(0);
    await desk.getByRole("link", { name: "Forms" }).click();
    const card = desk.locator("article", { hasText: unique("a long letter") });
    await card.getByText("4711").waitFor();
    await card.getByRole("link", { name: "Conversation" }).waitFor();
  },

  async "form: without JavaScript it is a page that says the same"({ visitor, agent, unique }) {
    const there = await writing(visitor);
    if (!there) return console.log("left out: this host has no form");
    const { origin } = new URL(there.url());
    const bare = await there.context().browser().newContext({ javaScriptEnabled: false });
    const page = await bare.newPage();
    await page.goto(`${origin}/write`);
    await page.getByRole("link", { name: "The form, without JavaScript" }).click();
    await page.getByLabel("E-mail").fill("ann@example.com");
    await page.getByLabel("An order").check();
    await page.getByLabel("Message").fill(unique("no script"));
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await page.getByRole("alert").waitFor();
    assert.equal(await page.getByLabel("Message").inputValue(), unique("no script"));
    await page.getByLabel("Order number").fill("12");
    await pause(page);
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await page.getByRole("status").waitFor();
    await page.reload();
    await bare.close();
    const desk = await agent(0);
    await desk.getByRole("link", { name: "Forms" }).click();
    await desk.locator("article", { hasText: unique("no script") }).waitFor();
    assert.equal(await desk.locator("article", { hasText: unique("no script") }).count(), 1);
  },

  async "form: hostile text is text, and waits where it was held back"({ visitor, agent, unique }) {
    const page = await writing(visitor);
    if (!page) return console.log("left out: this host has no form");
    const { origin } = new URL(page.url());
    const sent = await page.evaluate(async (message) => {
      const offer = await (await fetch("/engage/v1/forms/contact")).json();
      const answers = { email: "eve@example.com", name: message, message };
      const body = JSON.stringify({ token: offer.token, answers, website: "x" });
      const headers = { "content-type": "application/json" };
      return (await fetch("/engage/v1/forms/contact", { method: "POST", headers, body })).status;
    }, MEAN + unique("mean"));
    assert.equal(sent, 201, origin);
    const desk = await agent(0);
    await desk.getByRole("link", { name: "Forms" }).click();
    await desk.getByRole("link", { name: "Held back" }).click();
    const card = desk.locator("article", { hasText: unique("mean") });
    await card.getByText("Filled in what people do not see").waitFor();
    assert.equal(await desk.locator("article img").count(), 0);
    assert.ok(!(await card.textContent()).includes("\u202E"), "what turns the text around is left out");
    await audit(desk, "forms");
    for (const width of [1100, 320]) {
      await desk.setViewportSize({ width, height: 700 });
      assert.deepEqual(await overflowing(desk), []);
    }
    await desk.setViewportSize({ width: 1100, height: 700 });
    await card.getByRole("button", { name: /^Let through/ }).click();
    await card.waitFor({ state: "detached" });
    await desk.getByRole("link", { name: "New", exact: true }).click();
    await desk.locator("article", { hasText: unique("mean") }).waitFor();
  },

  async "form: an admin builds one and sees it as people will"({ agent, unique }) {
    const desk = await agent(1);
    await desk.getByRole("link", { name: "Forms" }).click();
    const tab = desk.locator(".page-tabs").getByRole("link", { name: "Forms" });
    await desk.locator(".page-tabs").first().waitFor();
    if ((await tab.count()) === 0) return console.log("left out: this host has no forms");
    await tab.click();
    await desk.getByText("In code").first().waitFor();
    const add = desk.getByRole("button", { name: "New form" });
    if ((await add.count()) === 0) return console.log("left out: nobody here is an admin");
    await add.click();
    const name = unique("made").replace(/\W+/g, "-");
    await desk.getByLabel("Name in addresses").fill(name);
    await desk.getByLabel("Title").fill("A form of our own");
    for (const question of [0, 1, 2]) await desk.locator(".card-form").nth(question).getByLabel("Question").fill("");
    await desk.locator(".card-form").first().getByLabel("Question").fill("Your name");
    await desk.locator(".form-preview").getByText("Your name").waitFor();
    await audit(desk, "forms");
    await desk.getByRole("button", { name: "Save" }).click();
    for (const question of [1, 2]) {
      await desk.locator(".card-form").nth(question).getByLabel("Question").fill(`Question ${question}`);
    }
    await desk.getByRole("button", { name: "Save" }).click();
    await desk.locator(".card-line", { hasText: name }).waitFor();
  },
};
