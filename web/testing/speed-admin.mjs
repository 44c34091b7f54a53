// How fast the panel is for agents, in Chromium against the fake server: an inbox of 10,000 conversations scrolled from end to end, a
// conversation opened, and typing beneath 5,000 messages. Prints a table for docs/benchmarks.md; asserts nothing on time.
// Usage: node testing/speed-admin.mjs [--conversations 10000] [--messages 5000]
import { parseArgs } from "node:util";
import { launch } from "./browser.mjs";
import { serve } from "./serve.mjs";

const { values } = parseArgs({
  options: {
    conversations: { type: "string", default: "10000" },
    messages: { type: "string", default: "5000" },
  },
});
const [conversations, messages] = [Number(values.conversations), Number(values.messages)];
const { base, fake, agents, stop } = await serve();
const ada = agents.get("ada");
fill();
const browser = await launch();
const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
page.setDefaultTimeout(120_000);
// The main thread's own time, which others who use the machine do not lengthen.
const devtools = await page.context().newCDPSession(page);
await devtools.send("Performance.enable", { timeDomain: "threadTicks" });
await page.goto(`${base}/login?as=ada`);

// ----- the first screen
const first = await page.evaluate(() => {
  const paint = performance.getEntriesByName("first-contentful-paint")[0];
  return Math.round(paint?.startTime ?? 0);
});
await page.locator(".row").first().waitFor();
await page.evaluate(() => {
  globalThis.longTasks = [];
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) globalThis.longTasks.push(duration);
  }).observe({ type: "longtask", buffered: true });
});
const load = await page.evaluate(() => Math.round(Math.max(0, ...globalThis.longTasks)));

// ----- the whole list is fetched as one goes down, then scrolled through
const loaded = () =>
  page.evaluate(() => Number(document.querySelector(".virtual ul").style.getPropertyValue("--rows")));
for (let known = await loaded(); known < conversations; known = await loaded()) {
  await page.evaluate(() => {
    const list = document.querySelector(".virtual");
    list.scrollTop = list.scrollHeight;
  });
  await page.waitForFunction(
    (known) => Number(document.querySelector(".virtual ul").style.getPropertyValue("--rows")) > known,
    known,
  );
}
await page.evaluate(() => {
  document.querySelector(".virtual").scrollTop = 0;
});
await page.waitForTimeout(500);
const idle = await busy();
const frames = await page.evaluate(
  () =>
    new Promise((resolve) => {
      const list = document.querySelector(".virtual");
      const times = [];
      let before = performance.now();
      const step = (now) => {
        times.push(now - before);
        before = now;
        // Two screens a frame: as fast as anybody flings.
        list.scrollTop += 120;
        if (times.length < 600) requestAnimationFrame(step);
        else resolve(times.slice(5));
      };
      requestAnimationFrame(step);
    }),
);
const perFrame = ((await busy()) - idle) / frames.length;
const rows = await page.locator(".row").count();

// ----- a conversation is opened, again and again
const opens = [];
await page.evaluate(() => {
  document.querySelector(".virtual").scrollTop = 0;
});
await page.waitForTimeout(300);
for (let at = 1; at <= 12; at += 1) {
  opens.push(
    await page.evaluate(
      (at) =>
        new Promise((resolve) => {
          const start = performance.now();
          const name = document.querySelectorAll(".row-link")[at].querySelector(".who").textContent;
          const look = () => {
            const open =
              document.querySelector(".talk h2")?.textContent === name && document.querySelector(".talk .e-line");
            if (open) requestAnimationFrame(() => resolve(performance.now() - start));
            else requestAnimationFrame(look);
          };
          document.querySelectorAll(".row-link")[at].click();
          look();
        }),
      at,
    ),
  );
}

// ----- typing beneath few messages, and beneath many
const [small, smallBusy] = await typing(page);
await page.goto(`${base}/admin/engage#/c/${fake.long}`);
await page.locator(".talk .e-line").first().waitFor();
for (;;) {
  const more = page.locator(".log-more");
  if ((await more.count()) === 0) break;
  await page.evaluate(() => document.querySelector(".log-more:not(:disabled)")?.click());
  await page.waitForTimeout(10);
}
const lines = await page.locator(".e-line").count();
await page.evaluate(() => {
  const log = document.querySelector(".log");
  log.scrollTop = log.scrollHeight;
});
await page.waitForTimeout(1_000);
const [large, largeBusy] = await typing(page);

await browser.close();
await stop();
const sorted = (times) => [...times].sort((a, b) => a - b);
const at = (times, part) => sorted(times)[Math.floor((times.length - 1) * part)];
const ms = (time) => `${time.toFixed(1)} ms`;
console.log(`| first paint; longest task of the load | ${first} ms; ${load} ms |`);
console.log(
  `| ${conversations} conversations scrolled: own time of a frame; frames median, 99th; over 20 ms; rows in the page | ${ms(perFrame)}; ${ms(at(frames, 0.5))}, ${ms(at(frames, 0.99))}; ${frames.filter((time) => time > 20).length} of ${frames.length}; ${rows} |`,
);
console.log(`| a conversation opened and painted: median, worst | ${ms(at(opens, 0.5))}, ${ms(at(opens, 1))} |`);
console.log(
  `| a key typed and painted: own time; median, 99th, beneath 2 messages | ${ms(smallBusy)}; ${ms(at(small, 0.5))}, ${ms(at(small, 0.99))} |`,
);
console.log(`| the same beneath ${lines} messages | ${ms(largeBusy)}; ${ms(at(large, 0.5))}, ${ms(at(large, 0.99))} |`);

/** From the key to the frame after it, for 100 keys. */
async function typing(page) {
  const field = page.locator(".compose textarea");
  await field.click();
  await page.evaluate(() => {
    globalThis.keys = [];
    document.querySelector(".compose textarea").addEventListener("keydown", () => {
      const start = performance.now();
      requestAnimationFrame(() => setTimeout(() => globalThis.keys.push(performance.now() - start)));
    });
  });
  const before = await busy();
  await field.pressSequentially(
    "Thank you for waiting, I am looking at your order right now and come back to you soon. ".slice(0, 100),
    { delay: 40 },
  );
  await page.waitForTimeout(200);
  const own = (await busy()) - before;
  await field.fill("");
  const keys = await page.evaluate(() => globalThis.keys);
  return [keys, own / keys.length];
}

/** How long the main thread has worked so far, in ms. */
async function busy() {
  const { metrics } = await devtools.send("Performance.getMetrics");
  return metrics.find(({ name }) => name === "TaskDuration").value * 1000;
}

function fill() {
  const { announce } = fake;
  fake.announce = () => {};
  for (let at = 0; at < conversations; at += 1) {
    const who = fake.addContact(`Visitor Number ${at}`, `visitor${at}@example.com`);
    const { conversation } = fake.create(who, { client_message_id: "a", body: `Message ${at}: where is my order?` });
    conversation.labels = at % 3 ? [] : ["delivery"];
    conversation.created_at = new Date(Date.now() - at * 60_000).toISOString();
    conversation.entries.at(-1).at = conversation.created_at.replace("Z", "000Z");
  }
  const who = fake.addContact("Somebody with much to say", null);
  const { conversation } = fake.create(who, { client_message_id: "a", body: "Let me begin at the beginning." });
  for (let at = 1; at < messages; at += 1) {
    const from = at % 3 ? who : ada;
    fake.write(from, conversation.id, "message", {
      client_message_id: `m${at}`,
      body: `Line ${at} of a very long story. `.repeat((at % 5) + 1),
    });
  }
  fake.long = conversation.id;
  fake.announce = announce;
}
