// Mail as admins see it, and the help centre as readers and who writes it do, in a real browser.

import { strict as assert } from "node:assert";
import { audit, overflowing, until } from "./look.mjs";

/** What the mail itself looks like, in its frame. */
const inFrame = (desk) => desk.frameLocator("iframe.mail-frame");

export const journeys = {
  async "mail: a test is sent, and read in the mailbox of the site"({ agent, unique }) {
    const desk = await agent(0);
    const link = desk.getByRole("link", { name: "Mail", exact: true });
    await desk.locator(".nav-link").first().waitFor();
    if ((await link.count()) === 0) return console.log("left out: nobody here is an admin");
    await link.click();
    await desk.locator(".page-tabs").getByRole("link", { name: "Settings" }).click();
    await desk.getByRole("textbox", { name: "Sender’s name" }).waitFor();
    await audit(desk, "the settings of mail");
    await desk.getByLabel("Send a test to").fill("nobody");
    await desk.getByRole("button", { name: "Send a test" }).click();
    await desk.getByText("This is not an e-mail address.").waitFor();
    const address = `${unique("to").replace(/\W+/g, "-")}@example.com`;
    await desk.getByLabel("Send a test to").fill(address);
    await desk.getByRole("button", { name: "Send a test" }).click();
    await desk.locator(".mail-facts").getByText(address).waitFor();
    await inFrame(desk).getByText("to see whether mail arrives").waitFor();
    // Its looks are there though the policy forbids those that stand beside elements.
    const looks = () =>
      inFrame(desk)
        .locator("body")
        .evaluate((body) => getComputedStyle(body).backgroundColor);
    await until(looks, "rgb(243, 244, 246)");
    await desk.getByText("Kept here").first().waitFor();
    await audit(desk, "a mail");
    for (const width of [1100, 320]) {
      await desk.setViewportSize({ width, height: 700 });
      assert.deepEqual(await overflowing(desk), []);
    }
    await desk.setViewportSize({ width: 1100, height: 700 });
    await desk.locator(".mail-row", { hasText: address }).waitFor();
    await desk.getByRole("button", { name: "Plain text" }).click();
    await desk.locator(".mail-said pre", { hasText: "to see whether mail arrives" }).waitFor();
  },

  async "mail: a text is changed with a preview, told by its line what is wrong, and taken back"({ agent, unique }) {
    const desk = await agent(0);
    const link = desk.getByRole("link", { name: "Mail", exact: true });
    await desk.locator(".nav-link").first().waitFor();
    if ((await link.count()) === 0) return console.log("left out: nobody here is an admin");
    await link.click();
    await desk.getByRole("link", { name: "Texts" }).click();
    await desk.getByRole("navigation", { name: "Languages of A test" }).getByRole("link", { name: "French" }).click();
    const body = desk.getByLabel("Body, in MJML");
    await inFrame(desk).locator("body > *").first().waitFor();
    await body.fill("<mj-text>\n{{ secret }}</mj-text>");
    await desk.getByText(/^Line 2: /).waitFor();
    await desk.getByRole("button", { name: "Go there" }).click();
    assert.equal(
      await body.evaluate((field) => field.value.slice(field.selectionStart, field.selectionEnd)),
      "{{ secret }}</mj-text>",
    );
    await body.fill(`<mj-text>${unique("bonjour")} {{ by }}</mj-text>`);
    await inFrame(desk).getByText(unique("bonjour")).waitFor();
    await audit(desk, "a text of a mail");
    await desk.getByRole("button", { name: "Save" }).click();
    await desk.getByRole("button", { name: /^Versions/ }).click();
    await desk.locator("dialog ins", { hasText: unique("bonjour") }).waitFor();
    // While it fades in its colours are neither.
    await desk
      .locator("dialog")
      .evaluate((box) => Promise.all(box.getAnimations({ subtree: true }).map((one) => one.finished)));
    await audit(desk, "the versions of a text");
    await desk.keyboard.press("Escape");
    await desk.getByRole("button", { name: "Back to engage’s text" }).click();
    await desk.locator("dialog .is-bad").click();
    await until(async () => (await body.inputValue()).includes(unique("bonjour")), false);
  },

  async "help: an article is written and published, and a visitor finds it while typing"({ visitor, agent, unique }) {
    const desk = await agent(0);
    await desk.getByRole("link", { name: "Help centre" }).click();
    await desk.getByRole("button", { name: "New category" }).click();
    await desk.getByLabel("Title (en)").fill(unique("Orders"));
    await desk.locator("dialog").getByRole("button", { name: "Save" }).click();
    const shelf = desk.locator(".faq-shelf", { hasText: unique("Orders") });
    await shelf.getByRole("button", { name: "New article" }).click();
    const title = unique("How do I return an anvil?");
    await desk.locator("dialog").getByLabel("Title").fill(title);
    await desk.locator("dialog").getByRole("button", { name: "New article" }).click();
    await desk
      .getByLabel("Text (Markdown)")
      .fill("Put it in **its box** <img src=x onerror=alert(1)> and *send* it back.");
    await desk.getByRole("button", { name: "Preview" }).click();
    await desk.locator(".faq-html strong", { hasText: "its box" }).waitFor();
    await desk.getByRole("button", { name: "Save" }).click();
    await audit(desk, "an article that is written");
    await desk.getByRole("button", { name: "Publish", exact: true }).click();
    await desk.getByText("Public", { exact: true }).first().waitFor();
    for (const width of [1100, 320]) {
      await desk.setViewportSize({ width, height: 700 });
      assert.deepEqual(await overflowing(desk), []);
    }

    const page = await visitor();
    await page.goto(`${new URL(page.url()).origin}/write`);
    const help = page.locator("engage-faq");
    await help.getByLabel("Search the help").pressSequentially(`anvl ${title.split(" ").at(-1)}`, { delay: 20 });
    await help.getByRole("button", { name: title }).click();
    await help.locator("strong", { hasText: "its box" }).waitFor();
    assert.equal(await help.locator("img").count(), 0);
    await audit(page, "an answer");
    await help.getByRole("button", { name: "Yes" }).click();
    await help.getByText("Thank you for telling us.").waitFor();

    // The same as pages, without a script; and what is not there leads on.
    const bare = await page.context().browser().newContext({ javaScriptEnabled: false });
    const plain = await bare.newPage();
    const { origin } = new URL(page.url());
    assert.equal((await plain.goto(`${origin}/engage/help/moon`)).status(), 404);
    await plain.getByRole("heading", { name: "There is no such page" }).waitFor();
    await plain.getByRole("searchbox").fill(title);
    await plain.keyboard.press("Enter");
    await plain.getByRole("link", { name: title }).click();
    await plain.getByRole("heading", { name: title }).waitFor();
    await bare.close();
  },
};
