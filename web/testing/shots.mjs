// Pictures of the widget and the admin page against the fake server: to be looked at after a change of the looks.
// Usage: node testing/shots.mjs DIR
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { launch, watch } from "./browser.mjs";
import { serve } from "./serve.mjs";

const TEXTS = [
  "Where is my rocket? It was meant to come on Tuesday.",
  "hi",
  "مرحبا، أين طلبي؟",
  "The trap door opens the wrong way round, and the sign on it is painted on the inside of the lid, so nobody sees it.",
];

const dir = process.argv[2] ?? "shots";
mkdirSync(dir, { recursive: true });
const { base, fake, agents, stop, drop } = await serve();
const browser = await launch();
const ada = agents.get("ada");
const ben = agents.get("ben");

for (let index = 0; index < 9; index += 1) {
  const who = fake.addContact(...PEOPLE(index));
  const { conversation } = fake.create(who, { client_message_id: "a", body: TEXTS[index % TEXTS.length] });
  if (index % 3 === 0) fake.assign(ada, conversation.id, { agent: index % 2 ? ben.id : ada.id });
  if (index % 4 === 1)
    fake.write(ada, conversation.id, "note", { client_message_id: "n", body: "Called them, no answer." });
}

async function shot(name, { path = "/", act, ...options }) {
  const context = await browser.newContext({ viewport: { width: 1100, height: 760 }, ...options });
  const troubles = await watch(context);
  const page = await context.newPage();
  await page.goto(base + path);
  await act(page, context);
  await page.waitForTimeout(350);
  await page.screenshot({ path: join(dir, `${name}.png`) });
  for (const trouble of troubles) console.error(`${name}: ${trouble}`);
  await context.close();
}

/** A visitor talks with Ada in the widget, until everything that it can show is shown. */
async function talk(page, _context, { failed = true } = {}) {
  await page.locator("engage-launcher button").click();
  const field = page.locator("engage-chat textarea");
  const send = page.locator("engage-chat .e-send");
  await field.fill("Hello, does the anvil come with a parachute? See https://acme.example/anvils?size=xl.");
  await send.click();
  await page.locator("engage-chat .e-line footer").first().waitFor();
  const conversation = [...fake.conversations.values()].at(-1);
  fake.assign(ada, conversation.id, { agent: ada.id });
  fake.write(ada, conversation.id, "message", {
    client_message_id: "1",
    body: "Hello! Only the large one does.\n\nThe small one has a little umbrella instead, which looks nicer but does less.",
  });
  fake.read(ada, conversation.id, 2);
  await field.fill("I see");
  await send.click();
  await page.waitForTimeout(200);
  if (failed) {
    await field.fill("broken \0 text");
    await send.click();
    await page.locator(".e-refused").waitFor();
  }
  fake.typing(ada, conversation.id, true);
  await field.fill("And how much is");
  return conversation;
}

/** The visitor says who they are, and gets the address wrong. */
async function who(page, context) {
  await talk(page, context, { failed: false });
  await page.locator("engage-chat .offer .link").click();
  await page.locator(".e-contact input").first().fill("Marvin the Martian");
  await page.locator(".e-contact input").last().fill("marvin at mars");
  await page.locator(".e-contact input").last().press("Enter");
  await page.locator(".e-contact .e-fault").waitFor();
}

/** Texts that are made to break the layout or to deceive. */
async function hostile(page, context) {
  const conversation = await talk(page, context, { failed: false });
  const texts = [
    "\u202Egpj.exe moc.elgoog//:sptth https://evil.example/\u202Egpj.exe",
    `https://evil.example/${"a".repeat(2_000)}`,
    "مرحبا https://acme.example/ar?x=1 hello",
    "W".repeat(10_000),
  ];
  for (const body of texts) {
    fake.write(ada, conversation.id, "message", { client_message_id: body.slice(0, 30), body });
    fake.write({ kind: "visitor", id: conversation.contact }, conversation.id, "message", {
      client_message_id: `v${body.slice(0, 30)}`,
      body,
    });
  }
  fake.identify(fake.contacts.get(conversation.contact), { name: `\u202Eadmin ${"M".repeat(190)}` });
  fake.typing({ kind: "visitor", id: conversation.contact }, conversation.id, true);
  await page.locator(".e-log").evaluate((log) => log.scrollTo({ top: 400 }));
}

