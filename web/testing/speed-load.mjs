// What holds the page up while engage loads, in Chromium against the fake server: the tasks of the page's main thread until the
// launcher stands, the chat is open, the staff's first screen and a conversation are shown; as the machine is, and four times slower, as a
// phone. Beside each by the clock, which counts what else the machine does, is the time that the thread itself was working.
// Usage: node testing/speed-load.mjs [--strict] [--why]
// --strict: fails when a task works longer than 50 ms on the machine as it is, and longer than a blank page's.
// --why: what the longest task of each was made of.
import { parseArgs } from "node:util";
import { launch } from "./browser.mjs";
import { serve } from "./serve.mjs";
import { longest, tasksOf } from "./trace.mjs";

/** From here on a task is long, in ms. */
const LONG = 50;
const flag = { type: "boolean", default: false };
const { values } = parseArgs({ options: { strict: flag, why: flag } });
const { base, fake, stop } = await serve();
for (let at = 0; at < 200; at += 1) {
  const who = fake.addContact(`Visitor ${at}`);
  fake.create(who, { client_message_id: `${at}`, body: `Where is order ${at}?` });
}
const browser = await launch();
const steps = [
  { name: "a blank page", path: null, until: async () => {} },
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
console.log(
  "| what is shown | slower by | working over 50 ms | longest, working | by the clock |\n|---|---:|---:|---:|---:|",
);
for (const slower of [1, 4]) {
  let blank = 0;
  for (const { name, path, until } of steps) {
    const tasks = await measure(path, until, slower);
    const worst = longest(tasks);
    if (path === null) blank = worst.work;
    const long = tasks.filter((task) => task.work > Math.max(LONG, blank));
    if (slower === 1) found += long.length;
    const clock = Math.max(0, ...tasks.map((task) => task.clock));
    console.log(`| ${name} | ${slower} | ${long.length} | ${worst.work.toFixed(0)} ms | ${clock.toFixed(0)} ms |`);
    if (values.why) for (const line of worst.parts()) console.log(`    ${line}`);
  }
}
await browser.close();
await stop();
if (values.strict && found > 0) process.exitCode = 1;

/** The tasks of a page in a fresh context. */
async function measure(path, until, slower) {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: slower });
  const categories = ["toplevel", "devtools.timeline", "v8", "disabled-by-default-v8.compile", "blink.user_timing"];
  await browser.startTracing(page, { categories });
  const address = path === null ? "about:blank" : `${base}${path}`;
  await page.goto(address);
  await until(page);
  await page.waitForTimeout(500);
  const trace = await browser.stopTracing();
  await page.context().close();
  return tasksOf(JSON.parse(trace.toString()).traceEvents, path === null ? address : base);
}
