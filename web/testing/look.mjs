// Every screen of the panel and every story of the gallery in every look that somebody may need, against the fake server: pictures, side by side
// in a sheet for each look, and a list of what is wider than its place or too small to hit.
// Usage: node testing/look.mjs DIR [--look NAME] [--only part of a name] [--height of all pictures, to see what is further down]
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { stories } from "../../examples/quickstart/gallery/stories.js";
import { launch, watch } from "./browser.mjs";
import { furnish } from "./furnish.mjs";
import { serve } from "./serve.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { look: { type: "string", default: "" }, only: { type: "string", default: "" }, height: { type: "string" } },
});
const [dir = "look"] = positionals;
mkdirSync(dir, { recursive: true });
const { base, fake, agents, stop } = await serve();
const place = furnish(fake, agents);
const browser = await launch();

const WIDE = { width: 1280, height: 800 };
const PHONE = { width: 320, height: 640 };
const LOOKS = {
  // What a browser's zoom of 200 % leaves of a small laptop, and text alone at twice its size.
  zoom: { viewport: { width: 640, height: 400 } },
  text: { viewport: WIDE, text: 32 },
  arabic: { viewport: WIDE, lang: "ar" },
  "arabic-phone": { viewport: PHONE, lang: "ar" },
  phone: { viewport: PHONE },
  dark: { viewport: WIDE, colorScheme: "dark" },
  forced: { viewport: WIDE, forcedColors: "active", colorScheme: "dark" },
};
const PARTS = ["chat", "welcome", "look", "fields", "hours", "teams", "agents", "canned", "tickets"];
/** Lists of cards, of which one is opened too. */
const CARDS = ["rules", "macros", "deadlines"];
const ROUTES = {
  mine: "#/mine",
  inbox: "#/inbox",
  talk: `#/c/${place.talk}`,
  hostile: `#/c/${place.hostile}`,
  watch: `#/c/${place.talk}?watch=1`,
  search: "#/inbox?q=rocket",
  tickets: "#/tickets",
  ticket: `#/t/${place.ticket}`,
  "ticket-hostile": `#/t/${place.hostileTicket}`,
  "ticket-board": "#/tickets/board",
  board: "#/board",
  forms: "#/forms",
  "forms-list": "#/forms/forms",
  people: "#/people",
  person: `#/people/${place.contact}`,
  faq: "#/faq",
  "faq-article": `#/faq/${place.article}`,
  "faq-report": "#/faq/report",
  "faq-synonyms": "#/faq/synonyms",
  ...Object.fromEntries(PARTS.map((part) => [`settings-${part}`, `#/settings/${part}`])),
  ...Object.fromEntries(CARDS.map((part) => [`settings-${part}`, `#/settings/${part}`])),
  ...Object.fromEntries(CARDS.map((part) => [`settings-${part}-open`, [`#/settings/${part}`, ".rule-open"]])),
  mail: "#/mail",
  "mail-letter": `#/mail/out/${place.mail}`,
  "mail-in": "#/mail/in",
  "mail-suppressed": "#/mail/suppressed",
  "mail-templates": "#/mail/templates",
  "mail-template": "#/mail/templates/chat.reply/en",
  "mail-settings": "#/mail/settings",
  webhooks: "#/webhooks",
  outbox: "#/outbox",
  audit: "#/audit",
  nowhere: "#/moon",
};