async function admin(page) {
  await page.locator(".row").first().waitFor();
  await page
    .locator(".row", { hasText: "parachute" })
    .or(page.locator(".row", { hasText: "I see" }))
    .first()
    .click();
  await page.locator(".e-line").first().waitFor();
}

await shot("launcher", { act: async () => {} });
await shot("empty", { act: async (page) => page.locator("engage-launcher button").click() });
await shot("light", { act: talk });
await shot("dark", { colorScheme: "dark", act: talk });
await shot("rtl", { path: "/?dir=rtl&lang=ar", act: talk });
await shot("phone", { viewport: { width: 320, height: 640 }, isMobile: true, hasTouch: true, act: talk });
await shot("large-text", { viewport: { width: 550, height: 380 }, deviceScaleFactor: 2, act: talk });
await shot("who", { act: who });
await shot("who-dark", { colorScheme: "dark", act: who });
await shot("who-rtl", { path: "/?dir=rtl&lang=ar", act: who });
await shot("who-phone", { viewport: { width: 320, height: 640 }, isMobile: true, hasTouch: true, act: who });
await shot("who-large-text", { viewport: { width: 550, height: 380 }, deviceScaleFactor: 2, act: who });
await shot("who-saved", {
  act: async (page, context) => {
    await who(page, context);
    await page.locator(".e-contact input").last().fill("marvin@mars.example");
    await page.locator(".e-contact .e-chief").click();
    await page.locator(".said", { hasText: "Marvin" }).waitFor();
  },
});
await shot("hostile", { act: hostile });
await shot("hostile-phone", { viewport: { width: 320, height: 640 }, isMobile: true, hasTouch: true, act: hostile });
await shot("hostile-admin", {
  path: "/login?as=ada",
  act: async (page) => {
    await page.locator(".row", { hasText: "MMMM" }).first().click();
    await page.locator(".e-line").first().waitFor();
  },
});
await shot("offline", {
  act: async (page, context) => {
    await talk(page, context, { failed: false });
    await context.setOffline(true);
    drop();
    await page.locator("engage-chat textarea").press("Enter");
    await page.waitForTimeout(2_000);
  },
});
await shot("list", {
  act: async (page, context) => {
    const conversation = await talk(page, context, { failed: false });
    fake.status(ada, conversation.id, { status: "closed" });
    await page.getByRole("button", { name: "New conversation" }).click();
    await page.locator("engage-chat textarea").fill("Another thing");
    await page.locator("engage-chat textarea").press("Enter");
    await page.locator("engage-chat .e-line footer").first().waitFor();
    await page.getByRole("button", { name: "All conversations" }).click();
  },
});
for (const colorScheme of ["light", "dark"]) {
  await shot(`admin-${colorScheme}`, { path: "/login?as=ada", colorScheme, act: admin });
}
const note = async (page) => {
  await admin(page);
  await page.keyboard.press("n");
  await page.locator(".e-composer-note textarea").fill("They want the large one. Offer the umbrella for free?");
  await page.locator(".e-composer-note textarea").press("Enter");
  await page.locator(".e-composer-note textarea").fill("And");
};
await shot("admin-note", { path: "/login?as=ada", act: note });
await shot("admin-menu", {
  path: "/login?as=ada",
  act: async (page) => {
    await admin(page);
    await page.getByRole("button", { name: /^Assigned to/ }).click();
  },
});
await shot("admin-help", {
  path: "/login?as=ada",
  act: async (page) => {
    await admin(page);
    await page.keyboard.press("?");
  },
});
const phone = { viewport: { width: 360, height: 640 }, isMobile: true, hasTouch: true, path: "/login?as=ada" };
await shot("admin-phone-list", { ...phone, act: (page) => page.locator(".row").first().waitFor() });
await shot("admin-phone", { ...phone, act: admin });
await shot("admin-denied", { path: "/admin/engage", act: async (page) => page.locator(".wall").waitFor() });

await browser.close();
await stop();

function PEOPLE(index) {
  return [
    ["Wile E. Coyote", "wile@acme.example"],
    [null, null],
    ["Road Runner", null],
    [null, "marvin.the.martian@mars.example"],
    ["A very long name of somebody who filled in the form with great care and patience", "long@acme.example"],
  ][index % 5];
}
