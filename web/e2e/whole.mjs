// From a question to a rating, by every way in that a site has. A host without tickets, files or mail of its own is left out, and that is
// said.

import { strict as assert } from "node:assert";
import { audit, call, until } from "./look.mjs";
import { png } from "./picture.mjs";

const MEAN = `\u202E<img src=x onerror="document.title='pwned'">"'&amp;{{contact.name}}`;
/** What nobody tells of is found out by asking again, so often. */
const ASKED = { timeout: 25_000 };
/** Where mail comes in. */
const DOMAIN = "in.acme.example";

export const journeys = {
  async "desk: an answer while typing, a form without JavaScript, a ticket with a file, mails both ways, closed and rated"({
    visitor,
    agent,
    unique,
  }) {
    const page = await visitor();
    const { origin } = new URL(page.url());
    const there = await page.goto(`${origin}/tickets`);
    if (there?.status() !== 200) return console.log("left out: this host has no tickets");
    const desk = await agent(0);
    await desk.locator(".nav-link").first().waitFor();
    await set(desk, "mail.reply_domain", DOMAIN);
    await set(desk, "tickets.mail_received", true);
    const title = unique("Skates that pull");
    await publish(desk, title, "Turn the **left** wheel.");

    // A form by a browser without JavaScript.
    const bare = await page.context().browser().newContext({ javaScriptEnabled: false });
    const plain = await bare.newPage();
    await plain.goto(`${origin}/engage/forms/contact`);
    await plain.getByLabel("E-mail").fill("ann@example.com");
    await plain.getByLabel("Sales").check();
    await plain.getByLabel("Message").fill(`${unique("plain")} ${MEAN}`);
    await plain.waitForTimeout(2_200);
    await plain.getByRole("button", { name: "Send", exact: true }).click();
    await plain.getByRole("status").waitFor();
    await bare.close();

    // An answer of the help centre while somebody types; then a ticket with a picture.
    const address = `${unique("wile").replace(/\W+/g, "-")}@example.com`;
    await page.getByRole("button", { name: "New ticket" }).click();
    await page.getByLabel("Subject").pressSequentially(title, { delay: 10 });
    await page.getByRole("button", { name: title }).click();
    await page.locator("engage-tickets .e-help-text strong", { hasText: "left" }).waitFor();
    await page.getByLabel("What can we do for you?").fill(`I did, and it still pulls. ${MEAN}`);
    await page.getByLabel("E-mail, for our answer").fill(address);
    await page.locator("engage-tickets input[type=file]").setInputFiles([png("wheel.png")]);
    await page.locator("engage-tickets .attached .is-ready").waitFor();
    await audit(page, "a ticket with a file, not sent yet");
    await page.getByRole("button", { name: "Send" }).click();
    await page.getByRole("heading", { name: title }).waitFor();
    const sent = page.locator("engage-tickets .e-ticket-said img");
    await until(() => sent.evaluate((it) => it.naturalWidth), 40);
    await mailed(desk, address, await page.locator("engage-tickets .e-ticket-head bdi").innerText());

    // The agent answers, the visitor by mail, with another picture.
    await desk.goto(new URL("#/tickets", desk.url()).href);
    await desk.locator(".row", { hasText: title }).locator(".row-link").click(ASKED);
    await until(() => desk.locator(".talk .sent-files img").evaluate((it) => it.naturalWidth), 40);
    await reply(desk, "Which of the two?", "Pending");
    const mail = await mailed(desk, address, "Which of the two?");
    assert.ok(mail.content.reply_to.includes(`@${DOMAIN}`), mail.content.reply_to);
    await page.getByText("Waiting for you").first().waitFor(ASKED);
    await answer(desk, origin, mail, address, unique("The left one"));
    await desk.locator(".talk .e-body", { hasText: unique("The left one") }).waitFor(ASKED);
    assert.ok(
      !(await desk.locator(".talk .e-body", { hasText: unique("The left one") }).innerText()).includes("Which of"),
    );
    await until(() => desk.locator(".talk .sent-files").count(), 2);
    await page.getByText(unique("The left one")).waitFor(ASKED);

    // Solved, which the visitor hears of by mail and on the page, and rated.
    await reply(desk, "A new one is on its way.", "Solved");
    await mailed(desk, address, "A new one is on its way.");
    await page.getByText("How did we do?").waitFor(ASKED);
    await page.locator("engage-tickets .e-score input[value='5']").check({ force: true });
    await page.getByRole("button", { name: "Send" }).last().click();
    await page.getByText("Thank you for telling us.").waitFor();
    await desk.locator(".talk-head .rating", { hasText: "5 of 5" }).waitFor(ASKED);

    // What was meant ill is text wherever an agent looks.
    for (const path of [desk.url(), "#/tickets", "#/mine", "#/forms", "#/mail", "#/mail/received"]) {
      await desk.goto(new URL(path, desk.url()).href);
      await desk.locator("main, .inbox, .talk, .page").first().waitFor();
      await desk.waitForTimeout(500);
      assert.equal(await desk.locator("img[src='x'], img[onerror]").count(), 0, path);
      assert.ok(!(await desk.title()).includes("pwned"), path);
    }
    assert.ok(!(await page.title()).includes("pwned"));
  },
};