for (const [look, { lang = "en", text, ...options }] of Object.entries(LOOKS)) {
  if (values.look && values.look !== look) continue;
  if (values.height) options.viewport = { ...options.viewport, height: Number(values.height) };
  const context = await browser.newContext(options);
  const troubles = await watch(context);
  await context.addInitScript(
    (prefs) => location.protocol === "http:" && localStorage.setItem("engage:admin:prefs", prefs),
    JSON.stringify({ language: lang }),
  );
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  // As the settings of a browser do it: what is measured by the text, media queries too, follows.
  if (text) {
    const devtools = await context.newCDPSession(page);
    await devtools.send("Page.setFontSizes", { fontSizes: { standard: text, fixed: text } });
  }
  const shown = [];
  const shoot = async (name) => {
    await page.waitForTimeout(400);
    const file = join(dir, `${look}-${name}.png`);
    await page.screenshot({ path: file });
    shown.push({ name, file });
    for (const fault of await page.evaluate(faults)) console.log(`${look} ${name}: ${fault}`);
    for (const trouble of troubles.splice(0)) console.log(`${look} ${name}: ${trouble}`);
  };
  await page.goto(`${base}/login?as=ada`);
  await page.locator(".place").waitFor();
  for (const [name, route] of Object.entries(ROUTES)) {
    if (!name.includes(values.only)) continue;
    const [path, press] = [route].flat();
    await page.evaluate((path) => location.assign(path), path);
    await page.waitForTimeout(300);
    if (press) await page.locator(press).first().click();
    await shoot(name);
  }
  const theme = options.colorScheme ?? "light";
  for (const { id } of stories) {
    if (!`story-${id}`.includes(values.only)) continue;
    await page.goto(`${base}/gallery/frame?story=${id}&theme=${theme}&lang=${lang}`);
    await page
      .locator(`html[data-ready=${id}]`)
      .waitFor({ state: "attached" })
      .catch(() => console.log(`${look} ${id}: is not ready`));
    await shoot(`story-${id}`);
  }
  await sheet(context, look, shown);
  await context.close();
}
await browser.close();
await stop();

/** All pictures of a look on a few large ones. */
async function sheet(context, look, shown) {
  const page = await context.browser().newPage({ viewport: { width: 1800, height: 100 } });
  for (let from = 0; from < shown.length; from += 12) {
    const cells = shown.slice(from, from + 12).map(({ name, file }) => {
      const source = `data:image/png;base64,${readFileSync(file).toString("base64")}`;
      return `<figure><figcaption>${name}</figcaption><img src="${source}"></figure>`;
    });
    const columns = shown[0] && LOOKS[look].viewport.width < 500 ? 6 : 3;
    await page.setContent(
      `<style>body{margin:8px;display:grid;grid-template-columns:repeat(${columns},1fr);gap:8px;font:14px sans-serif;background:#888}
       figure{margin:0}img{width:100%;display:block}</style>${cells.join("")}`,
    );
    await page.screenshot({ path: join(dir, `sheet-${look}-${from / 12}.png`), fullPage: true });
  }
  await page.close();
}

/** What is wider than its place, cut off without a sign of it, or too small to hit. Runs in the page. */
function faults() {
  const found = new Set();
  const page = document.scrollingElement;
  if (page.scrollWidth > page.clientWidth + 1)
    found.add(`the page is ${page.scrollWidth - page.clientWidth} px too wide`);
  const named = (element) =>
    `<${element.localName} class="${element.className?.baseVal ?? element.className}"> ${(element.textContent ?? "").trim().slice(0, 40)}`;
  const all = (root) =>
    [...root.querySelectorAll("*")].flatMap((one) => [one, ...(one.shadowRoot ? all(one.shadowRoot) : [])]);
  for (const element of all(document.body)) {
    if (!element.checkVisibility?.({ visibilityProperty: true, opacityProperty: true })) continue;
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    // For those only who do not see.
    if (box.width <= 1 || box.height <= 1 || element.closest(".aside")) continue;
    const hides = style.overflowX === "hidden" || style.overflowX === "clip";
    if (own && hides && style.textOverflow !== "ellipsis" && element.scrollWidth > element.clientWidth + 1)
      found.add(`cut off: ${named(element)}`);
    const target = element.matches("button, a[href], select, summary, input:not([type=hidden], [type=file])");
    const inline = style.display === "inline" || element.closest("label") || element.labels?.length > 0;
    if (target && !inline && (box.width < 23.5 || box.height < 23.5))
      found.add(`${Math.round(box.width)} x ${Math.round(box.height)} px: ${named(element)}`);
    if (own && element.localName !== "option" && (box.right > innerWidth + 1 || box.left < -1)) {
      let outer = element.parentElement;
      while (outer && !/auto|scroll|hidden|clip/.test(getComputedStyle(outer).overflowX)) outer = outer.parentElement;
      if (!outer || outer === page || outer === document.body) found.add(`beyond the edge: ${named(element)}`);
    }
  }
  return [...found];
}
