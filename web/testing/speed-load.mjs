// What holds the page up while engage loads, in Chromium against the fake server: every task of more than 50 ms until the launcher stands,
// the chat is open, the staff's first screen and a conversation are shown; as the machine is, and four times slower, as a phone.
// Usage: node testing/speed-load.mjs [--strict]: with it, fails when there is one on the machine as it is.
import { parseArgs } from "node:util";
import { launch } from "./browser.mjs";
import { serve } from "./serve.mjs";

const { values } = parseArgs({ options: { strict: { type: "boolean", default: false } } });
const { base, fake, stop } = await serve();
for (let at = 0; at < 200; at += 1) {
  const who = fake.addContact(`Visitor ${at}`);
  fake.create(who, { client_message_id: `${at}`, body: `Where is order ${at}?` });
}
const browser = await launch();
const steps = [
  { name: "loader", path: "/", until: (page) => page.locator("engage-launcher button").waitFor() },
  {
    name: "chat panel",
    path: "/",
    until: async (page) => {
      await page.locator("engage-launcher button").click();
      await page.locator("engage-chat textarea").waitFor();
    },
  },
  { name: "admin", path: "/login?as=ada", until: (page) => page.locator(".row").first().waitFor() },
  {
    name: "conversation",
    path: "/login?as=ada",
    until: async (page) => {
      await page.locator(".row-link").first().click();
      await page.locator(".talk .e-line").first().waitFor();
    },
  },
];
let found = 0;
console.log("| what is shown | slower by | tasks over 50 ms | longest |\n|---|---:|---:|---:|");
for (const slower of [1, 4]) {
  for (const { name, path, until } of steps) {
    const long = await measure(path, until, slower);
    if (slower === 1) found += long.length;
    console.log(`| ${name} | ${slower} | ${long.length} | ${Math.round(Math.max(0, ...long))} ms |`);
  }
}
await browser.close();
await stop();
if (values.strict && found > 0) process.exitCode = 1;

/** The long tasks of a fresh browser, in ms. */
async function measure(path, until, slower) {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  await page.addInitScript(() => {
    globalThis.long = [];
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) globalThis.long.push(duration);
    }).observe({ type: "longtask", buffered: true });
  });
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: slower });
  await page.goto(`${base}${path}`);
  await until(page);
  await page.waitForTimeout(500);
  const long = await page.evaluate(() => globalThis.long);
  await page.context().close();
  return long;
}