async function set(desk, key, value) {
  const { settings } = await call(desk, "GET", "/v1/settings");
  const before = settings.find((one) => one.key === key);
  if (before?.value === value) return;
  await call(desk, "PUT", `/v1/settings/${key}`, { value, expected_version: before?.version ?? 0 });
}

async function publish(desk, title, markdown) {
  const names = { en: { title, description: "" } };
  const shelf = { parent: null, slug: null, icon: null, position: null, names };
  const category = await call(desk, "POST", "/v1/faq/categories", shelf);
  const about = { slug: null, visibility: "public", locale: null, title, markdown };
  const article = await call(desk, "POST", "/v1/faq/articles", { category: category.id, ...about });
  await call(desk, "PUT", `/v1/faq/articles/${article.id}/texts/en/live`, { revision: 1 });
}

async function reply(desk, text, status) {
  await desk.locator(".compose textarea").fill(text);
  await desk.getByRole("button", { name: "Send with a status" }).click();
  await desk.getByRole("menuitem", { name: `Send, then: ${status}` }).click();
  await desk.locator(".talk .e-body", { hasText: text }).waitFor();
}

/** The mail to `address` that says `text`, once it is in the mailbox of the site. */
async function mailed(desk, address, text) {
  for (let tries = 0; tries < 100; tries += 1) {
    const { mails } = await call(desk, "GET", `/v1/mail/ledger?recipient=${encodeURIComponent(address)}`);
    for (const { id } of mails) {
      const mail = await call(desk, "GET", `/v1/mail/ledger/${id}`);
      if (mail.content?.text.includes(text) || mail.mail.subject.includes(text)) return mail;
    }
    await desk.waitForTimeout(200);
  }
  throw new Error(`no mail to ${address} says ${text}`);
}

/** Answers a mail as a mail program does, with a picture. */
async function answer(desk, origin, { mail, content }, address, text) {
  const { inbound_token } = await call(desk, "GET", "/v1/mail");
  const picture = png("again.png").buffer.toString("base64").replace(/.{76}/g, "$&\r\n");
  const quoted = content.text.replace(/^/gm, "> ");
  const letter = [
    `From: Wile <${address}>`,
    `To: ${content.reply_to}`,
    `Subject: Re: ${mail.subject.replace(/[^ -~]/g, "?")}`,
    `Message-ID: <${Math.random().toString(36).slice(2)}@example.com>`,
    `In-Reply-To: ${mail.message_id.replace(/^<?(.*?)>?$/, "<$1>")}`,
    "MIME-Version: 1.0",
    'Content-Type: multipart/mixed; boundary="part"',
    "",
    "--part",
    "Content-Type: text/plain; charset=utf-8",
    "",
    `${text}\r\n\r\nOn Monday, Acme wrote:\r\n${quoted}`,
    "--part",
    'Content-Type: image/png; name="again.png"',
    'Content-Disposition: attachment; filename="again.png"',
    "Content-Transfer-Encoding: base64",
    "",
    picture,
    "--part--",
    "",
  ].join("\r\n");
  const response = await fetch(`${origin}/engage/v1/mail/inbound`, {
    method: "POST",
    headers: { "content-type": "message/rfc822", authorization: `Bearer ${inbound_token}` },
    body: letter,
  });
  assert.equal(response.status, 200, await response.text());
}
